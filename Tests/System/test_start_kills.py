"""Kills at the system calls of a start that goes on with what was: none takes a count, and none doubles one.

START_KILL_STRIDE is how many system calls lie between two kills: 1 in `make test-start-kills`, which takes many minutes.
"""

import os
import random
import shutil
import signal
import subprocess
import time

import pytest

from heliograph_process import CONFIG, Heliograph, clean_environment
from nspawn import descendants
from processes import end_with_parent
from senders import Datagrams

STRIDE = int(os.environ.get("START_KILL_STRIDE", "40"))
LINES = [f"kept.lines:{number}|c|#number:{number}" for number in range(1, 101)]
LINES += ["kept.timer:0.25:3|ms", "kept.set:u1|s", "kept.level:7|g"]


def values(service):
    return sorted(
        f"{sample.name}{sorted(sample.labels.items())} {sample.value}" for sample in service.openmetrics().samples
        if sample.name.startswith("kept"))


def is_ready(service):
    try:
        return service.get("/-/ready").status == 200
    except OSError:
        return False


def is_killed(service, number):
    """Starts the process, which is killed at the system call of that number of one of its threads; false where it is ready before."""
    trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject=all:signal=KILL:when={number}"]
    with open(service.log_path, "ab") as log:
        process = subprocess.Popen(
            trace + service.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=service.directory,
            env=clean_environment(service.directory) | service.variables, preexec_fn=end_with_parent)
    service.process = process
    deadline = time.monotonic() + 60
    while process.poll() is None:
        is_late = time.monotonic() > deadline
        if is_late or is_ready(service):
            # The traced process would go on without strace.
            for child in descendants(process.pid):
                os.kill(child, signal.SIGKILL)
            process.wait(60)
            assert not is_late
            return False
        time.sleep(0.01)
    assert process.returncode == -signal.SIGKILL, service.log()
    return True


@pytest.mark.parametrize("with_image", [False, True], ids=["memory", "image"])
def test_a_kill_at_any_system_call_of_a_start_takes_nothing(binary, directory, memory, with_image):
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    arguments = [f"--state.directory={directory}/state"] if with_image else []
    service = Heliograph(binary, directory, CONFIG, arguments, {"XDG_RUNTIME_DIR": str(memory)}).start()
    with Datagrams(service, "unix") as datagrams:
        datagrams.send("\n".join(LINES))
    service.await_datagrams(1, "unix")
    expected = values(service)
    assert len(expected) > 100
    number = random.randint(1, STRIDE)
    print(f"first {number}, stride {STRIDE}")
    kills = 0
    while True:
        if with_image:
            service.stop()
        else:
            service.kill()
        if not is_killed(service, number):
            break
        kills += 1
        service.start()
        assert values(service) == expected, f"after a kill at system call {number}"
        number += STRIDE
    service.start()
    assert values(service) == expected
    service.stop()
    print(f"{kills} kills")
    assert kills > 400 / STRIDE
