"""An end of the process between any two instructions: every store into the memory of all series is followed by one."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest


from heliograph_process import Heliograph, clean_environment
from notify_socket import NotifySocket
from polling import eventually
from processes import end_with_parent

CONFIG = """\
statsd:
  rules:
    - {match: waited, type: summary, quantiles: [0.5]}
    - {match: grown, type: histogram, buckets: {growth-factor: 1.1}}
"""

BEFORE = ["old:1|c|#a:x", "old:1|c|#a:y", "level:5|g", "timed:0.2|ms", "waited:3|ms", "grown:4|h", "seen:u1|s"]
# Of all kinds: into series that there are, and into new ones; several values on a line, several lines in a datagram.
STEPPED = [
    "old:2|c|#a:x\nold:3.5|c|#a:y",
    "old:4|c|#a:z",
    "level:+2|g\nlevel:-0.5|g\nfloor:7|g",
    "timed:0.3:0.4:700|ms|@0.5\ntimed:1|ms|#new:yes",
    "waited:20:30|ms",
    "grown:5:-6:0:1000|h",
    "seen:u2|s\nseen:u1|s\nnew.set:x|s",
    "fresh:1:2|c\nfresh:3|c",
]


class FromUnixSocket(Heliograph):
    """With one StatsD thread only, and a service manager that listens."""

    def _flags(self):
        return [flag for flag in super()._flags() if "udp" not in flag] + ["--statsd.listen-udp="]

    def memory(self):
        """The number of the descriptor of the memory of all series."""
        directory = Path(f"/proc/{self.process.pid}/fd")
        return next(fd.name for fd in directory.iterdir() if "memfd:heliograph" in os.readlink(fd))

    def thread(self, name):
        """The id of the thread of that name."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return next(task.name for task in tasks if (task / "comm").read_text().strip() == name)

    def memory_size(self):
        """In bytes."""
        return os.stat(f"/proc/{self.process.pid}/fd/{self.memory()}").st_size

    def send(self, *datagrams):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            for datagram in datagrams:
                sender.sendto(datagram.encode(), str(self.statsd_path))

    def values(self):
        """What the page says of the senders' metrics; quantiles are of a moment."""
        return sorted(
            f"{sample.name}{sorted(sample.labels.items())} {sample.value}" for sample in self.openmetrics().samples
            if not sample.name.startswith(("heliograph_", "process_", "swift_")) and "quantile" not in sample.labels)


@pytest.fixture(scope="session")
def crash_points(tmp_path_factory):
    """The program that stops between instructions."""
    if platform.machine() != "x86_64":
        pytest.skip("it knows the breakpoints of x86-64 only")
    program = tmp_path_factory.mktemp("crash") / "crash_points"
    source = Path(__file__).with_name("crash_points.c")
    compiler = shutil.which("cc") or shutil.which("clang")
    subprocess.run([compiler, "-O2", "-Wall", "-Werror", "-o", program, source], check=True)
    return program


def stepped(program, service, thread, images, act):
    """Has the thread of that name go on instruction by instruction while `act` makes it work; returns how many images there are."""
    images.mkdir()
    stepper = subprocess.Popen(
        [program, str(service.process.pid), service.thread(thread), service.memory(), images],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent)
    assert stepper.stdout.readline() == "ready\n"
    act()
    output, _ = stepper.communicate("go\n", timeout=1200)
    assert stepper.returncode == 0
    return int(output)


def pages_of(count, shown):
    """What the successors of each image show."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(shown, range(count)))


def successor(binary, directory, image, expected, config=CONFIG, again=lambda service: None):
    """What a process shows that finds the image in its service manager's keeping, once that is what is expected, or not soon.

    `again` does what senders do at the new process.
    """
    directory.mkdir()
    service = FromUnixSocket(binary, directory, config)
    with open(image, "r+b") as file:
        descriptor = file.fileno()

        def pass_image():
            end_with_parent()
            os.dup2(descriptor, 3)

        # The shell has the process id that the program will have.
        command = ["sh", "-c", 'export LISTEN_PID=$$; exec "$@"', "sh", *service.command]
        variables = {"LISTEN_FDS": "1", "LISTEN_FDNAMES": "heliograph-state-1"}
        with open(service.log_path, "ab") as log:
            service.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=directory, pass_fds=[3],
                preexec_fn=pass_image, env=clean_environment(directory) | variables)
        try:
            eventually(service.is_ready)
            again(service)
            # The thread that applies what was left may begin a moment later.
            deadline = time.monotonic() + 5
            while (values := service.values()) != expected and time.monotonic() < deadline:
                time.sleep(0.02)
            return values
        finally:
            service.kill()
            shutil.rmtree(directory)


def test_no_end_of_the_process_loses_or_doubles_a_value(binary, directory, crash_points):
    service = FromUnixSocket(binary, directory, CONFIG)
    with NotifySocket(directory) as manager:
        service.variables = {"NOTIFY_SOCKET": str(manager.path)}
        service.start()
        try:
            service.send(*BEFORE)
            eventually(lambda: service.openmetrics().total("seen") == 1)
            before = service.values()
            images = directory / "images"
            count = stepped(crash_points, service, "statsd", images, lambda: service.send(*STEPPED))
            after = service.values()
        finally:
            service.kill()
    assert count > 200 and before != after

    def shown(number):
        return successor(binary, directory / f"of-{number}", images / str(number), after)

    pages = pages_of(count, shown)
    # Until the datagrams are taken from the socket they are the kernel's, which keeps them.
    taken = next(number for number in range(count) if pages[number] != before)
    wrong = {number: sorted(set(pages[number]) ^ set(after)) for number in range(taken, count) if pages[number] != after}
    assert taken < 10 and wrong == {}


def test_no_end_of_the_process_while_its_memory_grows_loses_or_doubles_a_value(binary, directory, crash_points):
    lines = [f"grown:{number}|c|#number:{number},{'x' * 200}" for number in range(1, 4000)]

    def started():
        service = FromUnixSocket(binary, directory, CONFIG)
        service.variables = {"NOTIFY_SOCKET": str(manager.path)}
        return service.start()

    def send(service, number):
        service.send(lines[number])
        eventually(lambda: service.page().total("heliograph_events_counted_total", source="statsd") == number + 1)

    with NotifySocket(directory) as manager:
        # The same in two processes: the first tells which line has the memory grow.
        service = started()
        try:
            last, number = service.memory_size(), -1
            while number < 200 or service.memory_size() == last:
                last, number = service.memory_size(), number + 1
                send(service, number)
        finally:
            service.kill()
        service = started()
        try:
            for before in range(number):
                send(service, before)
            images = directory / "images"
            before, size = service.values(), service.memory_size()
            count = stepped(crash_points, service, "statsd", images, lambda: service.send(lines[number]))
            after = service.values()
            assert service.memory_size() > size
        finally:
            service.kill()
    assert before != after

    def shown(number):
        return successor(binary, directory / f"of-{number}", images / str(number), after)

    pages = pages_of(count, shown)
    taken = next(number for number in range(count) if pages[number] != before)
    assert taken < 10 and [number for number in range(taken, count) if pages[number] != after] == []
