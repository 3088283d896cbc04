"""An end of the process between any two instructions of recording events that their client numbers, and sends again."""

from __future__ import annotations

import json
import socket

from notify_socket import NotifySocket
from polling import eventually
from test_crash_points import FromUnixSocket, crash_points, pages_of, stepped, successor  # noqa: F401

# Two tables that one event fills, one of them with several metrics.
CONFIG = """\
metrics:
  - {name: shop.order.count, type: counter, labels: [payment]}
  - {name: shop.order.items, type: sum, labels: [payment]}
  - {name: shop.order.price, event: shop.order, measurement: price, type: histogram, labels: [payment], buckets: [1, 10]}
  - {name: shop.orders, event: shop.order, type: counter}
  - {name: shop.fine, event: shop.order, measurement: price, type: histogram, buckets: native}
"""


def line(number: int, payment: str) -> bytes:
    measurements = {"items": number, "price": number + 0.5}
    return json.dumps({"id": ["shop", number], "event": "shop.order", "measurements": measurements,
                       "metadata": {"payment": payment}}).encode() + b"\n"


BEFORE = line(1, "card")
# Into series that there are, and into new ones.
STEPPED = [line(2, "card"), line(3, "cash")]


def exchange(connection: socket.socket, lines: list[bytes]) -> dict:
    """Sends lines at once, and returns the last answer to them."""
    connection.sendall(b"".join(lines))
    last = b""
    while not last.endswith(b"\n"):
        received = connection.recv(65536)
        assert received, "no answer"
        last += received
    return json.loads(last.splitlines()[-1])


def connect(service: FromUnixSocket) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(20)
    connection.connect(str(service.events_path))
    return connection


def send_again(service: FromUnixSocket) -> None:
    with connect(service) as connection:
        assert exchange(connection, STEPPED) == {"ack": ["shop", 3]}


def test_no_end_of_the_process_loses_or_doubles_an_event(binary, directory, crash_points):  # noqa: F811
    service = FromUnixSocket(binary, directory, CONFIG)
    with NotifySocket(directory) as manager:
        service.variables = {"NOTIFY_SOCKET": str(manager.path)}
        service.start()
        try:
            with connect(service) as connection:
                assert exchange(connection, [BEFORE]) == {"ack": ["shop", 1]}
                images = directory / "images"
                count = stepped(
                    crash_points, service, "events", images, lambda: connection.sendall(b"".join(STEPPED)))
                eventually(lambda: service.page().total("shop_orders_total") == 3)
                after = service.values()
        finally:
            service.kill()
    assert count > 50

    def shown(number):
        return successor(binary, directory / f"of-{number}", images / str(number), after, CONFIG, send_again)

    pages = pages_of(count, shown)
    wrong = {number: sorted(set(page) ^ set(after)) for number, page in enumerate(pages) if page != after}
    assert wrong == {}
