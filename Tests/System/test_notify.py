"""Services of the system that don't answer: a service manager that does not read, a resolver that is silent."""

import os
import re
import subprocess
import sys

import pytest

from heliograph_process import CONFIG, Heliograph
from notify_socket import NotifySocket
from polling import eventually
from processes import end_with_parent


@pytest.fixture
def manager(directory):
    """A service manager's socket."""
    with NotifySocket(directory) as manager:
        yield manager


@pytest.fixture
def managed(binary, directory, manager):
    """A service that is to tell `manager`; it is not started, and stopped in time at the end."""
    variables = {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "300000"}
    service = Heliograph(binary, directory, CONFIG, variables=variables)
    yield service
    if service.process is not None and service.process.returncode is None:
        service.kill()


def messages_until(manager, last):
    """All messages until one that begins with `last` came."""
    messages = []

    def came():
        messages.extend(manager.read())
        return any(message[0] == last for message in messages)

    came.__doc__ = f"{last} came"
    eventually(came)
    return [message for message in messages if message != ["WATCHDOG=1"] and not message[0].startswith("STATUS=")]


def test_tells_the_manager_of_start_reload_and_stop(managed, manager):
    managed.start()
    serving = f"STATUS=Serving metrics on 127.0.0.1:{managed.port}/metrics: "
    ready, status = messages_until(manager, "READY=1")[-1]
    assert (ready, status.startswith(serving)) == ("READY=1", True)
    assert re.fullmatch(r"\d+ series, 0 events counted, 0 rejected", status.removeprefix(serving))
    managed.config_path.write_text("metric: []\n")
    managed.reload()
    reloading, ready = messages_until(manager, "READY=1")
    assert reloading[0] == "RELOADING=1"
    assert ready == [
        "READY=1", f"STATUS=Configuration not reloaded: 1 mistake: {managed.config_path}:1:1: metric:"
        " there is no such key; did you mean metrics?"]
    managed.config_path.write_text(CONFIG)
    managed.reload()
    ready, status = messages_until(manager, "READY=1")[-1]
    assert (ready, status.startswith(serving)) == ("READY=1", True)
    managed.stop()
    assert messages_until(manager, "STOPPING=1")[-1] == ["STOPPING=1"]


def test_a_manager_that_does_not_read_holds_up_nothing(managed, manager):
    manager.fill()
    managed.start()
    for _ in range(3):
        managed.reload()
    eventually(lambda: managed.log().count("Configuration reloaded") >= 1)
    eventually(lambda: "The service manager was not told" in managed.log())
    assert managed.page().value("heliograph_config_last_reload_successful") == 1
    managed.stop()
    assert manager.read() == []


def test_a_manager_that_reads_late_is_told_then(managed, manager):
    manager.fill()
    managed.start()
    assert messages_until(manager, "READY=1")[0][0] == "READY=1"
    managed.stop()


# Runs where only its loopback is, and only its files: a server of names that takes questions and answers none.
SILENT_RESOLVER = """
import os, signal, socket, subprocess, sys, time
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
server.settimeout(10)
service = subprocess.Popen(sys.argv[1:], stderr=subprocess.DEVNULL)
server.recv(512)
began = time.monotonic()
service.send_signal(signal.SIGTERM)
code = service.wait(20)
print(code, time.monotonic() - began)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="a network of its own needs root")
@pytest.mark.parametrize("flag", ["--web.listen-address", "--statsd.listen-udp", "--carbon.listen-tcp"])
def test_ends_at_once_while_a_name_is_looked_up(binary, directory, flag):
    (directory / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    (directory / "nsswitch.conf").write_text("hosts: files dns\n")
    service = Heliograph(binary, directory, CONFIG, [f"{flag}=collector.example:0"])
    if flag == "--web.listen-address":
        service.command.remove(f"{flag}=127.0.0.1:{service.port}")
    result = subprocess.run(
        ["unshare", "--mount", "--net", "sh", "-c",
         'ip link set lo up; for file in resolv.conf nsswitch.conf; do mount --bind "$0/$file" "/etc/$file"; done;'
         ' exec "$@"', str(directory), sys.executable, "-c", SILENT_RESOLVER, *service.command],
        capture_output=True, text=True, timeout=60, check=True, preexec_fn=end_with_parent)
    code, seconds = result.stdout.split()
    assert int(code) in (0, -15), result.stderr
    assert float(seconds) < 2
