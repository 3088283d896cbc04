"""The example server: its own metrics and those of all that it stands on, on one page, which it serves itself."""

import contextlib
import gzip
import http.client
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from exposition import OPENMETRICS, TEXT, Page
from polling import eventually
from processes import end_with_parent, free_port
from prometheus_server import Prometheus

ROOT = Path(__file__).resolve().parents[2]
SCRATCH = ROOT / ".build-examples"

# Hummingbird, gRPC and all that they stand on take half an hour on one slow processor.
BUILD_DEADLINE = 3600

ORDERS = {"http_route": "/orders/{payment}", "http_request_method": "POST"}
PLACED = ORDERS | {"http_response_status_code": "201"}


@pytest.fixture(scope="module")
def shop():
    """The built program."""
    built = subprocess.run(
        ["swift", "build", "--build-tests", "--package-path", ROOT / "Examples" / "Server", "--scratch-path", SCRATCH],
        capture_output=True, text=True, timeout=BUILD_DEADLINE, preexec_fn=end_with_parent,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return SCRATCH / "debug" / "Shop"


@pytest.fixture(scope="module")
def printed(shop):
    """The page that the program prints after a hundred requests to itself."""
    ran = subprocess.run(
        [shop, "--port", "0", "--warehouse-port", str(free_port()), "--requests", "100"], capture_output=True, text=True, timeout=60,
        preexec_fn=end_with_parent,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_own_events_are_counted(printed):
    page = Page(printed, TEXT)

    assert page.value("shop_orders_total", payment="card") == 50
    assert page.value("shop_orders_total", payment="invoice") == 40
    assert page.value("shop_orders_refused_total", reason="bad_order") == 5
    assert page.total("shop_order_duration_seconds_count") == 90
    # Counted once a second, before or during the orders.
    assert 500 - page.total("shop_items_sold_total") <= page.value("shop_stock_items") <= 500


def test_metrics_of_hummingbird_are_on_the_page(printed):
    page = Page(printed, TEXT)
    nowhere = {"http_route": "NotFound", "http_request_method": "POST"}

    assert page.value("hb_requests_total", **PLACED) == 90
    assert page.value("hb_requests_total", **ORDERS, http_response_status_code="400") == 5
    assert page.value("hb_request_errors_total", **ORDERS, error_type="400") == 5
    assert page.value("hb_request_errors_total", **nowhere, error_type="404") == 5
    assert page.value("hb_active_requests", http_request_method="POST") == 0
    assert page.value("hb_active_requests", http_request_method="GET") == 1


def test_durations_of_swift_metrics_are_in_seconds(printed):
    page = Page(printed, TEXT)

    assert page.value("hb_request_duration_seconds_count", **PLACED) == 90
    assert page.value("hb_request_duration_seconds_bucket", **PLACED, le="+Inf") == 90
    # A hundred requests in a row ended within a minute.
    assert 0 < page.value("hb_request_duration_seconds_sum", **PLACED) < 60


BOUNDARIES = ["0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5", "5.0", "7.5", "10.0", "+Inf"]


def test_requests_of_hummingbird_by_opentelemetrys_names(printed):
    page = Page(printed, TEXT)
    refused = ORDERS | {"http_response_status_code": "400"}
    nowhere = {"http_request_method": "POST", "http_route": "", "http_response_status_code": "404"}
    duration = "http_server_request_duration_seconds"

    assert page.value(f"{duration}_count", **PLACED) == 90
    assert page.value(f"{duration}_count", **refused) == 5
    assert page.value(f"{duration}_count", **nowhere) == 5
    assert page.total(f"{duration}_count") == 100
    assert 0 < page.value(f"{duration}_sum", **PLACED) < 60
    assert [labels["le"] for labels in page.labels(f"{duration}_bucket") if PLACED.items() <= labels.items()] == BOUNDARIES
    assert page.value("http_server_request_body_size_bytes_count", **PLACED) == 90
    assert page.value("http_server_response_body_size_bytes_count", **PLACED) == 90
    assert page.value("http_server_time_to_first_byte_seconds_count", **PLACED) == 90
    assert page.value("http_server_active_requests", http_request_method="POST") == 0
    assert page.value("http_server_active_requests", http_request_method="GET") == 1
    assert page.total("http_server_requests_broken_total") == 0


def test_requests_of_async_http_client(printed):
    page = Page(printed, TEXT)
    count = "http_client_request_duration_seconds_count"
    sent = {"http_request_method": "POST", "server_address": "127.0.0.1", "error_type": ""}

    assert page.value(count, **sent, http_response_status_code="201") == 90
    assert page.value(count, **sent, http_response_status_code="400") == 5
    assert page.value(count, **sent, http_response_status_code="404") == 5
    # The head of the page's own response may be there before the page is made.
    assert page.total(count, http_request_method="POST") == 100


def test_calls_of_grpc_on_both_sides(printed):
    page = Page(printed, TEXT)
    take = {"grpc_method": "shop.Warehouse/Take"}

    for side in ["server", "client"]:
        assert page.value(f"grpc_{side}_call_started_total", **take) == 90
        assert page.value(f"grpc_{side}_call_duration_seconds_count", **take, grpc_status="OK") == 90
        assert page.total(f"grpc_{side}_call_duration_seconds_count") == 90


def test_accesses_and_statements_of_grdb(printed):
    page = Page(printed, TEXT)
    write = {"database": "shop", "kind": "write", "error": "false"}
    taken = "UPDATE stock SET remaining = remaining - ? WHERE remaining >= ?"

    assert page.value("grdb_access_duration_seconds_count", **write) == 90
    assert page.value("grdb_queue_duration_seconds_count", **write) == 90
    queued = page.value("grdb_queue_duration_seconds_sum", **write)
    assert 0 < queued < page.value("grdb_access_duration_seconds_sum", **write)
    assert page.value("grdb_statement_duration_seconds_count", database="shop", statement=taken) == 90
    assert page.value("grdb_statement_duration_seconds_sum", database="shop", statement=taken) > 0
    reads = page.total("grdb_access_duration_seconds_count", kind="read")
    selected = {"database": "shop", "statement": "SELECT remaining FROM stock"}
    assert page.value("grdb_statement_duration_seconds_count", **selected) == reads >= 1


def test_event_loops_of_nio(printed):
    page = Page(printed, TEXT)

    loops = page.labels("nio_event_loop_ticks_total")
    assert [labels["group"] for labels in loops] == ["web"] * len(loops)
    assert {labels["loop"] for labels in loops} == {"0", "1"}
    for labels in loops:
        # Loops turn while the page is made, and the durations stand before the ticks.
        timed = page.value("nio_event_loop_tick_duration_seconds_count", **labels)
        assert 0 < timed <= page.value("nio_event_loop_ticks_total", **labels) < timed + 20
        assert 0 < page.value("nio_event_loop_tick_duration_seconds_sum", **labels) < 60
    # Each order is a read, a write and the end of a write at least.
    assert page.total("nio_event_loop_ticks_total") >= 100
    # Each poll gave each of two loops one task.
    polls = page.total("heliograph_poll_duration_seconds_count", poll="nio_lag_web")
    assert page.value("nio_event_loop_lag_seconds_count", group="web") == 2 * polls > 0


def test_states_of_services(printed):
    page = Page(printed, TEXT)

    for service in ["warehouse", "warehouse client", "web", "customer"]:
        assert page.value("service_state_changes_total", service=service, state="running") == 1
        for state in ["running", "stopping", "stopped", "failed"]:
            assert page.value("service_state", service=service, state=state) == (state == "running")


def test_spans(printed):
    page = Page(printed, TEXT)
    count = "span_duration_seconds_count"

    assert page.value(count, operation="place order", kind="internal", outcome="completed") == 90
    assert page.value(count, operation="place order", kind="internal", outcome="failed") == 5
    # AsyncHTTPClient's own; what is answered 400 and 404 failed.
    assert page.value(count, operation="POST", kind="client", outcome="completed") == 90
    assert page.value(count, operation="POST", kind="client", outcome="failed") == 10


def test_messages_of_loggers(printed):
    # Shown as zero for its first minute; the hook's own tests have the number.
    assert {"logger": "orders", "level": "notice"} in Page(printed, TEXT).labels("heliograph_log_messages_total")


def test_promtool_has_nothing_to_say(printed):
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=printed, capture_output=True, text=True, timeout=10)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_nothing_was_rejected(printed):
    page = Page(printed, TEXT)

    assert page.total("heliograph_swift_metrics_rejected_total") == 0
    assert page.total("heliograph_measurements_rejected_total") == 0


@contextlib.contextmanager
def serving(shop, directory, *arguments):
    """A shop that has taken an order of two items by card; its port and its process."""
    port = free_port()
    log = directory / "shop.log"
    with open(log, "wb") as output:
        server = subprocess.Popen(
            [shop, "--port", str(port), "--warehouse-port", str(free_port()), *arguments],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=end_with_parent,
        )
    try:
        def orders():
            """the shop takes an order"""
            assert server.poll() is None, log.read_text()
            try:
                return request(port, "POST", "/orders/card?items=2")[0] == 201
            except ConnectionRefusedError:
                return False

        eventually(orders)
        yield port, server
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0, log.read_text()
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()


def scrape(port):
    """The page as OpenMetrics."""
    status, content_type, body = request(port, "GET", "/metrics", {"Accept": OPENMETRICS})
    assert (status, content_type.split(";")[0]) == (200, "application/openmetrics-text")
    return Page(body, content_type)


def test_serves_openmetrics_and_stops_cleanly(shop, directory):
    with serving(shop, directory) as (port, _):
        page = scrape(port)

        assert page.value("shop_items_sold_total", payment="card") == 2
        assert page.value("hb_requests_total", **PLACED) == 1


def test_a_page_in_pieces_of_gzip(shop, directory):
    with serving(shop, directory) as (port, _):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/metrics?name[]=shop_orders_total", headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Vary"] == "Accept, Accept-Encoding"
        assert response.headers["Transfer-Encoding"] == "chunked"
        text = gzip.decompress(response.read()).decode()
        connection.close()

        assert Page(text, TEXT).names == {"shop_orders_total"}


