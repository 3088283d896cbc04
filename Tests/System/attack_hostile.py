"""What hostile clients do, one function each; it runs until the deadline on `time.monotonic`. Standard library only."""

import http.client
import json
import os
import random
import signal
import socket
import string
import time

STATSD_UNIX = "/run/heliograph/statsd.sock"
STATSD_UDP = ("127.0.0.1", 9125)
EVENTS = "/run/heliograph/events.sock"
CARBON = ("127.0.0.1", 2003)
HTTP = ("127.0.0.1", 9568)

# Each has an address of its own, as the service limits connections by address.
IDLE_ADDRESS, READER_ADDRESS, DRIP_ADDRESS, HALF_ADDRESS, SCRAPE_ADDRESS = (f"127.0.0.{last}" for last in range(2, 7))

IDLE_CONNECTIONS = 2000
SLOW_READERS = 48
DRIPS = 20
HALF_REQUESTS = 200
PARALLEL_SCRAPES = 4
# Between two datagrams of one sender, so that what is measured is the service and not a machine without time to run it.
PAUSE = 0.005

SOURCE = random.Random()


def word(length=12):
    """Random letters."""
    return "".join(SOURCE.choices(string.ascii_lowercase, k=length))


def send_datagrams(deadline, make):
    """Sends what `make` returns, in turn over both StatsD sockets."""
    unix = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    unix.settimeout(1)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect(STATSD_UDP)
    unix.connect(STATSD_UNIX)
    while time.monotonic() < deadline:
        for target in (unix, udp):
            try:
                target.send(make())
            except OSError:
                unix = reconnected(unix)
        time.sleep(PAUSE)


def reconnected(unix):
    """The same socket, or a new one where the service's is another by now."""
    try:
        unix.connect(STATSD_UNIX)
    except OSError:
        time.sleep(0.1)
    return unix


def lines(make, count=100):
    """A datagram of `count` lines."""
    return "\n".join(make() for _ in range(count)).encode()


TYPES = ["c", "g", "ms", "s", "h", "d"]


def random_names(deadline):
    """Names that never come again, of all types, and by rule as summaries (`hs`) and native histograms (`hn`)."""
    send_datagrams(deadline, lambda: lines(
        lambda: f"{SOURCE.choice(['n', 'hs', 'hn'])}.{word()}:1|{SOURCE.choice(TYPES)}"))


def random_tags(deadline):
    """Series of few names that never come again, of all types."""
    send_datagrams(deadline, lambda: lines(
        lambda: f"{SOURCE.choice(['t', 'hs.', 'hn.'])}{SOURCE.randrange(50)}:{SOURCE.random()}|{SOURCE.choice(TYPES)}|#k:{word()}"))


def wide_values(deadline):
    """Distributions over all magnitudes, so that each series takes as many buckets as it may, and sets of random members."""
    def line():
        value = SOURCE.choice([-1, 1]) * 10 ** SOURCE.uniform(-300, 300)
        kind = SOURCE.choice(["ms", "h", "d", "s"])
        return f"{SOURCE.choice(['w', 'hs.w', 'hn.w'])}{SOURCE.randrange(200)}:{value}|{kind}"
    send_datagrams(deadline, lambda: lines(line))


def sampled_and_packed(deadline):
    """Samples that stand for millions, several values and several names in one line."""
    rates = ["0.000001", "0.5", "1e-9", "0", "-1", "nan", ""]
    send_datagrams(deadline, lambda: lines(lambda: SOURCE.choice([
        f"sampled{SOURCE.randrange(100)}:{SOURCE.random()}|{SOURCE.choice(TYPES)}|@{SOURCE.choice(rates)}",
        f"p.{word()}" + ":1|c:2|g:3|ms" * SOURCE.randrange(1, 50),
        f"v{SOURCE.randrange(100)}" + ":1" * SOURCE.randrange(1, 1000) + "|ms",
    ]), count=5))


