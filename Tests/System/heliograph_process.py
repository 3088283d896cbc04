"""One running `heliograph serve`."""

import http.client
import os
import signal
import socket
import subprocess
import time

from exposition import OPENMETRICS, TEXT, Page
from polling import eventually
from processes import end_with_parent, free_port

STOP_DEADLINE = 2.0
# With a state to write, on a disk that others use too.
STATE_DEADLINE = 20.0

CONFIG = """\
metrics:
  - name: http.request.duration
    type: histogram
    description: Time to answer a request.
    unit: second
    labels: [route]
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1]
  - name: http.request.count
    type: counter
    description: Requests answered.
    labels: [route]
"""

_SYSTEMD_VARIABLES = ("NOTIFY_SOCKET", "LISTEN_", "WATCHDOG_", "JOURNAL_STREAM", "STATE_DIRECTORY",
                      "RUNTIME_DIRECTORY", "FDSTORE")


def clean_environment(directory):
    """The tests' environment without systemd's variables, with the per-user directories in `directory`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SYSTEMD_VARIABLES)}
    # The backtracer that a Swift toolchain brings would have a process go on after a signal that somebody else sent.
    return kept | {
        "XDG_RUNTIME_DIR": str(directory), "XDG_STATE_HOME": str(directory), "TZ": "UTC", "SWIFT_BACKTRACE": "enable=no"}


class Heliograph:
    """The service on free loopback ports and sockets in `directory`; a context that asserts a clean end.

    With an `authority` it serves HTTPS, with a certificate of that.
    """

    def __init__(self, binary, directory, config=None, arguments=(), variables=None, authority=None):
        self.directory = directory
        self.tls = authority and authority.context()
        self.variables = variables or {}
        self.port = free_port()
        self.statsd_port = free_port(socket.SOCK_DGRAM)
        self.statsd_path = directory / "statsd.sock"
        self.events_path = directory / "events.sock"
        self.control_path = directory / "control.sock"
        self.config_path = directory / "heliograph.yml"
        self.log_path = directory / "heliograph.log"
        self.command = [str(binary), "serve", *self._flags(), *arguments]
        if config is not None:
            self.config_path.write_text(config)
            self.command.append(f"--config.file={self.config_path}")
        if authority:
            self.command.append(f"--web.config.file={self._write_web_config(authority)}")
        self.process = None

    def _write_web_config(self, authority):
        certificate, key = authority.issue("heliograph")
        path = self.directory / "tls.yml"
        path.write_text(f"tls_server_config: {{cert_file: {certificate}, key_file: {key}}}\n")
        return path

    def _flags(self):
        return [
            f"--web.listen-address=127.0.0.1:{self.port}",
            f"--statsd.listen-udp=127.0.0.1:{self.statsd_port}",
            f"--statsd.listen-unix={self.statsd_path}",
            f"--events.listen-unix={self.events_path}",
            f"--control.listen-unix={self.control_path}",
            "--log.level=info",
            "--log.format=json",
        ]

    def start(self):
        """Starts the process and returns once it says that it is ready."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory,
                env=clean_environment(self.directory) | self.variables, preexec_fn=end_with_parent,
            )
        eventually(self.is_ready)
        return self

    def is_ready(self):
        """/-/ready answers 200"""
        assert self.process.poll() is None, f"ended with code {self.process.returncode}:\n{self.log()}"
        try:
            return self.get("/-/ready").status == 200
        except OSError:
            return False

    def stop(self):
        """Ends the process by SIGTERM, which must take less than two seconds, beside writing a state, and give code 0."""
        began = time.monotonic()
        has_state = any(argument.startswith("--state.directory=") for argument in self.command)
        deadline = STATE_DEADLINE if has_state else STOP_DEADLINE
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {deadline} s after SIGTERM:\n{self.log()}") from None
        assert code == 0, f"ended with code {code} after {time.monotonic() - began:.2f} s:\n{self.log()}"

    def kill(self):
        """Ends the process as a crash would."""
        self.process.kill()
        self.process.wait()

    def reload(self):
        """Asks for a reload of the configuration; returns before it happened."""
        self.process.send_signal(signal.SIGHUP)

    def log(self):
        """The end of what the process wrote."""
        return self.log_path.read_text(errors="replace")[-4000:]

    def connection(self, port=None):
        """A new HTTP connection to the service."""
        if self.tls:
            return http.client.HTTPSConnection("127.0.0.1", port or self.port, timeout=5, context=self.tls)
        return http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=5)

    def connect(self, address="127.0.0.1", receive_buffer=None):
        """A socket that is connected from that address, its handshake done where there is TLS."""
        client = self.connect_plain(address, receive_buffer)
        return self.tls.wrap_socket(client, server_hostname="127.0.0.1") if self.tls else client

    def connect_plain(self, address="127.0.0.1", receive_buffer=None):
        """The same without a handshake."""
        client = socket.socket()
        try:
            if receive_buffer:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            client.settimeout(10)
            client.bind((address, 0))
            client.connect(("127.0.0.1", self.port))
        except OSError:
            client.close()
            raise
        return client

    def get(self, path, headers=None, method="GET", port=None):
        """One request on its own connection; the response has its bytes in `body`."""
        connection = self.connection(port)
        try:
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            response.body = response.read()
            return response
        finally:
            connection.close()

    def page(self, accept=TEXT):
        """One scrape, parsed."""
        response = self.get("/metrics", {"Accept": accept})
        assert response.status == 200, response.body
        return Page(response.body.decode(), response.headers["Content-Type"])

    def openmetrics(self):
        """One scrape in OpenMetrics, through the strict parser."""
        return self.page(OPENMETRICS)

    def await_datagrams(self, count, listener):
        """Returns the page on which `count` datagrams were received and all their events decided upon."""
        return self._await("statsd", count, "heliograph_datagrams_received_total", listener=listener)

    def await_events(self, count):
        """Returns the page on which `count` lines of the event socket were received and decided upon."""
        return self._await("event_socket", count, "heliograph_events_received_total", source="event_socket")

    def _await(self, decider, count, name, **labels):
        def settled():
            page = self.page()
            arrived = page.total(name, **labels)
            assert arrived <= count, f"{name}{labels} is {arrived}, though only {count} were sent"
            return page if arrived == count and undecided(page, decider) == 0 else None

        settled.__doc__ = f"{name}{labels} is {count}"
        return eventually(settled)


def undecided(page, source):
    """Events that were received and are neither counted nor rejected: none, when the service is at rest."""
    received, counted, rejected = (
        page.total(f"heliograph_events_{fate}_total", source=source)
        for fate in ("received", "counted", "rejected")
    )
    return received - counted - rejected
