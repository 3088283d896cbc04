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
# Of the kills, so many meet a datagram in work; on a busy machine, where the service waits for its senders, more kills are needed.
IN_WORK = 20
STOP = "/run/stop-sending"
STOP_UDP = "/run/stop-udp"
INSTANT = "The process before ended while it was at this input"

SEND = """
import os, socket, sys
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sender.connect(sys.argv[1])
# Enough lines that the service is never done before the next datagram comes.
lines = [f"kept.lines:1|c|#worker:{number}" for number in range(9)] + ["kept.time:0.25|ms"]
datagram = "\\n".join(lines).encode()
(least, stop, sent) = (int(sys.argv[2]), sys.argv[3], 0)
while sent < least or sent % 1000 != 0 or not os.path.exists(stop):
    try:
        sender.send(datagram)
        sent += 1
    except (ConnectionRefusedError, ConnectionResetError):
        sender.connect(sys.argv[1])
print(sent)
"""
# UDP waits for nobody: what finds no room, the kernel drops, and counts.
SEND_UDP = """
import os, socket, sys, time
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.connect(("127.0.0.1", 9125))
datagram = b"\\n".join([b"udp.lines:1|c"] * 10)
sent = 0
while not os.path.exists(sys.argv[1]):
    for _ in range(200):
        sender.send(datagram)
    sent += 200
    time.sleep(0.001)
print(sent)
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
        # As on a host: in a network namespace of its own a socket's queue is ten datagrams long, over which sender and service wait for
        # one another.
        host.run("echo 512 > /proc/sys/net/unix/max_dgram_qlen")
        host.run(
            "systemctl", "enable", "--now", "heliograph.socket", "heliograph-udp.socket", "heliograph.service")
        host.await_active()
        yield host


def background(host: Host, *command: str) -> subprocess.Popen[str]:
    """A command inside that runs beside the test, and ends with it."""
    return subprocess.Popen(
        ["nsenter", "-t", str(host.leader), "-m", "-p", "-n", "-u", "-i", "-C", "-r", "-w", "--", *command],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        preexec_fn=end_with_parent)


def query(host: Host, expression: str) -> list[float]:
    answer = json.loads(host.run("/usr/bin/python3", "-c", QUERY, expression).stdout)
    return [float(result["value"][1]) for result in answer["data"]["result"]]


def total(host: Host, name: str) -> float:
    return sum(value for sample, value in host.samples().items() if sample.split("{")[0] == name)


def in_work(host: Host) -> int:
    """How many kills met a datagram in work, as the successor says."""
    return sum(entry["MESSAGE"] == INSTANT for entry in host.journal())


def test_no_datagram_is_lost_or_counted_twice_over_kills(host: Host) -> None:
    if not Path(PROMETHEUS).exists():
        pytest.skip(f"{PROMETHEUS} is not installed")
    prometheus = background(
        host, PROMETHEUS, "--config.file=/etc/prometheus/kept.yml", "--storage.tsdb.path=/run/prometheus",
        "--web.listen-address=127.0.0.1:9090", "--log.level=warn")
    try:
        # A first sample from which the growth of each series is told.
        host.run("/usr/bin/python3", "-c", SEND, STATSD_SOCKET, "1000", "/", user="nobody")
        eventually(lambda: host.run(
            "/usr/bin/python3", "-c", QUERY, "kept_lines_total", check=False).stdout.count('"worker"') == 9, within=30)
        senders = [
            background(host, "/usr/bin/python3", "-c", SEND, STATSD_SOCKET, str(DATAGRAMS // 2), STOP) for _ in range(2)]
        seed = random.randrange(1 << 32)
        print(f"seed {seed}")
        pauses = random.Random(seed)
        kills = 0
        while kills < KILLS or in_work(host) < IN_WORK:
            assert kills < 8 * KILLS, f"only {in_work(host)} of {kills} kills met a datagram in work"
            time.sleep(pauses.uniform(0.05, 0.5))
            host.kill_service()
            kills += 1
        assert all(sender.poll() is None for sender in senders)
        host.run("touch", STOP)
        sent = sum(int(sender.communicate(timeout=1200)[0]) for sender in senders)
        assert sent >= DATAGRAMS
        lines, times = 9 * (sent + 1000), sent + 1000
        host.eventually(lambda: total(host, "kept_lines_total") >= lines, "all lines are counted", 60)
        host.eventually(lambda: total(host, "kept_time_seconds_count") >= times, "all times are counted", 60)
        assert total(host, "kept_lines_total") == lines
        assert total(host, "kept_time_seconds_count") == times

        eventually(lambda: sum(query(host, "kept_lines_total")) == lines, within=30)
        assert query(host, "resets(kept_lines_total[1h])") == [0] * 9
        assert query(host, "resets(kept_time_seconds_count[1h])") == [0]
        grown = sum(query(host, "kept_lines_total - min_over_time(kept_lines_total[1h])"))
        assert grown == 9 * sent
    finally:
        prometheus.terminate()
        prometheus.wait(20)


def test_each_datagram_over_udp_is_counted_once_or_said_to_be_dropped(host: Host) -> None:
    dropped = 'heliograph_datagrams_dropped_total{listener="udp"}'
    before = host.samples()[dropped]
    sender = background(host, "/usr/bin/python3", "-c", SEND_UDP, STOP_UDP)
    for _ in range(KILLS):
        time.sleep(random.uniform(0.05, 0.5))
        host.kill_service()
    host.run("touch", STOP_UDP)
    sent = int(sender.communicate(timeout=10)[0])

    def known() -> float:
        samples = host.samples()
        return samples.get("udp_lines_total", 0) / 10 + samples[dropped] - before

    host.eventually(lambda: known() == sent, f"{sent} datagrams are counted or dropped: {known()}", 30)
    drops = host.samples()[dropped] - before
    print(f"{sent} sent, {drops} dropped over {KILLS} kills")
    assert 0 < drops < sent
