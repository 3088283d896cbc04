"""A Prometheus that scrapes one service each second."""

import json
import subprocess
import time
import urllib.parse
import urllib.request

from polling import eventually
from processes import end_with_parent, free_port

PROMETHEUS = "/usr/bin/prometheus"
JOB = "heliograph"

_CONFIGURATION = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
scrape_configs:
  - job_name: {job}
    static_configs: [{{targets: ["{target}"]}}]
{scrape}"""


class Prometheus:
    """The distribution's Prometheus on a free loopback port, its data in `directory`; a context."""

    def __init__(self, directory, target, scrape=()):
        """`scrape` holds further lines of the scrape configuration."""
        self.target = target
        self.port = free_port()
        self.log_path = directory / "prometheus.log"
        configuration = directory / "prometheus.yml"
        configuration.write_text(
            _CONFIGURATION.format(job=JOB, target=target, scrape="".join(f"    {line}\n" for line in scrape)))
        self.command = [
            PROMETHEUS,
            f"--config.file={configuration}",
            f"--storage.tsdb.path={directory / 'prometheus'}",
            "--storage.tsdb.retention.time=1h",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--log.level=warn",
        ]

    def __enter__(self):
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=end_with_parent)
        try:
            eventually(self.is_scraping, within=30)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def is_scraping(self):
        """the target is up"""
        assert self.process.poll() is None, self.log_path.read_text(errors="replace")
        try:
            return self.value(f'up{{job="{JOB}"}}') == 1
        except OSError:
            return False

    def query(self, expression):
        """The result of an instant query; an expression that Prometheus refuses fails the test."""
        url = f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return json.load(response)["data"]["result"]
        except urllib.error.HTTPError as error:
            if error.code == 503:
                return []
            raise AssertionError(f"{expression}: {error.read().decode(errors='replace')}") from None

    def value(self, expression):
        """The value of a query with one result, None without any."""
        result = self.query(expression)
        assert len(result) <= 1, f"{expression} has {len(result)} results"
        return float(result[0]["value"][1]) if result else None

    def catch_up(self):
        """Returns when Prometheus has begun and stored a successful scrape later than this call."""
        now = time.time()

        def scraped_since():
            # timestamp() of anything but a plain selector is the time of the query.
            scraped = self.value(f'timestamp(up{{job="{JOB}"}})') or 0
            return scraped > now and self.is_scraping()

        eventually(scraped_since)
