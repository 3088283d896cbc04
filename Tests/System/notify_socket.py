"""The socket of a service manager."""

import os
import socket


class NotifySocket:
    """A context with the socket that `$NOTIFY_SOCKET` names; nothing is read from it until `read` is called."""

    def __init__(self, directory):
        self.path = directory / "notify"

    def __enter__(self):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))
        self._socket.setblocking(False)
        return self

    def __exit__(self, *_):
        self._socket.close()
        os.unlink(self.path)

    def fill(self):
        """Sends until the kernel takes nothing more, from any sender."""
        while self._send_fillers() > 0:
            pass

    def _send_fillers(self):
        """How many a new sender could send until its buffer or the receiver's queue was full."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            for count in range(100_000):
                try:
                    sender.sendto(b"filler", str(self.path))
                except BlockingIOError:
                    return count
        raise AssertionError("the queue has no end")

    def read(self):
        """What has come, without fillers, each message a list of its lines."""
        messages = []
        while True:
            try:
                messages.append(self._socket.recv(8192).decode())
            except BlockingIOError:
                return [message.split("\n") for message in messages if message != "filler"]
