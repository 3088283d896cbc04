"""Connections of HTTP: idle, refused, slow and unreadable ones, and what is counted of them."""

import base64
import hashlib
import re
import resource
import time
from contextlib import ExitStack, contextmanager

import pytest

from certificates import plain_and_tls
from heliograph_process import Heliograph
from polling import eventually
from test_slow_readers import MEBIBYTE, SlowReaders, fill

AT_ONCE = 2.0


@contextmanager
def idlers(service, count, addresses=("127.0.0.1",)):
    """Connections that send nothing, not even a handshake, in turn from each address."""
    with ExitStack() as stack:
        for number in range(count):
            stack.enter_context(service.connect_plain(addresses[number % len(addresses)]))
        yield


def exchange(service, request):
    """What the service answers to the bytes, up to the end of the connection."""
    answer = b""
    with service.connect() as client:
        try:
            client.sendall(request)
            while piece := client.recv(65536):
                answer += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
    return answer


@plain_and_tls
@pytest.mark.parametrize("addresses", [["127.0.0.1"], [f"127.0.0.{host}" for host in range(2, 12)]],
                         ids=["one address", "ten addresses"])
def test_idle_connections_give_way(service, addresses):
    with idlers(service, 400, addresses):
        began = time.monotonic()
        page = service.page()
        assert time.monotonic() - began < AT_ONCE
    assert page.value("heliograph_connections_cut_total", source="http", cause="evicted") > 100
    assert page.value("heliograph_connections_refused_total", source="http") == 0
    assert 1 <= page.value("heliograph_connections", source="http") <= 256 + 32


@plain_and_tls
def test_busy_connections_do_not_give_way(start):
    service = start(arguments=["--web.max-connections-per-address=3"])
    with ExitStack() as stack:
        for _ in range(3):
            client = stack.enter_context(service.connect())
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n")
        eventually(lambda: is_refused(service))
    # The service notes a moment later that they are gone.
    eventually(lambda: service.get("/metrics").status == 200)
    page = service.page()
    assert page.value("heliograph_connections_refused_total", source="http") >= 1


def is_refused(service):
    """503, which a client of HTTPS gets as the end of its handshake."""
    if not service.tls:
        return exchange(service, b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 503 ")
    try:
        service.connect().close()
        return False
    except OSError:
        return True


@plain_and_tls
def test_an_honest_page_comes_beside_readers_that_take_nothing(service):
    page = fill(service)
    assert page > 9 * MEBIBYTE
    with SlowReaders(service, 40):
        shown = eventually(lambda: service.get("/metrics").status == 200 and service.page())
        assert shown.value("heliograph_connections_cut_total", source="http", cause="slow_reader") >= 1
        assert 1 <= shown.value("heliograph_scrapes_in_flight") <= 40


UNREADABLE = {
    400: b"GET / HTTP/x\r\n\r\n",
    413: b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
    414: b"GET /" + 40_000 * b"x" + b" HTTP/1.1\r\n\r\n",
    431: b"GET / HTTP/1.1\r\nHost: a\r\nX: " + 40_000 * b"x" + b"\r\n\r\n",
    505: b"GET / HTTP/2.0\r\n\r\n",
}


@plain_and_tls
@pytest.mark.parametrize("code", UNREADABLE)
def test_unreadable_requests_are_counted(service, code):
    exchange(service, UNREADABLE[code])
    assert service.page().value("heliograph_http_requests_total", handler="none", code=str(code)) == 1


def test_forms_of_a_target(service):
    close = b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    absolute = exchange(service, b"GET http://host:9568/metrics" + close)
    assert absolute.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nX-Content-Type-Options: nosniff\r\n" in absolute
    assert exchange(service, b"GET /-/healthy?" + 520 * b"&" + close).startswith(b"HTTP/1.1 200 ")


def test_the_landing_page_allows_its_own_style_alone(service):
    answer = service.get("/")
    style = re.search(rb"<style>(.*)</style>", answer.body, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@plain_and_tls
def test_forgotten_requests_do_not_hold_up_the_end(service):
    for _ in range(20):
        exchange(service, b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + 600 * b";" + b"\r\n\r\n")
    assert service.page().value("heliograph_http_requests_total", handler="none", code="431") == 20
    service.stop()


@plain_and_tls
def test_scrapes_go_on_without_descriptors(binary, directory, authority):
    service = Heliograph(binary, directory, "", authority=authority)
    service.start()
    try:
        used = int(service.page().value("process_open_fds"))
        resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (used + 20, used + 20))
        with idlers(service, 60):
            began = time.monotonic()
            page = service.page()
            assert time.monotonic() - began < AT_ONCE
        assert page.value("heliograph_accept_failures_total", source="http") > 0
        assert page.value("heliograph_connections_cut_total", source="http", cause="evicted") > 0
        assert "Cannot accept a connection" in service.log()
    finally:
        service.stop()
