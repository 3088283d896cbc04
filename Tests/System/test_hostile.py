"""A hostile network, over HTTP and HTTPS: afterwards the next scrape is in time, and memory and descriptors are as before."""

import random
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from certificates import plain_and_tls
from exposition import TEXT, Page
from mutation import mutated
from polling import eventually
from test_descriptors import open_files
from test_slow_readers import MEBIBYTE, fill, resident_bytes

AT_ONCE = 2.0
GROWTH = 8 * MEBIBYTE
GIBIBYTE = 1 << 30
ADDRESSES = [f"127.0.0.{host}" for host in range(2, 12)]


def scrape_at_once(service):
    """Some figures of a page, which has to come at once."""
    began = time.monotonic()
    answer = service.get("/metrics?name[]=heliograph_connections&name[]=heliograph_connections_cut_total"
                         "&name[]=heliograph_supervisor_restarts_total", {"Accept": TEXT})
    assert time.monotonic() - began < AT_ONCE
    return Page(answer.body.decode(), answer.headers["Content-Type"])


@contextmanager
def unharmed(service):
    """A service whose body leaves no trace."""
    for _ in range(3):
        scrape_at_once(service)
    files, memory = open_files(service), resident_bytes(service)
    yield
    assert scrape_at_once(service).total("heliograph_supervisor_restarts_total") == 0
    eventually(lambda: open_files(service) <= files)
    # What the heap has to spare is given back every ten seconds.
    eventually(lambda: resident_bytes(service) < memory + GROWTH, within=20, every=0.2)


def client_hello():
    """The first message of a TLS handshake."""
    sent = ssl.MemoryBIO()
    session = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        session.do_handshake()
    return sent.read()


def takes(client, action):
    """Whether the connection is open, or was a moment ago; `action` sends to it or receives from it without waiting."""
    client.setblocking(False)
    try:
        return action(client) != b""
    except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
        return True
    except OSError:
        return False


DRIPS = 40
PACE = 0.05
DEADLINE = 2


def drip(service, clients, action, deadline):
    """Has each client act on and on; none may get on with that for longer than the deadline, and nobody waits for them."""
    began, looks = time.monotonic(), 0
    while clients:
        took = time.monotonic() - began
        assert took < deadline + AT_ONCE, f"{len(clients)} connections are open still"
        clients = [client for client in clients if takes(client, action)]
        looks += 1
        if looks % 10 == 0 and took < deadline - 0.5:
            scrape_at_once(service)
            assert len(clients) == DRIPS, f"{DRIPS - len(clients)} connections ended after {took:.1f} s"
        time.sleep(PACE)


def cut(service, cause):
    """How many connections were ended for that."""
    return scrape_at_once(service).value("heliograph_connections_cut_total", source="http", cause=cause)


BEGUN = {
    "head": b"GET /metrics HTTP/1.1\r\nHost: a\r\nX: ",
    "body": b"POST /-/quit HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n",
    "chunk": b"POST /-/quit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nf000\r\n",
}


@plain_and_tls
@pytest.mark.parametrize("part", BEGUN)
def test_a_request_in_drips_has_a_deadline(start, part):
    service = start(arguments=[f"--web.request-timeout={DEADLINE}s", "--web.enable-lifecycle=true"])
    with unharmed(service), ExitStack() as stack:
        clients = [stack.enter_context(service.connect()) for _ in range(DRIPS)]
        for client in clients:
            client.sendall(BEGUN[part])
        drip(service, clients, lambda client: client.send(b"x"), DEADLINE)
        assert cut(service, "request_deadline") == DRIPS


@plain_and_tls
def test_a_reader_in_drips_has_a_deadline(start):
    service = start(arguments=[f"--web.response-timeout={DEADLINE}s", "--web.max-requests=0"])
    fill(service, series=2000)
    with unharmed(service), ExitStack() as stack:
        clients = [stack.enter_context(service.connect(receive_buffer=4096)) for _ in range(DRIPS)]
        for client in clients:
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        drip(service, clients, lambda client: client.recv(256), DEADLINE)
        assert cut(service, "response_deadline") == DRIPS


