"""The exporters' web configuration file: TLS, authentication and limits, as Prometheus, curl and openssl see them."""

import concurrent.futures
import json
import os
import re
import socket
import ssl
import subprocess
import threading
import time

import pytest

from certificates import Authority
from exposition import Page
from heliograph_process import Heliograph
from polling import eventually
from processes import end_with_parent
from prometheus_server import Prometheus

PASSWORD = "pa:ss wörd"
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def authority(directory):
    return Authority(directory)


@pytest.fixture
def hashed(heliograph):
    """The hash of `PASSWORD` that a check takes little time of."""
    result = heliograph("hash-password", "--cost=4", input=f"{PASSWORD}\n")
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


class Guarded(Heliograph):
    """A service with a web configuration file, seen by curl."""

    def __init__(self, binary, directory, web, scheme="http", options=()):
        self.web_path = directory / "web.yml"
        self.write(web)
        super().__init__(binary, directory, "metrics: []\n", [f"--web.config.file={self.web_path}"])
        self.scheme = scheme
        self.options = options

    def write(self, web):
        """Replaces the file in one step."""
        new = self.web_path.with_suffix(".new")
        new.write_text(web)
        new.chmod(0o600)
        new.rename(self.web_path)

    def is_ready(self):
        """the log says that it is ready"""
        assert self.process.poll() is None, f"ended with code {self.process.returncode}:\n{self.log()}"
        return '"Ready"' in self.log()

    def curl(self, *options, path="/metrics"):
        """The status that curl sees, 0 where there is no answer, and the answer with its headers."""
        result = subprocess.run(
            ["curl", "--silent", "--include", "--max-time", "10", "--write-out", "\n%{http_code}", *self.options,
             *map(str, options), f"{self.scheme}://127.0.0.1:{self.port}{path}"],
            capture_output=True, text=True, timeout=30)
        answer, _, status = result.stdout.rpartition("\n")
        return int(status), answer

    def status(self, *options, path="/metrics"):
        return self.curl(*options, path=path)[0]

    def figures(self, *options):
        """The page of metrics."""
        status, answer = self.curl(*options)
        assert status == 200, answer
        head, _, body = answer.partition("\n\n")
        kind = re.search(r"(?im)^content-type: (.*)$", head).group(1).strip()
        return Page(body, kind)


@pytest.fixture
def guard(binary, directory):
    """Starts services with a web configuration file, `guard(text, ...)`."""
    started = []

    def make(web, **options):
        service = Guarded(binary, directory, web, **options)
        started.append(service)
        return service.start()

    yield make
    for service in started:
        if service.process.poll() is None:
            service.stop()


def users(hashed):
    return f"basic_auth_users:\n  prometheus: {hashed}\n"


def test_passwords(guard, hashed):
    service = guard(users(hashed))
    right = ("--user", f"prometheus:{PASSWORD}")

    status, answer = service.curl()
    assert status == 401
    assert 'WWW-Authenticate: Basic realm="heliograph"' in answer
    for _ in range(3):
        assert service.status(*right) == 200
    for wrong in ("prometheus:", "prometheus:x", "nobody:x", ":", f"Prometheus:{PASSWORD}", f"prometheus:{PASSWORD} "):
        assert service.status("--user", wrong) == 401
    for header in ("Basic", "Basic !", "Basic cHJvbWV0aGV1cw==", "Bearer x", "Digest x", ""):
        assert service.status("--header", f"Authorization: {header}") == 401
    for path in ("/", "/-/healthy", "/-/ready", "/unknown"):
        assert service.status(path=path) == 401
    assert service.status(*right, path="/-/healthy") == 200
    assert service.status(*right, path="/unknown") == 404
    page = service.figures(*right)
    assert page.total("heliograph_http_refused_requests_total", cause="unauthorized") == 17
    assert PASSWORD not in service.log()


def test_prometheus_with_a_password(guard, hashed, directory):
    service = guard(users(hashed))
    scrape = [f'basic_auth: {{username: prometheus, password: "{PASSWORD}"}}']
    with Prometheus(directory, f"127.0.0.1:{service.port}", scrape) as prometheus:
        prometheus.catch_up()


def test_a_guesser_holds_back_nobody(guard, heliograph):
    hashed = heliograph("hash-password", "--cost=10", input="secret").stdout.strip()
    service = guard(users(hashed))
    assert service.status("--user", "prometheus:secret") == 200
    ended = threading.Event()

    def guess(number):
        seen = set()
        while not ended.is_set():
            seen.add(service.status("--user", f"prometheus:{number}-{time.monotonic()}"))
        return seen

    with concurrent.futures.ThreadPoolExecutor() as pool:
        guesses = [pool.submit(guess, number) for number in range(12)]
        try:
            for _ in range(20):
                assert service.status("--user", "prometheus:secret", "--max-time", "5") == 200
        finally:
            ended.set()
        assert set().union(*(guess.result() for guess in guesses)) <= {401, 429}


