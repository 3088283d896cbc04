"""Damaged input is counted and never harms; impossible settings end the program with a sentence."""

import random
import socket
import subprocess

import pytest

from heliograph_process import undecided
from mutation import mutated
from polling import eventually
from senders import TRANSPORTS, Datagrams, Events, Pace

DAMAGED = 1000

GOOD_DATAGRAMS = [
    b"orders.placed:1|c", b"orders.time:320|ms|@0.5", b"orders.size:12.5|h|#route:/users,method:GET",
    b"orders.queue:+3|g", b"orders.users:alice|s", b"a:1|c\nb:2|c\nc:3:4:5|d|#k:v",
]
GOOD_LINES = [
    b'{"event":"http.request","measurements":{"duration":0.012},"metadata":{"route":"/users"}}',
    b'{"event":"http.request","measurements":{"duration":1e-3,"n":1},"metadata":{"route":"\\u00fc","n":1}}',
]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_survives_damaged_datagrams(service, transport):
    source = random.Random(9125)
    with Datagrams(service, transport) as datagrams:
        pace = Pace(service, transport)
        pace.repeat(DAMAGED, lambda: datagrams.send(mutated(source, source.choice(GOOD_DATAGRAMS))))
        damaged = pace.settle()
        pace.repeat(7, lambda: datagrams.send("good.after.bad:1|c"))
        page = pace.settle()

    assert damaged.total("heliograph_events_rejected_total", source="statsd") > 0
    assert damaged.total("heliograph_events_counted_total", source="statsd") > 0
    assert undecided(page, "statsd") == 0
    assert page.value("good_after_bad_total") == 7
    assert page.total("heliograph_supervisor_restarts_total") == 0
    assert service.is_ready()


def test_survives_damaged_json_lines(service):
    source = random.Random(9568)
    with Events(service) as events:
        for _ in range(DAMAGED):
            events.send_line(mutated(source, source.choice(GOOD_LINES)))
    with Events(service) as events:
        for _ in range(7):
            events.send("http.request", {"duration": 0.1}, {"route": "/good-after-bad"})
        page = eventually(lambda: settled_with(service, "/good-after-bad", 7))

    assert page.total("heliograph_events_rejected_total", source="event_socket") > 0
    assert page.total("heliograph_events_counted_total", source="event_socket") > 7
    assert page.total("heliograph_supervisor_restarts_total") == 0
    assert service.is_ready()


def settled_with(service, route, count):
    """The page on which the route has its count and every event of the socket is counted or rejected."""
    page = service.page()
    arrived = page.value("http_request_count_total", route=route) == count
    return page if arrived and undecided(page, "event_socket") == 0 else None


@pytest.mark.parametrize("datagram, cause_count", [
    ("no-value", 1), ("a:1|unknown", 1), ("a:x|c", 1), ("a:1|c|@7", 1), ("a:1|c\nbroken\na:1|c", 1),
])
def test_each_bad_line_is_rejected_once(service, datagram, cause_count):
    with Datagrams(service, "unix") as datagrams:
        datagrams.send(datagram)
        page = service.await_datagrams(1, "unix")
    rejected = [s for s in page.samples if s.name == "heliograph_events_rejected_total" and s.value > 0]
    assert sum(sample.value for sample in rejected) == cause_count
    assert all(sample.labels["source"] == "statsd" and sample.labels["cause"] for sample in rejected)


BAD_CONFIGURATIONS = {
    "unknown key": (3, "tipe", "metrics:\n  - name: http.request.count\n    tipe: counter\n"),
    "unknown top-level key": (1, "metricks", "metricks: []\n"),
    "wrong type": (
        4, "buckets", "metrics:\n  - name: http.request.duration\n    type: histogram\n    buckets: fast\n"),
    "unknown metric type": (3, "type", "metrics:\n  - name: http.request.count\n    type: barometer\n"),
    "duplicate metric": (
        4, "metrics[1]",
        "metrics:\n  - name: http.request.count\n    type: counter\n  - name: http.request.count\n"
        "    type: counter\n"),
    "bad label name": (
        4, "labels", "metrics:\n  - name: http.request.count\n    type: counter\n    labels: [0route]\n"),
    "impossible port": (3, "listen-addresses", "web:\n  listen-addresses:\n    - 127.0.0.1:99999\n"),
    "impossible port of StatsD": (2, "udp", "statsd:\n  udp: 127.0.0.1:99999\n"),
    "not YAML": (2, "", "metrics:\n\t- name: http.request.count\n"),
}


@pytest.mark.parametrize("command", [("serve", "--config.file"), ("check", "config")], ids=" ".join)
@pytest.mark.parametrize("line, key, text", BAD_CONFIGURATIONS.values(), ids=BAD_CONFIGURATIONS.keys())
def test_bad_configuration_is_named(heliograph, directory, command, line, key, text):
    path = directory / "bad.yml"
    path.write_text(text)
    result = heliograph(*command, path)
    assert result.returncode == 78, result.stderr
    assert f"{path}:{line}" in result.stderr
    assert key in result.stderr


def test_good_configuration_passes_the_check(heliograph, directory):
    path = directory / "good.yml"
    path.write_text("metrics:\n  - name: http.request.count\n    type: counter\n    labels: [route]\n")
    result = heliograph("check", "config", path)
    assert result.returncode == 0, result.stderr


def test_missing_configuration_file(heliograph, directory):
    result = heliograph("serve", f"--config.file={directory / 'missing.yml'}")
    assert result.returncode == 78
    assert str(directory / "missing.yml") in result.stderr


