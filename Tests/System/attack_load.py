"""Runs inside the container: all that is hostile at once, and beside it honest senders and an honest scraper.

Its arguments are for how many seconds, and the process of the service. Prints what became of the honest ones as one JSON object.
Standard library only.
"""

import http.client
import json
import multiprocessing
import os
import resource
import socket
import sys
import threading
import time

import attack_hostile

LINES_PER_SECOND = 100
BURST_PERIOD = 2
BURST_LINES = 10
SCRAPE_PERIOD = 5
SCRAPE_TIMEOUT = 10
STATSD_LINE = b"honest.lines:1|c"
STATSD_SAMPLE = b"honest_lines_total "
EVENT_LINE = b'{"event":"honest","measurements":{"events":1}}\n'
EVENT_SAMPLE = b"honest_events_total "


class StatsDSender(threading.Thread):
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
                client.send(STATSD_LINE)
                self.sent += 1
            except OSError:
                self.failed += 1
            took = time.monotonic() - began
            self.longest = max(self.longest, took)
            time.sleep(max(0, 1 / LINES_PER_SECOND - took))


class EventSender(threading.Thread):
    """Sends events at an even pace over one connection, which it opened before the attack; it is never idle for long."""

    def __init__(self, deadline):
        super().__init__(daemon=True)
        self.deadline, self.sent, self.broken = deadline, 0, 0
        self.client = self.connected()

    @staticmethod
    def connected():
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.settimeout(30)
        client.connect(attack_hostile.EVENTS)
        return client

    def run(self):
        while time.monotonic() < self.deadline:
            try:
                self.client.sendall(EVENT_LINE)
                self.sent += 1
            except OSError:
                self.broken += 1
                self.reconnect()
            time.sleep(1 / LINES_PER_SECOND)
        self.client.close()

    def reconnect(self):
        self.client.close()
        while time.monotonic() < self.deadline:
            try:
                self.client = self.connected()
                return
            except OSError:
                time.sleep(0.1)


class EventBursts(threading.Thread):
    """Opens a new connection every few seconds, sends some events, and waits until the service has read them all."""

    def __init__(self, deadline):
        super().__init__(daemon=True)
        self.deadline, self.sent, self.refused, self.longest = deadline, 0, 0, 0.0

    def run(self):
        while time.monotonic() < self.deadline:
            began = time.monotonic()
            if self.burst():
                self.sent += BURST_LINES
            else:
                self.refused += 1
            self.longest = max(self.longest, time.monotonic() - began)
            time.sleep(BURST_PERIOD)

    @staticmethod
    def burst():
        """Whether the service took all lines: it closes its end once it has read ours."""
        try:
            with EventSender.connected() as client:
                client.sendall(EVENT_LINE * BURST_LINES)
                client.shutdown(socket.SHUT_WR)
                return client.recv(1) == b""
        except OSError:
            return False


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
            if time.monotonic() - began > SCRAPE_TIMEOUT:
                # Each read has the timeout by itself.
                self.failures["late"] = self.failures.get("late", 0) + 1
            time.sleep(max(0, SCRAPE_PERIOD - (time.monotonic() - began)))


class RefusedError(OSError):
    """An answer that is not the page."""


def scrape(compressed=True, timeout=SCRAPE_TIMEOUT):
    """The values of the two honest samples, where the page is not compressed; fails with the status unless it is 200."""
    connection = http.client.HTTPConnection(*attack_hostile.HTTP, timeout=timeout)
    try:
        connection.request("GET", "/metrics", headers={"Accept-Encoding": "gzip"} if compressed else {})
        response = connection.getresponse()
        if response.status != 200:
            raise RefusedError(f"status_{response.status}")
        found = {STATSD_SAMPLE: 0.0, EVENT_SAMPLE: 0.0}
        for line in response:
            for sample in found:
                if line.startswith(sample):
                    found[sample] = float(line.split()[1])
        return found[STATSD_SAMPLE], found[EVENT_SAMPLE]
    finally:
        connection.close()


def counted(expected, within):
    """What the service has counted once that is what was expected, or at the end of the time; None where it doesn't answer."""
    deadline = time.monotonic() + within
    found = None
    while time.monotonic() < deadline:
        try:
            found = scrape(compressed=False, timeout=60)
        except (OSError, http.client.HTTPException):
            pass
        if found == expected:
            break
        time.sleep(1)
    return found


def elsewhere(function, *arguments):
    """Runs an attacker, who stands for other machines: it takes the processors that the service and its friends leave."""
    os.nice(19)
    function(*arguments)


def attack(deadline, pid):
    """Everything hostile in processes of its own, until the deadline; how many ended early, and late."""
    context = multiprocessing.get_context("fork")
    attackers = [(function, deadline) for function in attack_hostile.ALL] + [(attack_hostile.reload_storm, deadline, pid)]
    hostile = [context.Process(target=elsewhere, args=attacker, daemon=True) for attacker in attackers]
    for process in hostile:
        process.start()
    for process in hostile:
        process.join(max(0, deadline + 5 - time.monotonic()))
    late = sum(process.is_alive() for process in hostile)
    early = sum(process.exitcode not in (0, None) for process in hostile)
    for process in hostile:
        process.kill()
    return early, late


def main():
    # Thousands of connections are more than a shell allows.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    deadline = time.monotonic() + float(sys.argv[1])
    statsd, events = StatsDSender(deadline), EventSender(deadline)
    bursts, scraper = EventBursts(deadline), Scraper(deadline)
    honest = [statsd, events, bursts, scraper]
    for thread in honest:
        thread.start()
    time.sleep(1)
    early, late = attack(deadline, int(sys.argv[2]))
    for thread in honest:
        thread.join(35)
    sent = float(statsd.sent), float(events.sent + bursts.sent)
    found = counted(sent, within=60)
    json.dump({
        "statsd_sent": statsd.sent, "statsd_refused": statsd.failed, "statsd_longest_send_seconds": round(statsd.longest, 3),
        "statsd_counted": found and found[0], "events_sent": events.sent + bursts.sent, "events_counted": found and found[1],
        "events_broken_connections": events.broken, "events_refused_bursts": bursts.refused,
        "events_longest_burst_seconds": round(bursts.longest, 3),
        "scrape_seconds": sorted(round(taken, 3) for taken in scraper.seconds), "scrape_failures": scraper.failures,
        "attackers_ended_early": early, "attackers_ended_late": late,
    }, sys.stdout)


if __name__ == "__main__":
    main()
