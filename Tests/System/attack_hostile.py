"""What hostile clients do, one function each; it runs until the deadline on `time.monotonic`. Standard library only."""

import json
import random
import socket
import string
import time

STATSD_UNIX = "/run/heliograph/statsd.sock"
STATSD_UDP = ("127.0.0.1", 9125)
EVENTS = "/run/heliograph/events.sock"
HTTP = ("127.0.0.1", 9568)

# Each has an address of its own, as the service limits connections by address.
IDLE_ADDRESS, READER_ADDRESS, DRIP_ADDRESS = "127.0.0.2", "127.0.0.3", "127.0.0.4"

IDLE_CONNECTIONS = 2000
SLOW_READERS = 48
DRIPS = 20
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


def random_names(deadline):
    """Names that never come again, of all types."""
    send_datagrams(deadline, lambda: lines(lambda: f"n.{word()}:1|{SOURCE.choice(['c', 'g', 'ms', 's', 'h'])}"))


def random_tags(deadline):
    """Series that never come again, timers among them."""
    send_datagrams(deadline, lambda: lines(
        lambda: f"t{SOURCE.randrange(50)}:{SOURCE.random()}|{SOURCE.choice(['c', 'ms'])}|#k:{word()}"))


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


ALL = [random_names, random_tags, many_tags, many_values_and_tags, huge_values, noise, event_lines, idle_http, idle_events,
       slow_readers, slow_posts]