def test_streams_that_break_off_are_told_apart(shop, directory):
    prices = {"http_request_method": "GET", "http_route": "/prices"}

    with serving(shop, directory) as (port, _):
        assert request(port, "GET", "/prices?count=3")[2] == "item 0\nitem 1\nitem 2\n"
        # The millionth item has no price.
        with pytest.raises(http.client.IncompleteRead):
            request(port, "GET", "/prices?count=1000001")
        with socket.create_connection(("127.0.0.1", port)) as leaving:
            leaving.sendall(b"GET /prices?count=900000 HTTP/1.1\r\nHost: shop\r\n\r\n")
            with leaving.makefile("rb") as received:
                assert len(received.read(10_000)) == 10_000

        def counted():
            """both streams are over"""
            page = scrape(port)
            return page.total("http_server_request_duration_seconds_count", **prices) == 3

        eventually(counted)
        page = scrape(port)
        broken = "http_server_requests_broken_total"
        assert page.value(broken, **prices, outcome="failed") == 1
        assert page.value(broken, **prices, outcome="cancelled") == 1
        whole = sum(len(f"item {number}\n") for number in range(1_000_000)) + 21
        sent = page.total("http_server_response_body_size_bytes_sum", **prices)
        assert whole < sent < whole + sum(len(f"item {number}\n") for number in range(900_000))
        assert page.value("http_server_active_requests", http_request_method="GET") == 1


