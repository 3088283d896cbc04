"""A rate counts where every request was answered."""

import unittest

from driver.failures import BenchFailed
from driver.serving import rate_told

OUTPUT = """Running 1s test @ http://127.0.0.1:9568/metrics
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     0.98ms    0.61ms  11.06ms   85.71%
    Req/Sec    16.40k     1.11k   17.37k    70.00%
  16313 requests in 1.00s, 271.29MB read
{}Requests/sec:  16302.25
Transfer/sec:    271.11MB
"""


class RateTest(unittest.TestCase):
    def test_is_what_wrk_tells(self):
        self.assertEqual(rate_told(OUTPUT.format("")), 16302.25)

    def test_failed_requests_are_none(self):
        for line in (
                "  Socket errors: connect 0, read 12, write 0, timeout 0\n", "  Non-2xx or 3xx responses: 12\n"):
            with self.assertRaisesRegex(BenchFailed, line.strip()):
                rate_told(OUTPUT.format(line))

    def test_without_a_rate_there_is_none(self):
        with self.assertRaisesRegex(BenchFailed, "unable to connect"):
            rate_told("unable to connect to 127.0.0.1:9568 Connection refused\n")


if __name__ == "__main__":
    unittest.main()
