"""Levels and forms of the log by logger, changed while the service runs."""

import json

import pytest

from polling import eventually
from senders import Datagrams
from test_endpoint import post

LOGGER = "heliograph.ingest"
DEBUG = f"log: {{levels: {{{LOGGER}: debug}}}}\n"


class Log:
    """What a service logs of lines that it refuses, which are of the level debug."""

    def __init__(self, service):
        self.service = service
        self.reloads = 0

    def count(self, text):
        return self.service.log_path.read_text().count(text)

    def reload(self, text):
        self.service.config_path.write_text(text)
        self.reloads += 1
        assert post(self.service, "/-/reload") == (200, "Reloaded.")
        eventually(lambda: self.count("Configuration reloaded") == self.reloads)

    def refuse(self):
        with Datagrams(self.service, "udp") as datagrams:
            datagrams.send("no colon")

    def await_refusals(self):
        before = self.count("Rejected a line")

        def is_logged():
            self.refuse()
            return self.count("Rejected a line") > before

        # Of one cause, one each tenth of a second is logged.
        eventually(is_logged, every=0.1)

    def has_no_refusals(self, again):
        """Whether none is logged that is refused before `again` reloads."""
        before = self.count("Rejected a line")
        rejected = self.service.page().total("heliograph_events_rejected_total", source="statsd")
        self.refuse()
        eventually(lambda: self.service.page().total("heliograph_events_rejected_total", source="statsd") > rejected)
        # What is logged later is written later.
        self.reload(again)
        return self.count("Rejected a line") == before


@pytest.fixture
def log(start):
    return Log(start(config="{}", arguments=["--web.enable-lifecycle"]))


def test_a_reload_changes_levels(log):
    assert log.has_no_refusals(again=DEBUG)
    log.await_refusals()
    log.reload("log: {level: error, levels: {heliograph: info}}\n")
    assert log.has_no_refusals(again="{}")
    # The flag stands over the file.
    log.reload("log: {level: critical}\n")


def test_the_api_changes_levels_until_the_next_reload(log):
    path = f"/-/log-level?logger={LOGGER}&level=debug"
    assert log.has_no_refusals(again="{}")
    assert post(log.service, path, "PUT") == (200, f'level: info\nlevels:\n  "{LOGGER}": debug')
    log.await_refusals()
    log.reload("{}")
    assert log.has_no_refusals(again="{}")


def test_a_change_hides_no_change(log):
    said = []
    for level in ["critical", "info", "off", "critical"]:
        is_level = level != "off"
        answer = post(log.service, f"/-/log-level?level={level}", "PUT")
        assert answer[0] == (200 if is_level else 400)
        said += [level] if is_level else []
        eventually(lambda: log.count("Log level changed") == len(said))
    lines = [json.loads(line) for line in log.service.log_path.read_text().splitlines() if "Log level changed" in line]
    assert [line["metadata"]["level"] for line in lines] == said


def test_a_name_that_no_logger_has_is_told(log):
    levels = 'level: info\nlevels:\n  "heliograph.ingets": debug'
    assert post(log.service, "/-/log-level?logger=heliograph.ingets&level=debug", "PUT") == (
        200, f'{levels}\n# No logger has this name yet: "heliograph.ingets"')
    # The beginning of a name is one.
    assert post(log.service, "/-/log-level?logger=heliograph&level=info", "PUT") == (
        200, 'level: info\nlevels:\n  "heliograph": info\n  "heliograph.ingets": debug')


def test_a_wrong_level_changes_nothing(log):
    log.reload(DEBUG)
    log.service.config_path.write_text("log: {level: loud}\n")
    assert post(log.service, "/-/reload")[0] == 500
    assert log.service.get("/-/log-level").body.decode() == f'level: info\nlevels:\n  "{LOGGER}": debug\n'
    log.await_refusals()


def test_a_form_is_that_of_the_logger(log):
    log.reload(f"log: {{levels: {{{LOGGER}: debug}}, formats: {{{LOGGER}: logfmt}}}}\n")
    log.await_refusals()
    lines = log.service.log_path.read_text().splitlines()
    assert any(f'level=debug logger={LOGGER} msg="Rejected a line" ' in line for line in lines)
    assert json.loads(next(line for line in lines if "Configuration reloaded" in line))["logger"] == "heliograph.configuration"
