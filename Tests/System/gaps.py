"""Kills the installed service in a real systemd, and reports how long it takes until its successor answers a scrape.

It has 10,000 series, and `RestartSec=0`. GAP_SERIES is another number of series, GAP_KILLS of kills. `make test-gaps` runs it; it needs
root.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from test_systemd import STATSD_SOCKET, Host, make

SERIES = int(os.environ.get("GAP_SERIES", "10000"))
KILLS = int(os.environ.get("GAP_KILLS", "20"))
DROP_IN = "[Service]\nRestartSec=0\n"

FILL = """
import socket, sys
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sender.connect(sys.argv[1])
for number in range(int(sys.argv[2])):
    sender.send(b"gap.series:1|c|#number:%d" % number)
"""
# The socket of HTTP is systemd's, so that the request waits there for the successor.
KILL = """
import json, os, select, subprocess, sys, time, urllib.request
def pid():
    return int(subprocess.run(["systemctl", "show", "--value", "-p", "MainPID", "heliograph"], capture_output=True, text=True).stdout)
gaps = []
for _ in range(int(sys.argv[1])):
    number = pid()
    process = os.pidfd_open(number)
    began = time.monotonic()
    os.kill(number, 9)
    select.select([process], [], [], 10)
    page = urllib.request.urlopen("http://127.0.0.1:9568/metrics", timeout=10).read()
    gaps.append(time.monotonic() - began)
    assert page.count(b"gap_series_total{") == int(sys.argv[2]), page.count(b"gap_series_total{")
    time.sleep(1)
print(json.dumps(gaps))
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="heliograph-gaps-") as directory:
        make("install", Path(directory), PREFIX="/usr")
        files = {"/": Path(directory), "/etc/systemd/system/heliograph.service.d/gap.conf": DROP_IN}
        with Host(files) as host:
            host.run("systemctl", "enable", "--now", "heliograph-http.socket", "heliograph.socket", "heliograph.service")
            host.await_active()
            host.run("/usr/bin/python3", "-c", FILL, STATSD_SOCKET, str(SERIES), user="nobody")
            name = f'gap_series_total{{number="{SERIES - 1}"}}'
            host.eventually(lambda: host.samples().get(name) == 1, "all series are there")
            gaps = json.loads(host.run("/usr/bin/python3", "-c", KILL, str(KILLS), str(SERIES), timeout=60 + 10 * KILLS).stdout)
    milliseconds = sorted(round(gap * 1000, 1) for gap in gaps)
    print(f"kills {KILLS}\nseries {SERIES}\nmedian_milliseconds {milliseconds[len(milliseconds) // 2]}")
    print(f"longest_milliseconds {milliseconds[-1]}")


if __name__ == "__main__":
    sys.exit(main())
