"""Counts that outlive the process: the memory of all series is in systemd's keeping."""

from __future__ import annotations

import pytest

from test_systemd import SEND_DATAGRAM, STATSD_SOCKET, host, installation, running  # noqa: F401


def test_counts_go_on_after_a_kill(running):
    lines = "kept.lines:3|c|#a:x\nkept.timer:0.25|ms\nkept.set:u1|s\nkept.set:u2|s\nkept.level:7|g"
    total = running.samples().get('kept_lines_total{a="x"}', 0)
    for round in range(1, 6):
        running.send(SEND_DATAGRAM, STATSD_SOCKET, lines)
        running.await_sample('kept_lines_total{a="x"}', total + 3 * round)
        running.kill_service()
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


def test_the_command_looks_at_the_running_service_and_at_its_image(running):
    running.send(SEND_DATAGRAM, STATSD_SOCKET, "looked.at:3|c|#a:x")
    running.await_sample('looked_at_total{a="x"}', 3)
    line = 'looked_at_total{a="x"} 3'

    def look(*place):
        assert "looked_at_total" in running.run("heliograph", "state", "show", *place).stdout
        running.run("heliograph", "state", "verify", *place)
        assert line in running.run("heliograph", "state", "export", *place).stdout.splitlines()

    look()
    running.run("systemctl", "stop", "heliograph.service")
    image = "/var/lib/private/heliograph/heliograph.state"
    look(image)
    running.run("cp", image, "/run/wrong.state")
    running.run("truncate", "-s", "100", "/run/wrong.state")
    wrong = running.run("heliograph", "state", "verify", "/run/wrong.state", check=False)
    assert wrong.returncode != 0
    assert "/run/wrong.state" in wrong.stderr
    running.run("heliograph", "state", "reset", image)
    running.run("systemctl", "start", "heliograph.service")
    running.await_active()
    shown = running.samples()
    assert "process_start_time_seconds" in shown and line.rsplit(" ", 1)[0] not in shown


def test_a_reset_of_the_running_service_counts_from_its_next_start(running):
    running.send(SEND_DATAGRAM, STATSD_SOCKET, "reset.lines:3|c|#a:x")
    running.await_sample('reset_lines_total{a="x"}', 3)
    running.run("heliograph", "state", "reset")
    running.send(SEND_DATAGRAM, STATSD_SOCKET, "reset.lines:1|c|#a:x")
    running.await_sample('reset_lines_total{a="x"}', 4)
    running.kill_service()
    shown = running.samples()
    assert "process_start_time_seconds" in shown and 'reset_lines_total{a="x"}' not in shown
