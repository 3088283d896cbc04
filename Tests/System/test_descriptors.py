"""A service that may open few files, and connections that do nothing."""

import os
import resource
import socket
import time
from contextlib import ExitStack, closing, contextmanager

from exposition import Page
from heliograph_process import Heliograph
from polling import eventually
from senders import Events

LIMIT = 256
CLIENTS = 300
# What a scrape's own connection and the spare ones may change between two looks.
TOLERANCE = 8


@contextmanager
def started(binary, directory, *limits):
    """A service within such limits, `prlimit`'s arguments, which must end cleanly."""
    service = Heliograph(binary, directory, "")
    service.command = ["prlimit", *limits, *service.command]
    service.start()
    yield service
    service.stop()


def open_files(service):
    """How many descriptors the process has, as the kernel says."""
    return len(os.listdir(f"/proc/{service.process.pid}/fd"))


def with_its_files(page, service):
    """The page, once it tells how many descriptors there are, which is read once a second."""
    return page if abs(page.value("process_open_fds") - open_files(service)) <= TOLERANCE else None


def connect_idle(stack, service, count):
    """Connections to the event socket that send nothing."""
    for _ in range(count):
        client = stack.enter_context(socket.socket(socket.AF_UNIX))
        client.connect(str(service.events_path))


def count_one(service):
    """Sends an event on a new connection; the page once it was counted or rejected, or nothing if it was refused."""
    before = service.page().total("heliograph_events_received_total", source="event_socket")
    with Events(service) as events:
        try:
            events.send_line(b'{"event":"x"}')
        except OSError:
            return None
        end = time.monotonic() + 1
        while time.monotonic() < end:
            page = service.page()
            if page.total("heliograph_events_received_total", source="event_socket") > before:
                return page
    return None


def test_idle_connections_lock_out_neither_scrapes_nor_senders(binary, directory):
    with started(binary, directory, f"--nofile={LIMIT}") as service, ExitStack() as stack:
        connect_idle(stack, service, CLIENTS)
        eventually(lambda: service.page().value("heliograph_connections_refused_total", source="event_socket"))
        page = eventually(lambda: with_its_files(service.page(), service))
        assert page.value("process_max_fds") == LIMIT
        assert page.value("heliograph_collector_success", collector="process") == 1
        assert page.value("heliograph_accept_failures_total", source="event_socket") == 0
        assert "Fewer connections than configured" in service.log()

        # A second later the flood is idle, and whoever comes takes a place of it.
        page = eventually(lambda: count_one(service))
        assert page.value("heliograph_connections_cut_total", source="event_socket", cause="evicted") >= 1


def test_without_descriptors_the_failures_are_counted_and_scrapes_go_on(service):
    with ExitStack() as stack:
        scraper = stack.enter_context(closing(service.connection()))
        scrape(scraper)
        highest = max(int(name) for name in os.listdir(f"/proc/{service.process.pid}/fd"))
        resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (highest + 1, highest + 1))
        connect_idle(stack, service, 100)
        eventually(lambda: failed(scraper))
        eventually(lambda: scrape(scraper).value("process_max_fds") == highest + 1)
        eventually(lambda: with_its_files(scrape(scraper), service))
        assert "Connections wait" in service.log()
        assert service.log().count("Connections wait") <= 2


def scrape(connection):
    """The page, over a connection that stays."""
    connection.request("GET", "/metrics")
    response = connection.getresponse()
    return Page(response.read().decode(), response.headers["Content-Type"])


def failed(connection):
    """The page on which a connection of a sender could not be accepted."""
    page = scrape(connection)
    return page if page.value("heliograph_accept_failures_total", source="event_socket") else None
