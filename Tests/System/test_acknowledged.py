"""Events with an id: each is counted once, however often the service is killed while they are sent."""

from __future__ import annotations

import json
import random
import socket
from pathlib import Path

from acknowledged import AcknowledgedEvents
from polling import eventually
from test_systemd import EVENTS_SOCKET, Host, host, installation, running  # noqa: F401

EVENT = {"event": "checkout.order", "measurements": {"items": 1}, "metadata": {"payment": "kept"}}
KILLS = 20

SENDER = Path(__file__).resolve().with_name("acknowledged.py").read_text() + f"""
import pathlib, sys
client = AcknowledgedEvents(sys.argv[1], "shop")
while not pathlib.Path("/run/enough").exists():
    client.send({EVENT!r})
client.flush()
pathlib.Path("/run/sent").write_text(str(client.number))
"""


def duplicates(running: Host) -> float:
    return running.samples().get('heliograph_events_rejected_total{source="event_socket",cause="duplicate"}', 0)


def test_none_is_lost_and_none_counted_twice_over_kills(running: Host) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    pause = random.Random(seed)
    name = 'checkout_order_items_total{payment="kept"}'
    running.run("systemd-run", "--unit=sender", "/usr/bin/python3", "-c", SENDER, EVENTS_SOCKET)
    try:
        kills = 0
        # Until some were sent again: on a fast machine most are acknowledged before the kill.
        while kills < KILLS or duplicates(running) == 0:
            assert kills < 10 * KILLS, "nothing was sent again"
            kills += 1
            least = running.samples().get(name, 0) + pause.randrange(1000)
            running.eventually(lambda: running.samples().get(name, 0) > least, "events come", 60)
            running.kill_service()
        running.run("touch /run/enough")
        running.eventually(lambda: running.run("cat /run/sent", check=False).stdout != "", "all are acknowledged", 120)
    finally:
        running.run("systemctl stop sender.service", check=False)
    sent = int(running.run("cat /run/sent").stdout)
    assert sent >= KILLS
    assert running.samples()[name] == sent


def exchange(service, *lines: dict) -> list[dict]:
    """What the service answers to lines on a connection of their own."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(service.events_path))
        connection.sendall(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        connection.shutdown(socket.SHUT_WR)
        return [json.loads(line) for line in connection.makefile()]


def test_answers_name_the_client_its_last_number_and_what_was_rejected(service) -> None:
    event = {"event": "http.request", "measurements": {"duration": 0.1}, "metadata": {"route": "/"}}
    assert exchange(service, event) == []
    assert exchange(service, {"id": ["a", 1]} | event, {"id": ["a", 3]} | event) == [{"ack": ["a", 3]}]
    assert exchange(service, {"id": ["a", 2]} | event) == [{"ack": ["a", 3]}]
    assert exchange(service, {"id": ["a", 4], "event": "x"}) == [{"ack": ["a", 4], "rejected": 1, "error": "unknown_event"}]
    page = service.await_events(5)
    assert page.total("heliograph_events_counted_total", source="event_socket") == 3
    assert page.total("heliograph_events_rejected_total", source="event_socket", cause="duplicate") == 1


def test_the_client_goes_on_over_a_connection_that_was_cut(service) -> None:
    client = AcknowledgedEvents(str(service.events_path), "b", limit=3)
    for number in range(10):
        client.send({"event": "http.request", "measurements": {"duration": 0.1}, "metadata": {"route": "/b"}})
        if number % 3 == 0 and client.socket is not None:
            client.socket.shutdown(socket.SHUT_RDWR)
    client.flush()
    assert eventually(lambda: service.page().total("http_request_count_total", route="/b") == 10)
