"""The example of the README compiles, as a program of its own, and the snippets run."""

import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_readme_example_compiles(tmp_path):
    example = re.search(r"```swift\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)
    source = tmp_path / "main.swift"
    source.write_text(example)
    build = ROOT / ".build" / "debug"
    flags = ["-I", build / "Modules"]
    for folder in ("CLinux", "CMicrohttpd", "CSystemd", "CZlib"):
        flags += ["-Xcc", f"-fmodule-map-file={ROOT}/Sources/{folder}/module.modulemap"]
    for shims in build.glob("*.build/module.modulemap"):
        flags += ["-Xcc", f"-fmodule-map-file={shims}"]
    checked = subprocess.run(
        [shutil.which("swiftc"), "-typecheck", "-swift-version", "6", "-package-name", "example",
         *map(str, flags), str(source)],
        capture_output=True, text=True, timeout=120)
    assert checked.returncode == 0, checked.stderr


def test_checkout_snippet_prints_its_metrics():
    ran = subprocess.run(
        [ROOT / ".build" / "debug" / "Checkout"], capture_output=True, text=True, timeout=20, check=True)
    assert 'checkout_orders_total{payment="card"} 1\n' in ran.stdout
    assert 'checkout_items_total{payment="card"} 3\n' in ran.stdout
    assert 'checkout_duration_seconds_bucket{le="0.025"} 1\n' in ran.stdout
    assert 'checkout_latency_seconds{quantile="0.5"} 0.01' in ran.stdout
