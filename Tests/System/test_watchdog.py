"""What ends the service, seen from its successor: the watchdog and a loop that blocks, and how each end is counted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nspawn import descendants
from test_systemd import CONFIGURATION, SEND_DATAGRAM, STATSD_SOCKET, Host, host, installation, running  # noqa: F401

FREEZE = Path(__file__).resolve().parent / "freeze.py"


def restarts(host: Host) -> dict[str, float]:  # noqa: F811
    names = {cause: f'heliograph_restarts_total{{cause="{cause}"}}' for cause in ("crash", "stop", "upgrade", "watchdog")}
    samples = host.samples()
    return {cause: samples[name] for cause, name in names.items() if name in samples}


def await_restart(host: Host, process: str, cause: str, before: dict[str, float]) -> None:  # noqa: F811
    host.eventually(lambda: host.property("MainPID") not in ("0", process), "another process runs", 60)
    host.await_active()
    host.eventually(lambda: restarts(host) != {}, "it answers")
    assert restarts(host) == before | {cause: before[cause] + 1}


def process_outside(host: Host) -> int:  # noqa: F811
    """The number that the service's process has in the tests' own namespace."""
    return next(pid for pid in descendants(host.leader)
                if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"/usr/bin/heliograph\0serve"))


@pytest.fixture
def watched(running: Host) -> Iterator[Host]:  # noqa: F811
    """A service whose watchdog is short of patience, with a web configuration file."""
    running.write("/etc/heliograph/web.yml", "http_server_config: {headers: {X-Frame-Options: deny}}\n")
    running.write("/etc/heliograph/heliograph.yml", f"{CONFIGURATION}web: {{config-file: /etc/heliograph/web.yml}}\n")
    short_watchdog(running)
    yield running
    running.write("/etc/heliograph/heliograph.yml", CONFIGURATION)
    running.run("rm /run/systemd/system/heliograph.service.d/watchdog.conf && systemctl daemon-reload", check=False)


def short_watchdog(host: Host) -> None:  # noqa: F811
    host.run("mkdir -p /run/systemd/system/heliograph.service.d")
    host.write("/run/systemd/system/heliograph.service.d/watchdog.conf", "[Service]\nWatchdogSec=10\n")
    host.run("systemctl daemon-reload && systemctl restart heliograph.service")
    host.await_active()


@pytest.mark.parametrize("thread", ["statsd", "events", "http-accept", "http-passwords", "web-config"])
def test_a_loop_that_blocks_gets_the_service_killed(watched: Host, thread: str) -> None:
    running = watched
    process, before = running.property("MainPID"), restarts(running)
    with subprocess.Popen([sys.executable, str(FREEZE), str(process_outside(running)), thread],
                          stdout=subprocess.PIPE, text=True) as freezer:
        try:
            assert freezer.stdout.readline() == "frozen\n"
            await_restart(running, process, "watchdog", before)
        finally:
            freezer.kill()
    assert any("Watchdog timeout" in str(entry["MESSAGE"]) for entry in running.journal())
    running.send(SEND_DATAGRAM, STATSD_SOCKET, f"after.{thread}:1|c")
    running.await_sample(f"after_{thread.replace('-', '_')}_total", 1)


def test_each_end_is_counted_by_its_cause(running: Host) -> None:
    process, before = running.property("MainPID"), restarts(running)
    running.run("systemctl", "restart", "heliograph")
    await_restart(running, process, "stop", before)
    process, before = running.property("MainPID"), restarts(running)
    running.run("kill", "-KILL", process)
    await_restart(running, process, "crash", before)
    process, before = running.property("MainPID"), restarts(running)
    running.run("cp /usr/bin/heliograph /usr/bin/heliograph.new && mv /usr/bin/heliograph.new /usr/bin/heliograph")
    running.run("systemctl", "restart", "heliograph")
    await_restart(running, process, "upgrade", before)
