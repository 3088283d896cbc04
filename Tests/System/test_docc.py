"""The DocC catalogues: every symbol that they link to is there."""

import shutil
import subprocess

import pytest

from conftest import ROOT
from test_wrong_programs import MODULES, module_flags

CATALOGUES = sorted(path.stem for path in ROOT.glob("Sources/*/*.docc"))


@pytest.fixture(name="convert", scope="module")
def converting(tmp_path_factory):
    """Converts a catalogue beside the symbols of its module; gives what docc complains of."""
    if not shutil.which("docc") or not shutil.which("swift-symbolgraph-extract"):
        pytest.skip("the toolchain has no docc")
    if not (MODULES / "Exporting.swiftmodule").exists():
        pytest.skip("no debug build of the libraries: run swift build")
    flags = module_flags(tmp_path_factory.mktemp("modules"))
    target = subprocess.run(
        ["swiftc", "-print-target-info"], capture_output=True, text=True, timeout=60, check=True).stdout
    triple = target.split('"triple": "')[1].split('"')[0]

    def convert(module, catalogue, directory):
        symbols = directory / "symbols"
        symbols.mkdir()
        subprocess.run(
            ["swift-symbolgraph-extract", "-module-name", module, "-target", triple, "-output-dir", symbols,
             "-minimum-access-level", "public", *flags],
            capture_output=True, timeout=300, check=True)
        converted = subprocess.run(
            ["docc", "convert", catalogue, "--additional-symbol-graph-dir", symbols, "--output-dir",
             directory / "out", "--fallback-display-name", module, "--fallback-bundle-identifier", module],
            capture_output=True, text=True, timeout=300, check=False)
        said = (converted.stdout + converted.stderr).splitlines()
        # A parameter whose name says all has no line of its own.
        return [
            line for line in said
            if ("warning:" in line or "error:" in line) and "is missing documentation" not in line]
    return convert


@pytest.mark.parametrize("module", CATALOGUES)
def test_every_link_leads_to_a_symbol(convert, module, directory):
    assert convert(module, ROOT / "Sources" / module / f"{module}.docc", directory) == []


def test_a_link_that_leads_nowhere_is_seen(convert, directory):
    copy = directory / "Telemetry.docc"
    shutil.copytree(ROOT / "Sources" / "Telemetry" / "Telemetry.docc", copy)
    page = copy / "Telemetry.md"
    page.write_text(page.read_text().replace("## Topics", "See ``Event/emitted(_:)``.\n\n## Topics", 1))
    assert any("emitted" in line for line in convert("Telemetry", copy, directory))