def test_made_up_methods_and_paths_make_no_series(shop, directory):
    count = "http_server_request_duration_seconds_count"

    with serving(shop, directory) as (port, _):
        for number, method in enumerate(["MERGE", "NOTIFY", "PROPFIND", "REPORT", "SEARCH"] * 4):
            assert request(port, method, f"/tea/{number}")[0] == 404

        def counted():
            """all of them are counted in one series"""
            other = {"http_request_method": "_OTHER", "http_route": "", "http_response_status_code": "404"}
            return scrape(port).value(count, **other) == 20

        eventually(counted)
        assert "tea" not in {label for labels in scrape(port).labels(count) for label in labels.values()}


def test_durations_carry_the_trace_of_the_caller(shop, directory):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    with serving(shop, directory) as (port, _):
        request(port, "GET", "/prices", {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})

        def traced():
            """the request's bucket has an exemplar"""
            exemplars = [
                sample.exemplar.labels
                for sample in scrape(port).samples
                if sample.name == "http_server_request_duration_seconds_bucket" and sample.exemplar
            ]
            return {"trace_id": trace, "span_id": "00f067aa0ba902b7"} in exemplars

        eventually(traced)


def test_a_prometheus_has_the_totals_of_all_hooks(shop, directory):
    with serving(shop, directory, "--orders", "100") as (port, _):
        eventually(lambda: scrape(port).total("http_client_request_duration_seconds_count") == 100)
        with Prometheus(directory, f"127.0.0.1:{port}") as prometheus:
            prometheus.catch_up()
            totals = {
                'http_server_request_duration_seconds_count{http_request_method="POST"}': 101,
                "http_client_request_duration_seconds_count": 100,
                "grpc_server_call_started_total": 91,
                'grpc_client_call_duration_seconds_count{grpc_status="OK"}': 91,
                'grdb_access_duration_seconds_count{kind="write"}': 91,
                'grdb_statement_duration_seconds_count{statement=~"UPDATE.*"}': 91,
                'span_duration_seconds_count{operation="place order"}': 96,
                'service_state{state="running"}': 4,
                "shop_orders_total": 91,
            }
            found = {query: prometheus.value(f"sum({query})") for query in totals}
            assert found == totals
            assert prometheus.value("sum(nio_event_loop_ticks_total)") > 100
            assert prometheus.value("count(process_cpu_seconds_total)") == 1


def test_hooks_say_what_happened_in_their_own_tests(shop):
    ran = subprocess.run(
        ["swift", "test", "--skip-build", "--package-path", ROOT / "Examples" / "Server", "--scratch-path", SCRATCH],
        capture_output=True, text=True, timeout=600, preexec_fn=end_with_parent,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def request(port, method, path, headers=None):
    """Status, content type and body of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read().decode()
    finally:
        connection.close()
