"""What outlives the process: kills, stops, power cuts, and states that can't be trusted."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from heliograph_process import CONFIG, Heliograph
from polling import eventually
from senders import Datagrams

LINES = "kept.lines:3|c|#a:x\nkept.timer:0.25|ms\nkept.set:u1|s\nkept.set:u2|s\nkept.level:7|g"


@pytest.fixture
def make(binary, directory, memory):
    """Makes services that are started by hand: each with a directory of its own for sockets."""
    made = []

    def make(*arguments, program=binary, config=CONFIG, **variables):
        place = directory / str(len(made))
        place.mkdir()
        service = Heliograph(program, place, config, arguments, {"XDG_RUNTIME_DIR": str(memory)} | variables)
        made.append(service)
        return service

    yield make
    for service in made:
        if service.process is not None and service.process.poll() is None:
            service.stop()


@pytest.fixture
def mounted(directory):
    """Mounts small file systems, for which it needs root."""
    mounts = []

    def mount(*arguments):
        path = directory / f"mount-{len(mounts)}"
        path.mkdir()
        result = subprocess.run(["mount", *arguments, str(path)], capture_output=True, text=True, check=False)
        if result.returncode != 0:
            pytest.skip(f"mounting needs root: {result.stderr}")
        mounts.append(path)
        return path

    yield mount
    for path in mounts:
        subprocess.run(["umount", "-l", str(path)], check=True)


def count(service, lines=LINES):
    """Sends lines, and returns the page on which they are counted."""
    before = service.page().total("heliograph_datagrams_received_total", listener="unix")
    with Datagrams(service, "unix") as datagrams:
        datagrams.send(lines)
    return service.await_datagrams(before + 1, "unix")


def lines_of(service):
    return service.page().total("kept_lines_total")


def end(service, number):
    service.process.send_signal(number)
    service.process.wait(60)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT, signal.SIGILL, signal.SIGSEGV])
def test_counts_go_on_after_a_crash_without_a_service_manager(make, number):
    service = make()
    for crash in range(1, 4):
        service.start()
        page = count(service)
        assert page.total("kept_lines_total") == 3 * crash
        assert page.total("kept_set") == 2
        assert page.total("kept_level") == 7
        end(service, number)
    assert "a reboot" in service.log()


def test_counts_go_on_over_stop_and_start(make, directory, memory):
    state = directory / "state"
    service = make(f"--state.directory={state}")
    for stop in range(1, 4):
        service.start()
        assert count(service).total("kept_lines_total") == 3 * stop
        service.stop()
        assert sorted(os.listdir(state)) == ["heliograph.lock", "heliograph.state"]
        # The image has all, so the memory is free.
        left = [name for name in os.listdir(memory / "heliograph-state") if not name.endswith(".lock")]
        assert left == []
    assert state.stat().st_mode & 0o777 == 0o700


def test_a_power_cut_takes_what_came_after_the_last_copy(make, directory):
    state = directory / "state"
    service = make(f"--state.directory={state}", "--state.interval=1s").start()
    count(service)

    def is_copied():
        """an image was written"""
        page = service.page()
        return page.total("heliograph_state_last_write_timestamp_seconds") > 0

    eventually(is_copied)
    image = state / "heliograph.state"
    written = image.stat().st_mtime_ns
    count(service)
    # The first one that is written from now on may have begun before.
    for _ in range(2):
        eventually(lambda: image.stat().st_mtime_ns > written)
        written = image.stat().st_mtime_ns
    copy = directory / "copy"
    copy.mkdir(mode=0o700)
    shutil.copy(image, copy)
    with tempfile.TemporaryDirectory(prefix="heliograph-", dir="/dev/shm") as empty:
        successor = make(f"--state.directory={copy}", XDG_RUNTIME_DIR=empty).start()
        assert lines_of(successor) == 6
        assert "Going on with the series" in successor.log()
        successor.stop()


def test_another_program_goes_on(make, binary, directory):
    other = directory / "heliograph"
    shutil.copy(binary, other)
    subprocess.run(["strip", "--strip-debug", str(other)], check=False)
    state = directory / "state"
    service = make(f"--state.directory={state}").start()
    count(service)
    service.stop()
    successor = make(f"--state.directory={state}", program=other).start()
    assert lines_of(successor) == 3


@pytest.mark.parametrize(
    "damage, cause",
    [
        (lambda data: b"not a state\n", "foreign"),
        (lambda data: data[:8] + b"\xff" + data[9:], "unknown_layout"),
        (lambda data: data[: len(data) // 2], "truncated"),
        (lambda data: data[:24] + bytes([data[24] ^ 1]) + data[25:], "damaged"),
    ])
def test_a_state_that_can_not_be_trusted_is_set_aside(make, directory, damage, cause):
    state = directory / "state"
    service = make(f"--state.directory={state}").start()
    count(service)
    service.stop()
    image = state / "heliograph.state"
    data = damage(image.read_bytes())
    image.write_bytes(data)

    service.start()

    assert lines_of(service) == 0
    assert service.page().value("heliograph_state_set_aside_total", cause=cause) == 1
    aside = [path for path in state.iterdir() if "set-aside" in path.name]
    assert [path.read_bytes() for path in aside] == [data]
    assert str(aside[0]) in service.log()
    assert count(service).total("kept_lines_total") == 3
    service.stop()
    service.start()
    assert lines_of(service) == 3


def test_two_at_once_have_a_state_each(make, directory):
    state = directory / "state"
    first, second = (make(f"--state.directory={state}") for _ in range(2))
    first.start()
    second.start()
    count(first)
    assert lines_of(second) == 0
    count(second)
    count(second)
    second.stop()
    first.stop()
    assert lines_of(first.start()) == 3
    assert lines_of(second.start()) == 6


def test_a_full_state_directory_is_said_once(make, mounted):
    state = mounted("-t", "tmpfs", "-o", "size=64k", "tmpfs")
    service = make(f"--state.directory={state}", "--state.interval=1s").start()
    eventually(lambda: service.page().total("heliograph_state_write_failures_total") >= 2)
    assert service.log().count("The state can't be written") == 1
    assert list(state.glob("*.new")) == []
    count(service)
    service.stop()


def test_a_read_only_state_directory_still_says_what_was(make, directory, mounted):
    state = directory / "state"
    service = make(f"--state.directory={state}").start()
    count(service)
    service.stop()
    path = mounted("--bind", "-o", "ro", str(state))
    successor = make(f"--state.directory={path}", "--state.interval=1s").start()
    assert lines_of(successor) == 3
    eventually(lambda: successor.page().total("heliograph_state_write_failures_total") >= 1)
    assert successor.log().count("The state can't be written") == 1


def test_a_full_tmpfs_is_no_end(make, mounted):
    place = mounted("-t", "tmpfs", "-o", "size=48m", "tmpfs")
    service = make("--limits.memory=32MiB", XDG_RUNTIME_DIR=str(place)).start()
    count(service)
    assert [path.name for path in (place / "heliograph-state").iterdir() if path.suffix != ".lock"]
    filler = place / "filler"
    with open(filler, "wb") as file:
        try:
            while True:
                file.write(bytes(1 << 16))
                file.flush()
        except OSError:
            pass
    for batch in range(40):
        count(service, "\n".join(f"many{batch}:1|c|#n:{number},text:{'x' * 60}" for number in range(200)))
    page = service.page()
    counted = many(page)
    assert 0 < counted < 8000
    assert counted + page.total("heliograph_events_rejected_total", source="statsd") == 8000
    end(service, signal.SIGKILL)
    filler.unlink()
    service.start()
    assert many(service.page()) == counted
    assert lines_of(service) == 3
    for batch in range(40):
        count(service, "\n".join(f"many{batch}:1|c|#n:{number},text:{'x' * 60}" for number in range(200)))
    assert many(service.page()) == counted + 8000


def many(page):
    return sum(sample.value for sample in page.samples if sample.name.startswith("many"))


def test_a_tmpfs_without_room_is_not_used(make, mounted):
    place = mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs")
    service = make(XDG_RUNTIME_DIR=str(place)).start()
    assert "Series will not outlive a crash" in service.log()
    assert count(service).total("kept_lines_total") == 3


def test_a_reload_changes_the_interval_and_no_directory(make, directory):
    state = directory / "state"
    service = make(config=f"state: {{directory: {state}, interval: 1h}}").start()
    service.config_path.write_text(f"state: {{directory: {state}, interval: 1s}}")
    service.reload()
    eventually(lambda: (state / "heliograph.state").exists())
    service.config_path.write_text(f"state: {{directory: {directory}, interval: 1s}}")
    service.reload()
    eventually(lambda: "restart the service for that" in service.log())