def test_tokens_and_routes(guard, directory):
    token_file = directory / "token"
    token_file.write_text(f"{TOKEN}\n")
    token_file.chmod(0o600)
    service = guard("authorization: {bearer_token_files: [token], routes: {metrics: none, api: bearer}}\n")
    right = ("--header", f"Authorization: Bearer {TOKEN}")

    assert service.status() == 200
    assert service.status(path="/-/ready") == 200
    assert service.status(path="/unknown") == 401
    assert service.status(*right, path="/unknown") == 404
    assert service.status("--header", f"Authorization: Bearer {TOKEN}x", path="/unknown") == 401


def test_prometheus_with_a_token(guard, directory):
    service = guard(f"authorization: {{bearer_tokens: [{TOKEN}]}}\n")
    assert service.status() == 401
    scrape = [f"authorization: {{credentials: {TOKEN}}}"]
    with Prometheus(directory, f"127.0.0.1:{service.port}", scrape) as prometheus:
        prometheus.catch_up()


def test_limit_of_requests(guard):
    service = guard("rate_limit: {interval: 1h, burst: 3}\n")
    assert [service.status() for _ in range(3)] == [200, 200, 200]
    status, answer = service.curl()
    assert status == 429
    assert 3500 < int(re.search(r"Retry-After: (\d+)", answer).group(1)) <= 3600


def test_headers(guard):
    service = guard("http_server_config: {headers: {X-Frame-Options: deny, X-XSS-Protection: ''}}\n")
    for path in ("/metrics", "/", "/unknown"):
        answer = service.curl(path=path)[1]
        assert "X-Frame-Options: deny" in answer
        assert "X-XSS-Protection" not in answer


TLS = "tls_server_config: {cert_file: server.crt, key_file: server.key}\n"


def test_tls(guard, authority, hashed, directory):
    authority.issue("server")
    service = guard(TLS + users(hashed), scheme="https", options=["--cacert", authority.certificate])
    right = ("--user", f"prometheus:{PASSWORD}")

    assert service.status(*right) == 200
    assert service.status() == 401
    assert service.status("--tls-max", "1.1", *right) == 0
    plain = subprocess.run(
        ["curl", "--silent", "--max-time", "5", f"http://127.0.0.1:{service.port}/metrics"], capture_output=True)
    assert b"heliograph" not in plain.stdout
    end = service.figures(*right).total("heliograph_web_certificate_not_after_timestamp_seconds")
    assert abs(end - time.time() - 30 * 86400) < 600
    scrape = [
        "scheme: https", f"tls_config: {{ca_file: {authority.certificate}}}",
        f'basic_auth: {{username: prometheus, password: "{PASSWORD}"}}',
    ]
    with Prometheus(directory, f"127.0.0.1:{service.port}", scrape) as prometheus:
        prometheus.catch_up()


def test_client_certificates(guard, authority, directory):
    authority.issue("server")
    certificate, key = authority.issue("client", "DNS:prometheus.example")
    other = authority.issue("other", "DNS:other.example")
    service = guard(
        "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n  client_ca_file: ca.crt\n"
        "  client_auth_type: RequireAndVerifyClientCert\n  client_allowed_sans: [prometheus.example]\n",
        scheme="https", options=["--cacert", authority.certificate])

    assert service.status() == 0
    assert service.status("--cert", certificate, "--key", key) == 200
    assert service.status("--cert", other[0], "--key", other[1]) in (0, 403)
    scrape = [
        "scheme: https",
        f"tls_config: {{ca_file: {authority.certificate}, cert_file: {certificate}, key_file: {key}}}",
    ]
    with Prometheus(directory, f"127.0.0.1:{service.port}", scrape) as prometheus:
        prometheus.catch_up()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_no_session_outlives_the_trust_that_it_began_with(guard, authority, directory, version):
    Authority(directory, "other")
    authority.issue("server")
    certificate, key = authority.issue("client", "DNS:prometheus.example")

    def trusting(name):
        return ("tls_server_config: {cert_file: server.crt, key_file: server.key, "
                f"client_auth_type: RequireAndVerifyClientCert, client_ca_file: {name}.crt}}\n")

    service = guard(trusting("ca"), scheme="https", options=["--cacert", authority.certificate])
    context = authority.context()
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(certificate, key)

    def ask(session=None):
        """The first line of an answer, whether the session was resumed, and what would resume it."""
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as client:
                client.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n")
                return client.recv(1024)[:12], client.session_reused, client.session

    answer, _, session = ask()
    assert answer == b"HTTP/1.1 200"
    assert ask(session)[:2] == (b"HTTP/1.1 200", False)

    service.write(trusting("other"))
    eventually(lambda: service.status("--cert", certificate, "--key", key) == 0)
    # With TLS 1.3 the handshake is over for the client before the server has seen its certificate.
    try:
        assert ask(session)[0] == b""
    except OSError:
        pass


