"""The installed service under a real systemd: readiness, activation, journal, restarts, hardening."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nspawn import SystemdContainer, skip_unless_bootable

PROJECT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("HELIOGRAPH_BINARY", PROJECT / ".build/release/heliograph")).resolve()
STATSD_SOCKET = "/run/heliograph/statsd.sock"
EVENTS_SOCKET = "/run/heliograph/events.sock"
MAXIMUM_EXPOSURE = 1.1

REFUSED_ID = "6c029362e9f74cd891d106f1783a6aac"

CONFIGURATION = """\
metrics:
  - name: checkout.order.items
    type: sum
    labels: [payment]
"""
EVENT = {"event": "checkout.order", "measurements": {"items": 3}, "metadata": {"payment": "card"}}

SEND_DATAGRAM = """
import socket, sys
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sender.settimeout(10)
sender.connect(sys.argv[1])
sender.send(sys.stdin.buffer.read())
"""
SEND_STREAM = """
import socket, sys
sender = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
sender.settimeout(10)
sender.connect(sys.argv[1])
sender.sendall(sys.stdin.buffer.read())
sender.shutdown(socket.SHUT_WR)
"""
SEND_FOR_EVER = """
import socket, sys
while True:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        try:
            sender.connect(sys.argv[1])
            for _ in range(100):
                sender.send(b"traffic:1|c")
        except OSError:
            pass
"""
FILL = """
import socket, sys
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sender.setblocking(False)
try:
    while True:
        sender.sendto(b"MESSAGE=filler", sys.argv[1])
except BlockingIOError:
    pass
