"""A library that only emits events: it gets the event core, and no other package with it."""

import json
import shutil
import subprocess
from pathlib import Path

from processes import end_with_parent

ROOT = Path(__file__).resolve().parents[2]
CONSUMER = ROOT / "Tests" / "Consumer"


def swift(*arguments, directory):
    """Runs one `swift` command in `directory` and returns what it printed."""
    result = subprocess.run(
        ["swift", *arguments], cwd=directory, capture_output=True, text=True, timeout=900,
        preexec_fn=end_with_parent,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def copied_consumer(directory):
    """A copy of the consumer that depends on this checkout by its absolute path."""
    consumer = directory / "consumer"
    shutil.copytree(CONSUMER, consumer, ignore=shutil.ignore_patterns(".build*", "Package.resolved"))
    manifest = consumer / "Package.swift"
    text = manifest.read_text()
    assert text.count('"../.."') == 1
    manifest.write_text(text.replace('"../.."', json.dumps(str(ROOT))))
    return consumer


def test_consumer_of_telemetry_alone_gets_no_other_package(directory):
    consumer = copied_consumer(directory)

    output = swift("run", "--quiet", "Consumer", directory=consumer)

    assert output.splitlines() == ["unobserved", "observed 3 card"]
    checkouts = consumer / ".build" / "checkouts"
    assert not checkouts.exists() or not any(checkouts.iterdir())
    state = json.loads((consumer / ".build" / "workspace-state.json").read_text())
    packages = [entry["packageRef"] for entry in state["object"]["dependencies"]]
    assert [(package["kind"], Path(package["location"])) for package in packages] == [("fileSystem", ROOT)]
    built = {path.stem for path in (consumer / ".build" / "debug" / "Modules").glob("*.swiftmodule")}
    assert built == {"Consumer", "Telemetry", "Threads"}
