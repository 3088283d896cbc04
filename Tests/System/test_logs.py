"""`heliograph logs` beside the journal of a real systemd."""

from __future__ import annotations

import json

import pytest

from nspawn import SystemdContainer
from test_systemd import CONFIGURATION, SEND_DATAGRAM, STATSD_SOCKET, Host, host, installation, running  # noqa: F401

TRACE = "0af7651916cd43dd8448eb211c80319c"

# Sends entries over the native protocol, as a unit of its own; it ends once the journal knows of which.
EMIT = """
import json, socket, struct, subprocess, sys
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
for entry in json.load(sys.stdin):
    data = b"".join(name.encode() + b"\\n" + struct.pack("<Q", len(value.encode())) + value.encode() + b"\\n"
                    for name, value in entry)
    sender.sendto(data, "/run/systemd/journal/socket")
subprocess.run(["journalctl", "--sync"], check=True)
"""


def entry(message: str, priority: int, *fields: tuple[str, str]) -> list[tuple[str, str]]:
    return [("MESSAGE", message), ("PRIORITY", str(priority)), ("LOGGER", "shop.orders"), *fields]


ENTRIES = [
    entry("started", 6),
    entry("order done", 6, ("ORDER", "7"), ("TRACE_ID", TRACE)),
    entry("order late", 4, ("ORDER", "8"), ("TRACE_ID", TRACE)),
    entry("order lost", 3, ("ORDER", "9"), ("SOURCE", "statsd")),
    entry("details", 7, ("ORDER", "9"), ("SOURCE", "carbon")),
]


def emit(host: SystemdContainer, unit: str, entries: list[list[tuple[str, str]]]) -> None:
    host.run("systemd-run", "--quiet", "--wait", "--pipe", "--collect", f"--unit={unit}", "/usr/bin/python3", "-c", EMIT,
             stdin=json.dumps(entries))


def logs(host: SystemdContainer, *arguments: str, unit: str = "shop") -> list[dict]:
    """What the command shows of the emitter's own entries."""
    output = host.run("heliograph", "logs", f"--unit={unit}", "--format=json", *arguments).stdout
    return [line for line in map(json.loads, output.splitlines()) if line["logger"] == "shop.orders"]


def messages(host: SystemdContainer, *arguments: str, unit: str = "shop") -> list[str]:
    return [line["message"] for line in logs(host, *arguments, unit=unit)]


@pytest.fixture(scope="module")
def shop(host: Host) -> Host:  # noqa: F811
    emit(host, "shop", ENTRIES)
    emit(host, "other", [entry("of another unit", 3, ("TRACE_ID", TRACE))])
    emit(host, "other", [entry("later", 6)])
    return host


@pytest.mark.parametrize(("arguments", "expected"), [
    ([], ["started", "order done", "order late", "order lost", "details"]),
    (["--level=debug"], ["started", "order done", "order late", "order lost", "details"]),
    (["--level=info"], ["started", "order done", "order late", "order lost"]),
    (["--level=warning"], ["order late", "order lost"]),
    (["--level=critical"], []),
    ([f"--trace={TRACE}"], ["order done", "order late"]),
    ([f"--trace={TRACE.upper()}", "--level=warning"], ["order late"]),
    (["--field=order=9"], ["order lost", "details"]),
    (["--field=order=9", "--field=order=7"], ["order done", "order lost", "details"]),
    (["--field=order=9", "--field=source=carbon"], ["details"]),
    (["--field=LOGGER=shop.orders", "--field=PRIORITY=3"], ["order lost"]),
    (["--since=1h", "--field=order=7"], ["order done"]),
    (["--since=2037-01-01"], []),
    (["--until=1h"], []),
    (["--level=info", "--lines=2", "--field=LOGGER=shop.orders"], ["order late", "order lost"]),
    (["--lines=0"], []),
])
def test_shows_what_is_asked_for(shop: Host, arguments: list[str], expected: list[str]) -> None:
    assert messages(shop, *arguments) == expected


