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
LONELY_USER = 61_357
FILES = (8, 12, 16, 20, 24, 28, 32, 48, 64, 96, 112, 128, 140, 160, 256)
ADDRESS_SPACE = (150_000, 180_000, 200_000, 240_000, 280_000, 350_000, 400_000, 500_000, 600_000, 800_000, 1_500_000)
DATA = (4_000, 16_000, 64_000, 100_000, 130_000, 150_000, 160_000, 300_000)
FILE_SIZE = (0, 4, 300, 8_192, 20_000)
STACK = (64, 128, 256, 1_000)
THREADS = (1, 3, 5, 9, 12, 22, 40)
LIMITS = (
    [f"--nofile={number}" for number in FILES]
    + [f"--{name}={size * KIBIBYTE}" for name, sizes in (
        ("as", ADDRESS_SPACE), ("data", DATA), ("fsize", FILE_SIZE), ("stack", STACK)) for size in sizes]
    + ["--stack=unlimited"]
)


@pytest.mark.parametrize("limit", LIMITS)
def test_works_or_says_why_not(binary, directory, limit):
    works_or_says_why_not(binary, directory, ["prlimit", limit])


@pytest.mark.parametrize("limit", THREADS)
@pytest.mark.skipif(os.geteuid() != 0, reason="limits the threads of a user who has no others")
def test_works_with_its_threads_or_says_why_not(binary, directory, limit):
    os.chown(directory, LONELY_USER, LONELY_USER)
    user = ["setpriv", f"--reuid={LONELY_USER}", f"--regid={LONELY_USER}", "--clear-groups"]
    works_or_says_why_not(binary, directory, [*user, "prlimit", f"--nproc={limit}"])


def test_a_store_that_a_file_has_no_room_for_counts_everything(binary, directory):
    service = Heliograph(binary, directory, "limits: {memory: 64MiB}\nstatsd: {metrics-limit: 100000}\n")
    service.command = ["prlimit", f"--fsize={8 << 20}", *service.command]
    service.start()
    with Datagrams(service, "unix") as datagrams:
        for number in range(6000):
            datagrams.send(f"timer:{number}|ms|#k:{number}\nname.{number}:1|c\nhonest:1|c")
    page = eventually(lambda: counted(service.page(), 6000))
    assert page.total("timer_seconds_count") == 6000
    assert page.value("heliograph_memory_limit_bytes") < 8 << 20
    assert page.value("heliograph_budget_refused_total", limit="memory") > 0
    assert page.total("heliograph_events_rejected_total", cause="store_full") == 0
    assert "Less memory for series than configured" in service.log()
    service.stop()


def counted(page, number):
    return page if page.value("honest_total") == number else None


@pytest.mark.parametrize("arguments", (["--version"], ["check", "config"], ["metrics"]))
def test_commands_end_where_no_thread_can_be_started(binary, directory, arguments):
    ended = subprocess.run(
        ["prlimit", f"--data={4 << 20}", binary, *arguments], capture_output=True, text=True, timeout=10,
        cwd=directory, env=clean_environment(directory))
    assert ended.returncode == UNAVAILABLE
    assert ended.stderr.startswith("heliograph: The process may take ")


def test_output_past_the_size_of_a_file_fails(binary, directory):
    path = directory / "metrics.md"
    with open(path, "wb") as output:
        ended = subprocess.run(
            ["prlimit", f"--fsize={1000}", binary, "causes"], stdout=output, stderr=subprocess.PIPE, text=True,
            timeout=10, cwd=directory, env=clean_environment(directory))
    assert ended.returncode == 74
    assert ended.stderr == "heliograph: write of standard output failed: File too large.\n"
    assert path.stat().st_size == 1000


def works_or_says_why_not(binary, directory, limited):
    """Starts the service under `limited`, uses it and ends it; or it has ended with one sentence."""
    service = Heliograph(binary, directory, "carbon: {tcp: '127.0.0.1:0'}")
    service.command = [*limited, *service.command]
    # The limit on files is not one of the log.
    log = subprocess.Popen(["tee", service.log_path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    service.process = subprocess.Popen(
        service.command, stdin=subprocess.DEVNULL, stdout=log.stdin, stderr=log.stdin, cwd=directory,
        env=clean_environment(directory), preexec_fn=end_with_parent)
    try:
        if eventually(lambda: answer(service)) == "ended":
            log.communicate(timeout=10)
            assert service.process.returncode == UNAVAILABLE, service.log()
            assert len([line for line in service.log().splitlines() if line.startswith("heliograph: ")]) == 1
        else:
            use(service)
            service.stop()
    finally:
        service.kill()
        log.stdin.close()
        log.wait(10)


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
    # It is read once a second.
    eventually(lambda: abs(service.page().value("process_open_fds") - open_files(service)) <= 8)
    for client in clients:
        client.close()


def open_files(service):
    """How many descriptors the process has, as the kernel says."""
    return len(os.listdir(f"/proc/{service.process.pid}/fd"))
