"""A wall clock that is set while the service runs: all that it shows follows, and no interval notices."""

import email.utils
import shutil
import struct
import subprocess
import time
from pathlib import Path

import pytest

from exposition import OPENMETRICS, Page
from polling import eventually
from senders import Datagrams, Events

YEAR = 365 * 86_400
TRACE = "00-0af7651916cd43dd8448eb211c80319c-{span:016x}-01"

CONFIG = """\
web: {created-lines: true}
statsd:
  expiry: {gauges: 10m, others: 10m}
  rules:
    - {match: waited, type: summary, quantiles: [0.5], window: 10m}
metrics:
  - {name: job.duration, type: histogram, buckets: [1]}
"""


class WallClock:
    """The wall clock of the services that are started from now on."""

    def __init__(self, directory, monkeypatch):
        library = directory / "wall_clock.so"
        compiler = shutil.which("cc") or shutil.which("clang")
        source = Path(__file__).with_name("wall_clock.c")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
        self._path = directory / "wall-clock"
        self._path.write_bytes(struct.pack("q", 0))
        self.ahead = 0
        monkeypatch.setenv("WALL_CLOCK_FILE", str(self._path))
        monkeypatch.setenv("LD_PRELOAD", str(library))

    def set_ahead(self, seconds):
        """Sets it that much ahead of the tests' own, or behind where `seconds` is negative."""
        with open(self._path, "r+b") as file:
            file.write(struct.pack("q", seconds))
        self.ahead = seconds

    @property
    def now(self):
        """What the services take for the time."""
        return time.time() + self.ahead


@pytest.fixture
def wall_clock(directory, monkeypatch):
    """A wall clock that can be set."""
    return WallClock(directory, monkeypatch)


def exemplar_time(page):
    """The time of the only exemplar."""
    times = [float(sample.exemplar.timestamp) for sample in page.samples if sample.exemplar]
    assert len(times) == 1
    return times[0]


@pytest.mark.parametrize("ahead", [YEAR, -YEAR])
def test_all_dates_follow_and_no_interval_notices(start, wall_clock, ahead):
    """Of a clock that is set by a year in one step."""
    service = start(CONFIG)
    with Datagrams(service, "unix") as statsd, Events(service) as events:
        statsd.send("level:7|g\nwaited:3000|ms\nold:1|c")
        began = time.time()
        eventually(lambda: service.page().value("old_total") == 1)
        wall_clock.set_ahead(ahead)
        statsd.send("new:1|c")
        events.send("job", {"duration": 2}, {"traceparent": TRACE.format(span=1)})
        eventually(lambda: service.page().value("new_total") == 1)
        eventually(lambda: service.page().value("job_duration_count") == 1)
        answer = service.get("/metrics", {"Accept": OPENMETRICS})
        page = Page(answer.body.decode(), answer.headers["Content-Type"])

        assert page.value("new_created") == pytest.approx(wall_clock.now, abs=5)
        assert page.value("old_created") == pytest.approx(began + ahead, abs=2)
        assert exemplar_time(page) == pytest.approx(wall_clock.now, abs=5)
        date = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
        assert date == pytest.approx(wall_clock.now, abs=5)
        # All expiries are ten minutes, and so is the window.
        assert page.value("level") == 7
        assert page.value("old_total") == 1
        assert page.value("waited_seconds", quantile="0.5") == pytest.approx(3, rel=0.02)

        service.reload()
        reloaded = "heliograph_config_last_reload_success_timestamp_seconds"
        eventually(lambda: abs(service.page().value(reloaded) - wall_clock.now) < 5)
        assert wall_clock.now == pytest.approx(began + ahead, abs=30)
