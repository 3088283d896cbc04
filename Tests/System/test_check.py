"""`heliograph check metrics`: pages from files, standard input and addresses; and how each command ends."""

import http.server
import re
import threading
from pathlib import Path

import pytest

OPERATIONS = (Path(__file__).resolve().parents[2] / "docs/operations.md").read_text()

GOOD_TEXT = "# HELP a_total Things.\n# TYPE a_total counter\na_total 1\n"
BAD_TEXT = "# HELP a_total Things.\n# TYPE a_total counter\na_total{b=1} 1\n"
GOOD_OPENMETRICS = "# TYPE a counter\n# HELP a Things.\na_total 1\n# EOF\n"
BAD_OPENMETRICS = "# TYPE a counter\n# HELP a Things.\na_total -1 x y\n# EOF\n"
UNLOVELY_TEXT = "# TYPE things counter\nthings 1\n"

PAGES = [("text", GOOD_TEXT, BAD_TEXT), ("openmetrics", GOOD_OPENMETRICS, BAD_OPENMETRICS)]
of_each_format = pytest.mark.parametrize("form, good, bad", PAGES, ids=["text", "openmetrics"])


@of_each_format
def test_file(heliograph, directory, form, good, bad):
    path = directory / "page"
    path.write_text(good)
    assert heliograph("check", "metrics", f"--format={form}", path).returncode == 0
    path.write_text(bad)
    assert_bad_at_line(3, heliograph("check", "metrics", f"--format={form}", path))


@of_each_format
def test_standard_input(heliograph, form, good, bad):
    assert heliograph("check", "metrics", f"--format={form}", "-", input=good).returncode == 0
    assert_bad_at_line(3, heliograph("check", "metrics", f"--format={form}", "-", input=bad))


def test_standard_input_is_openmetrics_unless_said(heliograph):
    assert heliograph("check", "metrics", "-", input=GOOD_OPENMETRICS).returncode == 0
    assert heliograph("check", "metrics", "-", input=GOOD_TEXT).returncode == 65


def test_openmetrics_needs_its_end(heliograph):
    page = GOOD_OPENMETRICS.replace("# EOF\n", "")
    result = heliograph("check", "metrics", "--format=openmetrics", "-", input=page)
    assert result.returncode == 65
    assert "EOF" in result.stderr


def test_own_pages(heliograph, service):
    address = f"http://127.0.0.1:{service.port}/metrics"
    assert heliograph("check", "metrics", "--lint", address).returncode == 0
    page = service.get("/metrics", {"Accept": "text/plain;version=0.0.4"}).body.decode()
    assert heliograph("check", "metrics", "--lint", "--format=text", "-", input=page).returncode == 0


@pytest.mark.parametrize("content_type, good, bad", [
    ("text/plain; version=0.0.4; charset=utf-8", GOOD_TEXT, BAD_TEXT),
    ("application/openmetrics-text; version=1.0.0; charset=utf-8", GOOD_OPENMETRICS, BAD_OPENMETRICS),
], ids=["text", "openmetrics"])
def test_address(heliograph, content_type, good, bad):
    with page_server({"/good": good, "/bad": bad}, content_type) as address:
        assert heliograph("check", "metrics", f"{address}/good").returncode == 0
        assert_bad_at_line(3, heliograph("check", "metrics", f"{address}/bad"))
        missing = heliograph("check", "metrics", f"{address}/missing")
        assert missing.returncode > 0
        assert "404" in missing.stderr


def test_lint_warns_and_fails_only_when_asked(heliograph):
    lenient = heliograph("check", "metrics", "--format=text", "-", input=UNLOVELY_TEXT)
    assert lenient.returncode == 0
    assert "things" in lenient.stderr
    strict = heliograph("check", "metrics", "--format=text", "--lint", "-", input=UNLOVELY_TEXT)
    assert strict.returncode > 0
    assert "things" in strict.stderr


def test_missing_file(heliograph, directory):
    result = heliograph("check", "metrics", directory / "missing")
    assert result.returncode > 0
    assert str(directory / "missing") in result.stderr


@pytest.mark.parametrize("command, argument, code", [
    ("check config", "bad.yml", 78), ("check config", "missing.yml", 78),
    ("serve", "--config.file=bad.yml", 78), ("serve", "--config.file=missing.yml", 78),
    ("serve", "--web.max-requests=-1", 64),
    ("check metrics", "bad.page", 65), ("check metrics", "missing.page", 66),
    ("reload", "--control.socket=missing.sock", 69),
])
def test_each_command_ends_as_its_help_and_the_documentation_say(heliograph, directory, command, argument, code):
    (directory / "bad.yml").write_text("metric: []\n")
    (directory / "bad.page").write_text(BAD_OPENMETRICS)
    assert heliograph(*command.split(), argument).returncode == code
    assert re.search(rf"\b{code}\b", heliograph(*command.split(), "--help").stdout)
    assert re.search(rf"^\| {code} \| .*(`{command}`|wrong usage)", OPERATIONS, re.MULTILINE)


def assert_bad_at_line(line, result):
    """Exit code 65 with the line's number on standard error."""
    assert result.returncode == 65, result.stderr
    assert re.search(rf"(line |:){line}\b", result.stderr), result.stderr


class page_server:
    """A context that serves fixed pages on loopback."""

    def __init__(self, pages, content_type):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = pages.get(self.path, "").encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return "http://127.0.0.1:%d" % self._server.server_address[1]

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
