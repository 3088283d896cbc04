"""What a configuration file says of metrics beyond their names: seeds, relative errors, exemplars, quantiles."""

import pytest

from polling import eventually
from senders import Datagrams, Events

CONFIG = """\
statsd:
  rules:
    - match: job.*
      type: summary
      quantiles: [0.25, 1]
      relative-error: 0.002
metrics:
  - name: http.request.count
    type: counter
    labels: [route, method]
    seeds: [{route: /, method: GET}, {method: PUT, route: ""}]
  - name: http.request.duration
    type: histogram
    buckets: [1]
    exemplars: false
  - name: http.request.time
    measurement: duration
    type: histogram
    buckets: [1]
  - name: http.request.size
    type: summary
    labels: [route]
    quantiles: [0.5]
    relative-error: 0.002
"""
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def service(start):
    """A service with the metrics above."""
    return start(config=CONFIG)


def test_seeds_are_there_before_their_events(service):
    page = service.page()
    assert page.value("http_request_count_total", route="/", method="GET") == 0
    assert page.value("http_request_count_total", route="", method="PUT") == 0
    assert len(page.labels("http_request_count_total")) == 2


def test_a_reload_brings_seeds(service):
    service.config_path.write_text(CONFIG.replace("{route: /, method: GET}", "{route: /new, method: GET}"))
    service.reload()
    eventually(lambda: service.page().value("http_request_count_total", route="/new", method="GET") == 0)


def test_exemplars_can_be_left_out(service):
    with Events(service) as events:
        events.send("http.request", {"duration": 0.5}, {"traceparent": TRACEPARENT})
        service.await_events(1)
    families = {family.name: family for family in service.openmetrics().families}
    assert [sample.exemplar for sample in families["http_request_duration"].samples if sample.exemplar] == []
    assert len([sample.exemplar for sample in families["http_request_time"].samples if sample.exemplar]) == 1


def test_quantiles_are_as_close_as_the_file_says(service):
    sizes = {f"/{number}": 1.37 ** number for number in range(40)}
    with Events(service) as events:
        for route, size in sizes.items():
            events.send("http.request", {"size": size}, {"route": route})
        page = service.await_events(len(sizes))
    for route, size in sizes.items():
        assert page.value("http_request_size", route=route, quantile="0.5") == pytest.approx(size, rel=0.002)


def test_rules_choose_quantiles(service):
    with Datagrams(service, "unix") as datagrams:
        datagrams.send("job.rows:3|h")
        page = service.await_datagrams(1, "unix")
    assert [float(labels["quantile"]) for labels in page.labels("job_rows")] == [0.25, 1]
    assert page.value("job_rows", quantile="0.25") == pytest.approx(3, rel=0.002)


def test_a_reload_leaves_what_needs_a_restart(service):
    service.config_path.write_text(f"{CONFIG}web:\n  max-requests: 3\n")
    service.reload()
    eventually(lambda: service.page().value("heliograph_config_last_reload_successful") == 0)
    eventually(lambda: "web.max-requests: a reload can't change this" in service.log())
