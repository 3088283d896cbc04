"""As many scrapes as wrk can make over connections that stay, while a sender counts: nothing fails, is lost or is left over."""

import re
import shutil
import subprocess
import threading

import pytest

from certificates import plain_and_tls
from polling import eventually
from processes import end_with_parent
from senders import Datagrams
from test_descriptors import open_files, scrape
from test_slow_readers import fill

CONNECTIONS = 16
SECONDS = 2
# More than one piece of a page has, so that it is a stream.
LARGE_PAGE = 300


class Counting:
    """A context in which a sender counts; `sent` says how often."""

    def __init__(self, service):
        self._datagrams = Datagrams(service, "unix")
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._send)
        self.sent = 0

    def _send(self):
        while not self._is_over.is_set():
            self._datagrams.send("wrk.events:1|c")
            self.sent += 1

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join()
        self._datagrams.close()


class Scraper:
    """A context with a connection that stays; `pages` says how many pages came over it."""

    def __init__(self, service):
        self._service = service
        self._connection = service.connection()
        self.pages = 0

    def page(self):
        """One scrape."""
        self.pages += 1
        return scrape(self._connection)

    def page_at_rest(self):
        """A scrape of the service while it has no other connection, and how many descriptors it has then."""
        def is_alone():
            """the service has this connection only"""
            page = self.page()
            return page if page.value("heliograph_connections", source="http") == 1 else None

        return eventually(is_alone), open_files(self._service)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()


def requests_of_wrk(service):
    """Has wrk ask for the page all the time; how many answers it read, all of them right."""
    scheme = "https" if service.tls else "http"
    ran = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", f"{scheme}://127.0.0.1:{service.port}/metrics"],
        capture_output=True, text=True, timeout=SECONDS + 30, preexec_fn=end_with_parent)
    assert ran.returncode == 0, ran.stderr
    # wrk has these lines only where there were some.
    assert "Non-2xx" not in ran.stdout and "Socket errors" not in ran.stdout, ran.stdout
    return int(re.search(r"^ +(\d+) requests in ", ran.stdout, re.MULTILINE)[1])


def answered(page):
    """How many pages of metrics were sent before this one."""
    return page.value("heliograph_http_requests_total", handler="/metrics", code="200") or 0


@plain_and_tls
@pytest.mark.parametrize("series", [0, LARGE_PAGE], ids=["one piece", "a stream"])
def test_wrk_and_the_service_count_the_same_requests(service, series):
    if shutil.which("wrk") is None:
        pytest.skip("wrk is not installed")
    if series:
        assert fill(service, series) > 200_000
    with Datagrams(service, "unix") as datagrams:
        datagrams.send("wrk.events:1|c")
    with Scraper(service) as scraper:
        # All series are there from now on.
        eventually(lambda: scraper.page().value("wrk_events_total") == 1)
        before, files = scraper.page_at_rest()
        pages = scraper.pages

        with Counting(service) as counting:
            requests = requests_of_wrk(service)

        after, _ = scraper.page_at_rest()
        # A page counts those before it. What was under way when wrk ended may have been answered too.
        unseen = answered(after) - answered(before) - (scraper.pages - pages) - requests
        assert 0 <= unseen <= CONNECTIONS
        assert requests > CONNECTIONS
        # One of TLS that ended at the start may have lingered before, so there may be fewer.
        eventually(lambda: scraper.page_at_rest()[1] <= files)
        page = eventually(lambda: counted(scraper.page(), 1 + counting.sent))
    assert counting.sent > 0
    assert page.value("heliograph_series") == before.value("heliograph_series")
    assert page.total("heliograph_connections_refused_total") == page.total("heliograph_connections_cut_total") == 0
    assert page.total("heliograph_events_rejected_total") == 0


def counted(page, events):
    """The page, once it has all that the sender sent."""
    return page if page.value("wrk_events_total") == events else None
