"""Start, reload, stop and the sockets left behind."""

import json
import multiprocessing
import socket
import threading
from http.client import HTTPException

import pytest

from heliograph_process import CONFIG, Heliograph
from polling import eventually
from processes import end_with_parent
from senders import Datagrams, Events, Pace

EXTRA_METRIC = "  - name: job.run.count\n    type: counter\n    labels: [queue]\n"
BROKEN_METRIC = "  - name: job.run.count\n    tipe: counter\n"


class Load:
    """A context with threads that repeat an action until it ends; a thread ends with its connection."""

    def __init__(self, *actions):
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._repeat, args=[action]) for action in actions]

    def _repeat(self, action):
        try:
            while not self._stopping.is_set():
                action()
        except (OSError, HTTPException):
            pass

    def __enter__(self):
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_):
        self._stopping.set()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()


def test_stops_at_once_under_load(service):
    with Datagrams(service, "udp") as udp, Datagrams(service, "unix") as unix, Events(service) as events:
        with Load(
            lambda: udp.send("load:1|c"), lambda: unix.send("load:1|c"), lambda: service.get("/metrics"),
            lambda: events.send("http.request", {"duration": 0.1}, {"route": "/load"}),
        ):
            eventually(lambda: service.page().total("load_total") > 1000)
            service.stop()


class Flood:
    """A context with three processes that send through `count` clients each, without a pause, until it ends."""

    def __init__(self, service, connect, count, data):
        context = multiprocessing.get_context("fork")
        self._processes = [
            context.Process(target=self._send, args=[service, connect, count, data]) for _ in range(3)
        ]

    @staticmethod
    def _send(service, connect, count, data):
        end_with_parent()
        sockets = [connect(service) for _ in range(count)]
        for client in sockets:
            client.setblocking(False)
        while sockets:
            for client in tuple(sockets):
                try:
                    client.send(data)
                except BlockingIOError:
                    pass
                except OSError:
                    sockets.remove(client)

    def __enter__(self):
        for process in self._processes:
            process.start()
        return self

    def __exit__(self, *_):
        for process in self._processes:
            process.kill()
            process.join(10)
            process.close()

    def is_alive(self):
        """Whether all processes still send."""
        return all(process.is_alive() for process in self._processes)


def udp_socket(service):
    """A socket connected to the UDP listener."""
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.connect(("127.0.0.1", service.statsd_port))
    return client


def event_socket(service):
    """A connection to the event socket."""
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.connect(str(service.events_path))
    return client


def test_stops_at_once_during_a_flood_of_datagrams(service):
    with Flood(service, udp_socket, 1, b"load:1|c\n" * 5000) as flood:
        eventually(lambda: service.page().total("load_total") > 1_000_000)
        assert flood.is_alive()
        service.stop()


def test_stops_at_once_with_hundreds_of_busy_connections(service):
    line = b'{"event":"http.request","measurements":{"duration":0.1},"metadata":{"route":"/load"}}\n'
    with Flood(service, event_socket, 100, line * 700) as flood:
        eventually(lambda: service.page().total("heliograph_connections", source="event_socket") == 300)
        eventually(lambda: service.page().total("http_request_count_total") > 100_000)
        assert flood.is_alive()
        service.stop()


def test_stops_with_idle_connections(service):
    http = service.connection()
    http.request("GET", "/-/healthy")
    http.getresponse().read()
    with Events(service), socket.create_connection(("127.0.0.1", service.port)) as half_open:
        half_open.sendall(b"GET /metrics HT")
        eventually(lambda: service.page().total("heliograph_connections", source="event_socket") == 1)
        service.stop()
    http.close()


def test_reload_adds_a_metric_and_keeps_the_counts(service):
    with Events(service) as events:
        events.send("http.request", {"duration": 0.1}, {"route": "/users"})
        before = service.await_events(1)
        service.config_path.write_text(CONFIG + EXTRA_METRIC)
        service.reload()
        page = eventually(lambda: page_after_job(service, events))

    assert before.labels("job_run_count_total") == []
    assert page.value("http_request_count_total", route="/users") == 1
    assert page.value("heliograph_config_last_reload_successful") == 1


def page_after_job(service, events):
    """A page that has the metric which only the new configuration knows."""
    events.send("job.run", {"duration": 1}, {"queue": "mail"})
    page = service.page()
    return page if page.value("job_run_count_total", queue="mail") else None


def test_broken_reload_keeps_the_old_configuration(service):
    service.config_path.write_text(CONFIG + BROKEN_METRIC)
    service.reload()
    eventually(lambda: service.page().value("heliograph_config_last_reload_successful") == 0)
    # Entries are written by a thread of their own.
    eventually(lambda: "tipe" in service.log())

    with Events(service) as events:
        events.send("http.request", {"duration": 0.1}, {"route": "/users"})
        assert service.await_events(1).value("http_request_count_total", route="/users") == 1

    service.config_path.write_text(CONFIG)
    service.reload()
    eventually(lambda: service.page().value("heliograph_config_last_reload_successful") == 1)
    assert service.page().value("http_request_count_total", route="/users") == 1


def ask_for_reload(heliograph, service):
    """`heliograph reload` at the service's control socket, run to its end."""
    return heliograph("reload", f"--control.socket={service.control_path}")


def test_reload_command_waits_for_the_new_configuration(heliograph, service):
    service.config_path.write_text(CONFIG + EXTRA_METRIC)
    result = ask_for_reload(heliograph, service)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    with Events(service) as events:
        events.send("job.run", {"duration": 1}, {"queue": "mail"})
        assert service.await_events(1).value("job_run_count_total", queue="mail") == 1


