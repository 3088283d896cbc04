"""Goals as data: what is wanted of Heliograph, compared with what was measured.

A goal is a ratio of two results of the same run, as nanoseconds mean another thing on every machine; only of memory it may be a
size. It names a bench and has one of
  "at_most": N, "times": {"bench": ..., "impl": ...}         relative to another result, such as the floor
  "times_ahead": N, "of": "every peer" or [implementation]   how many times faster, or smaller, than each of those
  "at_most_mib": N                                           no larger than that
"""

import json
from dataclasses import dataclass, replace

OURS = "heliograph"
PEERS = ("client_golang", "rust_prometheus", "prometheus_cpp")


@dataclass(frozen=True)
class Outcome:
    """A goal with what came of it."""

    bench: str
    goal: str
    figures: str
    # None where something that the goal needs was not measured, or not well enough.
    is_met: bool | None


KINDS = ({"bench", "at_most", "times"}, {"bench", "times_ahead", "of"}, {"bench", "at_most_mib"})


def read_goals(path):
    """The goals of a file; a ValueError where one is neither a ratio nor a size."""
    goals = json.loads(path.read_text())
    for goal in goals:
        if set(goal) not in KINDS:
            raise ValueError(f"{path.name}: {json.dumps(goal)} is neither at_most with times, nor times_ahead with of, nor at_most_mib")
    return goals


def value(results, bench, implementation):
    """What was measured, None where nothing was, and its unit; a rate as the nanoseconds that one takes."""
    row = results.get(bench, {}).get(implementation, {})
    if "rate" in row:
        return 1e9 / row["rate"], "ns"
    return next(((row[unit], unit) for unit in ("ns", "bytes") if unit in row), (None, ""))


def evaluate(goals, results):
    """The outcome of each goal; open where two threads were interrupted, since the figures then say nothing."""
    return [_trusted(_evaluate(goal, results), results.get(goal["bench"], {})) for goal in goals]


def _trusted(outcome, row):
    is_disturbed = any(result.get("disturbed") for result in row.values())
    if "/2t" not in outcome.bench or outcome.is_met is None or not is_disturbed:
        return outcome
    return replace(outcome, figures=f"{outcome.figures}, disturbed", is_met=None)


def _evaluate(goal, results):
    ours, unit = value(results, goal["bench"], OURS)
    if "at_most_mib" in goal:
        return _small(goal, ours if unit == "bytes" else None)
    return (_ahead if "times_ahead" in goal else _relative)(goal, ours, results)


def _small(goal, size):
    text = f"at most {goal['at_most_mib']:g} MiB"
    if size is None:
        return Outcome(goal["bench"], text, "not measured", None)
    return Outcome(goal["bench"], text, f"{size / 2**20:.2f} MiB", size <= goal["at_most_mib"] * 2**20)


def _relative(goal, ours, results):
    base = goal["times"]
    theirs, _ = value(results, base["bench"], base["impl"])
    text = f"at most {goal['at_most']:g} x {base['impl']} {base['bench']}"
    if ours is None or theirs is None:
        return Outcome(goal["bench"], text, "not measured", None)
    return Outcome(goal["bench"], text, f"{ours / theirs:.2f} x", ours <= goal["at_most"] * theirs)


def _ahead(goal, ours, results):
    of = PEERS if goal["of"] == "every peer" else goal["of"]
    wanted = goal["times_ahead"]
    text = f"{wanted:g} x ahead of {goal['of'] if isinstance(goal['of'], str) else ', '.join(of)}"
    theirs = {peer: value(results, goal["bench"], peer)[0] for peer in of}
    ratios = {peer: found / ours for peer, found in theirs.items() if found is not None and ours}
    if not ratios:
        return Outcome(goal["bench"], text, "not measured", None)
    nearest = min(ratios, key=ratios.get)
    return Outcome(goal["bench"], text, f"{ratios[nearest]:.2f} x {nearest}", ratios[nearest] >= wanted)
