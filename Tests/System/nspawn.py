"""A real systemd for tests, booted by systemd-nspawn over a throw-away overlay of this machine's root."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

BOOT_SECONDS = 60
POWER_OFF_SECONDS = 15

# Where nspawn keeps the container's processes: the unified hierarchy, or those of a hybrid or legacy one.
CGROUP_HIERARCHIES = [
    hierarchy
    for hierarchy in map(Path, ("/sys/fs/cgroup", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified"))
    if (hierarchy / "cgroup.procs").exists()
]

# Where memory is limited on a hybrid or legacy hierarchy; nspawn gives a container no right to write there.
LEGACY_MEMORY = Path("/sys/fs/cgroup/memory")

# Runs in a mount namespace of its own, so that the kernel takes the mounts away with the last process in it.
BOOT_SCRIPT = """
set -eu
for hierarchy in $HIERARCHIES; do
    mkdir "$hierarchy/$MACHINE"
    echo $$ > "$hierarchy/$MACHINE/cgroup.procs"
done
mount -t tmpfs -o mode=0755 tmpfs "$SCRATCH"
mkdir "$SCRATCH/upper" "$SCRATCH/work" "$SCRATCH/root"
cp -a "$OVERLAY/." "$SCRATCH/upper/"
mount -t overlay -o "lowerdir=/,upperdir=$SCRATCH/upper,workdir=$SCRATCH/work" overlay "$SCRATCH/root"
exec systemd-nspawn --quiet --directory="$SCRATCH/root" --machine="$MACHINE" --uuid="$MACHINE_ID" \
    --private-network --register=no --keep-unit --link-journal=no --console=pipe --resolv-conf=off \
    --boot -- --unit=basic.target
