"""Counts that outlive the process: the memory of all series is in systemd's keeping."""

from __future__ import annotations

import threading
import time

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
        assert [value for name, value in shown.items() if name.startswith("kept_timer") and name.endswith("_count")] == [round]
