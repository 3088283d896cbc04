"""The dashboard and the alert rules against a live service and a real Prometheus."""

import re
import subprocess
from itertools import combinations

import pytest

from certificates import Authority
from dashboard_queries import (
    DASHBOARDS, alert_rules, dashboard, own_metrics, panel_expressions, panels, selectors, substituted)
from polling import eventually
from prometheus_server import JOB
from senders import Datagrams, Events

OPERATIONS = DASHBOARDS.parent / "docs/operations.md"
OF_ONE = re.compile(r"\{(metric|poll),cause\}|\{metric\}|_last_failure_|_stuck_total")


@pytest.fixture
def authority(directory):
    """The panels of the web configuration have data where there is such a file."""
    return Authority(directory)


@pytest.fixture
def used_service(service):
    """A service that has counted and rejected events of every source."""
    with Datagrams(service, "udp") as udp, Datagrams(service, "unix") as unix, Events(service) as events:
        udp.send("orders.placed:1|c")
        unix.send("orders.time:320|ms")
        unix.send("this is no event")
        events.send("http.request", {"duration": 0.012}, {"route": "/users"})
        events.send_line(b"this is no event")
        service.await_datagrams(2, "unix")
        service.await_events(2)
    return service


def test_every_panel_has_data(used_service, prometheus):
    missing = {
        (title, substituted(expression, JOB, prometheus.target)) for title, expression in panel_expressions()}

    def all_answered():
        missing.difference_update([entry for entry in missing if prometheus.query(entry[1])])
        return not missing

    try:
        eventually(all_answered, within=20, every=0.5)
    except AssertionError:
        pytest.fail("no data for\n" + "\n".join(f"{title}: {query}" for title, query in sorted(missing)))


def test_panels_show_only_the_chosen_instance(used_service, prometheus):
    for title, expression in panel_expressions():
        assert prometheus.query(substituted(expression, JOB, "127.0.0.1:1")) == [], title


def test_every_alert_evaluates_and_none_fires_on_a_healthy_service(service, prometheus):
    prometheus.catch_up()
    for rule in alert_rules():
        assert prometheus.query(rule["expr"]) == [], rule["alert"]


def test_every_metric_is_exposed(used_service):
    exposed = used_service.page().names
    expressions = [expression for _, expression in panel_expressions()]
    expressions += [rule["expr"] for rule in alert_rules()]
    expressions += [variable["definition"] for variable in queried_variables()]
    assert set().union(*map(own_metrics, expressions)) - exposed == set()


def test_every_metric_to_watch_is_shown():
    """But for those of single metrics, polls and failed parts, which are there only once something went wrong."""
    table = [line for line in OPERATIONS.read_text().splitlines() if line.startswith("| `heliograph_")]
    assert len(table) > 20
    watched = set().union(*(own_metrics(line.split(" | ")[0]) for line in table if not OF_ONE.search(line)))
    shown = set().union(*(own_metrics(expression) for _, expression in panel_expressions()))
    assert watched - shown == set()


def test_the_scrape_alert_can_fire(used_service):
    rule = next(rule for rule in alert_rules() if rule["alert"] == "HeliographScrapeSlow")
    threshold = float(rule["expr"].split(">")[-1])
    bounds = [float(labels["le"]) for labels in
              used_service.page().labels("heliograph_scrape_duration_seconds_bucket")]
    assert sorted(bounds)[-2] > threshold


def queried_variables():
    """The dashboard's variables that Prometheus answers."""
    return [variable for variable in dashboard()["templating"]["list"] if variable["type"] == "query"]


def test_dashboard_is_stable_and_current():
    document = dashboard()
    assert document["uid"] == "heliograph"
    assert document["schemaVersion"] >= 39
    variables = {variable["name"]: variable for variable in document["templating"]["list"]}
    assert list(variables) == ["datasource", "job", "instance"]
    assert all(variable["multi"] and variable["includeAll"] for variable in queried_variables())
    rows = [panel["title"] for panel in document["panels"] if panel["type"] == "row"]
    assert rows == ["Overview", "Ingest", "Scrapes", "Store", "Process", "Service"]


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_panel_is_complete(panel):
    assert panel["type"] in ("timeseries", "stat")
    assert panel["description"]
    assert panel["fieldConfig"]["defaults"]["unit"]
    for part in [panel, *panel["targets"]]:
        assert part["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    for target in panel["targets"]:
        found = selectors(target["expr"])
        assert found
        assert {matchers for _, matchers in found} == {'job=~"$job", instance=~"$instance"'}
        assert own_metrics(target["expr"]) <= {metric for metric, _ in found}, "a metric without selector"


def test_panels_do_not_overlap():
    everything = dashboard()["panels"]
    assert len({panel["id"] for panel in everything}) == len(everything)
    for one, other in combinations([panel["gridPos"] for panel in everything], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or above, (one, other)


@pytest.mark.parametrize("arguments", [
    ("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")], ids=" ".join)
def test_promtool_accepts_the_rules(arguments):
    check = subprocess.run(
        ["promtool", *arguments], cwd=DASHBOARDS, capture_output=True, text=True, timeout=60)
    assert check.returncode == 0, check.stdout + check.stderr


@pytest.mark.parametrize("rule", alert_rules(), ids=lambda rule: rule["alert"])
def test_alert_is_complete_and_tested(rule):
    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    assert rule["annotations"].keys() == {"summary", "description"}
    assert f"alertname: {rule['alert']}\n" in (DASHBOARDS / "alerts_test.yml").read_text()
