"""Clients that ask for a large page and never read it: bounded in number and in memory."""

import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from certificates import plain_and_tls
from polling import eventually
from senders import Datagrams, Pace

CLIENTS = 30
SERIES = 9700
SERIES_PER_DATAGRAM = 50
MEBIBYTE = 1 << 20


def fill(service, series=SERIES):
    """Gives the service a page of about ten megabytes, or of a kilobyte for each of so many series, and returns its size."""
    value = "x" * 990
    with Datagrams(service, "unix") as datagrams:
        pace = Pace(service, "unix")
        for first in range(0, series, SERIES_PER_DATAGRAM):
            lines = [f"big:1|g|#v:{value}{number}" for number in range(first, first + SERIES_PER_DATAGRAM)]
            pace.repeat(1, lambda lines=lines: datagrams.send("\n".join(lines)))
        pace.settle()
    return len(service.get("/metrics").body)


class SlowReaders:
    """A context with clients that have read the head of their answer, and read no more until it ends."""

    def __init__(self, service, count):
        self._service, self._count = service, count
        self._stack = ExitStack()
        self.heads, self.clients = [], []

    def __enter__(self):
        self.heads = [self._ask() for _ in range(self._count)]
        return self

    def __exit__(self, *_):
        self._stack.close()

    def statuses(self):
        """How many clients got which status."""
        found = [head.split()[1].decode() for head in self.heads]
        return {status: found.count(status) for status in found}

    def rest(self, number):
        """All that the client gets after the head."""
        parts = []
        while not parts or not parts[-1].endswith(b"0\r\n\r\n"):
            part = self.clients[number].recv(1 << 16)
            if not part:
                break
            parts.append(part)
        return b"".join(parts)

    def _ask(self):
        client = self._stack.enter_context(self._service.connect(receive_buffer=4096))
        client.sendall(b"GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n")
        self.clients.append(client)
        return client.recv(400)


def figure(service, series):
    """The value of a series, or -1 where the page is refused."""
    found = re.search(rf"^{re.escape(series)} (\S+)$", service.get("/metrics").body.decode(), re.MULTILINE)
    return float(found[1]) if found else -1


def resident_bytes(service):
    """What the process holds in memory."""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


@plain_and_tls
@pytest.mark.parametrize("limit", [1, 2, 40])
def test_only_so_many_pages_wait_and_none_is_in_memory(start, limit):
    service = start(arguments=[f"--web.max-requests={limit}"])
    page = fill(service)
    assert 9 * MEBIBYTE < page < 11 * MEBIBYTE
    before = resident_bytes(service)

    with SlowReaders(service, CLIENTS) as readers:
        # Who comes later takes the place of one who takes nothing.
        assert readers.statuses()["200"] >= min(limit, CLIENTS)
        assert set(readers.statuses()) <= {"200", "503"}
        assert all(b"\r\nRetry-After: 1\r\n" in head for head in readers.heads if head.split()[1] == b"503")
        assert resident_bytes(service) - before < 10 * MEBIBYTE
        eventually(lambda: service.get("/metrics").status == 200)
        assert 1 <= figure(service, "heliograph_scrapes_in_flight") <= limit
        assert service.get("/-/healthy").status == 200

    # A client can have read all of a page before the server has noted that it is sent; the page that shows it counts itself.
    eventually(lambda: figure(service, "heliograph_scrapes_in_flight") == 1)
    cut = 'heliograph_connections_cut_total{source="http",cause="slow_reader"}'
    if limit < CLIENTS:
        eventually(lambda: figure(service, cut) >= 1)


@plain_and_tls
def test_a_slow_reader_gets_the_page_to_its_end(service):
    fill(service)
    with SlowReaders(service, 1) as readers:
        shown = service.page()
        assert shown.value("heliograph_scrapes_in_flight") == 2
        assert readers.rest(0).endswith(b"\r\n0\r\n\r\n")


@plain_and_tls
def test_a_stop_does_not_wait_for_slow_readers(service):
    fill(service)
    with SlowReaders(service, 3):
        service.stop()
