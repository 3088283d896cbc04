"""The limits of all metrics together: whatever strangers send, the service stays small, up and scrapable."""

import json
import random

import pytest

from polling import eventually
from senders import Datagrams, Events

MEMORY = 16 << 20
CONFIG = """\
limits: {{memory: 16MiB, samples: {samples}}}
statsd:
  rules:
    - match: "quantiles.*"
      type: summary
metrics:
  - {{name: hostile.event.count, event: hostile.event, type: counter, labels: [id]}}
  - {{name: hostile.event.sizes, event: hostile.event, measurement: size, type: histogram, labels: [id], buckets: native}}
  - {{name: idle, event: never.seen, type: summary}}
"""
HONEST = "honest.requests:1|c|#route:a"
HONEST_SAMPLE = 'honest_requests_total{route="a"} '
DATAGRAMS = 300
LINES = 60


@pytest.mark.parametrize("samples, limit", [(2000, "samples"), (100_000, "memory")])
def test_strangers_stay_within_the_limits(start, samples, limit):
    service = start(CONFIG.format(samples=samples))
    with Datagrams(service, "unix") as datagrams, Events(service) as events:
        datagrams.send(HONEST)
        eventually(lambda: honest(service) == 1)
        base = resident(service)
        lines = attack(datagrams, events, random.Random(7))
        eventually(lambda: honest(service) == DATAGRAMS + 1, within=60)
    service.await_events(lines)
    page = service.page()

    assert page.total("heliograph_budget_refused_total", limit=limit) > 0
    assert page.value("heliograph_series_overflowed_total") > 0
    cause = {"samples": "samples_limit", "memory": "memory_limit"}[limit]
    assert page.total("heliograph_events_rejected_total", source="statsd", cause=cause) > 0
    assert page.value("heliograph_memory_limit_bytes") == MEMORY
    assert page.value("heliograph_memory_used_bytes") <= MEMORY * 17 / 16 + (1 << 20)
    ordinary = [sample for sample in page.samples
                if "heliograph_overflow" not in sample.labels and not sample.name.startswith("heliograph_")]
    assert len(ordinary) <= samples
    received = page.total("heliograph_events_received_total", source="statsd")
    assert received == DATAGRAMS * (LINES + 1) + 1
    size = len(service.get("/metrics").body)
    assert resident(service) - base <= MEMORY * 17 / 16 + 4 * size + (32 << 20)


def attack(datagrams, events, chance):
    """Sends everything that makes something grow, with one honest line in each datagram; returns how many events."""
    kinds = ["timers.a{name}:{value}|ms|#id:{id}", "quantiles.a{name}:0|ms|#id:{id}",
             "quantiles.a{name}:{value}|ms|#id:{id}", "sets.a{name}:{value}|s|#id:{id}",
             "gauges.a{name}:{value}|g|#id:{id}"]
    for number in range(DATAGRAMS):
        lines = [
            chance.choice(kinds).format(
                name=chance.randrange(20) if line % 4 else number * LINES + line, id=number * LINES + line,
                value=10 ** chance.uniform(0, 6))
            for line in range(LINES)]
        datagrams.send("\n".join([*lines, HONEST]))
        event = {"event": "hostile.event", "measurements": {"size": 10 ** chance.uniform(-9, 9)},
                 "metadata": {"id": str(number)}}
        events.send_line(json.dumps(event).encode())
    return DATAGRAMS


def honest(service):
    """The honest counter, 0 where it is not on the page."""
    response = service.get("/metrics")
    assert response.status == 200
    assert response.body.endswith(b"\n")
    found = [line for line in response.body.decode().splitlines() if line.startswith(HONEST_SAMPLE)]
    return float(found[0].removeprefix(HONEST_SAMPLE)) if found else 0


def resident(service):
    """Bytes of memory that the process has."""
    with open(f"/proc/{service.process.pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * 4096