"""
SCRAPE = """
import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen("http://127.0.0.1:9568/metrics", timeout=10).read())
"""


def make(target: str, destination: Path, binary: Path = BINARY, **variables: str) -> None:
    assignments = [f"{name}={value}" for name, value in variables.items()]
    subprocess.run(
        ["make", "-s", "-f", "systemd/install.mk", target, f"DESTDIR={destination}", f"BINARY={binary}",
         *assignments],
        cwd=PROJECT, check=True, capture_output=True, text=True,
    )


def installed_files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


class Host(SystemdContainer):
    """A container in which the service is installed, with the questions that the tests ask it."""

    def send(self, script: str, socket: str, payload: str) -> None:
        self.run("/usr/bin/python3", "-c", script, socket, stdin=payload, user="nobody")

    def write(self, path: str, text: str) -> None:
        self.run("tee", path, stdin=text)

    def samples(self) -> dict[str, float]:
        page = self.run("/usr/bin/python3", "-c", SCRAPE, check=False).stdout
        lines = [line for line in page.splitlines() if line and not line.startswith("#")]
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines}

    def property(self, name: str, unit: str = "heliograph.service") -> str:
        return self.run("systemctl", "show", "--value", "-p", name, unit).stdout.strip()

    def journal(self) -> list[dict[str, str]]:
        self.run("journalctl", "--sync")
        output = self.run("journalctl", "-u", "heliograph", "-o", "json", "--no-pager").stdout
        return [json.loads(line) for line in output.splitlines()]

    def await_active(self) -> int:
        """Waits until the service is ready and returns its process id."""
        self.eventually(lambda: self.property("ActiveState") == "active", "the service becomes active")
        return int(self.property("MainPID"))

    def kill_service(self) -> None:
        """Ends the service as a crash would, and waits for its successor."""
        pid = self.property("MainPID")
        self.run("kill", "-KILL", pid)
        self.eventually(lambda: self.property("MainPID") not in ("0", pid), "another process runs")
        self.await_active()

    def eventually(self, condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                status = self.run("systemctl status heliograph; journalctl -n 40 --no-pager", check=False).stdout
                raise AssertionError(f"still waiting that {what}\n{status}")
            time.sleep(0.05)

    def await_sample(self, name: str, value: float) -> None:
        self.eventually(lambda: self.samples().get(name) == value, f"{name} is {value}: {self.samples().get(name)}")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    skip_unless_bootable()
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built; HELIOGRAPH_BINARY names another")
    root = tmp_path_factory.mktemp("installation")
    make("install", root, PREFIX="/usr")
    return root


@pytest.fixture(scope="module")
def host(installation: Path) -> Iterator[Host]:
    files = {"/": installation, "/etc/heliograph/heliograph.yml": CONFIGURATION}
    with Host(files) as host:
        host.run("systemctl", "enable", "--now", "heliograph.socket", "heliograph-events.socket")
        host.run("systemctl", "enable", "--now", "heliograph.service")
        yield host


@pytest.fixture
def running(host: Host) -> Iterator[Host]:
    host.run("systemctl", "start", "heliograph.service")
    host.await_active()
    yield host


def test_sockets_listen_and_the_service_is_ready(running: Host) -> None:
    assert running.property("ActiveState", "heliograph.socket") == "active"
    assert running.property("ActiveState", "heliograph-events.socket") == "active"
    assert running.property("Type") == "notify"
    assert running.property("NRestarts") == "0"
    modes = running.run("stat", "-c", "%a %F", STATSD_SOCKET, EVENTS_SOCKET).stdout
    assert modes == "666 socket\n666 socket\n"


def test_status_text_is_shown(running: Host) -> None:
    figures = re.fullmatch(r"Serving metrics on :9568/metrics: (\d+) series, (\d+) events counted, \d+ rejected",
                           running.property("StatusText"))
    assert figures is not None
    assert 'Status: "' in running.run("systemctl", "status", "--no-pager", "heliograph").stdout


def test_status_has_live_figures(running: Host) -> None:
    running.send(SEND_DATAGRAM, STATSD_SOCKET, "\n".join(["status.orders:1|c"] * 1234))
    running.await_sample("status_orders_total", 1234)

    def is_shown() -> bool:
        counted = sum(value for name, value in running.samples().items() if name.startswith("heliograph_events_counted"))
        return f" {counted:.0f} events counted" in running.property("StatusText")

    running.eventually(is_shown, "the status follows")


def test_datagram_of_another_user_is_counted(running: Host) -> None:
    running.send(SEND_DATAGRAM, STATSD_SOCKET, "checkout.orders:3|c")
    running.await_sample("checkout_orders_total", 3)


def test_event_of_another_user_is_counted(running: Host) -> None:
    running.send(SEND_STREAM, EVENTS_SOCKET, json.dumps(EVENT) + "\n")
    running.await_sample('checkout_order_items_total{payment="card"}', 3)


def test_journal_has_structured_entries(running: Host) -> None:
    own = [entry for entry in running.journal() if "LOGGER" in entry]
    assert own, "no entry came over the native protocol"
    for entry in own:
        assert entry["_TRANSPORT"] == "journal"
        assert entry["SYSLOG_IDENTIFIER"] == "heliograph"
        assert entry["MESSAGE"]
        assert entry["PRIORITY"] in "01234567"
        assert entry["CODE_FILE"].endswith(".swift")
        assert int(entry["CODE_LINE"]) > 0


def test_killed_service_comes_back_behind_the_same_sockets(running: Host) -> None:
    inode = running.run("stat", "-c", "%i", STATSD_SOCKET, EVENTS_SOCKET).stdout
    before, restarts = running.property("MainPID"), int(running.property("NRestarts"))
    running.run("systemctl", "kill", "-s", "KILL", "heliograph")
    running.send(SEND_DATAGRAM, STATSD_SOCKET, "killed.orders:2|c")
    running.eventually(lambda: running.property("MainPID") not in ("0", before), "another process runs")
    running.await_active()
    assert int(running.property("NRestarts")) == restarts + 1
    running.send(SEND_DATAGRAM, STATSD_SOCKET, "killed.orders:5|c")
    running.await_sample("killed_orders_total", 7)
    assert running.run("stat", "-c", "%i", STATSD_SOCKET, EVENTS_SOCKET).stdout == inode


def test_reload_keeps_the_process_and_the_counts(running: Host) -> None:
    running.send(SEND_DATAGRAM, STATSD_SOCKET, "reloaded.orders:1|c")
    running.await_sample("reloaded_orders_total", 1)
    before = running.property("MainPID")
    running.run("systemctl", "reload", "heliograph")
    assert running.await_active() == int(before)
    running.await_sample("reloaded_orders_total", 1)


def test_refused_reload_fails_and_says_why(running: Host) -> None:
    before, serving = running.property("MainPID"), "Serving metrics on :9568/metrics: "
    path = "/etc/heliograph/heliograph.yml"
    running.write(path, "metric: []\nweb: {max-requests: -1}\n")
    mistakes = [
        f"{path}:1:1: metric: there is no such key; did you mean metrics?",
        f"{path}:2:21: web.max-requests: needs a number from 0, not -1",
    ]
    try:
        result = running.run("systemctl", "reload", "heliograph", check=False)
        assert result.returncode != 0
        status = f"Configuration not reloaded: 2 mistakes; first: {mistakes[0]}"
        running.eventually(lambda: running.property("StatusText") == status, "the status says why")
        assert (running.property("ActiveState"), running.property("SubState")) == ("active", "running")
        entries = [entry for entry in running.journal() if "Configuration not reloaded" in entry["MESSAGE"]]
        assert [entry["MESSAGE"] for entry in entries] == [f"Configuration not reloaded: {line}" for line in mistakes]
        assert {(entry["PRIORITY"], entry["MESSAGE_ID"]) for entry in entries} == {("3", REFUSED_ID)}
    finally:
        running.write(path, CONFIGURATION)
    running.run("systemctl", "reload", "heliograph")
    running.eventually(lambda: running.property("StatusText").startswith(serving), "it serves")
    assert running.property("MainPID") == before


def test_root_reloads_by_hand_and_nobody_else_does(running: Host) -> None:
    assert running.run("heliograph", "reload").stdout == ""
    stranger = running.run("heliograph", "reload", "--control.socket=/run/heliograph/private/control.sock",
                           user="nobody", check=False)
    assert stranger.returncode == 69


def test_start_logs_no_complaint(running: Host) -> None:
    running.run("systemctl", "restart", "heliograph")
    running.await_active()
    assert [entry["MESSAGE"] for entry in running.journal() if "thread priority" in str(entry["MESSAGE"])] == []


def test_broken_configuration_ends_the_start_and_the_waiting(running: Host) -> None:
    running.run("systemctl", "stop", "heliograph.service")
    running.write("/etc/heliograph/heliograph.yml", "metric: []\n")
    try:
        # Wakes the service as traffic does.
        running.send(SEND_DATAGRAM, STATSD_SOCKET, "broken.orders:1|c")
        running.eventually(lambda: running.property("ActiveState", "heliograph.socket") == "inactive", "it closes")
        assert running.property("ActiveState") == "failed"
        assert running.property("ExecMainStatus") == "78"
        assert running.property("NRestarts") == "0"
        assert running.run(f"ls {STATSD_SOCKET} {EVENTS_SOCKET}", check=False).stdout == ""
    finally:
        running.write("/etc/heliograph/heliograph.yml", CONFIGURATION)
    running.run("systemctl", "start", "heliograph.service")
    running.await_active()
    running.send(SEND_DATAGRAM, STATSD_SOCKET, "mended.orders:4|c")
    running.await_sample("mended_orders_total", 4)


def test_stops_under_traffic_with_its_sockets(running: Host) -> None:
    running.run("systemd-run", "--unit=traffic", "/usr/bin/python3", "-c", SEND_FOR_EVER, STATSD_SOCKET)
    try:
        running.eventually(lambda: running.samples().get("traffic_total", 0) > 100, "traffic flows")
        running.run("systemctl", "stop", "heliograph.socket", "heliograph-events.socket", "heliograph.service")
        assert running.property("ActiveState", "traffic.service") == "active"
        assert running.property("ActiveState") == "inactive"
        assert running.property("ActiveState", "heliograph.socket") == "inactive"
        assert running.run("systemctl", "list-jobs", "--no-legend").stdout == ""
    finally:
        running.run("systemctl", "stop", "traffic.service")


def test_stops_in_time_beside_a_journal_that_does_not_read(running: Host) -> None:
    running.run("systemctl", "kill", "-s", "STOP", "systemd-journald")
    try:
        running.run("/usr/bin/python3", "-c", FILL, "/run/systemd/journal/socket")
        process = int(running.property("MainPID"))
        started = time.monotonic()
        running.run("kill", "-TERM", str(process))
        running.eventually(lambda: running.run("kill", "-0", str(process), check=False).returncode != 0, "it ends")
        assert time.monotonic() - started < 2
    finally:
        running.run("systemctl", "kill", "-s", "CONT", "systemd-journald")
    running.await_active()


def test_stop_is_quick_and_clean(running: Host) -> None:
    started = time.monotonic()
    running.run("systemctl", "stop", "heliograph.service")
    assert time.monotonic() - started < 2
    assert running.property("ActiveState") == "inactive"
    assert running.property("Result") == "success"
    assert running.run("systemctl", "is-failed", "heliograph", check=False).stdout.strip() == "inactive"


def test_datagram_starts_a_stopped_service(running: Host) -> None:
    running.run("systemctl", "stop", "heliograph.service")
    running.send(SEND_DATAGRAM, STATSD_SOCKET, "woken.orders:4|c")
    running.await_active()
    running.await_sample("woken_orders_total", 4)


def test_stopped_sockets_leave_no_file(host: Host) -> None:
    host.run("systemctl", "stop", "heliograph.socket", "heliograph-events.socket", "heliograph.service")
    assert host.run(f"ls {STATSD_SOCKET} {EVENTS_SOCKET}", check=False).stdout == ""
    host.run("systemctl", "start", "heliograph.socket", "heliograph-events.socket")


def test_units_verify(host: Host) -> None:
    result = host.run("systemd-analyze verify heliograph.service heliograph.socket heliograph-events.socket"
                      " heliograph-closed.target")
    complaints = [line for line in (result.stdout + result.stderr).splitlines() if "heliograph" in line]
    assert complaints == []


def test_exposure_is_small() -> None:
    skip_unless_bootable()
    report = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager",
         str(PROJECT / "systemd/heliograph.service")],
        check=True, capture_output=True, text=True,
    ).stdout
    exposure = re.search(r"exposure level for heliograph\.service: ([0-9.]+)", report)
    assert exposure is not None, report
    assert float(exposure[1]) <= MAXIMUM_EXPOSURE


def test_install_writes_the_prefix_into_the_unit_and_keeps_an_edited_configuration(tmp_path: Path) -> None:
    binary = Path("/bin/true")
    make("install", tmp_path, binary)
    unit = (tmp_path / "usr/local/lib/systemd/system/heliograph.service").read_text()
    assert "ExecStart=/usr/local/bin/heliograph serve --config.file=/etc/heliograph/heliograph.yml\n" in unit
    configuration = tmp_path / "etc/heliograph/heliograph.yml"
    configuration.write_text("global: {prefix: shop_}\n")
    make("install", tmp_path, binary)
    assert configuration.read_text() == "global: {prefix: shop_}\n"
    make("uninstall", tmp_path)
    assert installed_files(tmp_path) == {"etc/heliograph/heliograph.yml"}


def test_uninstall_takes_everything_away(tmp_path: Path) -> None:
    make("install", tmp_path, Path("/bin/true"), PREFIX="/usr")
    assert "usr/bin/heliograph" in installed_files(tmp_path)
    make("uninstall", tmp_path, PREFIX="/usr")
    assert installed_files(tmp_path) == set()
    assert not (tmp_path / "etc/heliograph").exists()
