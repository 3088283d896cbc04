"""What the commands print, and what becomes of it."""

import os
import subprocess
from pathlib import Path

import pytest

from heliograph_process import Heliograph, clean_environment
from polling import eventually
from processes import end_with_parent

GOOD_PAGE = "# TYPE a gauge\na 1\n# EOF\n"
PRINTING = [
    ("metrics",), ("configuration",), ("web-configuration",), ("causes",), ("--help",), ("--version",), ("serve", "--help"),
    ("--generate-completion-script", "bash"), ("check", "metrics"), ("check", "config", "/dev/null"),
]


def run(binary, words, **files):
    return subprocess.run([binary, *words], input=GOOD_PAGE, text=True, timeout=10, stderr=subprocess.PIPE, **files)


@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_what_can_not_be_written_is_a_failure(binary, words):
    with open("/dev/full", "w") as full:
        result = run(binary, words, stdout=full)
    assert result.returncode == 74
    assert result.stderr.endswith("heliograph: write of standard output failed: No space left on device.\n")


@pytest.mark.parametrize("restore", [True, False], ids=["killed by the signal", "told by the error"])
def test_a_reader_that_has_gone_is_no_failure(binary, restore):
    reader, writer = os.pipe()
    os.close(reader)
    result = run(binary, ["metrics"], stdout=writer, restore_signals=restore)
    os.close(writer)
    assert result.returncode == (-13 if restore else 0)
    assert result.stderr == ""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_descriptors_become_nothing(binary, directory, closed):
    service = Heliograph(binary, directory)
    command = " ".join(service.command)
    service.process = subprocess.Popen(
        ["sh", "-c", f"exec {command} {closed}"], cwd=directory, env=clean_environment(directory),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=end_with_parent)
    service.log_path.touch()
    eventually(service.is_ready)
    for number in range(3):
        assert os.readlink(f"/proc/{service.process.pid}/fd/{number}") == "/dev/null"
    assert service.page().value("heliograph_log_entries_dropped_total") == 0
    service.stop()


def test_what_a_page_holds_does_not_steer_the_terminal(heliograph):
    page = "\u009b2J\u202egpj \x1b[31m 1\n# EOF\n"
    result = heliograph("check", "metrics", input=page)
    assert result.returncode == 65
    assert not set(result.stderr) & set("\u009b\u202e\x1b")


def test_what_a_configuration_holds_does_not_steer_the_terminal(heliograph, directory):
    path = Path(directory) / "bad.yml"
    path.write_text('"k\u202ey": 1\n"\u009b2J": "x"\nweb: {"telemetry-path": "\\e[2J"}\n')
    result = heliograph("check", "config", path)
    assert result.returncode == 78
    assert not set(result.stderr) & set("\u009b\u202e\x1b")