def long_lines(deadline):
    """Lines of 1 to 60 KB that are one name, one tag or one value, with bytes that are no UTF-8."""
    def line():
        size = SOURCE.randrange(1000, 60_000)
        noise = SOURCE.randbytes(32).replace(b"\n", b".")
        return SOURCE.choice([
            b"l." + noise + b"a" * size + b":1|c", b"l:1|c|#" + noise + b":" + b"b" * size, b"l:" + b"1" * size + b"|ms",
        ])
    send_datagrams(deadline, line)


def graphite_names(deadline):
    """Names and tags of Graphite that never come again, and a connection for every few."""
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(CARBON, timeout=1) as carbon:
                for _ in range(20):
                    text = "".join(f"g.{word()};k={word()} 1 {int(time.time())}\n" for _ in range(100))
                    carbon.sendall(text.encode())
                    time.sleep(PAUSE)
                carbon.sendall(b"half.a.line")
        except OSError:
            time.sleep(0.1)


def many_tags(deadline):
    """Tags that are sorted the wrong way round."""
    tags = ",".join(f"{first}{second}:1" for first in reversed(string.ascii_lowercase)
                    for second in reversed(string.ascii_lowercase))
    send_datagrams(deadline, lambda: f"many.tags:1|c|#{tags}".encode())


def many_values_and_tags(deadline):
    """One line of 60 KB: a thousand values, and as many tags as have room."""
    tags = ",".join(f"{word(2)}{number:03}:{word(50)}" for number in reversed(range(900)))
    line = f"packed{':1' * 1000}|c|#{tags}".encode()[:60_000]
    send_datagrams(deadline, lambda: line)


def huge_values(deadline):
    """Numbers whose sums are past any number."""
    values = [b"lat:1e308|h|@0.1", b"c:1.79e308|c\nc:1.79e308|c", b"g:+1e308|g\ng:+1e308|g", b"x:-1e308|ms|@1e-300",
              b"y:1e999|c", b"z:" + b"9" * 5000 + b"|g", b"q:1|c|@1e-320"]
    send_datagrams(deadline, lambda: SOURCE.choice(values))


def noise(deadline):
    """Bytes that are no StatsD at all."""
    send_datagrams(deadline, lambda: SOURCE.randbytes(SOURCE.randrange(1, 2000)))


def event_lines(deadline):
    """Broken, deep, long and endless JSON, and events with values that never come again."""
    good = {"event": "checkout.order", "measurements": {"items": 1e308}}
    while time.monotonic() < deadline:
        candidates = [
            json.dumps(good | {"metadata": {"payment": word(200)}}), "[" * 60_000, '{"a":' * 10_000, '{"event":"' + "\\" * 999,
            '{"event":"checkout.order","measurements":{"items":' + "9" * 60_000 + "}}", "x" * 200_000, word(50),
        ]
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as events:
                events.settimeout(1)
                events.connect(EVENTS)
                for _ in range(50):
                    events.sendall(SOURCE.choice(candidates).encode() + b"\n")
                    time.sleep(PAUSE)
        except OSError:
            time.sleep(0.1)


def event_series(deadline):
    """Good events: of metrics that there are, with label values that never come again, and of events that there are not."""
    while time.monotonic() < deadline:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as events:
                events.settimeout(1)
                events.connect(EVENTS)
                for _ in range(50):
                    batch = [{
                        "event": SOURCE.choice(["attack.event", "attack.event", word()]),
                        "measurements": {"value": 10 ** SOURCE.uniform(-30, 30), "size": SOURCE.random()},
                        "metadata": {"a": word(), "b": word(30), word(): word()},
                    } for _ in range(50)]
                    events.sendall("".join(json.dumps(event) + "\n" for event in batch).encode())
                    time.sleep(PAUSE)
        except OSError:
            time.sleep(0.1)


