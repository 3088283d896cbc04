"""The comparison of instruction counts, and what is read from callgrind."""

import unittest

from driver.instructions import compare, read_profile

PROFILE = """\
fn=(1) main
10 5
cfn=(2) malloc
calls=3 0
10 70
fn=(3) emit
cfn=(1)
calls=9 0
1 1
cfn=(2)
calls=4 0
1 1
cfn=(4) swift_retain
calls=5 0
1 1
totals: 1234
"""


def counts(instructions, allocations=0.0, retains=0.0):
    return {"instructions": instructions, "allocations": allocations, "retains": retains}


class ReadProfileTest(unittest.TestCase):
    def test_sums_calls_of_malloc_and_retain_and_takes_the_total(self):
        self.assertEqual(read_profile(PROFILE), {"instructions": 1234, "allocations": 7, "retains": 5})


class CompareTest(unittest.TestCase):
    def assert_verdict(self, before, now, is_failure, beginning):
        (verdict,) = compare({"a/1t": before} if before else {}, {"a/1t": now})
        self.assertEqual(verdict.is_failure, is_failure, verdict.text)
        self.assertTrue(verdict.text.startswith(beginning), verdict.text)

    def test_slower_fails_and_names_everything(self):
        self.assert_verdict(counts(1000.0), counts(1031.0), True, "FAILED a/1t: 1031 instructions")
        (verdict,) = compare({"a/1t": counts(1000.0)}, {"a/1t": counts(1031.0)})
        self.assertIn("1000", verdict.text)
        self.assertIn("Benchmarks/check --record a/1t", verdict.text)

    def test_within_tolerance(self):
        self.assert_verdict(counts(1000.0), counts(1030.0), False, "ok")
        self.assert_verdict(counts(9.0), counts(11.0), False, "ok")
        self.assert_verdict(counts(9.0), counts(11.1), True, "FAILED")

    def test_more_allocations_fail(self):
        self.assert_verdict(counts(1000.0), counts(1000.0, 1.0), True, "FAILED")

    def test_more_retains_fail(self):
        self.assert_verdict(counts(1000.0), counts(1000.0, 0.0, 1.0), True, "FAILED")
        self.assert_verdict(counts(1000.0, 0.0, 2.0), counts(1000.0, 0.0, 1.0), False, "better")

    def test_better_is_said_and_no_failure(self):
        self.assert_verdict(counts(1000.0), counts(900.0), False, "better")
        self.assert_verdict(counts(1000.0, 1.0), counts(1000.0), False, "better")

    def test_unrecorded_paths_and_an_empty_record_fail(self):
        self.assert_verdict(None, counts(1.0), True, "FAILED")
        self.assertTrue(compare({}, {})[0].is_failure)


if __name__ == "__main__":
    unittest.main()
