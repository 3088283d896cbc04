"""The example server: its own metrics and those of Hummingbird on one page, which it serves itself."""

import http.client
import signal
import subprocess
from pathlib import Path

import pytest

from exposition import OPENMETRICS, TEXT, Page
from polling import eventually
from processes import end_with_parent, free_port

ROOT = Path(__file__).resolve().parents[2]
SCRATCH = ROOT / ".build-examples"

# Hummingbird and all that it stands on take a quarter of an hour on one slow processor.
BUILD_DEADLINE = 3000

ORDERS = {"http_route": "/orders/{payment}", "http_request_method": "POST"}
PLACED = ORDERS | {"http_response_status_code": "201"}


@pytest.fixture(scope="module")
def shop():
    """The built program."""
    built = subprocess.run(
        ["swift", "build", "--package-path", ROOT / "Examples" / "Server", "--scratch-path", SCRATCH],
        capture_output=True, text=True, timeout=BUILD_DEADLINE, preexec_fn=end_with_parent,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return SCRATCH / "debug" / "Shop"


@pytest.fixture(scope="module")
def printed(shop):
    """The page that the program prints after a hundred requests to itself."""
    ran = subprocess.run(
        [shop, "--port", "0", "--requests", "100"], capture_output=True, text=True, timeout=60,
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
    assert page.value("http_server_active_requests", http_request_method="POST") == 0
    assert page.value("http_server_active_requests", http_request_method="GET") == 1


def test_durations_are_in_seconds(printed):
    page = Page(printed, TEXT)

    assert page.value("http_server_request_duration_seconds_count", **PLACED) == 90
    assert page.value("http_server_request_duration_seconds_bucket", **PLACED, le="+Inf") == 90
    # A hundred requests in a row ended within a minute.
    assert 0 < page.value("http_server_request_duration_seconds_sum", **PLACED) < 60


def test_promtool_has_nothing_to_say(printed):
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=printed, capture_output=True, text=True, timeout=10)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_nothing_was_rejected(printed):
    page = Page(printed, TEXT)

    assert page.total("heliograph_swift_metrics_rejected_total") == 0
    assert page.total("heliograph_measurements_rejected_total") == 0


def test_serves_openmetrics_and_stops_cleanly(shop, directory):
    port = free_port()
    log = directory / "shop.log"
    with open(log, "wb") as output:
        server = subprocess.Popen(
            [shop, "--port", str(port)], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            preexec_fn=end_with_parent,
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
        status, content_type, body = request(port, "GET", "/metrics", {"Accept": OPENMETRICS})
        page = Page(body, content_type)

        assert (status, content_type.split(";")[0]) == (200, "application/openmetrics-text")
        assert page.value("shop_items_sold_total", payment="card") == 2
        assert page.value("hb_requests_total", **PLACED) == 1
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0, log.read_text()
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()


def request(port, method, path, headers=None):
    """Status, content type and body of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read().decode()
    finally:
        connection.close()