def connected(address):
    """A connection to the HTTP port from one of the loopback addresses; None where there is none to be had."""
    client = socket.socket()
    client.settimeout(1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    try:
        client.bind((address, 0))
        client.connect(HTTP)
    except OSError:
        client.close()
        return None
    return client


def connected_to_events():
    """A connection to the event socket; None where there is none to be had."""
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.setblocking(False)
    try:
        client.connect(EVENTS)
    except OSError:
        client.close()
        return None
    return client


def is_closed(client):
    """Whether the service has ended the connection."""
    client.setblocking(False)
    try:
        return client.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def hold(deadline, count, connect, poke=lambda client: None):
    """Keeps `count` connections open, with new ones for those that the service closed; `poke`s each once a second."""
    clients = []
    while time.monotonic() < deadline:
        for client in [client for client in clients if is_closed(client)]:
            client.close()
            clients.remove(client)
        opened = [connect() for _ in range(min(100, count - len(clients)))]
        clients += [client for client in opened if client is not None]
        for client in clients:
            try:
                poke(client)
            except OSError:
                pass
        time.sleep(1)


def asking():
    """A connection that has asked for the page."""
    client = connected(READER_ADDRESS)
    if client is not None:
        client.sendall(b"GET /metrics HTTP/1.1\r\nHost: attack\r\n\r\n")
    return client


def posting():
    """A connection that has promised a body."""
    client = connected(DRIP_ADDRESS)
    if client is not None:
        client.sendall(b"POST /metrics HTTP/1.1\r\nHost: attack\r\nContent-Length: 60000\r\n\r\n")
    return client


def idle_http(deadline):
    """Connections that say nothing."""
    hold(deadline, IDLE_CONNECTIONS, lambda: connected(IDLE_ADDRESS))


def idle_events(deadline):
    """The same at the event socket."""
    hold(deadline, IDLE_CONNECTIONS, connected_to_events)


def slow_readers(deadline):
    """Clients that ask for the page and never read it."""
    hold(deadline, SLOW_READERS, asking)


def slow_posts(deadline):
    """Bodies of one byte a second."""
    hold(deadline, DRIPS, posting, lambda client: client.send(b"x"))


def connected_to_carbon():
    """A connection to Graphite's port; None where there is none to be had."""
    try:
        client = socket.create_connection(CARBON, timeout=1)
    except OSError:
        return None
    client.setblocking(False)
    return client


def idle_carbon(deadline):
    """Connections to Graphite's port that say nothing."""
    hold(deadline, IDLE_CONNECTIONS, connected_to_carbon)


def half_event():
    """A connection to the event socket with a line that has no end."""
    client = connected_to_events()
    if client is not None:
        try:
            client.send(b'{"event":"attack.event","measurements":{"value":' + b"1" * 1000)
        except OSError:
            pass
    return client


def half_events(deadline):
    """Lines of which one byte comes a second."""
    hold(deadline, IDLE_CONNECTIONS // 4, half_event, lambda client: client.send(b"1"))


def half_request():
    """A connection with a request that has no end."""
    client = connected(HALF_ADDRESS)
    if client is not None:
        client.sendall(b"GET /metrics HTTP/1.1\r\nHost: attack\r\nX-Long: ")
    return client


def half_requests(deadline):
    """Header fields of which one byte comes a second."""
    hold(deadline, HALF_REQUESTS, half_request, lambda client: client.send(b"x"))


def parallel_scrapes(deadline):
    """Pages in all formats, compressed and not, read as fast as they come."""
    formats = ["text/plain;version=0.0.4", "application/openmetrics-text;version=1.0.0",
               "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"]
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(*HTTP, timeout=10, source_address=(SCRAPE_ADDRESS, 0))
        headers = {"Accept": SOURCE.choice(formats), "Accept-Encoding": SOURCE.choice(["gzip", "identity"])}
        try:
            connection.request("GET", "/metrics", headers=headers)
            response = connection.getresponse()
            while response.read(1 << 16):
                pass
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.5)


def reload_storm(deadline, pid):
    """Five SIGHUPs a second, whatever the file holds at the time."""
    while time.monotonic() < deadline:
        try:
            os.kill(pid, signal.SIGHUP)
        except ProcessLookupError:
            return
        time.sleep(0.2)


ALL = [random_names, random_tags, wide_values, sampled_and_packed, long_lines, many_tags, many_values_and_tags, huge_values, noise,
       graphite_names, event_lines, event_series, idle_http, idle_events, idle_carbon, half_events, half_requests,
       slow_readers, slow_posts] + [parallel_scrapes] * PARALLEL_SCRAPES
