"""What senders can't forge: series that Prometheus or the service makes, and labels that would cost the whole target."""

import pytest

from prometheus_server import JOB, Prometheus
from senders import Datagrams

CONFIG = """\
global:
  labels: {exported_le: constant, site: berlin}
statsd:
  tags-limit: 8
"""


@pytest.fixture
def scraped(start, directory):
    """A service with two constant labels, and a Prometheus that scrapes it."""
    service = start(CONFIG)
    with Prometheus(directory, f"127.0.0.1:{service.port}") as prometheus:
        yield service, prometheus


def test_no_sender_makes_what_prometheus_makes(scraped):
    service, prometheus = scraped
    with Datagrams(service, "unix") as datagrams:
        for line in ("up:0|g", "ALERTS:1|g|#alertstate:firing", "scrape.samples.scraped:7|g", "target.info:1|g"):
            datagrams.send(line)
        service.await_datagrams(4, "unix")
    prometheus.catch_up()
    assert prometheus.value(f'up{{job="{JOB}"}}') == 1
    assert prometheus.value("count(up)") == 1
    assert prometheus.query("ALERTS") == []
    assert prometheus.value("scrape_samples_scraped") > 7
    assert prometheus.query("target_info") == []
    rejected = 'heliograph_events_rejected_total{source="statsd",cause="reserved_name"}'
    assert prometheus.value(rejected) == 4


def test_renamed_tags_stay_unique(scraped):
    service, prometheus = scraped
    with Datagrams(service, "unix") as datagrams:
        datagrams.send("a:1|c|#le:1")
        datagrams.send("b:1|c|#le:1,exported_le:2,site:x,exported_site:y")
        datagrams.send("b:1|c|#exported_site:y,site:x,exported_le:2,le:1")
        service.await_datagrams(3, "unix")
    prometheus.catch_up()
    assert prometheus.value(f'up{{job="{JOB}"}}') == 1
    assert prometheus.value('a_total{exported_le="constant",exported_exported_le="1"}') == 1
    assert prometheus.value('b_total{exported_site="y",exported_exported_site="x",exported_exported_le="2"}') == 2


def test_a_line_of_many_tags_is_rejected(scraped):
    service, prometheus = scraped
    with Datagrams(service, "unix") as datagrams:
        datagrams.send("a:1:1|c|#" + ",".join(f"t{number}:1" for number in range(9)))
        values = ":1" * 25_000
        tags = ",".join(f"{number}:1" for number in range(2000, 1000, -1))
        for _ in range(20):
            datagrams.send(f"x{values}|c|#{tags}")
        service.await_datagrams(21, "unix")
    prometheus.catch_up()
    rejected = 'heliograph_events_rejected_total{source="statsd",cause="too_many_tags"}'
    assert prometheus.value(rejected) == 21
