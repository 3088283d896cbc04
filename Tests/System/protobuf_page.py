"""Pages of protobuf, as Google's own Python library reads them."""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.unknown_fields import UnknownFieldSet

PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"

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


def messages_of(page):
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


def by_name(page):
    """The families of a page by their names, each of which is in one message."""
    messages = messages_of(page)
    families = {family.name: family for family in messages}
    assert len(families) == len(messages)
    return families


def _assert_all_known(message):
    assert len(UnknownFieldSet(message)) == 0, message
    for field, value in message.ListFields():
        if field.message_type is not None:
            for part in ([value] if hasattr(value, "ListFields") else value):
                _assert_all_known(part)


def counts_by_index(spans, deltas):
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
