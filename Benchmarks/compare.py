"""Reads JSON lines of benchmarks, prints them, and then how many times faster each one is than its peers."""

import json
import sys

results = {}
for line in sys.stdin:
    print(line, end="")
    row = json.loads(line)
    results.setdefault(row["bench"], {})[row["impl"]] = row["ns"]

for bench, by_impl in sorted(results.items()):
    ours = by_impl.pop("heliograph", None)
    for impl, theirs in sorted(by_impl.items()):
        if ours:
            print(json.dumps({"bench": bench, "ratio_to": impl, "times_faster": round(theirs / ours, 2)}))