def serial(service, authority):
    """The serial number of the certificate that is served."""
    shown = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{service.port}", "-CAfile", authority.certificate],
        input=b"", capture_output=True, timeout=10)
    text = subprocess.run(["openssl", "x509", "-noout", "-serial"], input=shown.stdout, capture_output=True, check=True)
    return text.stdout.decode().strip()


def test_a_certificate_is_replaced_without_a_failed_scrape(guard, authority):
    authority.issue("server")
    service = guard(TLS, scheme="https", options=["--cacert", authority.certificate])
    ended = threading.Event()

    def scrape():
        count = 0
        while not ended.is_set():
            assert service.status() == 200
            count += 1
        return count

    with concurrent.futures.ThreadPoolExecutor() as pool:
        scrapes = [pool.submit(scrape) for _ in range(3)]
        try:
            for _ in range(3):
                before = serial(service, authority)
                authority.issue("server")
                eventually(lambda: serial(service, authority) != before)
        finally:
            ended.set()
        assert all(scrape.result() > 0 for scrape in scrapes)
    assert service.figures().total("heliograph_web_config_last_reload_successful") == 1


def test_a_wrong_file_keeps_the_old_one(guard, hashed):
    service = guard(users(hashed))
    right = ("--user", f"prometheus:{PASSWORD}")
    service.write("basic_auth_user: {}\nrate_limit: {interval: soon}\n")

    def refused():
        return service.figures(*right).total("heliograph_web_config_last_reload_successful") == 0

    eventually(refused)
    log = service.log()
    assert "web.yml:1:1: basic_auth_user: there is no such key; did you mean basic_auth_users?" in log
    assert "web.yml:2:24: rate_limit.interval: needs a duration" in log
    assert service.status() == 401

    service.write(users(hashed) + "rate_limit: {interval: 1ms, burst: 1000}\n")
    eventually(lambda: not refused())
    assert service.status() == 401


@pytest.mark.parametrize("rest", ["", "http_server_config:\n"])
def test_a_truncated_file_does_not_open_the_endpoint(guard, hashed, authority, heliograph, rest):
    authority.issue("server")
    service = guard(TLS + users(hashed), scheme="https", options=["--cacert", authority.certificate])
    right = ("--user", f"prometheus:{PASSWORD}")
    assert service.status(*right) == 200

    # In place, as a shell does it.
    service.web_path.write_text(rest)

    eventually(lambda: service.figures(*right).total("heliograph_web_config_last_reload_successful") == 0)
    assert service.status() == 401
    assert "it takes away TLS and all authentication, and may be half written" in service.log()

    assert heliograph("reload", f"--control.socket={service.control_path}").returncode == 0
    service.scheme = "http"
    assert service.status() == 200
    assert "takes away TLS, as was asked for" in service.log()


def test_a_fifo_is_not_waited_for(heliograph, directory):
    os.mkfifo(directory / "web.yml")
    for kind in ("web-config", "config"):
        result = heliograph("check", kind, directory / "web.yml")
        assert result.returncode == 78
        assert "it is no regular file" in result.stderr


def test_a_reload_reads_it(guard, hashed, heliograph):
    service = guard(users(hashed))
    service.write("rate_limit: {intervall: 1s}\n")
    result = heliograph("reload", f"--control.socket={service.control_path}")
    assert result.returncode == 78
    assert "web.yml:1:14: rate_limit.intervall: there is no such key; did you mean interval?" in result.stderr
    assert service.status() == 401

    service.write("")
    assert heliograph("reload", f"--control.socket={service.control_path}").returncode == 0
    assert service.status() == 200


