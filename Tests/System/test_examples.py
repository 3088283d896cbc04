"""The example of the README is a snippet, which every build compiles, and the others run."""

import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_readme_shows_the_snippet_that_is_compiled():
    example = re.search(r"```swift\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)
    assert example == (ROOT / "Snippets" / "Readme.swift").read_text()


def test_swift_metrics_snippet_prints_what_libraries_record():
    ran = subprocess.run(
        [ROOT / ".build" / "debug" / "SwiftMetrics"], capture_output=True, text=True, timeout=20, check=True)
    assert 'http_requests_total{method="GET"} 1\n' in ran.stdout
    assert "http_duration_seconds_count 1\n" in ran.stdout


def test_checkout_snippet_prints_its_metrics():
    ran = subprocess.run(
        [ROOT / ".build" / "debug" / "Checkout"], capture_output=True, text=True, timeout=20, check=True)
    assert 'checkout_orders_total{payment="card"} 1\n' in ran.stdout
    assert 'checkout_items_total{payment="card"} 3\n' in ran.stdout
    assert 'checkout_duration_seconds_bucket{le="0.025"} 1\n' in ran.stdout
    assert 'checkout_latency_seconds{quantile="0.5"} 0.01' in ran.stdout


@pytest.mark.parametrize(
    "name",
    sorted(path.stem for path in (ROOT / "Snippets").glob("*.swift") if path.stem != "Readme"))
def test_snippets_run_to_their_end(name):
    subprocess.run([ROOT / ".build" / "debug" / name], capture_output=True, timeout=30, check=True)
