"""A program that ends at once: real Pushgateway, and the textfile collector of a real node_exporter."""

import shutil
import socket
import subprocess
import time
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from conftest import ROOT
from processes import end_with_parent

PROGRAM = ROOT / ".build" / "debug" / "OneShot"


def free_port():
    """A port that nobody listens on for now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(name="serve")
def serving(directory):
    """Runs a server of Debian's on a port of loopback until the test ends; gives its address."""
    running = []

    def serve(program, *arguments):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
        port = free_port()
        command = [program, f"--web.listen-address=127.0.0.1:{port}", *arguments]
        running.append(subprocess.Popen(command, cwd=directory, preexec_fn=end_with_parent, stderr=subprocess.DEVNULL))
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                page(port)
                return port
            except OSError:
                time.sleep(0.05)
        raise TimeoutError(program)

    yield serve
    for process in running:
        process.terminate()
        process.wait(10)


def page(port):
    """What the server shows."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return answer.read().decode()


def samples(port, prefix):
    """The samples whose names begin so, with their labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page(port))
        for sample in family.samples if sample.name.startswith(prefix)
    }


@pytest.fixture(name="push")
def pushing(directory):
    """Runs the program; its textfile is in `directory`."""
    if not PROGRAM.exists():
        pytest.skip("no debug build of the snippets: run swift build")

    def push(gateway):
        return subprocess.run(
            [PROGRAM, gateway, directory / "backup.prom"], capture_output=True, text=True, timeout=60,
            preexec_fn=end_with_parent, env={})
    return push


def test_a_gateway_keeps_what_the_last_push_had(serve, push):
    port = serve("prometheus-pushgateway")
    for _ in range(2):
        outcome = push(f"http://127.0.0.1:{port}/")
        assert outcome.returncode == 0, outcome.stderr
    group = (("instance", ""), ("job", "backup"), ("path", "/home/anna"))
    shown = samples(port, "backup_")
    duration = shown.pop(("backup_duration_seconds", group))
    assert 0 <= duration < 60
    assert shown == {
        ("backup_files_total", tuple(sorted(group + (("kind", "photo"),)))): 3,
        ("backup_files_total", tuple(sorted(group + (("kind", "text"),)))): 1,
    }
    # The exporter's own would meet with those of the gateway and of other programs.
    assert not samples(port, "heliograph_")


def test_node_exporter_shows_the_textfile(serve, push, directory):
    port = serve("prometheus-pushgateway")
    assert push(f"http://127.0.0.1:{port}").returncode == 0
    node = serve(
        "prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
        f"--collector.textfile.directory={directory}")
    shown = samples(node, "backup_files")
    assert shown == {
        ("backup_files_total", (("kind", "photo"),)): 3, ("backup_files_total", (("kind", "text"),)): 1}
    assert samples(node, "node_textfile_scrape_error") == {("node_textfile_scrape_error", ()): 0}


def test_a_gateway_that_is_not_there_is_an_error_of_one_line(push):
    outcome = push(f"http://127.0.0.1:{free_port()}")
    assert outcome.returncode != 0
    assert "Connection refused" in outcome.stderr
