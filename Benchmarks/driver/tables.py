"""Tables of plain text."""

from driver.goals import OURS, value


def table(rows, alignment):
    """The rows in columns that are aligned to the left ("<") or right (">")."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows)]
    return "\n".join(
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, alignment, widths)).rstrip()
        for row in rows)


def ratio_table(results):
    """How many times faster, or smaller, Heliograph is than each peer."""
    peers = []
    for row in results.values():
        peers += [name for name in row if name != OURS and name not in peers]
    rows = [["bench", OURS, *peers]]
    for bench in results:
        ours, unit = value(results, bench, OURS)
        own = "" if ours is None else f"{ours:.2f} {unit}"
        rows.append([bench, own, *(_ratio(ours, *value(results, bench, peer)) for peer in peers)])
    return table(rows, "<" + ">" * (len(peers) + 1))


def _ratio(ours, theirs, unit):
    if theirs is None:
        return ""
    # Without work of its own a cost may come out at or below zero, and no ratio means anything then.
    if ours is None or ours <= 0 or theirs <= 0:
        return f"({theirs:.2f} {unit})"
    return f"{theirs / ours:.2f} x"


def goal_table(outcomes):
    """Each goal, its figures, and whether it is met."""
    words = {True: "met", False: "NOT MET", None: "-"}
    return table(
        [["goal of", "goal", "measured", ""]]
        + [[outcome.bench, outcome.goal, outcome.figures, words[outcome.is_met]] for outcome in outcomes],
        "<<><")
