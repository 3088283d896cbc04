"""Pages of random registries in each format, read by parsers that others wrote, and compared with what was recorded.

What a parser itself gets wrong is in `as_read_help`, and nowhere else.
"""

import math
import subprocess

import pytest

from exposition import Page
from protobuf_page import COUNTER, GAUGE, HISTOGRAM, SUMMARY, by_name, counts_by_index
from random_registry import CREATED, escaped, key, registry, same

SEEDS = range(12)
ESCAPED = ["underscores", "dots", "values"]
ESCAPINGS = ["allow-utf-8", *ESCAPED]
TEXT = "text/plain; version=0.0.4; charset=utf-8; escaping="
TEXT1 = "text/plain; version=1.0.0; charset=utf-8; escaping="
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping="
PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping="
# A line feed is escaped.
SPACE = "".join(character for character in map(chr, range(0x110000)) if character.isspace() and character != "\n")
TYPES = {"counter": COUNTER, "gauge": GAUGE, "info": GAUGE, "stateset": GAUGE, "summary": SUMMARY, "histogram": HISTOGRAM}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("escaping", ESCAPED)
def test_promtool_reads_text(seed, escaping):
    _, pages = registry(seed)
    check = subprocess.run(
        ["promtool", "check", "metrics"], input=pages[TEXT + escaping], capture_output=True, timeout=60)
    # 3 is for style, of which random names have none.
    assert check.returncode in (0, 3), check.stderr[:2000]
    assert b"error" not in check.stderr


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("content_type", [
    *(TEXT + escaping for escaping in ESCAPED), *(TEXT1 + escaping for escaping in ESCAPINGS),
    *(OPENMETRICS + escaping for escaping in ESCAPINGS)])
def test_python_reads_what_was_recorded(seed, content_type):
    metrics, pages = registry(seed)
    is_openmetrics, escaping = content_type.startswith(OPENMETRICS), content_type.rpartition("=")[2]
    page = Page(pages[content_type].decode(), content_type)
    found = {key(sample.name, sample.labels): sample for sample in page.samples}
    assert len(found) == len(page.samples)
    expected = dict(sample for metric in metrics for sample in metric.samples(escaping, is_openmetrics))
    assert found.keys() == expected.keys()
    for sample, value in expected.items():
        assert same(found[sample].value, value), sample
    families = {family.name: family for family in page.families}
    assert len(families) == len(page.families) == len(metrics)
    for metric in metrics:
        family = families[family_name(metric, escaping, is_openmetrics)]
        assert family.type == (metric.openmetrics_type(escaping) if is_openmetrics else metric.text_type)
        assert family.documentation == as_read_help(metric.help, is_openmetrics)
        assert_right_exemplars(metric, family)


def as_read_help(text, is_openmetrics):
    """The help as prometheus_client has it: of its parsers, one strips spaces before it, the other all that is space."""
    return text.lstrip(" ") if is_openmetrics else text.lstrip(" \t\r\v\f").rstrip(SPACE)


def family_name(metric, escaping, is_openmetrics):
    """The name of a family as prometheus_client has it: in text too, a counter's lacks the suffix."""
    name = escaped(metric.name, escaping)
    if metric.kind == "counter":
        return name.removesuffix("_total")
    return name.removesuffix("_info") if metric.kind == "info" and is_openmetrics else name


def assert_right_exemplars(metric, family):
    """Each exemplar was observed, and belongs into its bucket."""
    observed = {value for series in metric.series for value in series.observations}
    for sample in family.samples:
        if sample.exemplar is None:
            continue
        assert sample.exemplar.labels.keys() == {"trace_id", "span_id"}
        assert sample.exemplar.value in observed
        assert sample.exemplar.value <= float(sample.labels["le"])
        assert float(sample.exemplar.timestamp) == CREATED


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("escaping", ESCAPINGS)
def test_protobuf_holds_what_was_recorded(seed, escaping):
    metrics, pages = registry(seed)
    families = by_name(pages[PROTOBUF + escaping])
    assert families.keys() == {escaped(metric.name, escaping) for metric in metrics}
    for metric in metrics:
        family = families[escaped(metric.name, escaping)]
        assert (family.help, family.type) == (metric.help, TYPES[metric.kind])
        messages = {key("", {pair.name: pair.value for pair in message.label}): message for message in family.metric}
        assert len(messages) == len(family.metric) == len(metric.series)
        for series in metric.series:
            labels = {escaped(label, escaping, True): value for label, value in series.labels.items()}
            assert_holds(messages[key("", labels)], metric, series)


def assert_holds(message, metric, series):
    """A message has the numbers of the series."""
    if metric.kind == "histogram":
        return assert_is_histogram(message.histogram, metric, series)
    if metric.kind == "summary":
        return assert_is_summary(message.summary, metric, series)
    part = message.counter if metric.kind == "counter" else message.gauge
    assert same(part.value, float(series.value))
    if metric.kind == "counter":
        assert part.created_timestamp.seconds == CREATED


def assert_is_summary(summary, metric, series):
    assert (summary.sample_count, summary.sample_sum) == (len(series.observations), series.sum)
    assert [one.quantile for one in summary.quantile] == metric.quantiles
    for one in summary.quantile:
        assert same(one.value, series.quantile(one.quantile))


def assert_is_histogram(histogram, metric, series):
    assert (histogram.sample_count, histogram.sample_sum) == (len(series.observations), series.sum)
    assert histogram.created_timestamp.seconds == CREATED
    bounds = [bucket.upper_bound for bucket in histogram.bucket]
    # The last one is there where it has an exemplar.
    assert [bound for bound in bounds if bound < math.inf] == metric.boundaries[:-1]
    for bucket in histogram.bucket:
        assert bucket.cumulative_count == series.up_to(bucket.upper_bound)
        if bucket.HasField("exemplar"):
            assert bucket.exemplar.value in series.observations
            assert bucket.exemplar.value <= bucket.upper_bound
    assert histogram.HasField("schema") == (metric.zero_threshold is not None)
    if metric.zero_threshold is not None:
        assert_has_native_buckets(histogram, metric, series)


def assert_has_native_buckets(histogram, metric, series):
    """Each observation is in its bucket, of the schema that there is."""
    assert histogram.zero_threshold == metric.zero_threshold
    zeros, positive, negative = 0, {}, {}
    for value in series.observations:
        if abs(value) <= metric.zero_threshold:
            zeros += 1
            continue
        counts = positive if value > 0 else negative
        index = bucket_index(abs(value), histogram.schema)
        counts[index] = counts.get(index, 0) + 1
    assert histogram.zero_count == zeros
    assert counts_by_index(histogram.positive_span, histogram.positive_delta) == positive
    assert counts_by_index(histogram.negative_span, histogram.negative_delta) == negative


def bucket_index(value, schema):
    """That of its bucket, whose upper boundary is 2 to the power of the index over 2 to the power of the schema."""
    fraction, exponent = math.frexp(value)
    if schema > 0:
        # Apart from the fraction: numbers beside a power of two have its logarithm.
        return (exponent << schema) + math.ceil(math.ldexp(math.log2(fraction), schema))
    # A power of two belongs into the bucket that ends with it.
    whole = exponent - 1 if fraction == 0.5 else exponent
    return -(-whole // 2 ** -schema)
