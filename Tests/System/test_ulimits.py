"""Limits of the system from the smallest on: the service works within them, or says in one sentence why it does not start."""

import os
import socket
import subprocess

import pytest

from heliograph_process import Heliograph, clean_environment
from polling import eventually
from processes import end_with_parent
from senders import Datagrams

UNAVAILABLE = 69
KIBIBYTE = 1 << 10
FILES = (8, 12, 16, 20, 24, 28, 32, 48, 64, 96, 112, 128, 140, 160, 256)
ADDRESS_SPACE = (150_000, 180_000, 200_000, 240_000, 280_000, 350_000, 400_000, 500_000, 600_000, 800_000, 1_500_000)
LIMITS = [f"--nofile={number}" for number in FILES] + [f"--as={size * KIBIBYTE}" for size in ADDRESS_SPACE]


@pytest.mark.parametrize("limit", LIMITS)
def test_works_or_says_why_not(binary, directory, limit):
    service = Heliograph(binary, directory, "carbon: {tcp: '127.0.0.1:0'}")
    service.command = ["prlimit", limit, *service.command]
    with open(service.log_path, "wb") as log:
        service.process = subprocess.Popen(
            service.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=directory,
            env=clean_environment(directory), preexec_fn=end_with_parent)
    try:
        if eventually(lambda: answer(service)) == "ended":
            assert service.process.returncode == UNAVAILABLE, service.log()
            assert len([line for line in service.log().splitlines() if line.startswith("heliograph: ")]) == 1
        else:
            use(service)
            service.stop()
    finally:
        service.kill()


def answer(service):
    """It is ready or has ended."""
    if service.process.poll() is not None:
        return "ended"
    try:
        return "ready" if service.get("/-/ready").status == 200 else None
    except OSError:
        return None


def use(service):
    """Takes lines, connections and scrapes as in life."""
    with Datagrams(service, "unix") as datagrams:
        for number in range(200):
            datagrams.send(f"a.b{number}:{number}|ms|#k:v{number}\nc:1|c")
    clients = [socket.socket(socket.AF_UNIX) for _ in range(30)]
    for client in clients:
        client.connect(str(service.events_path))
        client.send(b'{"event":"x"}\n')
    eventually(lambda: service.page().value("c_total") == 200)
    assert service.page().value("process_open_fds") == pytest.approx(open_files(service), abs=8)
    for client in clients:
        client.close()


def open_files(service):
    """How many descriptors the process has, as the kernel says."""
    return len(os.listdir(f"/proc/{service.process.pid}/fd"))
