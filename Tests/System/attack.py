"""Attacks the installed service in a real systemd for ATTACK_SECONDS, and reports what it took as lines `name value`.

The last lines are `pass` or `fail` with a criterion each; it ends with 1 if one failed. `make test-attack` runs it; it needs root.
The attackers stand for other machines: they have the lowest priority, so that they take what processors the service, the
honest senders and the Prometheus leave. ATTACK_LIMITS replaces the section `limits` of the configuration; empty, it leaves it out. A legacy hierarchy of cgroups has no
counterpart of `MemoryHigh=`: there only `MemoryMax=` is enforced.
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
BUDGET = "256M"
MEMORY_MAX = "512M"
LIMITS = os.environ.get("ATTACK_LIMITS", f"{{memory: {BUDGET}iB, samples: 300000}}")

# What the attackers fill expires soon; what the honest ones fill stays.
ATTACKED = CONFIGURATION + """\
  - {name: honest.events, type: counter}
  - {name: attack.event.value, type: histogram, labels: [a, b], expiry: 20s}
  - {name: attack.event.size, type: summary, labels: [a, b], expiry: 20s}
statsd:
  expiry: {gauges: 20s, others: 20s}
  rules:
    - {match: honest.lines, expiry: 0}
    - {match: hs.*, type: summary}
    - {match: hn.*, buckets: native}
carbon: {tcp: "127.0.0.1:2003", expiry: 20s}
""" + (f"limits: {LIMITS}\n" if LIMITS else "")
# Every second file is broken; of the good ones, every second one makes another metric of what an attacker fills.
BROKEN_LINE = "nonsense: true\n"
OTHER_RULE = ("{match: hs.*, type: summary}", "{match: hs.*, type: summary, window: 1m}")

DROP_IN = f"[Service]\nMemoryHigh=infinity\nMemoryMax={MEMORY_MAX}\n"
# What an attacker made is parsed, but only what is asked for below is stored.
PROMETHEUS = """\
scrape_configs:
  - job_name: heliograph
    scrape_interval: 10s
    scrape_timeout: 10s
    static_configs: [{targets: ["127.0.0.1:9568"]}]
    metric_relabel_configs:
      - {source_labels: [__name__], regex: "honest_.*|heliograph_.*|process_.*", action: keep}
