"""Goals are met, missed, or cannot be told."""

import json
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from driver.goals import evaluate, read_goals


def results(**nanoseconds):
    """Results of the bench "b/1t" by implementation."""
    return {"b/1t": {impl: {"bench": "b/1t", "impl": impl, "ns": ns} for impl, ns in nanoseconds.items()}}


class GoalsTest(unittest.TestCase):
    def assert_outcome(self, goal, measured, is_met, figures):
        (outcome,) = evaluate([{"bench": "b/1t", **goal}], measured)
        self.assertEqual((outcome.is_met, outcome.figures), (is_met, figures))

    def test_relative_to_another_result(self):
        goal = {"at_most": 1.5, "times": {"bench": "b/1t", "impl": "floor"}}
        self.assert_outcome(goal, results(heliograph=3.0, floor=2.0), True, "1.50 x")
        self.assert_outcome(goal, results(heliograph=3.2, floor=2.0), False, "1.60 x")
        self.assert_outcome(goal, results(heliograph=3.0), None, "not measured")

    def test_ahead_of_the_nearest_peer(self):
        goal = {"times_ahead": 3, "of": "every peer"}
        measured = results(heliograph=2.0, client_golang=6.0, prometheus_cpp=20.0, floor=1.0)
        self.assert_outcome(goal, measured, True, "3.00 x client_golang")
        measured = results(heliograph=2.0, client_golang=20.0, rust_prometheus=5.0)
        self.assert_outcome(goal, measured, False, "2.50 x rust_prometheus")
        self.assert_outcome(goal, results(heliograph=2.0, floor=9.0), None, "not measured")

    def test_ahead_of_a_named_peer_only(self):
        goal = {"times_ahead": 7, "of": ["client_golang"]}
        measured = results(heliograph=1.0, client_golang=7.0, rust_prometheus=1.0)
        self.assert_outcome(goal, measured, True, "7.00 x client_golang")

    def test_two_disturbed_threads_tell_nothing(self):
        for bench, is_met in (("b/2t", None), ("b/1t", True)):
            row = {"bench": bench, "impl": "heliograph", "ns": 1.0, "disturbed": True}
            goal = {"bench": bench, "at_most": 1, "times": {"bench": bench, "impl": "heliograph"}}
            (outcome,) = evaluate([goal], {bench: {"heliograph": row}})
            self.assertEqual(outcome.is_met, is_met)

    def test_compares_bytes_too(self):
        measured = {"memory/a": {impl: {"bytes": size} for impl, size in (("heliograph", 100.0), ("client_golang", 450.0))}}
        (outcome,) = evaluate([{"bench": "memory/a", "times_ahead": 4, "of": "every peer"}], measured)
        self.assertEqual((outcome.is_met, outcome.figures), (True, "4.50 x client_golang"))

    def test_a_size_of_memory(self):
        goal = {"bench": "memory/a", "at_most_mib": 8}
        for row, is_met, figures in (
                ({"bytes": 8 * 2**20}, True, "8.00 MiB"), ({"bytes": 9 * 2**20}, False, "9.00 MiB"),
                ({"ns": 1.0}, None, "not measured")):
            (outcome,) = evaluate([goal], {"memory/a": {"heliograph": row}})
            self.assertEqual((outcome.is_met, outcome.figures), (is_met, figures))

    def test_a_rate_is_better_where_it_is_higher(self):
        measured = {"http/1": {impl: {"rate": rate} for impl, rate in (
            ("heliograph", 800.0), ("static", 1000.0), ("client_golang", 200.0))}}
        goals = [
            {"bench": "http/1", "times_ahead": 4, "of": ["client_golang"]},
            {"bench": "http/1", "at_most": 1.25, "times": {"bench": "http/1", "impl": "static"}},
            {"bench": "http/1", "at_most": 1.2, "times": {"bench": "http/1", "impl": "static"}}]
        outcomes = evaluate(goals, measured)
        self.assertEqual([outcome.is_met for outcome in outcomes], [True, True, False])

    def test_a_goal_that_is_neither_a_ratio_nor_a_size_is_refused(self):
        with TemporaryDirectory() as directory:
            path = Path(directory) / "goals.json"
            for goal in ({"at_most_ns": 8}, {"at_most": 8}, {"times_ahead": 2}):
                path.write_text(json.dumps([{"bench": "b/1t", **goal}]))
                with self.assertRaisesRegex(ValueError, "goals.json: .*b/1t"):
                    read_goals(path)

    def test_file_can_be_evaluated(self):
        goals = read_goals(Path(__file__).resolve().parents[1] / "goals.json")
        self.assertEqual({outcome.is_met for outcome in evaluate(goals, {})}, {None})


if __name__ == "__main__":
    unittest.main()
