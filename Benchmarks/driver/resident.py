"""How much memory of another process is in RAM."""

import re
from pathlib import Path

from driver.failures import BenchFailed


def peak_growth(pid, body):
    """By how many bytes a process was larger than before at most, while `body` ran."""
    process = Path(f"/proc/{pid}")
    try:
        # See proc(5): the peak begins anew from what is resident now.
        process.joinpath("clear_refs").write_text("5")
        before = field(process.joinpath("status").read_text(), "VmRSS")
        body()
        return field(process.joinpath("status").read_text(), "VmHWM") - before
    except OSError as error:
        raise BenchFailed(f"{process}: {error}") from error


def field(status, name):
    """A size of `/proc/PID/status` in bytes."""
    found = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
    if not found:
        raise BenchFailed(f"no {name} in {status!r}")
    return int(found[1]) << 10
