"""Native histograms: the protobuf page through an independent reader, and in a real Prometheus."""

import json
import time
import urllib.parse
import urllib.request

import pytest

from polling import eventually
from prometheus_server import Prometheus
from protobuf_page import COUNTER, HISTOGRAM, PROTOBUF, by_name, counts_by_index, messages_of
from senders import Datagrams, Events, Pace

ROUTE = 'say "hi"\\\n é'
METRIC = "http_request_duration_seconds"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"

CONFIG = """\
metrics:
  - name: http.request.duration
    type: histogram
    description: Time to answer a request.
    unit: second
    labels: [route]
    buckets: native
  - name: http.request.count
    type: counter
    description: Requests answered.
    labels: [route]
"""



class NativePrometheus(Prometheus):
    """One that stores native histograms and exemplars."""

    def __init__(self, directory, target):
        super().__init__(directory, target)
        self.command.append("--enable-feature=native-histograms,exemplar-storage")

    def exemplars(self, selector):
        """The exemplars of the last minutes."""
        now = time.time()
        arguments = urllib.parse.urlencode({"query": selector, "start": now - 300, "end": now + 60})
        url = f"http://127.0.0.1:{self.port}/api/v1/query_exemplars?{arguments}"
        with urllib.request.urlopen(url, timeout=10) as response:
            return [found for series in json.load(response)["data"] for found in series["exemplars"]]


@pytest.fixture
def service(start):
    """A service with a native histogram."""
    return start(config=CONFIG)


@pytest.fixture
def prometheus(service, directory):
    """A Prometheus that asks `service` for protobuf."""
    with NativePrometheus(directory, f"127.0.0.1:{service.port}") as server:
        yield server


class Requests:
    """Events of requests, each awaited until it is counted."""

    def __init__(self, service, events):
        self._service, self._events, self._sent = service, events, 0

    def send(self, seconds, times=1, **metadata):
        """Sends `times` requests that took `seconds`."""
        for _ in range(times):
            self._events.send("http.request", {"duration": seconds}, {"route": ROUTE, **metadata})
        self._sent += times
        self._service.await_events(self._sent)


@pytest.fixture
def requests(service):
    """The way to send requests to `service`."""
    with Events(service) as events:
        yield Requests(service, events)


def test_an_independent_reader_decodes_the_page(service, requests):
    requests.send(0.25, times=3)
    requests.send(0)
    requests.send(-2)
    began = time.time()
    response = service.get("/metrics", {"Accept": PROTOBUF})
    assert response.headers["Content-Type"].startswith(PROTOBUF.replace(";", "; "))
    families = by_name(response.body)
    [metric] = families[METRIC].metric
    histogram = metric.histogram
    assert (families[METRIC].type, families[METRIC].unit) == (HISTOGRAM, "seconds")
    assert [(label.name, label.value) for label in metric.label] == [("route", ROUTE)]
    assert (histogram.sample_count, histogram.sample_sum) == (5, -1.25)
    assert (histogram.schema, histogram.zero_threshold, histogram.zero_count) == (3, 2 ** -128, 1)
    # 2^(-16/8) and 2^(8/8) are the upper boundaries of their buckets.
    assert counts_by_index(histogram.positive_span, histogram.positive_delta) == {-16: 3}
    assert counts_by_index(histogram.negative_span, histogram.negative_delta) == {8: 1}
    assert began - 60 < histogram.created_timestamp.seconds <= began + 1
    [metric] = families["http_request_count_total"].metric
    assert metric.counter.value == 5


def test_the_page_has_the_series_of_the_text_page(service, requests):
    requests.send(0.25)
    text = {family.name: len({tuple(sorted((name, value) for name, value in sample.labels.items()
                                           if name not in ("le", "quantile"))) for sample in family.samples})
            for family in service.page().families}
    families = by_name(service.get("/metrics", {"Accept": PROTOBUF}).body)
    names = {family.name.removesuffix("_total") if family.type == COUNTER else family.name: len(family.metric)
             for family in families.values()}
    assert names == text


def test_prometheus_answers_from_native_buckets(prometheus, requests):
    requests.send(0.1)
    prometheus.catch_up()
    requests.send(0.1, times=85)
    requests.send(2, times=15)
    prometheus.catch_up()
    assert prometheus.value(f"histogram_count({METRIC})") == 101
    assert prometheus.value(f"histogram_sum({METRIC})") == pytest.approx(38.6)
    for quantile, expected in ((0.5, 0.1), (0.8, 0.1), (0.9, 2), (0.99, 2)):
        found = prometheus.value(f"histogram_quantile({quantile}, rate({METRIC}[1m]))")
        assert found == pytest.approx(expected, rel=0.1)
    assert prometheus.query(METRIC)[0]["metric"]["route"] == ROUTE
    assert prometheus.query(f"{METRIC}_bucket") == []


def test_prometheus_takes_zeros_alone_as_native(prometheus, requests):
    requests.send(0)
    prometheus.catch_up()
    assert prometheus.value(f"histogram_count({METRIC})") == 1


def test_prometheus_reads_the_messages_of_one_name_as_one_metric(prometheus, service):
    series, step = 9000, 50
    with Datagrams(service, "unix") as datagrams:
        pace = Pace(service, "unix")
        for first in range(0, series, step):
            lines = "\n".join(f"many:1|c|#v:number{number}" for number in range(first, first + step))
            pace.repeat(1, lambda lines=lines: datagrams.send(lines))
        pace.settle()
    messages = [message for message in messages_of(service.get("/metrics", {"Accept": PROTOBUF}).body)
                if message.name == "many_total"]
    assert len(messages) > 1
    assert {(message.help, message.type) for message in messages} == {("StatsD counter many.", COUNTER)}
    assert sum(len(message.metric) for message in messages) == series
    prometheus.catch_up()
    assert prometheus.value("count(many_total)") == series
    assert prometheus.value("sum(many_total)") == series
    assert prometheus.log_path.read_text() == ""


def test_prometheus_stores_exemplars(prometheus, requests):
    requests.send(2, traceparent=f"00-{TRACE}-{SPAN}-01")

    def exemplars():
        """the exemplar is stored"""
        return prometheus.exemplars(METRIC)

    [exemplar] = eventually(exemplars)
    assert exemplar["labels"] == {"trace_id": TRACE, "span_id": SPAN}
    assert float(exemplar["value"]) == 2
