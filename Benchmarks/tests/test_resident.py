"""What grows is told from what was there before."""

import mmap
import os
import unittest

from driver.failures import BenchFailed
from driver.resident import field, peak_growth

STATUS = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nRssAnon:\t     512 kB\n"


class ResidentTest(unittest.TestCase):
    def test_reads_a_field_in_bytes(self):
        self.assertEqual((field(STATUS, "VmRSS"), field(STATUS, "VmHWM")), (1 << 20, 2 << 20))
        with self.assertRaisesRegex(BenchFailed, "no VmSwap"):
            field(STATUS, "VmSwap")

    def test_what_was_given_back_meanwhile_counts(self):
        size = 64 << 20

        def touch():
            with mmap.mmap(-1, size) as memory:
                for start in range(0, size, mmap.PAGESIZE):
                    memory[start] = 1

        touch()
        self.assertLess(peak_growth(os.getpid(), lambda: None), size // 4)
        self.assertGreater(peak_growth(os.getpid(), touch), size * 3 // 4)

    def test_a_process_that_is_gone_is_no_figure(self):
        with self.assertRaises(BenchFailed):
            peak_growth(2**22 + 1, lambda: None)


if __name__ == "__main__":
    unittest.main()
