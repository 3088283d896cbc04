"""A way back from what ends the service each time: inputs that trap, in a debug build that has one on purpose, and states that crash."""

import os
import signal

import pytest

from acknowledged import AcknowledgedEvents
from heliograph_process import CONFIG, Heliograph
from polling import eventually
from senders import Datagrams

EVENT = {"event": "http.request", "measurements": {"duration": 0.1}, "metadata": {"route": "/"}}
REFUSED = "An input at which the process ended twice is refused"
POISON = "poison:1|c|#magic"
# The beginning of what a client with ids sends: the place of the spaces is that of Python's json.
POISON_EVENT = '{"id": ["shop", 2], "event": "http.request", "measurements": {"duration": 0.1}, "metadata": {"route": "/bad"}}'


@pytest.fixture
def trapping(binary):
    """A build that traps at the input that HELIOGRAPH_TRAP_AT names."""
    path = binary.parent.parent / "debug" / "heliograph"
    if not os.access(path, os.X_OK):
        pytest.skip(f"no debug build at {path}: swift build makes it")
    return path


@pytest.fixture
def make(directory, memory):
    made = []

    def make(program, **variables):
        place = directory / str(len(made))
        place.mkdir()
        made.append(Heliograph(program, place, CONFIG, (), {"XDG_RUNTIME_DIR": str(memory)} | variables))
        return made[-1]

    yield make
    for service in made:
        if service.process is not None and service.process.poll() is None:
            service.stop()


def await_trap(service):
    assert service.process.wait(60) in (-signal.SIGILL, -signal.SIGTRAP)


def send(service, lines):
    with Datagrams(service, "unix") as datagrams:
        datagrams.send(lines)


def test_a_datagram_at_two_ends_of_the_process_is_set_aside(trapping, make):
    service = make(trapping, HELIOGRAPH_TRAP_AT=POISON).start()
    send(service, "good:1|c\ngood:2|c")
    service.await_datagrams(1, "unix")

    send(service, POISON)
    await_trap(service)
    # It is in the memory, not yet applied: the successor takes it again, and ends at it too.
    start_and_await_trap(service)
    service.start()

    eventually(lambda: service.page().total("heliograph_events_rejected_total", source="statsd", cause="poison") == 1)
    assert REFUSED in service.log()
    assert "poison:1|c|#magic" in service.log()
    send(service, "good:4|c")
    eventually(lambda: service.page().total("good_total") == 7)
    # From now on it is refused at once, whoever sends it.
    send(service, POISON)
    eventually(lambda: service.page().total("heliograph_events_rejected_total", source="statsd", cause="poison") == 2)
    assert service.page().total("poison_total") == 0


def test_an_event_at_two_ends_of_the_process_is_set_aside_and_acknowledged(trapping, make):
    service = make(trapping, HELIOGRAPH_TRAP_AT=POISON_EVENT).start()
    client = AcknowledgedEvents(str(service.events_path), "shop")
    client.send(EVENT)
    client.flush()
    bad = EVENT | {"metadata": {"route": "/bad"}}
    client.send(bad)
    await_trap(service)
    service.start()
    # The client connects anew and sends again what is not acknowledged.
    again = 0
    while service.process.poll() is None and again < 500:
        client.send(EVENT)
        again += 1
    await_trap(service)
    service.start()
    client.flush()
    page = service.page()
    assert page.total("http_request_count_total", route="/") == 1 + again
    assert page.total("http_request_count_total", route="/bad") == 0
    assert page.total("heliograph_events_rejected_total", source="event_socket", cause="poison") == 1
    assert REFUSED in service.log()
    assert "/bad" in service.log()


def test_a_state_at_three_ends_before_anything_was_done_is_set_aside(binary, make, memory):
    service = make(binary).start()
    send(service, "good:1|c\ngood:2|c")
    service.await_datagrams(1, "unix")
    service.kill()
    for _ in range(3):
        service.start()
        service.kill()
    service.start()
    page = service.page()
    assert page.total("good_total") == 0
    assert page.value("heliograph_state_set_aside_total", cause="crash_loop") == 1
    aside = list(memory.rglob("*set-aside*"))
    assert len(aside) == 1
    assert str(aside[0]) in service.log()


def test_one_scrape_or_input_between_ends_keeps_the_state(binary, make):
    service = make(binary).start()
    send(service, "good:1|c\ngood:2|c")
    service.await_datagrams(1, "unix")
    service.kill()
    for _ in range(4):
        service.start()
        assert service.page().total("good_total") == 3
        service.kill()


def start_and_await_trap(service):
    try:
        service.start()
    except AssertionError as error:
        assert "ended with code" in str(error)
    await_trap(service)
