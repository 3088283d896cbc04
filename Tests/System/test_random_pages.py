"""Pages of random names, labels and values, read by parsers that others wrote."""

import random
import subprocess

import pytest

from exposition import OPENMETRICS, TEXT, Page
from polling import eventually
from senders import Datagrams, Events

# What StatsD separates its parts with can be in no name, nor in a tag; a carriage return ends a line as well.
SEPARATORS = set(':|#@,;[]=\n\r\0')
PLANES = [(0x20, 0x7E), (0x1, 0x1F), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF)]
SPECIAL = '\\"._{} \t'
VALUES = [0.0, -0.0, 5e-324, 1e300, -3.5, 2.0**53 + 2, 1e-7, 123456789.0]
UTF8 = "global: {name-validation: utf8}\nstatsd: {unix-mode: \"0666\"}\n"


def text(source, longest=8):
    """A text of any plane without separators."""
    characters = []
    for _ in range(source.randint(0, longest)):
        if source.random() < 0.4:
            characters.append(source.choice(SPECIAL))
        else:
            characters.append(chr(source.randint(*source.choice(PLANES))))
    return "".join(character for character in characters if character not in SEPARATORS)


def gauges(source, count):
    """Names, tags and values; each name and tag has a beginning of its own, so that no two become one."""
    for number in range(count):
        tags = {f"l{tag}{text(source)}": text(source, 200 if source.random() < 0.1 else 8)
                for tag in range(source.randint(0, 4))}
        yield f"n{number}x{text(source)}", {name: value for name, value in tags.items() if value}, source.choice(VALUES)


@pytest.fixture(params=range(4), ids=lambda seed: f"seed {seed}")
def random_service(request, start):
    """A service with random gauges, and what they are."""
    sent = list(gauges(random.Random(request.param), 60))
    service = start(config=UTF8)
    with Datagrams(service, "unix") as datagrams:
        for name, tags, value in sent:
            joined = ",".join(f"{tag}:{text}" for tag, text in tags.items())
            # A sign would move the gauge.
            line = f"{name}:{value!r}|g" if value >= 0 and str(value)[0] != "-" else f"{name}:0|g\n{name}:{value!r}|g"
            lines = [f"{part}|#{joined}" if tags else part for part in line.split("\n")]
            datagrams.send("\n".join(lines))
        service.await_datagrams(len(sent), "unix")
    service.sent = sent
    return service


def fetched(service, accept):
    answer = service.get("/metrics", {"Accept": accept})
    assert answer.status == 200
    return answer.body, answer.headers["Content-Type"]


@pytest.mark.parametrize("escaping", ["underscores", "dots", "values"])
def test_promtool_reads_escaped_names(random_service, escaping):
    page, content_type = fetched(random_service, f"text/plain;version=0.0.4;escaping={escaping}")
    assert content_type.endswith(f"; escaping={escaping}")
    check = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, timeout=30)
    # 3 is for style, of which random names have none.
    assert check.returncode in (0, 3), check.stderr
    assert b"error" not in check.stderr


@pytest.mark.parametrize("accept", [
    "text/plain;version=1.0.0;escaping=allow-utf-8", OPENMETRICS + ";escaping=allow-utf-8"])
def test_python_reads_what_was_sent(random_service, accept):
    page, content_type = fetched(random_service, accept)
    read = Page(page.decode(), content_type)
    for name, tags, value in random_service.sent:
        assert read.value(name, **tags) == value, (name, tags)


@pytest.mark.parametrize("accept", [TEXT, OPENMETRICS])
def test_python_reads_escaped_names(random_service, accept):
    page, content_type = fetched(random_service, accept)
    read = Page(page.decode(), content_type)
    names = [name for name in read.names if name.startswith("n")]
    assert len(names) == len(random_service.sent)


def test_the_service_judges_its_pages_right(binary, random_service):
    for accept, format in [
            (TEXT, "text"), ("text/plain;version=1.0.0;escaping=allow-utf-8", "text-1.0.0"), (OPENMETRICS, "openmetrics"),
            ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited", "protobuf")]:
        page, _ = fetched(random_service, accept)
        check = subprocess.run(
            [binary, "check", "metrics", f"--format={format}"], input=page, capture_output=True, timeout=30)
        assert check.returncode == 0, check.stderr


@pytest.mark.parametrize("value", ["", "x" * 50_000, "quote \" backslash \\ newline \n tab \t", "\U0001F989\u0000end"])
def test_values_of_events_come_back(start, value):
    service = start(config=UTF8 + "metrics: [{name: shop.orders, type: counter, labels: [a.b]}]\n")
    with Events(service) as events:
        events.send("shop", {"orders": 1}, {"a.b": value})

    def is_shown():
        """the event is on the page"""
        page, content_type = fetched(service, "text/plain;version=1.0.0;escaping=allow-utf-8")
        return [labels["a.b"] for labels in Page(page.decode(), content_type).labels("shop.orders_total")] == [value]

    eventually(is_shown)
