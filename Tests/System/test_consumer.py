"""What those get who depend on one product: the event core alone, the exporter without the service, or one hook."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from processes import end_with_parent

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "Tests"


def swift(*arguments, directory):
    """Runs one `swift` command in `directory` and returns what it printed."""
    result = subprocess.run(
        ["swift", *arguments], cwd=directory, capture_output=True, text=True, timeout=900,
        preexec_fn=end_with_parent,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def copied(name, directory):
    """A copy of a consumer that depends on this checkout by its absolute path."""
    consumer = directory / "consumer"
    shutil.copytree(TESTS / name, consumer, ignore=shutil.ignore_patterns(".build*", "Package.resolved"))
    manifest = consumer / "Package.swift"
    text = manifest.read_text()
    assert text.count('"../.."') == 1
    manifest.write_text(text.replace('"../.."', json.dumps(str(ROOT))))
    return consumer


def test_consumer_of_telemetry_alone_gets_no_other_package(directory):
    consumer = copied("Consumer", directory)

    output = swift("run", "--quiet", "Consumer", directory=consumer)

    assert output.splitlines() == ["unobserved", "observed 3 card"]
    checkouts = consumer / ".build" / "checkouts"
    assert not checkouts.exists() or not any(checkouts.iterdir())
    state = json.loads((consumer / ".build" / "workspace-state.json").read_text())
    packages = [entry["packageRef"] for entry in state["object"]["dependencies"]]
    assert [(package["kind"], Path(package["location"])) for package in packages] == [("fileSystem", ROOT)]
    assert modules(consumer) == {"Consumer", "Telemetry", "Threads"}


def modules(consumer):
    """What was compiled."""
    return {path.stem for path in (consumer / ".build" / "debug" / "Modules").glob("*.swiftmodule")}


def test_consumer_of_the_exporter_gets_nothing_of_the_service(directory):
    consumer = copied("ExporterConsumer", directory)

    output = swift("run", "--quiet", "ExporterConsumer", directory=consumer)

    assert output == "true\n"
    checkouts = {path.name for path in (consumer / ".build" / "checkouts").iterdir()}
    assert {"swift-log", "swift-metrics", "swift-service-lifecycle"} <= checkouts
    assert checkouts & set().union(*HOOKS.values()) == set()
    service = {
        "Carbon", "ConfigurationFile", "EventSocket", "Ingest", "JournalLogging", "Listeners", "Serving", "StatsD", "Systemd",
    }
    assert modules(consumer) & service == set()
    assert {"Exporting", "TelemetryMetrics", "Microhttpd"} <= modules(consumer)
    linked = subprocess.run(
        ["ldd", consumer / ".build" / "debug" / "ExporterConsumer"], capture_output=True, text=True, check=True).stdout
    assert "libmicrohttpd" in linked
    assert "libsystemd" not in linked


# What the library of each trait needs, of all that a hook could bring; Hummingbird's own tests need a client.
HOOKS = {
    "AsyncHTTPClient": {"async-http-client", "swift-nio"},
    "GRDB": {"GRDB.swift"},
    "GRPC": {"grpc-swift-2"},
    "Hummingbird": {"async-http-client", "hummingbird", "swift-http-types", "swift-nio"},
    "Lifecycle": set(),
    "Logging": set(),
    "NIO": {"swift-nio"},
    "Tracing": set(),
}


@pytest.mark.parametrize("trait", HOOKS)
def test_consumer_of_a_hook_gets_its_library_and_no_other(trait, directory):
    consumer = copied("ExporterConsumer", directory)
    manifest = consumer / "Package.swift"
    text = manifest.read_text()
    path = f"path: {json.dumps(str(ROOT))}"
    assert text.count(path) == 1
    manifest.write_text(text.replace(path, f'{path}, traits: ["{trait}"]'))

    swift("package", "resolve", directory=consumer)

    checkouts = {path.name for path in (consumer / ".build" / "checkouts").iterdir()}
    # What they stand on may be common to several.
    common = {"swift-http-types", "swift-nio"}
    assert HOOKS[trait] <= checkouts
    assert checkouts & set().union(*HOOKS.values()) - common <= HOOKS[trait]
