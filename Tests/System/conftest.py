"""Fixtures: the binary, running services and a Prometheus that scrapes one."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from certificates import Authority, scrape_lines
from heliograph_process import CONFIG, Heliograph, clean_environment
from processes import end_with_parent
from prometheus_server import Prometheus

ROOT = Path(__file__).resolve().parents[2]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Where everything is there, as it is in CI, a skipped test is a failure."""
    report = (yield).get_result()
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be in CI: {report.longrepr}"


@pytest.fixture(scope="session")
def binary():
    """The program under test."""
    path = Path(os.environ.get("HELIOGRAPH_BINARY", ".build/release/heliograph"))
    path = path if path.is_absolute() else ROOT / path
    if not os.access(path, os.X_OK):
        pytest.exit(f"no program at {path}: build it or set HELIOGRAPH_BINARY", returncode=2)
    return path


@pytest.fixture
def directory():
    """A new directory whose path is short enough for a Unix socket in it."""
    with tempfile.TemporaryDirectory(prefix="heliograph-") as path:
        yield Path(path)


@pytest.fixture
def memory():
    """A directory on a tmpfs, where a service may have the memory of its series."""
    with tempfile.TemporaryDirectory(prefix="heliograph-", dir="/dev/shm") as path:
        yield Path(path)


@pytest.fixture
def heliograph(binary, directory):
    """Runs the program to its end: `heliograph("check", ..., input=text)`."""
    def run(*arguments, **options):
        return subprocess.run(
            [binary, *map(str, arguments)], capture_output=True, text=True, timeout=10, cwd=directory,
            env=clean_environment(directory), preexec_fn=end_with_parent, **options,
        )
    return run


@pytest.fixture
def authority(request, directory):
    """Who signs the certificates of services, in tests marked `plain_and_tls`; None for plain HTTP."""
    return Authority(directory) if getattr(request, "param", "plain") == "tls" else None


@pytest.fixture
def start(binary, directory, authority):
    """Starts services, `start(config=..., arguments=...)`; each that runs at the end must stop cleanly."""
    started = []

    def make(config=CONFIG, arguments=()):
        service = Heliograph(binary, directory, config, arguments, authority=authority)
        started.append(service)
        return service.start()

    yield make
    _stop_all(started)


def _stop_all(services):
    failures = []
    for service in services:
        if service.process is None or service.process.returncode is not None:
            continue
        try:
            service.stop()
        except AssertionError as failure:
            failures.append(str(failure))
    assert not failures, "\n".join(failures)


@pytest.fixture
def service(start):
    """A service with the two metrics of `CONFIG`."""
    return start()


@pytest.fixture
def prometheus(service, directory, authority):
    """A Prometheus that has scraped `service` at least once."""
    with Prometheus(directory, f"127.0.0.1:{service.port}", scrape_lines(authority)) as server:
        yield server
