"""Benches of whole servers: requests per second under wrk, whole scrapes, the time from exec to the first page, and memory."""

import http.client
import re
import shutil
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from driver.failures import BenchFailed
from driver.resident import peak_growth

READY = 60
MILLION = 1_000_000
READERS = 4


@dataclass(frozen=True)
class Servers:
    """Takes the same commands as a program that measures, but starts a server for each run, on loopback and for its length."""

    heliograph: Path
    fixed: Path
    client_golang: Path

    def rows(self):
        """The pairs of implementation and bench."""
        rows = [(name, f"http/{count}") for count in (1, 100, 1000) for name in ("heliograph", "static", "client_golang")]
        rows += [(name, "http/100k/gzip") for name in ("heliograph", "client_golang")]
        rows += [(name, "start/first_scrape") for name in ("heliograph", "node_exporter")]
        rows += [("heliograph", "memory/scrape1m")]
        return [row for row in rows if self._can_run(row[0])]

    def _can_run(self, implementation):
        tools = {"node_exporter": shutil.which("prometheus-node-exporter"), "client_golang": self.client_golang.exists()}
        return shutil.which("wrk") and tools.get(implementation, True)

    def measure(self, implementation, bench, milliseconds):
        """One result, as of a program; what the servers cost others is not looked at."""
        result = {"bench": bench, "impl": implementation, "preemptions": 0}
        if bench == "start/first_scrape":
            return {**result, "ns": self._first_scrape(implementation)}
        if bench == "memory/scrape1m":
            with self._serving(implementation, MILLION) as (port, pid):
                return {**result, "bytes": peak_growth(pid, lambda: _read_at_once(port))}
        count = int(bench.split("/")[1].replace("k", "000"))
        with self._serving(implementation, count) as (port, _):
            if bench.endswith("gzip"):
                return {**result, "ns": _scrape(port, {"Accept-Encoding": "gzip"})}
            return {**result, "rate": _rate(port, milliseconds)}

    def _command(self, implementation, port, count, directory):
        address = f"127.0.0.1:{port}"
        if implementation == "heliograph":
            return [
                self.heliograph, "serve", f"--web.listen-address={address}", "--statsd.listen-udp=127.0.0.1:0",
                f"--statsd.listen-unix={directory}/statsd.sock", f"--events.listen-unix={directory}/events.sock",
                f"--control.listen-unix={directory}/control.sock", f"--config.file={directory}/heliograph.yml"]
        if implementation == "static":
            with self._serving("heliograph", count) as (other, _):
                size = len(_page(other))
            return [self.fixed, "serve", str(size), str(port)]
        if implementation == "node_exporter":
            return ["prometheus-node-exporter", f"--web.listen-address={address}"]
        return [self.client_golang, "serve", str(count), str(port)]

    @contextmanager
    def _serving(self, implementation, count):
        """The port and the process of a server whose page has that many counters, besides those of its own."""
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "heliograph.yml").write_text(
                "limits: {samples: 2000000, memory: 2GiB}\nstatsd: {series-limit: 2000000}\n")
            port = _free_port()
            with _process(self._command(implementation, port, count, directory), port) as pid:
                if implementation == "heliograph":
                    _send(f"{directory}/statsd.sock", count)
                    _await(lambda: _counted(port) >= count, "the counters are there")
                yield port, pid

    def _first_scrape(self, implementation):
        """From the start of the process to the last byte of its first page."""
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "heliograph.yml").write_text("{}\n")
            port = _free_port()
            command = self._command(implementation, port, 0, directory)
            start = time.monotonic_ns()
            with _process(command, port):
                _page(port)
                return time.monotonic_ns() - start


@contextmanager
def _process(command, port):
    """The process of a command while it runs, from when it answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(lambda: _answers(process, port), "the server answers")
        yield process.pid
    finally:
        process.terminate()
        process.wait(READY)


def _answers(process, port):
    if process.poll() is not None:
        raise BenchFailed(f"{process.args[0]}: ended with {process.returncode}")
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def _await(condition, what):
    deadline = time.monotonic() + READY
    while not condition():
        if time.monotonic() > deadline:
            raise BenchFailed(f"waited in vain until {what}")
        time.sleep(0.0005)


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _send(path, count):
    """Counters of three labels, as the peers have them."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.connect(path)
        for first in range(0, count, 20):
            lines = (
                f"requests:{number + 1}|c|#method:GET,route:/users/{number // 10},code:{200 + number % 10}"
                for number in range(first, min(first + 20, count)))
            sender.send("\n".join(lines).encode())


def _counted(port):
    """How many lines the service has counted; asked for alone, so that no whole page is made before it is measured."""
    page = _page(port, path="/metrics?name[]=heliograph_events_counted_total").decode()
    found = re.search(r'^heliograph_events_counted_total\{source="statsd"\} (\S+)$', page, re.MULTILINE)
    return float(found[1]) if found else 0


def _page(port, headers=None, path="/metrics"):
    with _answer(port, headers or {}, path) as response:
        return response.read()


@contextmanager
def _answer(port, headers, path="/metrics"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY)
    try:
        connection.request("GET", path, headers=headers)
        yield connection.getresponse()
    finally:
        connection.close()


def _read_at_once(port):
    """Has several clients read the whole page at the same time, without keeping it."""
    with ThreadPoolExecutor(READERS) as pool:
        sizes = list(pool.map(lambda _: _page_size(port), range(READERS)))
    if min(sizes) < MILLION * len("requests_total{} 1\n"):
        raise BenchFailed(f"pages of {sizes} bytes do not have all series")


def _page_size(port):
    with _answer(port, {}) as response:
        return sum(len(piece) for piece in iter(lambda: response.read(1 << 20), b""))


def _scrape(port, headers):
    """The shortest of three scrapes, the first of which warms up."""
    times = []
    for _ in range(3):
        start = time.monotonic_ns()
        _page(port, headers)
        times.append(time.monotonic_ns() - start)
    return min(times[1:])


def _rate(port, milliseconds):
    """Requests per second over 16 connections that stay."""
    seconds = max(1, round(milliseconds / 200))
    url = f"http://127.0.0.1:{port}/metrics"
    done = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{seconds}s", url], capture_output=True, text=True, timeout=READY + seconds)
    return rate_told(done.stdout + done.stderr)


def rate_told(output):
    """The requests per second that wrk tells of, where all were answered."""
    found = re.search(r"^Requests/sec:\s+(\S+)$", output, re.MULTILINE)
    if not found or "Non-2xx" in output or "Socket errors" in output:
        raise BenchFailed(f"wrk: {output}")
    return float(found[1])