def test_a_time_divides_the_entries(shop: Host) -> None:
    later = logs(shop, unit="other")[1]["time"]
    assert messages(shop, f"--until={later}", "--since=1h", unit="other") == ["of another unit"]
    assert messages(shop, f"--until={later}", "--lines=1", "--level=error", unit="other") == ["of another unit"]
    assert messages(shop, f"--since={later}", unit="other") == ["later"]


def test_entries_have_their_fields_and_those_of_systemd_are_there(shop: Host) -> None:
    late = logs(shop, "--field=order=8")[0]
    assert late["level"] == "warning"
    assert late["metadata"] == {"order": "8", "trace_id": TRACE}
    text = shop.run("heliograph", "logs", "--unit=shop", "--format=logfmt").stdout
    assert f'level=warning logger=shop.orders msg="order late" order=8 trace_id={TRACE}\n' in text
    assert "shop.service: Deactivated successfully." in text
    console = shop.run("heliograph", "logs", "--unit=shop", "--level=error").stdout
    assert console.endswith(" ERROR    shop.orders: order lost order=9 source=statsd\n")


def test_a_follower_sees_what_comes(shop: Host) -> None:
    shop.run("systemd-run", "--quiet", "--unit=follower", "-p", "StandardOutput=file:/run/followed",
             "heliograph", "logs", "-f", "--unit=shop", "--format=json", "--level=error")
    try:
        shop.eventually(lambda: "order lost" in shop.run("cat /run/followed").stdout, "the last entries are shown")
        emit(shop, "shop", [entry("left out", 6), entry("seen at once", 3)])
        shop.eventually(lambda: "seen at once" in shop.run("cat /run/followed").stdout, "the new entry is shown")
        assert "left out" not in shop.run("cat /run/followed").stdout
    finally:
        shop.run("systemctl", "stop", "follower")


def test_a_follower_ends_with_its_reader(shop: Host) -> None:
    output = shop.run("{ timeout 50 heliograph logs -f --unit=other --level=error; echo $? > /run/code; } | head -n 1").stdout
    assert output.endswith(f" ERROR    shop.orders: of another unit trace_id={TRACE}\n")
    shop.eventually(lambda: shop.run("cat /run/code", check=False).stdout == "0\n", "it has ended by itself")


def test_a_missing_journal_and_a_missing_right_have_sentences(shop: Host) -> None:
    missing = shop.run("heliograph", "logs", "--directory=/nonexistent", check=False)
    assert (missing.returncode, missing.stdout) == (66, "")
    assert missing.stderr == "heliograph: there is no journal in /nonexistent\n"
    refused = shop.run("heliograph", "logs", user="nobody", check=False)
    assert (refused.returncode, refused.stdout) == (77, "")
    assert refused.stderr == ("heliograph: this user may not read the journal on this machine: ask as root, or as a member of"
                              " the group systemd-journal\n")
    assert shop.run("heliograph", "logs", "--level=loud", check=False).returncode == 64


def test_a_reload_changes_what_the_service_logs(running: Host) -> None:  # noqa: F811
    def refusals(*arguments: str) -> str:
        running.send(SEND_DATAGRAM, STATSD_SOCKET, "no colon")
        return running.run("heliograph", "logs", "--format=logfmt", "--field=LOGGER=heliograph.ingest", *arguments).stdout

    assert "Rejected a line" not in refusals()
    running.write("/etc/heliograph/heliograph.yml", f"{CONFIGURATION}log: {{levels: {{heliograph.ingest: debug}}}}\n")
    try:
        running.run("systemctl", "reload", "heliograph")
        running.eventually(lambda: 'msg="Rejected a line"' in refusals("--field=source=statsd", "--level=debug"), "it is logged")
        assert "Rejected a line" not in refusals("--level=info")
        # A new series is shown as zero at first.
        assert 'heliograph_log_messages_total{level="debug",logger="heliograph.ingest"}' in running.samples()
    finally:
        running.write("/etc/heliograph/heliograph.yml", CONFIGURATION)
        running.run("systemctl", "reload", "heliograph")
