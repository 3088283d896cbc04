"""Attacks the installed service in a real systemd for ATTACK_SECONDS, and reports what it took as lines `name value`.

Ends with 1 if the service was killed or restarted. `make test-attack` runs it; it needs root. ATTACK_STATSD replaces the
section `statsd` of the configuration, such as `{series-limit: 100}`. A legacy hierarchy of cgroups has no counterpart of
`MemoryHigh=`: there only `MemoryMax=` is enforced.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from test_systemd import BINARY, CONFIGURATION, Host, make

SECONDS = float(os.environ.get("ATTACK_SECONDS", "600"))
ATTACKED = CONFIGURATION + f"statsd: {os.environ.get('ATTACK_STATSD') or '{}'}\n"
REST_SECONDS = 30
RELOAD_PERIOD = 3
SAMPLE_PERIOD = 1
HERE = Path(__file__).resolve().parent
INSIDE = "/opt/attack"
CONFIGURATION_PATH = "/etc/heliograph/heliograph.yml"
BROKEN_LINE = "nonsense: true\n"

# One folder of a unified hierarchy, or of a legacy one, with the names of the same figure in each.
MEMORY_FIGURES = """
for folder in /sys/fs/cgroup /sys/fs/cgroup/memory; do
    cd "$folder/system.slice/heliograph.service" 2>/dev/null || continue
    cat memory.peak 2>/dev/null || cat memory.max_usage_in_bytes 2>/dev/null || continue
    cat memory.max 2>/dev/null || cat memory.limit_in_bytes
    kills=$(grep -h '^oom_kill ' memory.events memory.oom_control 2>/dev/null)
    echo "${kills:-oom_kill 0}"
    exit
done
echo 0; echo none; echo oom_kill 0
"""


class Watch(threading.Thread):
    """Looks at the service's memory once a second, and has it reloaded every few seconds, half the time with a broken file."""

    def __init__(self, host: Host) -> None:
        super().__init__(daemon=True)
        self.host, self.ending = host, threading.Event()
        self.peak, self.limit, self.kills, self.resident, self.reloads = 0, "none", 0, 0, 0

    def run(self) -> None:
        looks = 0
        while not self.ending.wait(SAMPLE_PERIOD):
            self.look()
            looks += 1
            if looks % RELOAD_PERIOD == 0:
                self.reload()

    def look(self) -> None:
        figures = self.host.run(MEMORY_FIGURES, check=False).stdout.split()
        if len(figures) == 4:
            self.peak = max(self.peak, int(figures[0]))
            self.limit = figures[1]
            self.kills = max(self.kills, int(figures[3]))
        self.resident = max(self.resident, resident_bytes(self.host))

    def reload(self) -> None:
        self.reloads += 1
        text = ATTACKED + (BROKEN_LINE if self.reloads % 2 else "")
        self.host.run(
            f"cat > {CONFIGURATION_PATH} && systemctl --no-block reload heliograph.service", stdin=text, check=False)

    def end(self) -> None:
        self.ending.set()
        self.join()


def resident_bytes(host: Host) -> int:
    pid = host.property("MainPID")
    status = host.run(f"cat /proc/{pid}/status", check=False).stdout
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(found[0]) * 1024 if found else 0


def attack(host: Host) -> bool:
    """Runs the attack and prints the report; whether the service survived."""
    host.run("systemctl", "enable", "--now", "heliograph.socket", "heliograph-events.socket", "heliograph.service")
    first = host.await_active()
    before = resident_bytes(host)
    watch = Watch(host)
    watch.start()
    load = host.run(
        "/usr/bin/python3", f"{INSIDE}/attack_load.py", str(SECONDS), check=False, timeout=SECONDS + 300)
    watch.end()
    time.sleep(REST_SECONDS)
    watch.look()
    report("seconds", f"{SECONDS:g}")
    restarts = int(host.property("NRestarts"))
    report("restarts", restarts)
    survived = restarts == 0 and host.property("MainPID") == str(first)
    report("survived", "yes" if survived else "no")
    report_ends(host)
    report("oom_kills", watch.kills)
    report("memory_limit_bytes", watch.limit)
    report("memory_peak_bytes", watch.peak)
    report("resident_before_bytes", before)
    report("resident_peak_bytes", watch.resident)
    report(f"resident_{REST_SECONDS}s_after_bytes", resident_bytes(host))
    report("reloads", watch.reloads)
    report_honest(load.stdout, load.stderr)
    return survived


def report(name: str, value: object) -> None:
    print(name, value, flush=True)


def report_ends(host: Host) -> None:
    """How the processes of the service ended, as systemd says it, and how often so."""
    signs = "Main process exited|Watchdog timeout|oom-kill|OOM killer"
    found = host.run(f"journalctl -u heliograph.service -o cat --no-pager | grep -E '{signs}'", check=False).stdout
    for line, times in Counter(found.splitlines()).most_common():
        report("journal", f"{times} x {line}")


def report_honest(output: str, errors: str) -> None:
    """What the honest sender and the honest scraper met."""
    try:
        honest = json.loads(output)
    except ValueError:
        report("load_failed", (errors.strip().splitlines() or ["no output"])[-1])
        return
    seconds = honest.pop("scrape_seconds")
    failures = honest.pop("scrape_failures")
    for name, value in honest.items():
        report(name, value)
    report("scrapes", len(seconds) + sum(failures.values()))
    report("scrapes_failed", sum(failures.values()))
    for cause, count in sorted(failures.items()):
        report(f"scrapes_failed_{cause}", count)
    if seconds:
        report("scrape_median_seconds", seconds[len(seconds) // 2])
        report("scrape_longest_seconds", seconds[-1])


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="heliograph-attack-") as folder:
        root = Path(folder)
        make("install", root, PREFIX="/usr")
        files = {
            "/": root, CONFIGURATION_PATH: ATTACKED,
            **{f"{INSIDE}/{name}": HERE / name for name in ("attack_load.py", "attack_hostile.py")},
        }
        with Host(files, limits_memory=True) as host:
            return 0 if attack(host) else 1


if __name__ == "__main__":
    if not BINARY.exists():
        sys.exit(f"{BINARY} is not built; HELIOGRAPH_BINARY names another")
    sys.exit(main())
