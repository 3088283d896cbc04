"""Runs inside the container: all that is hostile at once, and beside it one honest sender and one honest scraper.

Its argument is for how many seconds. Prints what became of the honest ones as one JSON object. Standard library only.
"""

import http.client
import json
import multiprocessing
import resource
import socket
import sys
import threading
import time

import attack_hostile

LINES_PER_SECOND = 100
SCRAPE_PERIOD = 5
SCRAPE_TIMEOUT = 10
HONEST = b"honest.lines:1|c"
HONEST_SAMPLE = b"honest_lines_total "


class Sender(threading.Thread):
    """Sends lines at an even pace over the Unix socket and counts those that the kernel took."""

    def __init__(self, deadline):
        super().__init__(daemon=True)
        self.deadline, self.sent, self.failed, self.longest = deadline, 0, 0, 0.0

    def run(self):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        client.settimeout(30)
        while time.monotonic() < self.deadline:
            began = time.monotonic()
            try:
                client.connect(attack_hostile.STATSD_UNIX)
                client.send(HONEST)
                self.sent += 1
            except OSError:
                self.failed += 1
            took = time.monotonic() - began
            self.longest = max(self.longest, took)
            time.sleep(max(0, 1 / LINES_PER_SECOND - took))


class Scraper(threading.Thread):
    """Scrapes as a Prometheus would, with a new connection each time."""

    def __init__(self, deadline):
        super().__init__(daemon=True)
        self.deadline, self.seconds, self.failures = deadline, [], {}

    def run(self):
        while time.monotonic() < self.deadline:
            began = time.monotonic()
            try:
                scrape()
                self.seconds.append(time.monotonic() - began)
            except (OSError, http.client.HTTPException) as failure:
                cause = str(failure) if isinstance(failure, RefusedError) else type(failure).__name__
                self.failures[cause] = self.failures.get(cause, 0) + 1
            time.sleep(max(0, SCRAPE_PERIOD - (time.monotonic() - began)))


class RefusedError(OSError):
    """An answer that is not the page."""


def scrape(compressed=True, timeout=SCRAPE_TIMEOUT):
    """The page's honest sample, where it is not compressed; fails with the status unless it is 200."""
    connection = http.client.HTTPConnection(*attack_hostile.HTTP, timeout=timeout)
    try:
        connection.request("GET", "/metrics", headers={"Accept-Encoding": "gzip"} if compressed else {})
        response = connection.getresponse()
        if response.status != 200:
            raise RefusedError(f"status_{response.status}")
        found = None
        for line in response:
            if line.startswith(HONEST_SAMPLE):
                found = float(line.split()[1])
        return found
    finally:
        connection.close()


def counted(within):
    """The honest lines that the service has counted, once it answers; None if it doesn't."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            return scrape(compressed=False, timeout=60)
        except (OSError, http.client.HTTPException):
            time.sleep(1)
    return None


def main():
    # Thousands of connections are more than a shell allows.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    deadline = time.monotonic() + float(sys.argv[1])
    sender, scraper = Sender(deadline), Scraper(deadline)
    sender.start()
    scraper.start()
    time.sleep(1)
    context = multiprocessing.get_context("fork")
    hostile = [context.Process(target=attack, args=[deadline], daemon=True) for attack in attack_hostile.ALL]
    for process in hostile:
        process.start()
    for process in hostile:
        process.join(max(0, deadline + 5 - time.monotonic()))
    alive = [process.pid for process in hostile if process.is_alive()]
    for process in hostile:
        process.kill()
    sender.join(35)
    scraper.join(35)
    json.dump({
        "lines_sent": sender.sent, "lines_refused": sender.failed, "longest_send_seconds": round(sender.longest, 3),
        "lines_counted": counted(within=60), "scrape_seconds": sorted(round(taken, 3) for taken in scraper.seconds),
        "scrape_failures": scraper.failures, "attackers_ended_early": sum(
            process.exitcode not in (0, -9, None) for process in hostile), "attackers_ended_late": len(alive),
    }, sys.stdout)


if __name__ == "__main__":
    main()
