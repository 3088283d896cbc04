"""What other people's parsers and HTTP clients make of the pages."""

import gzip
import socket
import subprocess

import pytest

from exposition import OPENMETRICS, TEXT, Page
from processes import free_port
from senders import Datagrams, Events

AWKWARD_VALUES = [
    'say "hello"', "C:\\temp\\new", "two\nlines", "\\n is not a newline", 'all of "\\\n"', "trailing\\",
    "Grüße, 東京, 🌞", "e\u0301", "{a=\"b\"} 1", "# HELP", " spaces ", "tab\there", "",
]


@pytest.fixture
def busy_service(service):
    """A service with one metric of every kind."""
    with Datagrams(service, "unix") as datagrams, Events(service) as events:
        for line in ("count:1|c", "time:320|ms", "size:7|h", "rows:3|d", "level:-2.5|g", "user:x|s"):
            datagrams.send(f"a.{line}")
        events.send("http.request", {"duration": 0.012}, {"route": "/users"})
        service.await_datagrams(6, "unix")
        service.await_events(1)
    return service


def test_promtool_accepts_the_text_page(busy_service):
    page = busy_service.get("/metrics", {"Accept": TEXT}).body
    check = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, timeout=30)
    assert (check.returncode, check.stdout, check.stderr) == (0, b"", b"")


@pytest.mark.parametrize("accept", [TEXT, OPENMETRICS])
def test_strict_parsers_accept_the_page(busy_service, accept):
    page = busy_service.page(accept)
    assert page.value("a_count_total") == 1
    assert page.value("a_time_seconds_count") == 1
    assert page.value("a_level") == -2.5
    assert page.value("http_request_duration_seconds_count", route="/users") == 1
    bounds = [labels["le"] for labels in page.labels("http_request_duration_seconds_bucket")]
    assert [float(bound) for bound in bounds] == [0.005, 0.01, 0.05, 0.1, 0.5, 1, float("inf")]


def test_own_metrics_are_typed_and_described(service):
    families = {family.name: family for family in service.openmetrics().families}
    for name, kind in {
        "heliograph_events_received": "counter", "heliograph_series": "gauge",
        "heliograph_scrape_duration_seconds": "histogram", "process_cpu_seconds": "counter",
        "process_resident_memory_bytes": "gauge",
    }.items():
        assert families[name].type == kind
        assert families[name].documentation
    build = service.page().labels("heliograph_build_info")[0]
    assert build.keys() == {"version", "swift_version"}


@pytest.mark.parametrize("accept, content_type", [
    (TEXT, "text/plain; version=0.0.4"),
    (OPENMETRICS, "application/openmetrics-text; version=1.0.0"),
    ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
     "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "application/openmetrics-text; version=1.0.0"),
    ("*/*", "text/plain; version=0.0.4"),
    ("image/png", "text/plain; version=0.0.4"),
])
def test_content_negotiation(service, accept, content_type):
    response = service.get("/metrics", {"Accept": accept})
    assert response.status == 200
    assert response.headers["Content-Type"].startswith(content_type)
    assert "charset=utf-8" in response.headers["Content-Type"]


@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_label_values_come_back_identical(service, ensure_ascii):
    with Events(service) as events:
        for value in AWKWARD_VALUES:
            events.send("http.request", {"duration": 0.1}, {"route": value}, ensure_ascii)
        service.await_events(len(AWKWARD_VALUES))
    for page in (service.page(), service.openmetrics()):
        routes = [labels.get("route", "") for labels in page.labels("http_request_count_total")]
        assert sorted(routes) == sorted(AWKWARD_VALUES)


def test_gzip(service):
    plain = service.get("/metrics", {"Accept": TEXT})
    packed = service.get("/metrics", {"Accept": TEXT, "Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.body) < len(plain.body)
    content_type = packed.headers["Content-Type"]
    assert Page(gzip.decompress(packed.body).decode(), content_type).names == service.page().names


def test_head_has_the_headers_without_the_body(service):
    get, head = (service.get("/metrics", {"Accept": TEXT}, method=method) for method in ("GET", "HEAD"))
    assert head.status == 200
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as connection:
        connection.sendall(b"HEAD /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.find(b"\r\n\r\n") == len(answer) - 4


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/", 200), ("GET", "/-/healthy", 200), ("GET", "/-/ready", 200),
    ("GET", "/nowhere", 404), ("GET", "/metrics/", 404), ("POST", "/nowhere", 404),
    ("POST", "/metrics", 405), ("DELETE", "/metrics", 405), ("PUT", "/-/healthy", 405),
])
def test_status_codes(service, method, path, status):
    response = service.get(path, method=method)
    assert response.status == status
    if status == 405:
        assert "GET" in response.headers["Allow"]


def test_keep_alive(service):
    connection = service.connection()
    sockets = set()
    for path in ("/metrics", "/nowhere", "/-/healthy", "/metrics"):
        connection.request("GET", path)
        connection.getresponse().read()
        sockets.add(connection.sock)
    assert None not in sockets
    assert len(sockets) == 1
    connection.close()


def test_serves_on_every_listen_address(start):
    second = free_port()
    service = start(arguments=[f"--web.listen-address=127.0.0.1:{second}"])
    assert service.get("/-/ready").status == 200
    assert service.get("/-/ready", port=second).status == 200