def test_reload_command_says_each_mistake_and_so_does_the_log(heliograph, service):
    service.config_path.write_text(CONFIG + BROKEN_METRIC + "web: {max-requests: -1}\n")
    result = ask_for_reload(heliograph, service)
    mistakes = [
        f"{service.config_path}:13:5: metrics[2].tipe: there is no such key; did you mean type?",
        f'{service.config_path}:12:5: metrics[2]: the key "type" is missing',
        f"{service.config_path}:14:21: web.max-requests: needs a number from 0, not -1",
    ]
    assert result.returncode == 78
    assert sorted(result.stderr.splitlines()) == sorted(mistakes)
    assert service.page().value("heliograph_config_last_reload_successful") == 0
    # Entries are written by a thread of their own.
    eventually(lambda: service.log().count("Configuration not reloaded: ") == len(mistakes))
    logged = [json.loads(line)["message"] for line in service.log().splitlines() if "not reloaded" in line]
    assert logged == [f"Configuration not reloaded: {line}" for line in result.stderr.splitlines()]

    service.config_path.write_text(CONFIG)
    assert ask_for_reload(heliograph, service).returncode == 0
    assert service.page().value("heliograph_config_last_reload_successful") == 1


def test_reload_command_says_what_only_a_restart_can_change(heliograph, service):
    service.config_path.write_text(CONFIG + "global: {prefix: shop_}\nlimits:\n  samples: 7\n")
    result = ask_for_reload(heliograph, service)
    sentence = "a reload can't change this: restart the service for that"
    assert result.returncode == 78
    line = CONFIG.count("\n") + 1
    assert result.stderr.splitlines() == [
        f"{service.config_path}:{line}:18: global.prefix: {sentence}",
        f"{service.config_path}:{line + 2}:12: limits.samples: {sentence}",
    ]


def test_reload_command_without_a_service(heliograph, directory):
    path = directory / "control.sock"
    result = heliograph("reload", f"--control.socket={path}")
    assert result.returncode == 69
    assert result.stderr == (
        f"heliograph: no service answers at {path}: connect of {path} failed: No such file or directory.\n")


def test_control_socket_is_private_and_goes_with_the_service(heliograph, service):
    assert service.control_path.stat().st_mode & 0o777 == 0o600
    stranger = heliograph("reload", f"--control.socket={service.control_path}", user=65534)
    assert stranger.returncode == 69
    service.stop()
    assert not service.control_path.exists()


def test_control_socket_answers_no_other_user_whatever_its_mode(heliograph, service):
    service.config_path.parent.chmod(0o755)
    service.control_path.chmod(0o666)
    service.config_path.write_text("metric: []\n")
    stranger = heliograph("reload", f"--control.socket={service.control_path}", user=65534)
    assert stranger.returncode == 69
    eventually(lambda: "The control socket is for root and the service's own user only" in service.log())
    assert service.page().value("heliograph_config_last_reload_successful") == 1


def test_stops_at_once_beside_a_silent_client_of_the_control_socket(service):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(str(service.control_path))
        service.stop()


def test_control_socket_can_be_switched_off(start):
    service = start(arguments=["--control.listen-unix=none"])
    assert not service.control_path.exists()


def test_removed_configuration_file_keeps_the_old_configuration(service):
    service.config_path.unlink()
    service.reload()
    eventually(lambda: service.page().value("heliograph_config_last_reload_successful") == 0)
    assert service.is_ready()


def test_replaces_stale_sockets(binary, directory):
    service = Heliograph(binary, directory, CONFIG)
    for path, kind in ((service.statsd_path, socket.SOCK_DGRAM), (service.events_path, socket.SOCK_STREAM)):
        with socket.socket(socket.AF_UNIX, kind) as stale:
            stale.bind(str(path))
    service.start()
    try:
        assert_both_sockets_count(service)
    finally:
        service.stop()


def test_starts_again_after_a_crash(binary, directory):
    service = Heliograph(binary, directory, CONFIG).start()
    service.kill()
    assert service.statsd_path.exists()
    service.start()
    try:
        assert service.page().value("heliograph_config_last_reload_successful") == 1
    finally:
        service.stop()


def assert_both_sockets_count(service):
    """One event through each Unix socket arrives."""
    with Datagrams(service, "unix") as datagrams, Events(service) as events:
        pace = Pace(service, "unix")
        pace.repeat(1, lambda: datagrams.send("a:1|c"))
        events.send("http.request", {"duration": 0.1}, {"route": "/users"})
        pace.settle()
        page = service.await_events(1)
    assert page.value("a_total") == 1
    assert page.value("http_request_count_total", route="/users") == 1


@pytest.mark.parametrize("flag, attribute", [
    ("--statsd.listen-unix", "statsd_path"), ("--events.listen-unix", "events_path"),
])
def test_refuses_a_socket_that_another_service_owns(heliograph, service, directory, flag, attribute):
    path = getattr(service, attribute)
    others = {"--statsd.listen-unix": directory / "s2.sock", "--events.listen-unix": directory / "e2.sock"}
    second = heliograph(
        "serve", "--web.listen-address=127.0.0.1:0", "--statsd.listen-udp=127.0.0.1:0",
        *(f"{name}={value}" for name, value in (others | {flag: path}).items()),
    )
    assert second.returncode > 0
    assert str(path) in second.stderr
    assert_both_sockets_count(service)
