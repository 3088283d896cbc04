"""Names from the wire that nobody sends any more give back their slot, their type and their memory."""

import json
import random

from polling import eventually
from senders import Datagrams

CONFIG = """\
statsd:
  metrics-limit: 2
  expiry: {gauges: 2s, others: 2s}
"""


def send(service, *lines):
    """Sends each line as a datagram."""
    with Datagrams(service, "unix") as datagrams:
        for line in lines:
            datagrams.send(line)


def shows(service, name, value):
    """Whether the page has that value."""
    return any(sample.name == name and sample.value == value for sample in service.page().samples)


def gone(service, name):
    """Whether no series of that name is left."""
    return all(sample.name != name for sample in service.page().samples)


def rejected(service, cause):
    """How many lines were refused for that cause."""
    return service.page().total("heliograph_events_rejected_total", source="statsd", cause=cause)


def test_a_name_comes_back_as_another_type(start):
    service = start(CONFIG)
    send(service, "x:1|g", "a.b:1|g")
    eventually(lambda: shows(service, "a_b", 1))
    send(service, "x:1|c", "a_b:1|g")
    eventually(lambda: rejected(service, "metrics_limit") == 2)
    eventually(lambda: gone(service, "x") and gone(service, "a_b"))
    send(service, "x:1|c", "a_b:3|g")
    eventually(lambda: shows(service, "x_total", 1) and shows(service, "a_b", 3))
    assert rejected(service, "metrics_limit") == 2
    assert rejected(service, "name_conflict") == 0


def test_random_names_take_no_more_memory_round_after_round(start):
    service = start(CONFIG.replace("limit: 2", "limit: 1100").replace("2s", "500ms"))
    source = random.Random(11)
    sizes = []
    with Datagrams(service, "unix") as datagrams:
        for attempt in range(20):
            names = [f"random.{source.randrange(10**9):09}" for _ in range(1000)]
            for begin in range(0, 1000, 20):
                datagrams.send("\n".join(f"{name}:1|c" for name in names[begin:begin + 20]))
            page = service.await_datagrams(50 * (attempt + 1), "unix")
            sizes.append(page.value("heliograph_arena_bytes"))
            eventually(lambda: service.page().value("heliograph_metrics") < 100)
    assert rejected(service, "metrics_limit") == 0
    assert sizes[-1] <= max(sizes[:4]), sizes


def test_refused_lines_are_in_the_debug_log_escaped(start):
    service = start(CONFIG, ["--log.level=debug"])
    send(service, b"bad\x1b[31m\xff:x|c")
    eventually(lambda: "Rejected a line" in service.log())
    entries = [json.loads(line) for line in service.log_path.read_text().splitlines() if "Rejected a line" in line]
    assert len(entries) == 1
    assert entries[0]["metadata"] == {"source": "statsd", "cause": "bad_tags", "line": "bad\\x1b[31m\\xff:x|c"}
    assert b"\x1b" not in service.log_path.read_bytes()


def test_wire_text_is_in_no_log_above_debug(start):
    service = start(CONFIG)
    send(service, "secret-line:x|c")
    eventually(lambda: rejected(service, "bad_number") == 1)
    assert "Rejected an event" in service.log()
    assert "secret-line" not in service.log()
