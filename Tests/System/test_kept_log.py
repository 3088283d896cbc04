"""The log of a process that was killed before it wrote it: its successor does, out of systemd's keeping."""

from __future__ import annotations

import re

from test_systemd import CONFIGURATION, FILL, REFUSED_ID, Host, host, installation, running  # noqa: F401

LEFT_ID = "2cb93392c5714739b85c30ded6ef01ea"
PATH = "/etc/heliograph/heliograph.yml"


def refuse(host: Host, key: str) -> str:  # noqa: F811
    """Has the service log that a configuration with this key is refused, and returns what it says."""
    host.write(PATH, f"{key}: 1\n")
    assert host.run("heliograph", "reload", check=False).returncode != 0
    return f"Configuration not reloaded: {PATH}:1:1: {key}: there is no such key"


def test_the_successor_of_a_killed_service_logs_what_it_left(running: Host) -> None:  # noqa: F811
    before = running.property("MainPID")
    running.run("journalctl", "--sync")
    running.run("systemctl", "kill", "-s", "STOP", "systemd-journald")
    try:
        # Each time as much as one sender may have under way.
        for _ in range(4):
            running.run("/usr/bin/python3", "-c", FILL, "/run/systemd/journal/socket")
        said = [refuse(running, f"wrong_{number}") for number in range(3)]
        running.write(PATH, CONFIGURATION)
        running.run("kill", "-KILL", before)
    finally:
        running.run("systemctl", "kill", "-s", "CONT", "systemd-journald")
        running.write(PATH, CONFIGURATION)
    running.eventually(lambda: running.property("MainPID") not in ("0", before), "another process runs")
    after = str(running.await_active())

    def left() -> list[dict[str, str]]:
        return [entry for entry in running.journal() if entry.get("MESSAGE_ID") == LEFT_ID]

    running.eventually(lambda: left() != [], "the successor logs")
    [notice] = left()
    assert notice["_PID"] == after
    assert notice["PRIORITY"] == "4"
    count = re.fullmatch(r"The process before ended before it wrote its last (\d+) records, which follow\.", notice["MESSAGE"])
    assert count is not None
    entries = [entry for entry in running.journal() if entry.get("_PID") == after and "LOGGER" in entry]
    following = entries[entries.index(notice) + 1:][:int(count[1])]
    refused = [entry for entry in running.journal() if entry.get("MESSAGE_ID") == REFUSED_ID and "wrong_" in entry["MESSAGE"]]
    assert [entry["MESSAGE"] for entry in refused] == said
    assert all(entry in following for entry in refused)
    # Under the name of the successor, but of threads of the one before.
    assert {entry["SYSLOG_IDENTIFIER"] for entry in refused} == {"heliograph"}
    assert {entry["PRIORITY"] for entry in refused} == {"3"}
