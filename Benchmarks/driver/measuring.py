"""Runs programs in turn and takes medians of the calmer runs."""

import fnmatch
from statistics import median

from driver.programs import BenchFailed

# Preemptions per second that an idle machine stays below; a third process on two processors makes hundreds.
CALM = 50


def measure_all(programs, patterns, rounds, milliseconds, report):
    """Results by bench and implementation, each given to `report` as it comes, and sentences about failures.

    The implementations of a bench take turns, so that what else goes on in the machine meets all of them.
    """
    results, failures = {}, []
    chosen = _contenders(programs, patterns, failures)
    if not chosen:
        failures.append(f"no bench is called {' or '.join(patterns)}" if patterns else "there is no bench")
    for bench, contenders in chosen.items():
        for rows in _interleaved(bench, contenders, rounds, milliseconds, failures):
            row = _median(rows)
            results.setdefault(bench, {})[row["impl"]] = row
            report(row)
    return results, failures


def _interleaved(bench, contenders, rounds, milliseconds, failures):
    """The results of each implementation, without those that failed once."""
    samples = {implementation: [] for implementation, _ in contenders}
    for _ in range(rounds):
        for implementation, program in contenders:
            rows = samples.get(implementation)
            # What a series weighs hardly varies, and takes long to find out.
            if rows is None or rows and "bytes" in rows[0]:
                continue
            try:
                rows.append(program.measure(implementation, bench, milliseconds))
            except BenchFailed as failure:
                failures.append(str(failure))
                del samples[implementation]
    return samples.values()


def _contenders(programs, patterns, failures):
    benches = {}
    for program in programs:
        try:
            rows = program.rows()
        except BenchFailed as failure:
            failures.append(str(failure))
            continue
        for implementation, bench in rows:
            if not patterns or any(fnmatch.fnmatchcase(bench, pattern) for pattern in patterns):
                benches.setdefault(bench, []).append((implementation, program))
    return benches


def _median(rows):
    """The median of the calmer half of the runs, marked where not even that one was calm.

    Two threads that others interrupt seldom run at once, which makes what they share look cheap.
    """
    calmer = sorted(rows, key=lambda row: row["preemptions"])[:(len(rows) + 1) // 2]
    unit = next(unit for unit in ("ns", "bytes", "rate") if unit in rows[0])
    value = round(median(row[unit] for row in calmer), 3)
    result = {"bench": rows[0]["bench"], "impl": rows[0]["impl"], unit: value}
    if unit == "ns" and calmer[-1]["preemptions"] > CALM:
        result["disturbed"] = True
    return result
