"""Clients that send events to a service."""

import json
import socket

from datadog.dogstatsd import DogStatsd
from statsd import StatsClient
from statsd.client.base import StatsClientBase
from statsd.client.udp import Pipeline

TRANSPORTS = ("udp", "unix")

# Below what a default receive buffer holds, so that a busy machine drops none.
_UNACKNOWLEDGED_DATAGRAMS = 50


class Datagrams:
    """A datagram socket connected to one of the StatsD listeners."""

    def __init__(self, service, transport):
        if transport == "udp":
            family, address = socket.AF_INET, ("127.0.0.1", service.statsd_port)
        else:
            family, address = socket.AF_UNIX, str(service.statsd_path)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.settimeout(5)
        self._socket.connect(address)

    def send(self, data):
        """Sends one datagram, text or bytes; blocks while the receiver's queue is full (Unix)."""
        self._socket.send(data if isinstance(data, bytes) else data.encode())

    def close(self):
        """Closes the socket."""
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class UnixDatagramStatsClient(StatsClientBase):
    """The statsd package's client over a Unix datagram socket, which it lacks."""

    def __init__(self, service):
        self._prefix = None
        self._maxudpsize = 512
        self._datagrams = Datagrams(service, "unix")

    def pipeline(self):
        """Several statistics in one datagram."""
        return Pipeline(self)

    def _send(self, data):
        self._datagrams.send(data)

    def close(self):
        """Closes the socket."""
        self._datagrams.close()


def statsd_client(service, transport):
    """The client of the statsd package."""
    if transport == "udp":
        return StatsClient("127.0.0.1", service.statsd_port)
    return UnixDatagramStatsClient(service)


def dogstatsd_client(service, transport):
    """The client of the datadog package, one datagram per call."""
    address = {"host": "127.0.0.1", "port": service.statsd_port}
    if transport == "unix":
        address = {"socket_path": str(service.statsd_path)}
    # Without a timeout the client drops what does not fit into the receiver's queue at once.
    return DogStatsd(
        disable_telemetry=True, disable_buffering=True, origin_detection_enabled=False, socket_timeout=5,
        **address)


class Pace:
    """Calls that send one datagram each, held back so that the service's receive queue never fills."""

    def __init__(self, service, transport):
        self._service, self._listener, self._sent = service, transport, 0

    def repeat(self, count, send):
        """Calls `send` `count` times."""
        for _ in range(count):
            send()
            self._sent += 1
            if self._sent % _UNACKNOWLEDGED_DATAGRAMS == 0:
                self.settle()

    def settle(self):
        """Returns the page on which all that was sent is accounted for."""
        return self._service.await_datagrams(self._sent, self._listener)


class Events:
    """A connection to the event socket."""

    def __init__(self, service):
        self._path = str(service.events_path)
        self._connect()

    def _connect(self):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(5)
        self._socket.connect(self._path)

    def send(self, event, measurements, metadata, ensure_ascii=True):
        """Sends one event as a JSON line."""
        record = {"event": event, "measurements": measurements, "metadata": metadata}
        self.send_line(json.dumps(record, ensure_ascii=ensure_ascii).encode())

    def send_line(self, line):
        """Sends raw bytes as one line, on a new connection if the service closed this one."""
        try:
            self._socket.sendall(line + b"\n")
        except (BrokenPipeError, ConnectionResetError):
            self._socket.close()
            self._connect()
            self._socket.sendall(line + b"\n")

    def close(self):
        """Closes the connection."""
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
