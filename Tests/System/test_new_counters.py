"""Counters that appear, and come back after their expiry, as `increase()` of a real Prometheus sees them."""

from polling import eventually
from prometheus_server import Prometheus
from senders import Datagrams

INCREMENTS = 3

CONFIG = """\
statsd:
  rules:
    - {match: plain, expiry: 2s}
    - {match: zeroed, expiry: 2s, initial-zero: 2s}
"""


def test_increments_across_expiries_are_seen_where_a_counter_begins_with_zero(start, directory):
    """A Prometheus that scrapes each second gets one increment in each life of two counters."""
    service = start(CONFIG)
    with (
        Datagrams(service, "unix") as statsd,
        Prometheus(directory, f"127.0.0.1:{service.port}") as prometheus,
    ):
        for _ in range(INCREMENTS):
            statsd.send("plain:1|c\nzeroed:1|c")
            eventually(lambda: prometheus.query("zeroed_total == 1"), within=20)
            eventually(lambda: not prometheus.query("plain_total or zeroed_total"), within=20)
        assert prometheus.value("max_over_time(plain_total[2m])") == 1
        assert prometheus.value("increase(plain_total[2m])") == 0
        # It extrapolates to the ends of the range, by half a scrape interval at each.
        assert INCREMENTS - 0.5 < prometheus.value("increase(zeroed_total[2m])") < INCREMENTS + 1
