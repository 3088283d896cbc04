"""Waiting for a state instead of for a time."""

import time


def eventually(probe, within=10.0, every=0.02):
    """Returns the first true result of `probe`; fails with the last result once `within` seconds are over."""
    deadline = time.monotonic() + within
    while True:
        result = probe()
        if result:
            return result
        if time.monotonic() > deadline:
            name = getattr(probe, "__doc__", None) or getattr(probe, "__name__", repr(probe))
            raise AssertionError(f"not within {within} s: {name} (last: {result!r})")
        time.sleep(every)
