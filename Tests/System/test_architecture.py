"""The arrows between rooms in docs/architecture.md are those of Package.swift."""

import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def drawn():
    """The arrows of the drawing: `A, B ─► C ─► D` stands for A to C, B to C, and C to D."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    drawing = re.search(r"```\n(.*?)```", text, re.DOTALL).group(1)
    arrows = set()
    for chain in re.split(r"\n| {4}", drawing):
        groups = [[name.strip() for name in group.split(",")] for group in chain.split("─►")]
        for users, used in zip(groups, groups[1:]):
            arrows |= {(user, target) for user in users for target in used}
    return arrows


def built():
    """The dependencies of the targets on one another, without those of tests."""
    dump = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    of_tests = ("Tests", "TestKit", "FuzzTargets", "LogSource", "RandomPages")
    targets = [target for target in json.loads(dump.stdout)["targets"] if not target["name"].endswith(of_tests)]
    names = {target["name"] for target in targets}
    arrows = {
        (target["name"], dependency["byName"][0])
        for target in targets
        for dependency in target["dependencies"]
        if "byName" in dependency
    }
    return {arrow for arrow in arrows if arrow[1] in names}


def closure(arrows):
    """With every arrow that others imply."""
    reached = set(arrows)
    while True:
        further = {(a, d) for a, b in reached for c, d in arrows if b == c} - reached
        if not further:
            return reached
        reached |= further


def test_the_drawing_shows_the_dependencies():
    shown, real = drawn(), built()
    assert shown, "nothing is drawn"
    assert shown - real == set(), "arrows without a dependency"
    assert real - closure(shown) == set(), "dependencies without an arrow"
    assert not any(user == used for user, used in closure(real)), "a room that depends on itself"
