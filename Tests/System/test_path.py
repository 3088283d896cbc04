"""The whole path: a client sends, the service aggregates, Prometheus answers with exactly what was sent."""

import threading

import pytest

from senders import TRANSPORTS, Datagrams, Events, Pace, dogstatsd_client, statsd_client

over_each_transport = pytest.mark.parametrize("transport", TRANSPORTS)


@over_each_transport
def test_statsd_client(service, prometheus, transport):
    client = statsd_client(service, transport)
    pace = Pace(service, transport)
    pace.repeat(120, lambda: client.incr("orders.placed"))
    pace.repeat(3, lambda: client.incr("orders.placed", 10))
    pace.repeat(40, lambda: client.timing("orders.time", 320))
    pace.repeat(1, lambda: client.gauge("orders.queue", 17))
    pace.repeat(1, lambda: client.gauge("orders.queue", 5, delta=True))
    pace.repeat(1, lambda: client.gauge("orders.queue", -2, delta=True))
    for user in ("alice", "bob", "alice"):
        pace.repeat(1, lambda: client.set("orders.users", user))
    client.close()
    pace.settle()
    prometheus.catch_up()

    assert prometheus.value("orders_placed_total") == 150
    assert prometheus.value("orders_time_seconds_count") == 40
    assert prometheus.value("orders_time_seconds_sum") == pytest.approx(40 * 0.32)
    assert prometheus.value('orders_time_seconds_bucket{le="+Inf"}') == 40
    assert prometheus.value("orders_queue") == 20
    assert prometheus.value("orders_users") == 2


@over_each_transport
def test_datadog_client(service, prometheus, transport):
    client = dogstatsd_client(service, transport)
    pace = Pace(service, transport)
    pace.repeat(70, lambda: client.increment("page.views", tags=["route:/users", "method:GET"]))
    pace.repeat(30, lambda: client.increment("page.views", 2, tags=["route:/orders", "method:GET"]))
    pace.repeat(25, lambda: client.histogram("page.size", 512, tags=["route:/users"]))
    pace.repeat(15, lambda: client.distribution("page.rows", 3, tags=["route:/users"]))
    pace.repeat(1, lambda: client.gauge("page.open", 4.5, tags=["route:/users"]))
    client.close_socket()
    pace.settle()
    prometheus.catch_up()

    assert prometheus.value('page_views_total{route="/users",method="GET"}') == 70
    assert prometheus.value('page_views_total{route="/orders",method="GET"}') == 60
    assert prometheus.value('page_size_count{route="/users"}') == 25
    assert prometheus.value('page_size_sum{route="/users"}') == 25 * 512
    assert prometheus.value('page_rows_count{route="/users"}') == 15
    assert prometheus.value('page_open{route="/users"}') == 4.5


@over_each_transport
def test_packed_and_sampled_datagrams(service, prometheus, transport):
    with Datagrams(service, transport) as datagrams:
        pace = Pace(service, transport)
        pace.repeat(60, lambda: datagrams.send("packed.a:1|c\npacked.b:2|c\npacked.c:250|ms\n"))
        pace.repeat(20, lambda: datagrams.send("packed.values:1:2:3|c"))
        pace.repeat(10, lambda: datagrams.send("packed.sampled:1|c|@0.1"))
        pace.settle()
    prometheus.catch_up()

    assert prometheus.value("packed_a_total") == 60
    assert prometheus.value("packed_b_total") == 120
    assert prometheus.value("packed_c_seconds_count") == 60
    assert prometheus.value("packed_values_total") == 120
    assert prometheus.value("packed_sampled_total") == 100


def test_json_events(service, prometheus):
    with Events(service) as events:
        for _ in range(300):
            events.send("http.request", {"duration": 0.012}, {"route": "/users"})
        for _ in range(100):
            events.send("http.request", {"duration": 0.5}, {"route": "/orders"})
        service.await_events(400)
    prometheus.catch_up()

    assert prometheus.value('http_request_count_total{route="/users"}') == 300
    assert prometheus.value('http_request_count_total{route="/orders"}') == 100
    histogram = "http_request_duration_seconds"
    assert prometheus.value(f'{histogram}_count{{route="/users"}}') == 300
    assert prometheus.value(f'{histogram}_sum{{route="/users"}}') == pytest.approx(300 * 0.012)
    assert prometheus.value(f'{histogram}_bucket{{route="/users",le="0.01"}}') == 0
    assert prometheus.value(f'{histogram}_bucket{{route="/users",le="0.05"}}') == 300
    # A boundary belongs to its bucket.
    assert prometheus.value(f'{histogram}_bucket{{route="/orders",le="0.1"}}') == 0
    assert prometheus.value(f'{histogram}_bucket{{route="/orders",le="0.5"}}') == 100


def test_many_senders_at_once(service, prometheus):
    senders, each = 8, 250

    def send_datagrams():
        with Datagrams(service, "unix") as datagrams:
            for _ in range(each):
                datagrams.send("jobs.done:1|c|#queue:mail")

    def send_events():
        with Events(service) as events:
            for _ in range(each):
                events.send("http.request", {"duration": 0.1}, {"route": "/jobs"})

    threads = [threading.Thread(target=task) for task in [send_datagrams, send_events] * senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    service.await_datagrams(senders * each, "unix")
    service.await_events(senders * each)
    prometheus.catch_up()

    assert prometheus.value('jobs_done_total{queue="mail"}') == senders * each
    assert prometheus.value('http_request_count_total{route="/jobs"}') == senders * each
    assert prometheus.value('http_request_duration_seconds_count{route="/jobs"}') == senders * each
