"""The expressions under dashboards/, with variables substituted as Grafana does."""

import json
import re
from pathlib import Path

import yaml

DASHBOARDS = Path(__file__).resolve().parents[2] / "dashboards"

_SELECTOR = re.compile(r"\b([a-z_:][a-z0-9_:]*)\s*\{([^}]*)\}")
_METRIC = re.compile(r"\b(?:heliograph|process)_[a-z0-9_]+\b")


def dashboard():
    """The dashboard as Grafana imports it."""
    return json.loads((DASHBOARDS / "heliograph.json").read_text())


def panels():
    """The dashboard's panels without its row headers."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def panel_expressions():
    """(panel id and title, expression) of every query."""
    return [
        (f"{panel['id']} {panel['title']}", target["expr"])
        for panel in panels() for target in panel["targets"]
    ]


def alert_rules():
    """Every rule of the alert file."""
    groups = yaml.safe_load((DASHBOARDS / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def substituted(expression, job, instance):
    """The expression as sent for one chosen job and instance over the last minute."""
    values = {
        "__rate_interval": "15s", "__range": "60s", "__interval": "1s",
        "job": _escaped(job), "instance": _escaped(instance),
    }
    result = re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda match: values[match[1] or match[2]], expression)
    assert "$" not in result
    return result


def _escaped(value):
    """A value for a regular expression inside a quoted string."""
    return re.sub(r"([\\^$*+?.()|\[\]{}])", r"\\\\\1", value)


def selectors(expression):
    """(metric, matchers) of every selector that has braces."""
    return _SELECTOR.findall(expression)


def own_metrics(expression):
    """The names in an expression that the service itself must expose."""
    return set(_METRIC.findall(expression))
