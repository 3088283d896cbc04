"""Counts that outlive the process: the memory of all series is in systemd's keeping."""

from __future__ import annotations

import pytest

from test_systemd import SEND_DATAGRAM, STATSD_SOCKET, host, installation, running  # noqa: F401


def kill(running):
    pid = running.property("MainPID")
    running.run("kill", "-KILL", pid)
    running.eventually(lambda: running.property("MainPID") not in (pid, "0") and running.property("ActiveState") == "active", "a successor is there")


def test_counts_go_on_after_a_kill(running):
    lines = "kept.lines:3|c|#a:x\nkept.timer:0.25|ms\nkept.set:u1|s\nkept.set:u2|s\nkept.level:7|g"
    total = running.samples().get('kept_lines_total{a="x"}', 0)
    for round in range(1, 6):
        running.send(SEND_DATAGRAM, STATSD_SOCKET, lines)
        running.await_sample('kept_lines_total{a="x"}', total + 3 * round)
        kill(running)
        shown = running.samples()
        assert shown['kept_lines_total{a="x"}'] == total + 3 * round
        assert shown["kept_set"] == 2
        assert shown["kept_level"] == 7
        assert shown['heliograph_events_counted_total{source="statsd"}'] >= 5 * round
        assert [value for name, value in shown.items() if name.startswith("kept_timer") and name.endswith("_count")] == [round]


# What systemd-nspawn has put over the number of the machine's start.
NEW_BOOT = "umount /proc/sys/kernel/random/boot_id"


@pytest.mark.parametrize("between", ["true", NEW_BOOT], ids=["the same boot", "another boot"])
def test_counts_go_on_after_stop_and_start(running, between):
    total = running.samples().get('stopped_lines_total{a="x"}', 0)
    running.send(SEND_DATAGRAM, STATSD_SOCKET, "stopped.lines:3|c|#a:x\nstopped.level:7|g")
    running.await_sample('stopped_lines_total{a="x"}', total + 3)
    running.run("systemctl", "stop", "heliograph.service")
    assert running.run("ls", "/var/lib/heliograph/").stdout.split() == ["heliograph.lock", "heliograph.state"]
    assert running.run("stat", "-c", "%a", "/var/lib/private/heliograph").stdout == "700\n"
    running.run(between)
    running.run("systemctl", "start", "heliograph.service")
    running.await_active()
    shown = running.samples()
    assert shown['stopped_lines_total{a="x"}'] == total + 3
    assert shown["stopped_level"] == 7
    assert any("Going on with the series" in entry["MESSAGE"] for entry in running.journal())