@pytest.mark.parametrize("authority", ["tls"], indirect=True)
def test_a_handshake_in_drips_has_a_deadline(service):
    hello = client_hello()
    rest = b"\x16\x03\x03\x40\x00" + bytes(1000)
    with unharmed(service), ExitStack() as stack:
        clients = [stack.enter_context(service.connect_plain()) for _ in range(DRIPS)]
        sent = {client: iter(hello) for client in clients[:DRIPS // 2]}
        for client in clients[DRIPS // 2:]:
            # Its half of the first round trip is there; what follows is a message that does not end.
            client.sendall(hello)
            sent[client] = iter(rest)
        drip(service, clients, lambda client: client.send(bytes([next(sent[client])])), 10)
        assert cut(service, "handshake_deadline") == DRIPS


IDLERS = 500


@plain_and_tls
@pytest.mark.parametrize("kind", ["silent", "kept"])
def test_idle_connections_cost_little(start, kind):
    service = start(arguments=["--web.max-connections=600"])
    with unharmed(service):
        memory = resident_bytes(service)
        with ExitStack() as stack:
            for number in range(IDLERS):
                address = ADDRESSES[number % len(ADDRESSES)]
                if kind == "silent":
                    stack.enter_context(service.connect_plain(address))
                    continue
                client = stack.enter_context(service.connect(address))
                client.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n")
                assert client.recv(1024).startswith(b"HTTP/1.1 200 ")
            eventually(lambda: open_files(service) > IDLERS)
            page = scrape_at_once(service)
            assert page.value("heliograph_connections", source="http") == IDLERS + 1
            assert page.total("heliograph_connections_cut_total", source="http") == 0
            assert resident_bytes(service) - memory < IDLERS * 100_000


# Whether a body in chunks is too long is known in its midst, where libmicrohttpd takes no answer: it ends without one.
HUGE = {
    "body": (413, b"POST /-/quit HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n", 65536 * b"x"),
    "chunks": (None, b"POST /-/quit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
               b"10000\r\n" + 65536 * b"x" + b"\r\n"),
    "field": (431, b"GET /metrics HTTP/1.1\r\nHost: a\r\nX: ", 65536 * b"x"),
    "fields": (431, b"GET /metrics HTTP/1.1\r\nHost: a\r\n", 8192 * b"X: yyy\r\n"),
    "target": (414, b"GET /", 65536 * b"x"),
}


@plain_and_tls
@pytest.mark.parametrize("part", HUGE)
def test_a_request_of_a_gibibyte_ends_early(start, part):
    service = start(arguments=["--web.enable-lifecycle=true"])
    code, begin, piece = HUGE[part]
    with unharmed(service):
        for _ in range(3):
            with service.connect() as client:
                client.sendall(begin)
                assert taken(client, piece) < 16 * MEBIBYTE
        answered = {labels["code"] for labels in service.page().labels("heliograph_http_requests_total")
                    if labels["handler"] != "/-/ready"}
        assert answered == ({"200", str(code)} if code else {"200"})


def taken(client, piece):
    """How many bytes of a gibibyte the client is rid of before the connection ends."""
    sent = 0
    try:
        while sent < GIBIBYTE:
            client.sendall(piece)
            sent += len(piece)
    except OSError:
        pass
    return sent


REQUESTS = 10_000
GOOD_REQUESTS = [
    b"GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: application/openmetrics-text;version=1.0.0;q=0.8,*/*;q=0.1\r\n"
    b"Accept-Encoding: gzip, zstd;q=0.5\r\nX-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n",
    b"GET /metrics?name[]=process_open_fds&name[]=%68eliograph_samples HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET http://a:9568/-/healthy HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /-/reload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
    b"PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n",
    b"GET / HTTP/1.0\r\nAuthorization: Basic YWRhOmxvdmVsYWNl\r\nCookie: a=b; c=d\r\n\r\n",
]


def random_request(source):
    """A damaged request, and now and then bytes of no meaning."""
    if source.random() < 0.05:
        return source.randbytes(source.randint(1, 2000))
    return mutated(source, source.choice(GOOD_REQUESTS))


@plain_and_tls
def test_random_requests(service):
    def send(number):
        source, rest = random.Random(number), REQUESTS // 8
        while rest:
            with service.connect(source.choice(ADDRESSES)) as client:
                client.settimeout(0.02)
                try:
                    # The connection stays where the request before was answered, and whatever of it was not read.
                    for _ in range(min(rest, 8)):
                        rest -= 1
                        client.sendall(random_request(source))
                        if not client.recv(65536):
                            break
                except OSError:
                    pass

    with unharmed(service), ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    page = service.page()
    assert page.total("heliograph_http_requests_total") > REQUESTS / 4
    codes = {labels["code"] for labels in page.labels("heliograph_http_requests_total")}
    assert codes >= {"200", "400", "404", "405"}
    assert not {code for code in codes if code.startswith("5")} - {"503", "505"}


STRANGERS = 200


def test_a_handshake_where_none_is_expected(start):
    service = start(arguments=[f"--web.request-timeout={DEADLINE}s"])
    hello = client_hello()
    with unharmed(service), ExitStack() as stack:
        for number in range(STRANGERS):
            client = stack.enter_context(service.connect_plain(ADDRESSES[number % len(ADDRESSES)]))
            client.sendall(hello)
        scrape_at_once(service)


@pytest.mark.parametrize("authority", ["tls"], indirect=True)
def test_plain_requests_where_a_handshake_is_expected(service):
    with unharmed(service):
        for number in range(STRANGERS):
            with service.connect_plain(ADDRESSES[number % len(ADDRESSES)]) as client:
                client.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
                answer = b"".join(iter(lambda: client.recv(65536), b""))
                assert answer.startswith(b"HTTP/1.0 400 ")
                assert answer.endswith(b"Client sent an HTTP request to an HTTPS server.\n")
        scrape_at_once(service)