"""


class SystemdContainer:
    """Boots a systemd on entry and ends it on exit; `overlay_files` maps absolute paths to text, bytes or a Path.

    A Path to a file is copied with its mode, one to a folder is merged into the folder that is there; text and
    bytes become files of mode 0644. With `limits_memory` its systemd enforces `MemoryMax=`.
    """

    def __init__(
        self, overlay_files: dict[str, str | bytes | Path] | None = None, limits_memory: bool = False
    ) -> None:
        self.overlay_files = dict(overlay_files or {})
        self.opens_legacy_memory = limits_memory and (LEGACY_MEMORY / "cgroup.procs").exists()
        self.hierarchies = CGROUP_HIERARCHIES + [LEGACY_MEMORY] * self.opens_legacy_memory
        self.machine_id = secrets.token_hex(16)
        self.machine = f"heliograph-{self.machine_id[:8]}"
        self.leader = 0
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> SystemdContainer:
        skip_unless_bootable()
        self._scratch = tempfile.TemporaryDirectory(prefix="heliograph-nspawn-")
        try:
            self._boot(Path(self._scratch.name))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._nspawn is not None:
            self._power_off(self._nspawn)
            self._nspawn = None
            self._remove_cgroups()
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def run(
        self, *command: str, check: bool = True, timeout: float = 60, stdin: str = "", user: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command inside; one argument is a shell line, several are an argument vector."""
        inside = ["/bin/sh", "-c", command[0]] if len(command) == 1 else list(command)
        if user is not None:
            inside = ["setpriv", f"--reuid={user}", "--regid=nogroup", "--clear-groups", "--", *inside]
        result = subprocess.run(
            ["nsenter", "-t", str(self.leader), "-m", "-p", "-n", "-u", "-i", "-C", "-r", "-w", "--", *inside],
            input=stdin, capture_output=True, text=True, timeout=timeout, env=INSIDE_ENVIRONMENT, check=False,
        )
        if check and result.returncode != 0:
            raise AssertionError(
                f"{command} ended with {result.returncode}\n{result.stdout}{result.stderr}\n{self.console_tail()}")
        return result

    def console_tail(self) -> str:
        """What init and nspawn said last, for the message of a failure."""
        if self._scratch is None:
            return ""
        log = Path(self._scratch.name) / "console.log"
        return log.read_text(errors="replace")[-4000:] if log.exists() else ""

    def _boot(self, scratch: Path) -> None:
        overlay, mounts = scratch / "overlay", scratch / "mounts"
        overlay.mkdir()
        mounts.mkdir()
        self._fill(overlay)
        with (scratch / "console.log").open("wb") as console:
            self._nspawn = subprocess.Popen(
                ["setpriv", "--pdeathsig=TERM", "unshare", "--mount", "--propagation=private",
                 "sh", "-c", BOOT_SCRIPT],
                env={**os.environ, "OVERLAY": str(overlay), "SCRATCH": str(mounts),
                     "MACHINE": self.machine, "MACHINE_ID": self.machine_id,
                     "HIERARCHIES": " ".join(map(str, self.hierarchies))},
                stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT, start_new_session=True,
            )
        deadline = time.monotonic() + BOOT_SECONDS
        self.leader = self._await_leader(deadline)
        self._await_running(deadline)
        if self.opens_legacy_memory:
            # systemd looks for the controllers that it may use when it starts.
            self.run(f"mount -o remount,bind,rw {LEGACY_MEMORY} && systemctl daemon-reexec")
            self._await_running(deadline)

    def _fill(self, overlay: Path) -> None:
        # What this machine does now and then, such as looking for upgrades, is no part of a test.
        masked = overlay / "etc/systemd/system/timers.target"
        masked.parent.mkdir(parents=True)
        masked.symlink_to("/dev/null")
        for path, content in {"/etc/machine-id": self.machine_id + "\n", **self.overlay_files}.items():
            target = overlay / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path) and content.is_dir():
                shutil.copytree(content, target, symlinks=True, dirs_exist_ok=True)
                target.chmod(0o755)
            elif isinstance(content, Path):
                shutil.copy2(content, target)
            else:
                target.write_bytes(content.encode() if isinstance(content, str) else content)

    def _await_leader(self, deadline: float) -> int:
        while time.monotonic() < deadline:
            self._fail_if_ended()
            for pid in descendants(self._nspawn.pid):
                if is_namespace_init(pid) and executable_name(pid) == "systemd":
                    return pid
            time.sleep(0.02)
        raise AssertionError(f"no init appeared in the container:\n{self.console_tail()}")

    def _await_running(self, deadline: float) -> None:
        state = ""
        while time.monotonic() < deadline:
            self._fail_if_ended()
            state = self.run("systemctl", "is-system-running", check=False).stdout.strip()
            if state in ("running", "degraded"):
                return
            time.sleep(0.05)
        raise AssertionError(f"the container's systemd is still {state!r}:\n{self.console_tail()}")

    def _fail_if_ended(self) -> None:
        if self._nspawn.poll() is not None:
            raise AssertionError(f"systemd-nspawn ended with {self._nspawn.returncode}:\n{self.console_tail()}")

    def _power_off(self, nspawn: subprocess.Popen[bytes]) -> None:
        started = [nspawn.pid, *descendants(nspawn.pid)]
        nspawn.terminate()
        try:
            nspawn.wait(POWER_OFF_SECONDS)
            return
        except subprocess.TimeoutExpired:
            pass
        for pid in reversed(started):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        nspawn.wait(POWER_OFF_SECONDS)

    def _remove_cgroups(self) -> None:
        for hierarchy in self.hierarchies:
            for folder, _, _ in os.walk(hierarchy / self.machine, topdown=False):
                os.rmdir(folder)


INSIDE_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


def skip_unless_bootable() -> None:
    """Skips the calling test, saying why, where no container can be booted."""
    if os.geteuid() != 0:
        pytest.skip("booting a systemd needs root")
    for tool in ("systemd-nspawn", "unshare", "nsenter", "setpriv"):
        if shutil.which(tool) is None:
            pytest.skip(f"booting a systemd needs {tool}")


def descendants(pid: int) -> list[int]:
    """The processes started by `pid`, directly or not, parents first."""
    found: list[int] = []
    pending = [pid]
    while pending:
        for listing in Path(f"/proc/{pending.pop()}/task").glob("*/children"):
            try:
                children = [int(child) for child in listing.read_text().split()]
            except OSError:
                continue
            found += children
            pending += children
    return found


def is_namespace_init(pid: int) -> bool:
    """Whether `pid` is process 1 of its namespace."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    numbers = next(line for line in status.splitlines() if line.startswith("NSpid:")).split()[1:]
    return len(numbers) > 1 and numbers[-1] == "1"


def executable_name(pid: int) -> str:
    """The file name of what `pid` runs, or an empty string when it has ended."""
    try:
        return Path(os.readlink(f"/proc/{pid}/exe")).name
    except OSError:
        return ""