def test_a_start_with_a_wrong_file(binary, directory, heliograph):
    path = directory / "web.yml"
    path.write_text("basic_auth_users: {ada: lovelace}\n")
    result = heliograph(
        "serve", f"--web.config.file={path}", "--web.listen-address=127.0.0.1:0", "--statsd.listen-udp=none",
        "--statsd.listen-unix=none", "--events.listen-unix=none", "--control.listen-unix=none")
    assert result.returncode == 78
    assert f"{path}:1:25: basic_auth_users.ada: needs a bcrypt hash" in result.stderr
    assert "lovelace" not in result.stderr


def test_check_web_config(heliograph, directory, hashed):
    path = directory / "web.yml"
    path.write_text(users(hashed))
    path.chmod(0o600)
    result = heliograph("check", "web-config", path)
    assert (result.returncode, result.stdout) == (0, f"{path}: right.\n")
    assert "warning:" in result.stderr and "plain text" in result.stderr
    path.write_text("rate_limit: {burst: x}\ntls_server_config: {key_file: nothing}\n")
    result = heliograph("check", "web-config", path)
    assert result.returncode == 78
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == [
        "rate_limit.burst", "tls_server_config", "tls_server_config.key_file"]
    assert heliograph("check", "web-config", directory / "none").returncode == 78


def test_hash_password(heliograph):
    result = heliograph("hash-password", input="secret\n")
    assert result.returncode == 0
    assert re.fullmatch(r"\$2b\$10\$[./A-Za-z0-9]{53}\n", result.stdout)
    assert heliograph("hash-password", input="secret\n").stdout != result.stdout
    assert heliograph("hash-password", "--cost=5", input="x").stdout.startswith("$2b$05$")
    for cost in ("3", "16", "x"):
        assert heliograph("hash-password", f"--cost={cost}", input="x").returncode == 64
    assert heliograph("hash-password", input="\n").returncode == 65
    assert "72 bytes" in heliograph("hash-password", "--cost=4", input="x" * 73).stderr


def test_hash_password_shows_nothing_on_a_terminal(binary):
    pid, terminal = os.forkpty()
    if pid == 0:
        end_with_parent()
        os.execv(binary, [str(binary), "hash-password", "--cost=4"])
    shown = b""
    for prompt in (b"Password: ", b"Again: "):
        while prompt not in shown:
            shown += os.read(terminal, 1024)
        # Echo is off once the terminal says so.
        eventually(lambda: not echoes(terminal))
        os.write(terminal, b"secrexy\x7f\x7ft\n")
    while b"$2b$04$" not in shown:
        shown += os.read(terminal, 1024)
    assert os.waitpid(pid, 0)[1] == 0
    os.close(terminal)
    assert b"secre" not in shown


def echoes(terminal):
    import termios
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def test_json_web_tokens(guard, directory):
    from joserfc import jwk, jwt

    signers = {
        "RS256": jwk.RSAKey.generate_key(2048, {"kid": "rsa"}),
        "ES256": jwk.ECKey.generate_key("P-256", {"kid": "ec"}),
        "EdDSA": jwk.OKPKey.generate_key("Ed25519", {"kid": "ed"}),
    }
    keys = directory / "keys.json"
    keys.write_text(json.dumps({"keys": [signer.as_dict(private=False) for signer in signers.values()]}))
    service = guard(
        "authorization: {jwt: {jwks_file: keys.json, issuer: them, audience: heliograph, leeway: 5s}}\n")

    def status(algorithm, signer, **claims):
        header = {"alg": algorithm, "kid": signer.kid}
        claims = {"iss": "them", "aud": "heliograph", "exp": int(time.time()) + 60} | claims
        token = jwt.encode(header, claims, signer, algorithms=[algorithm])
        return service.status("--header", f"Authorization: Bearer {token}")

    for algorithm, signer in signers.items():
        assert status(algorithm, signer) == 200
        assert status(algorithm, signer, aud=["others", "heliograph"], iat=int(time.time())) == 200
        assert status(algorithm, signer, exp=int(time.time()) - 60) == 401
        assert status(algorithm, signer, nbf=int(time.time()) + 60) == 401
        assert status(algorithm, signer, iss="others") == 401
        assert status(algorithm, signer, aud="others") == 401
    assert status("HS256", jwk.OctKey.generate_key(256, {"kid": "rsa"})) == 401
    assert status("Ed25519", signers["EdDSA"]) == 200
    assert status("RS256", jwk.RSAKey.generate_key(2048, {"kid": "rsa"})) == 401

    # A key that its issuer gives up is not believed any more.
    given_up = signers.pop("RS256")
    keys.write_text(json.dumps({"keys": [signer.as_dict(private=False) for signer in signers.values()]}))
    eventually(lambda: status("RS256", given_up) == 401)
    assert status("ES256", signers["ES256"]) == 200
