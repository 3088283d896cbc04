"""Counts that go on over any end of the process: two million datagrams of a sender that waits, and 25 kills while they come."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from polling import eventually
from processes import end_with_parent
from prometheus_server import PROMETHEUS
from test_systemd import STATSD_SOCKET, Host, installation  # noqa: F401

DATAGRAMS = 2_000_000
KILLS = 25
INSTANT = "The process before ended while it was at this input"

SEND = """
import socket, sys
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sender.connect(sys.argv[1])
lines = [f"kept.lines:1|c|#worker:{number % 20}".encode() for number in range(100)]
lines[7::10] = [b"kept.time:0.25|ms"] * 10
for number in range(int(sys.argv[2])):
    while True:
        try:
            sender.send(lines[number % 100])
            break
        except (ConnectionRefusedError, ConnectionResetError):
            sender.connect(sys.argv[1])
"""
QUERY = """
import sys, urllib.parse, urllib.request
url = "http://127.0.0.1:9090/api/v1/query?" + urllib.parse.urlencode({"query": sys.argv[1]})
print(urllib.request.urlopen(url, timeout=10).read().decode())
"""
CONFIGURATION = """
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: heliograph
    static_configs: [{targets: ["127.0.0.1:9568"]}]
"""


@pytest.fixture(scope="module")
def host(installation: Path) -> Iterator[Host]:  # noqa: F811
    files = {"/": installation, "/etc/prometheus/kept.yml": CONFIGURATION}
    with Host(files) as host:
        host.run("systemctl", "enable", "--now", "heliograph.socket", "heliograph.service")
        host.await_active()
        yield host


def background(host: Host, *command: str) -> subprocess.Popen[str]:
    """A command inside that runs beside the test, and ends with it."""
    return subprocess.Popen(
        ["nsenter", "-t", str(host.leader), "-m", "-p", "-n", "-u", "-i", "-C", "-r", "-w", "--", *command],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        preexec_fn=end_with_parent)


def query(host: Host, expression: str) -> list[float]:
    answer = json.loads(host.run("/usr/bin/python3", "-c", QUERY, expression).stdout)
    return [float(result["value"][1]) for result in answer["data"]["result"]]


def total(host: Host, name: str) -> float:
    return sum(value for sample, value in host.samples().items() if sample.split("{")[0] == name)


def kill(host: Host) -> None:
    pid = host.property("MainPID")
    host.run("kill", "-KILL", pid)
    host.eventually(
        lambda: host.property("MainPID") not in (pid, "0") and host.property("ActiveState") == "active", "a successor is there")


def test_no_datagram_is_lost_or_counted_twice_over_kills(host: Host) -> None:
    if not Path(PROMETHEUS).exists():
        pytest.skip(f"{PROMETHEUS} is not installed")
    prometheus = background(
        host, PROMETHEUS, "--config.file=/etc/prometheus/kept.yml", "--storage.tsdb.path=/run/prometheus",
        "--web.listen-address=127.0.0.1:9090", "--log.level=warn")
    try:
        # A first sample from which the growth of each series is told.
        host.run("/usr/bin/python3", "-c", SEND, STATSD_SOCKET, "100", user="nobody")
        eventually(lambda: host.run(
            "/usr/bin/python3", "-c", QUERY, "kept_lines_total", check=False).stdout.count('"worker"') == 18, within=30)
        sender = background(host, "/usr/bin/python3", "-c", SEND, STATSD_SOCKET, str(DATAGRAMS))
        for _ in range(KILLS):
            time.sleep(random.uniform(0.05, 0.5))
            kill(host)
        assert sender.poll() is None, "all was sent before the last kill: send more"
        _, errors = sender.communicate(timeout=300)
        assert sender.returncode == 0, errors
        lines, times = DATAGRAMS // 10 * 9 + 90, DATAGRAMS // 10 + 10
        host.eventually(lambda: total(host, "kept_lines_total") >= lines, "all lines are counted", 60)
        host.eventually(lambda: total(host, "kept_time_seconds_count") >= times, "all times are counted", 60)
        assert total(host, "kept_lines_total") == lines
        assert total(host, "kept_time_seconds_count") == times
        in_flight = sum(entry["MESSAGE"] == INSTANT for entry in host.journal())
        assert in_flight >= 20, f"only {in_flight} of {KILLS} kills met a datagram in work"

        eventually(lambda: sum(query(host, "kept_lines_total")) == lines, within=30)
        assert sum(query(host, "resets(kept_lines_total[1h])")) == 0
        assert sum(query(host, "resets(kept_time_seconds_count[1h])")) == 0
        grown = sum(query(host, "kept_lines_total - min_over_time(kept_lines_total[1h])"))
        assert grown == lines - 90
    finally:
        prometheus.terminate()
        prometheus.wait(20)
