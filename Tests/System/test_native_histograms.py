"""Native histograms: the protobuf page through an independent reader, and in a real Prometheus."""

import json
import time
import urllib.parse
import urllib.request

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.unknown_fields import UnknownFieldSet

from polling import eventually
from prometheus_server import Prometheus
from senders import Datagrams, Events, Pace

PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
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

# Names and numbers of metrics.proto in prometheus/client_model; each field as "number type name", + where it repeats.
SCHEMA = {
    "LabelPair": "1 string name, 2 string value",
    "Timestamp": "1 int64 seconds, 2 int32 nanos",
    "Exemplar": "1 LabelPair label+, 2 double value, 3 Timestamp timestamp",
    "Gauge": "1 double value",
    "Counter": "1 double value, 2 Exemplar exemplar, 3 Timestamp created_timestamp",
    "Quantile": "1 double quantile, 2 double value",
    "Summary": "1 uint64 sample_count, 2 double sample_sum, 3 Quantile quantile+, 4 Timestamp created_timestamp",
    "Bucket": "1 uint64 cumulative_count, 2 double upper_bound, 3 Exemplar exemplar",
    "BucketSpan": "1 sint32 offset, 2 uint32 length",
    "Histogram": "1 uint64 sample_count, 2 double sample_sum, 3 Bucket bucket+, 5 sint32 schema, "
                 "6 double zero_threshold, 7 uint64 zero_count, 9 BucketSpan negative_span+, "
                 "10 sint64 negative_delta+, 12 BucketSpan positive_span+, 13 sint64 positive_delta+, "
                 "15 Timestamp created_timestamp, 16 Exemplar exemplars+",
    "Metric": "1 LabelPair label+, 2 Gauge gauge, 3 Counter counter, 4 Summary summary, 7 Histogram histogram",
    "MetricFamily": "1 string name, 2 string help, 3 int32 type, 4 Metric metric+, 5 string unit",
}
COUNTER, GAUGE, SUMMARY, HISTOGRAM = 0, 1, 2, 4


def _message_class():
    """The class of MetricFamily."""
    file = descriptor_pb2.FileDescriptorProto(name="metrics.proto", package="io", syntax="proto2")
    for name, fields in SCHEMA.items():
        message = file.message_type.add(name=name)
        for number, kind, field in (part.split() for part in fields.split(", ")):
            added = message.field.add(name=field.rstrip("+"), number=int(number))
            added.label = added.LABEL_REPEATED if field.endswith("+") else added.LABEL_OPTIONAL
            if kind in SCHEMA:
                added.type, added.type_name = added.TYPE_MESSAGE, f".io.{kind}"
            else:
                added.type = getattr(added, f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("io.MetricFamily"))


def _messages(page):
    """The messages of a page, without a field that the schema lacks."""
    family_class, messages, position = _message_class(), [], 0
    while position < len(page):
        length = shift = 0
        more = True
        while more:
            byte = page[position]
            length, shift, position, more = length | (byte & 127) << shift, shift + 7, position + 1, byte > 127
        family = family_class.FromString(page[position:position + length])
        position += length
        _assert_all_known(family)
        messages.append(family)
    assert position == len(page)
    return messages


def _decoded(page):
    """The families of a page by their names, each of which is in one message."""
    messages = _messages(page)
    families = {family.name: family for family in messages}
    assert len(families) == len(messages)
    return families


def _assert_all_known(message):
    assert len(UnknownFieldSet(message)) == 0, message
    for field, value in message.ListFields():
        if field.message_type is not None:
            for part in ([value] if hasattr(value, "ListFields") else value):
                _assert_all_known(part)


def _buckets(spans, deltas):
    """The count of each bucket that has any, by its index."""
    counts, index, count, rest = {}, 0, 0, list(deltas)
    for span in spans:
        index += span.offset
        for _ in range(span.length):
            count += rest.pop(0)
            if count:
                counts[index] = count
            index += 1
    assert rest == []
    return counts


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
    families = _decoded(response.body)
    [metric] = families[METRIC].metric
    histogram = metric.histogram
    assert (families[METRIC].type, families[METRIC].unit) == (HISTOGRAM, "seconds")
    assert [(label.name, label.value) for label in metric.label] == [("route", ROUTE)]
    assert (histogram.sample_count, histogram.sample_sum) == (5, -1.25)
    assert (histogram.schema, histogram.zero_threshold, histogram.zero_count) == (3, 2 ** -128, 1)
    # 2^(-16/8) and 2^(8/8) are the upper boundaries of their buckets.
    assert _buckets(histogram.positive_span, histogram.positive_delta) == {-16: 3}
    assert _buckets(histogram.negative_span, histogram.negative_delta) == {8: 1}
    assert began - 60 < histogram.created_timestamp.seconds <= began + 1
    [metric] = families["http_request_count_total"].metric
    assert metric.counter.value == 5


def test_the_page_has_the_series_of_the_text_page(service, requests):
    requests.send(0.25)
    text = {family.name: len({tuple(sorted((name, value) for name, value in sample.labels.items()
                                           if name not in ("le", "quantile"))) for sample in family.samples})
            for family in service.page().families}
    families = _decoded(service.get("/metrics", {"Accept": PROTOBUF}).body)
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
    messages = [message for message in _messages(service.get("/metrics", {"Accept": PROTOBUF}).body)
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
