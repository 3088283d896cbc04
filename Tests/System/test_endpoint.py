"""Where the HTTP endpoint listens, below which path, and what may be asked of it from afar."""

import http.client
import socket
import subprocess

import pytest

from polling import eventually


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=5)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(5)
        self.sock.connect(self.path)


def test_a_unix_socket_serves_beside_an_address(start, tmp_path):
    path = tmp_path / "web.sock"
    service = start(arguments=[f"--web.listen-address=unix:{path}"])
    connection = UnixConnection(path)
    connection.request("GET", "/metrics")
    answer = connection.getresponse()
    assert answer.status == 200
    assert b"\nheliograph_samples " in answer.read()
    assert service.get("/metrics").status == 200
    curl = subprocess.run(
        ["curl", "-sf", "--unix-socket", str(path), "http://localhost/-/healthy"], capture_output=True, timeout=10)
    assert curl.stdout == b"Heliograph is healthy.\n"
    service.stop()
    assert not path.exists()


@pytest.mark.parametrize("arguments, mode", [([], 0o660), (["--web.unix-mode=0600"], 0o600)])
def test_a_unix_socket_is_for_its_group(start, tmp_path, arguments, mode):
    path = tmp_path / "web.sock"
    start(arguments=[f"--web.listen-address=unix:{path}", *arguments])
    assert path.stat().st_mode & 0o777 == mode


def test_the_next_process_takes_a_socket_that_was_left(start, tmp_path):
    path = tmp_path / "web.sock"
    service = start(arguments=[f"--web.listen-address=unix:{path}"])
    service.kill()
    assert path.exists()
    service.start()
    connection = UnixConnection(path)
    connection.request("GET", "/-/healthy")
    assert connection.getresponse().status == 200


@pytest.mark.parametrize("address", ["unix:relative", "unix:", "unix:/"])
def test_a_wrong_path_is_an_error_of_usage(binary, address):
    ended = subprocess.run(
        [binary, "serve", f"--web.listen-address={address}"], capture_output=True, text=True, timeout=10)
    assert ended.returncode == 64
    assert "absolute path of a socket" in ended.stderr


def test_a_socket_of_systemd_can_be_required(binary, tmp_path):
    ended = subprocess.run(
        [binary, "serve", "--web.systemd-socket", f"--control.listen-unix={tmp_path / 'control.sock'}"],
        capture_output=True, text=True, timeout=10)
    assert ended.returncode == 69
    assert "systemd passed no socket" in ended.stderr


class TestPrefix:
    """Every path is below the prefix, and links lead there."""

    def test_of_the_external_url(self, start_below):
        service = start_below("/mon", "--web.external-url=https://example.test/mon/")
        assert service.get("/mon/metrics").status == 200
        assert service.get("/metrics").status == 404
        answer = service.get("/")
        assert (answer.status, answer.headers["Location"]) == (302, "/mon/")
        assert b'href="/mon/metrics"' in service.get("/mon/").body

    def test_of_routes_alone(self, start_below):
        service = start_below("/a/b", "--web.route-prefix=/a/b", "--web.external-url=http://example.test/out")
        assert service.get("/a/b/metrics").status == 200
        assert b'href="/out/metrics"' in service.get("/a/b/").body
        assert service.get("/").headers["Location"] == "/out/"

    def test_none_behind_a_proxy_that_takes_it_away(self, start_below):
        service = start_below("", "--web.route-prefix=/", "--web.external-url=http://example.test/out")
        assert service.get("/metrics").status == 200
        assert b'href="/out/metrics"' in service.get("/").body


@pytest.fixture
def start_below(start, monkeypatch):
    """Starts a service whose readiness is below a prefix."""
    from heliograph_process import Heliograph

    def begin(prefix, *arguments):
        ready = Heliograph.is_ready

        def is_ready(self):
            """the prefixed /-/ready answers 200"""
            assert self.process.poll() is None, self.log()
            try:
                return self.get(prefix + "/-/ready").status == 200
            except OSError:
                return False

        is_ready.__doc__ = ready.__doc__
        monkeypatch.setattr(Heliograph, "is_ready", is_ready)
        return start(arguments=list(arguments))

    return begin


def post(service, path, method="POST"):
    """The status and text of a POST, or a PUT."""
    connection = service.connection()
    connection.request(method, path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode().strip()


def test_nothing_is_changed_from_afar_unless_allowed(service):
    assert post(service, "/-/reload")[0] == 404
    assert post(service, "/-/log-level?level=debug", "PUT")[0] == 404
    assert post(service, "/-/quit")[0] == 404


def test_a_level_of_the_log_changes_until_the_next_reload(start):
    path = "/-/log-level"
    service = start(arguments=["--web.enable-lifecycle"])
    assert service.get(path).body.decode() == "level: info\n"
    assert post(service, f"{path}?logger=heliograph.configuration&level=error", "PUT") == (
        200, 'level: info\nlevels:\n  "heliograph.configuration": error')
    assert post(service, "/-/reload") == (200, "Reloaded.")
    assert service.get(path).body.decode() == "level: info\n"
    for query in ["", "?level=loud", f"?level=debug&logger={'x' * 201}"]:
        assert post(service, path + query)[0] == 400
    assert service.get(path).body.decode() == "level: info\n"


def test_lifecycle(start):
    service = start(arguments=["--web.enable-lifecycle"])
    assert post(service, "/-/reload") == (200, "Reloaded.")
    assert post(service, "/-/reload", "PUT") == (200, "Reloaded.")
    assert service.get("/-/reload").status == 405
    right = service.config_path.read_text()
    service.config_path.write_text(right + "\nnonsense: 1\n")
    status, text = post(service, "/-/reload")
    assert status == 500
    assert "nonsense" in text
    assert service.page().value("heliograph_config_last_reload_successful") == 0
    service.config_path.write_text(right)
    assert post(service, "/-/reload")[0] == 200
    assert post(service, "/-/quit", "PUT") == (200, "Stopping.")
    assert service.process.wait(5) == 0


def test_requests_are_counted_by_their_handlers(service):
    for path in ["/metrics", "/-/healthy", "/nowhere/1", "/nowhere/2"]:
        service.get(path)

    def counted():
        """all requests are counted"""
        page = service.page()
        return (page.value("heliograph_http_requests_total", handler="/metrics", code="200") >= 1
                and page.value("heliograph_http_requests_total", handler="/-/healthy", code="200") == 1
                and page.value("heliograph_http_requests_total", handler="none", code="404") == 2)

    eventually(counted)
    page = service.page()
    assert page.value("heliograph_http_response_size_bytes_count", handler="/metrics") >= 1
    assert page.value("heliograph_http_response_size_bytes_sum", handler="/metrics") > 1000