ADDRESSES = {
    "127.0.0.1:99999": "a port is a number from 0 to 65535", "127.0.0.1:http!": "a port is a number",
    "127.0.0.1": "has no port", "::1:80": "without brackets",
}
PATHS = {
    "metrics": "a path begins with /", "/a b?c": "holds a character that a path can't have",
    "/": "is taken", "/-/healthy": "is taken", "/api": "is taken", "/api/v1/x": "is taken",
}
SOCKETS = {
    "rel.sock": "needs an absolute path", "/run/": "names a directory", "/" + "x" * 107: "can have 107 bytes",
}
IMPOSSIBLE = [
    (flag, value, reason)
    for flags, values in [
        (["--web.listen-address", "--statsd.listen-udp"], ADDRESSES),
        (["--web.telemetry-path"], PATHS),
        (["--statsd.listen-unix", "--events.listen-unix"], SOCKETS),
    ]
    for flag in flags
    for value, reason in values.items()
]


@pytest.mark.parametrize("flag, value, reason", IMPOSSIBLE)
def test_impossible_flag(heliograph, flag, value, reason):
    result = heliograph("serve", f"{flag}={value}")
    assert result.returncode == 64
    for part in (flag, value, reason):
        assert part in result.stderr


def test_an_address_twice(heliograph):
    address = "--web.listen-address=127.0.0.1:9568"
    result = heliograph("serve", address, "--web.listen-address=127.0.0.1:9569", address)
    assert result.returncode == 64
    assert '"127.0.0.1:9568" appears twice' in result.stderr


@pytest.mark.parametrize("nowhere", ["none", ""])
def test_a_listener_can_be_nowhere(start, nowhere):
    flags = ["--statsd.listen-udp", "--statsd.listen-unix", "--events.listen-unix"]
    service = start(arguments=[argument for flag in flags for argument in (flag, nowhere)])
    assert not service.statsd_path.exists()
    assert not service.events_path.exists()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", service.statsd_port))


USAGE_MISTAKES = {
    ("serve", "--no-such-flag"): "no flag --no-such-flag", ("serve", "--web.max-request", "3"): "did you mean --web.max-requests?",
    ("serve", "--config.file"): "--config.file <file>: the value is missing", ("serve", "x"): 'no place for "x"',
    ("serve", "--log.level=loud"): "needs one of trace, debug", ("check", "config"): "<file> is missing",
    ("check", "metric"): 'no command "metric"; did you mean metrics?', ("check", "metrics", "--lint=1"): "takes no value",
}


@pytest.mark.parametrize("words, reason", USAGE_MISTAKES.items())
def test_wrong_usage(heliograph, words, reason):
    result = heliograph(*words)
    assert (result.returncode, result.stdout) == (64, "")
    assert reason in result.stderr and "--help" in result.stderr


@pytest.mark.parametrize("words", [
    (), ("-h",), ("help", "serve"), ("serve", "--help"), ("check",), ("check", "config", "-h"), ("check", "metrics", "--help"),
])
def test_help(heliograph, words):
    result = heliograph(*words)
    assert (result.returncode, result.stderr) == (0, "")
    assert "Usage:\n  heliograph" in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(heliograph, shell):
    result = heliograph("--generate-completion-script", shell)
    assert result.returncode == 0
    assert "web.listen-address" in result.stdout
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=result.stdout, text=True, check=True)
        words = f"{result.stdout}\nCOMP_WORDS=(heliograph serve --web.t) COMP_CWORD=2\n_heliograph\necho ${{COMPREPLY[@]}}"
        completed = subprocess.run(["bash"], input=words, text=True, check=True, capture_output=True).stdout
        assert completed == "--web.telemetry-path\n"


@pytest.mark.parametrize("flag, kind", [
    ("--web.listen-address", socket.SOCK_STREAM), ("--statsd.listen-udp", socket.SOCK_DGRAM),
])
def test_occupied_port(heliograph, directory, flag, kind):
    with socket.socket(socket.AF_INET, kind) as occupant:
        occupant.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            occupant.listen()
        address = "127.0.0.1:%d" % occupant.getsockname()[1]
        result = heliograph(*isolated(directory, flag), f"{flag}={address}")
    assert result.returncode not in (0, None)
    assert result.returncode > 0, "ended by a signal"
    assert address in result.stderr


def isolated(directory, but):
    """`serve` with listeners nobody else has, except for the flag `but`."""
    settings = {
        "--web.listen-address": "127.0.0.1:0", "--statsd.listen-udp": "127.0.0.1:0",
        "--statsd.listen-unix": directory / "s.sock", "--events.listen-unix": directory / "e.sock",
    }
    return ["serve", *(f"{flag}={value}" for flag, value in settings.items() if flag != but)]


@pytest.mark.parametrize("flag", ["--statsd.listen-unix", "--events.listen-unix"])
def test_impossible_socket_path(heliograph, directory, flag):
    path = directory / "missing" / "x.sock"
    result = heliograph(*isolated(directory, flag), f"{flag}={path}")
    assert result.returncode > 0
    assert str(path) in result.stderr


@pytest.mark.parametrize("flag", ["--statsd.listen-unix", "--events.listen-unix"])
def test_a_file_that_is_no_socket_stays(heliograph, directory, flag):
    path = directory / "precious"
    path.write_text("data")
    result = heliograph(*isolated(directory, flag), f"{flag}={path}")
    assert result.returncode > 0
    assert str(path) in result.stderr
    assert path.read_text() == "data"


def test_too_long_socket_path(heliograph, directory):
    path = directory / ("x" * 120)
    result = heliograph(*isolated(directory, "--events.listen-unix"), f"--events.listen-unix={path}")
    assert result.returncode > 0
    assert str(path) in result.stderr
