"""Programs take turns, medians are taken, and one that fails is said and left out."""

import unittest

from driver.measuring import measure_all
from driver.programs import BenchFailed


class Fake:
    """A program of one bench that gives prepared values in order; None is a failure, a pair has preemptions."""

    def __init__(self, name, values, calls, unit="ns"):
        self.name, self.values, self.calls, self.unit = name, iter(values), calls, unit

    def rows(self):
        return [(self.name, "b/1t")]

    def measure(self, implementation, bench, milliseconds):
        self.calls.append(implementation)
        value = next(self.values)
        if value is None:
            raise BenchFailed(f"{implementation} {bench}: broken")
        value, preemptions = value if isinstance(value, tuple) else (value, 0)
        return {"bench": bench, "impl": implementation, self.unit: value, "preemptions": preemptions}


class MeasureAllTest(unittest.TestCase):
    def measure(self, *programs, patterns=()):
        reported = []
        results, failures = measure_all(programs, patterns, 3, 10, reported.append)
        return results, failures, reported

    def test_interleaves_and_takes_medians_of_the_calmer_half(self):
        calls = []
        results, failures, reported = self.measure(
            Fake("heliograph", [(3.0, 9), (1.0, 1), (2.0, 2)], calls), Fake("floor", [9.0, 9.0, 1.0], calls))
        self.assertEqual(calls, ["heliograph", "floor"] * 3)
        self.assertEqual({impl: row["ns"] for impl, row in results["b/1t"].items()}, {"heliograph": 1.5, "floor": 9.0})
        self.assertEqual(reported, list(results["b/1t"].values()))
        self.assertEqual(failures, [])

    def test_marks_what_was_never_calm(self):
        results, _, _ = self.measure(
            Fake("heliograph", [(3.0, 900), (1.0, 51), (2.0, 0)], []), Fake("floor", [(1.0, 50)] * 3, []))
        self.assertTrue(results["b/1t"]["heliograph"]["disturbed"])
        self.assertNotIn("disturbed", results["b/1t"]["floor"])

    def test_weighs_once(self):
        calls = []
        results, _, _ = self.measure(Fake("heliograph", [140.0], calls, unit="bytes"))
        self.assertEqual((calls, results["b/1t"]["heliograph"]["bytes"]), (["heliograph"], 140.0))

    def test_leaves_out_what_failed_once(self):
        results, failures, _ = self.measure(
            Fake("heliograph", [1.0, None], []), Fake("floor", [2.0, 2.0, 2.0], []))
        self.assertEqual(failures, ["heliograph b/1t: broken"])
        self.assertEqual(list(results["b/1t"]), ["floor"])

    def test_patterns_choose(self):
        results, failures, _ = self.measure(Fake("heliograph", [1.0] * 3, []), patterns=["b/*"])
        self.assertEqual((list(results), failures), (["b/1t"], []))
        results, failures, _ = self.measure(Fake("heliograph", [], []), patterns=["counter/*"])
        self.assertEqual((results, failures), ({}, ["no bench is called counter/*"]))


if __name__ == "__main__":
    unittest.main()