"""
QUERY = """
import json, sys, urllib.parse, urllib.request
url = "http://127.0.0.1:9090/api/v1/query?" + urllib.parse.urlencode({"query": sys.argv[1]})
result = json.load(urllib.request.urlopen(url, timeout=30))["data"]["result"]
print(result[0]["value"][1] if result else 0)
"""
SCRAPE_INTERVAL = 10

MEBIBYTE = 1 << 20
MEMORY_LEFT = 64 * MEBIBYTE
REST_SECONDS = 90
RELOAD_PERIOD = 3
SAMPLE_PERIOD = 1
HERE = Path(__file__).resolve().parent
INSIDE = "/opt/attack"
CONFIGURATION_PATH = "/etc/heliograph/heliograph.yml"

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
        text = ATTACKED + BROKEN_LINE if self.reloads % 2 else ATTACKED
        if self.reloads % 4 == 0:
            text = text.replace(*OTHER_RULE)
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


class Report:
    """What is printed: figures as they are found, and at the end whether each criterion was met."""

    def __init__(self) -> None:
        self.criteria: list[tuple[str, bool]] = []

    def figure(self, name: str, value: object) -> None:
        print(name, value, flush=True)

    def criterion(self, sentence: str, is_met: bool) -> None:
        self.criteria.append((sentence, is_met))

    def end(self) -> bool:
        """Prints the criteria; whether all were met."""
        for sentence, is_met in self.criteria:
            print("pass" if is_met else "fail", sentence, flush=True)
        return all(is_met for _, is_met in self.criteria)


def attack(host: Host) -> bool:
    """Runs the attack and prints the report; whether the service met all criteria."""
    report = Report()
    host.run("systemctl", "enable", "--now", "heliograph.socket", "heliograph-events.socket", "heliograph.service")
    first = host.await_active()
    start_prometheus(host)
    host.eventually(lambda: ask_prometheus(host, "up") == 1, "Prometheus scrapes", seconds=60)
    before = resident_bytes(host)
    watch = Watch(host)
    watch.start()
    load = host.run(
        "/usr/bin/python3", f"{INSIDE}/attack_load.py", str(SECONDS), str(first), check=False, timeout=SECONDS + 300)
    ended = time.monotonic()
    watch.end()
    report.figure("seconds", f"{SECONDS:g}")
    report_prometheus(host, report)
    report_memory(host, report, watch, before, ended)
    report_life(host, report, watch, first)
    report_load(report, load.stdout, load.stderr)
    return report.end()


def start_prometheus(host: Host) -> None:
    host.run("systemd-run", "--unit=attack-prometheus", "/usr/bin/prometheus", "--storage.tsdb.path=/tmp/prometheus",
             f"--config.file={INSIDE}/prometheus.yml", "--web.listen-address=127.0.0.1:9090", "--log.level=warn")


def ask_prometheus(host: Host, query: str) -> float:
    answer = host.run("/usr/bin/python3", "-c", QUERY, query, check=False).stdout.strip()
    return float(answer) if answer else -1


def report_prometheus(host: Host, report: Report) -> None:
    """What the Prometheus met over the whole attack, and while the last lines were waited for."""
    answers = {name: ask_prometheus(host, query) for name, query in {
        "prometheus_scrapes": "count_over_time(up[1d])",
        "prometheus_scrapes_failed": "count_over_time(up[1d]) - sum_over_time(up[1d])",
        "prometheus_scrape_longest_seconds": "max_over_time(scrape_duration_seconds[1d])",
        "prometheus_samples_most": "max_over_time(scrape_samples_scraped[1d])",
    }.items()}
    for name, value in answers.items():
        report.figure(name, f"{value:g}")
    expected = int(SECONDS / SCRAPE_INTERVAL)
    report.criterion(
        f"every scrape of a Prometheus was in time, in at least {expected} scrapes",
        answers["prometheus_scrapes_failed"] == 0 and answers["prometheus_scrapes"] >= expected)


def report_memory(host: Host, report: Report, watch: Watch, before: int, ended: float) -> None:
    """Whether the memory comes back in the time after the end."""
    last = resident_bytes(host)
    while last > before + MEMORY_LEFT and time.monotonic() < ended + REST_SECONDS:
        time.sleep(SAMPLE_PERIOD)
        last = resident_bytes(host)
    watch.look()
    report.figure("memory_limit_bytes", watch.limit)
    report.figure("memory_peak_bytes", watch.peak)
    report.figure("resident_before_bytes", before)
    report.figure("resident_peak_bytes", watch.resident)
    report.figure("resident_after_bytes", last)
    report.figure("resident_after_seconds", f"{time.monotonic() - ended:.0f}")
    report.criterion(
        f"resident memory is within {MEMORY_LEFT // MEBIBYTE} MiB of the beginning {REST_SECONDS} s after the attack",
        0 < last <= before + MEMORY_LEFT)


def report_life(host: Host, report: Report, watch: Watch, first: int) -> None:
    """Whether it is the same process still, and how those before it ended, as systemd says it, and how often so."""
    restarts = int(host.property("NRestarts"))
    report.figure("restarts", restarts)
    report.figure("oom_kills", watch.kills)
    report.figure("reloads", watch.reloads)
    signs = "Main process exited|Watchdog timeout|oom-kill|OOM killer"
    found = host.run(f"journalctl -u heliograph.service -o cat --no-pager | grep -E '{signs}'", check=False).stdout
    for line, times in Counter(found.splitlines()).most_common():
        report.figure("journal", f"{times} x {line}")
    report.criterion("the kernel killed nothing", watch.kills == 0)
    report.criterion(
        "the process is the one of the beginning", restarts == 0 and host.property("MainPID") == str(first))


def report_load(report: Report, output: str, errors: str) -> None:
    """What the honest senders and the honest scraper met."""
    try:
        honest = json.loads(output)
    except ValueError:
        report.figure("load_failed", (errors.strip().splitlines() or ["no output"])[-1])
        return report.criterion("the load ran to its end", False)
    seconds = honest.pop("scrape_seconds")
    failures = honest.pop("scrape_failures")
    for name, value in honest.items():
        report.figure(name, value)
    report.figure("scrapes", len(seconds))
    for cause, count in sorted(failures.items()):
        report.figure(f"scrapes_failed_{cause}", count)
    if seconds:
        report.figure("scrape_median_seconds", seconds[len(seconds) // 2])
        report.figure("scrape_longest_seconds", seconds[-1])
    report.criterion("all attackers attacked to the end", honest["attackers_ended_early"] == 0)
    report.criterion("every compressed scrape each five seconds was in time", bool(seconds) and not failures)
    report.criterion(
        "every honest StatsD line was taken and counted",
        honest["statsd_refused"] == 0 and honest["statsd_counted"] == honest["statsd_sent"] > 0)
    report.criterion(
        "every honest event was counted, and its connection stayed",
        honest["events_broken_connections"] == 0 and honest["events_counted"] == honest["events_sent"] > 0)
    report.criterion("every new connection with events was served", honest["events_refused_bursts"] == 0)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="heliograph-attack-") as folder:
        root = Path(folder)
        make("install", root, PREFIX="/usr")
        files = {
            "/": root, CONFIGURATION_PATH: ATTACKED,
            "/etc/systemd/system/heliograph.service.d/attack.conf": DROP_IN, f"{INSIDE}/prometheus.yml": PROMETHEUS,
            **{f"{INSIDE}/{name}": HERE / name for name in ("attack_load.py", "attack_hostile.py")},
        }
        with Host(files, limits_memory=True) as host:
            return 0 if attack(host) else 1


if __name__ == "__main__":
    if not BINARY.exists():
        sys.exit(f"{BINARY} is not built; HELIOGRAPH_BINARY names another")
    sys.exit(main())
