"""A client of the event socket whose events are counted once, whatever happens to the service or to the connection."""

import json
import select
import socket
import time
from collections import deque


class AcknowledgedEvents:
    """Keeps each event until it is acknowledged, and sends again what is not after a reconnect."""

    def __init__(self, path, client, limit=1000):
        self.path, self.client, self.limit = path, client, limit
        self.number, self.unacknowledged, self.socket, self.rest = 0, deque(), None, b""

    def send(self, event):
        """Takes an event; it waits while `limit` of them are not acknowledged."""
        self.number += 1
        line = json.dumps({"id": [self.client, self.number]} | event).encode() + b"\n"
        self.unacknowledged.append((self.number, line))
        self._try(lambda: self.socket.sendall(line))
        while self._has_answer() or len(self.unacknowledged) >= self.limit:
            self._try(self._read)

    def flush(self):
        """Returns once all events are acknowledged."""
        while self.unacknowledged:
            self._try(self._read)

    def _has_answer(self):
        return self.socket is not None and select.select([self.socket], [], [], 0)[0]

    def _read(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the service is gone")
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            _, last = json.loads(line)["ack"]
            while self.unacknowledged and self.unacknowledged[0][0] <= last:
                self.unacknowledged.popleft()

    def _try(self, action):
        try:
            if self.socket is None:
                self._connect()
            else:
                action()
        except OSError:
            self.socket = None
            time.sleep(0.01)

    def _connect(self):
        self.rest = b""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(self.path)
        # In one piece, so that few answers come before this reads them.
        connection.sendall(b"".join(line for _, line in self.unacknowledged))
        self.socket = connection
