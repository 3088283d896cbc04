"""Counts instructions, allocations and retains per operation with callgrind, and compares them with a record."""

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

# Two lengths, so that what happens once drops out of the difference.
FEW, MANY = 20_000, 120_000
ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"}
# Of an object that threads share, each costs them more than all else; small strings are not counted here.
RETAINERS = {"swift_retain", "swift_retain_n"}
# What is measured, and how much more of it is a failure: more than by the factor and by the number. Tables seed their
# hashes at random, so what is found at once varies a little.
MEASURES = {"instructions": (1.03, 2), "allocations": (1.1, 0.05), "retains": (1.1, 0.05)}


def read_record(path):
    """What was recorded, by bench."""
    return json.loads(path.read_text()) if path.exists() else {}


def write_record(path, record):
    """Replaces the record."""
    path.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n")


class Counter:
    """Runs a program under callgrind; without its debug information, which Debian's valgrind cannot read."""

    def __init__(self, program, directory):
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        self._directory = directory
        self._program = directory / "Measure"
        subprocess.run(["strip", "--strip-debug", "-o", self._program, program], check=True)

    def count_all(self, benches):
        """What is measured per operation of each bench."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return dict(zip(benches, pool.map(self._count, benches)))

    def _count(self, bench):
        few, many = self._profile(bench, FEW), self._profile(bench, MANY)
        return {key: round((many[key] - few[key]) / (MANY - FEW), 1) for key in many}

    def _profile(self, bench, operations):
        out = self._directory / f"{bench.replace('/', '-')}.{operations}"
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
             self._program, "count", "heliograph", bench, str(operations)],
            env={**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}, capture_output=True, text=True)
        if done.returncode != 0 or not out.exists():
            sys.exit(f"{bench} does not run under valgrind:\n{done.stderr[-2000:]}")
        return read_profile(out.read_text())


def read_profile(text):
    """The instructions, and the calls of functions that allocate or retain, in callgrind's output."""
    names, callee = {}, ""
    counts = dict.fromkeys(MEASURES, 0)
    for line in text.splitlines():
        if found := re.match(r"c?fn=(\(\d+\))(?: (.*))?", line):
            number, name = found.groups()
            names.setdefault(number, name)
            callee = names[number]
        elif line.startswith("calls=") and callee in ALLOCATORS:
            counts["allocations"] += int(line[6:].split()[0])
        elif line.startswith("calls=") and callee in RETAINERS:
            counts["retains"] += int(line[6:].split()[0])
        elif line.startswith("totals:"):
            counts["instructions"] = int(line.split()[1])
    return counts


@dataclass(frozen=True)
class Verdict:
    """One line about a path."""

    text: str
    is_failure: bool


def compare(record, counted):
    """A verdict on each path that was counted, and on nothing to count."""
    if not counted:
        return [Verdict("Nothing is recorded: name paths with --record.", True)]
    return [_verdict(bench, record.get(bench), now) for bench, now in counted.items()]


def _verdict(bench, before, now):
    text = f"{bench}: {_told(now)}"
    if before is None:
        return Verdict(f"FAILED {text}: not recorded. {_advice(bench)}", True)
    was = f"recorded are {_told(before)}"
    if any(_is_more(measure, before, now) for measure in MEASURES):
        return Verdict(f"FAILED {text}; {was}. {_advice(bench)}", True)
    if any(_is_more(measure, now, before) for measure in MEASURES):
        return Verdict(f"better {text}; {was}. {_advice(bench)}", False)
    return Verdict(f"ok     {text}", False)


def _told(counts):
    return ", ".join(f"{counts[measure]:g} {measure}" for measure in MEASURES)


def _is_more(measure, before, now):
    factor, number = MEASURES[measure]
    return now[measure] > before[measure] * factor and now[measure] > before[measure] + number


def _advice(bench):
    return f"Where that is meant, record it: make bench-record, or Benchmarks/check --record {bench}"
