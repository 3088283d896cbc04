"""The programs that measure: how they are built, and the commands that they all take."""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from driver.failures import BenchFailed
from driver.serving import Servers

TIMEOUT = 600


@dataclass(frozen=True)
class Program:
    """Something that knows `list` and `run IMPLEMENTATION BENCH MILLISECONDS`."""

    path: Path

    def rows(self):
        """The pairs of implementation and bench that it measures, in its order."""
        return [tuple(line.split(" ", 1)) for line in self._output("list").splitlines()]

    def measure(self, implementation, bench, milliseconds):
        """One result: "bench", "impl", a unit, and "preemptions", how often others took the processor per second."""
        before, start = _preemptions(), time.monotonic()
        output = self._output("run", implementation, bench, str(milliseconds))
        rate = (_preemptions() - before) / (time.monotonic() - start)
        try:
            return {**json.loads(output), "preemptions": rate}
        except ValueError as error:
            raise BenchFailed(f"{implementation} {bench}: no JSON object but {output!r}") from error

    def _output(self, *arguments):
        name = " ".join((self.path.name, *arguments))
        try:
            done = subprocess.run([self.path, *arguments], capture_output=True, text=True, timeout=TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise BenchFailed(f"{name}: not done after {TIMEOUT} s") from error
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise BenchFailed(f"{name}: exit status {done.returncode}: {reason}")
        return done.stdout


def _preemptions():
    """How often processes that ended were stopped for others; waiting for a lock does not count."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_nivcsw


@dataclass(frozen=True)
class Peer:
    """A program in another language, which is left out where its library is not installed."""

    name: str
    packages: str
    tool: str
    library: str
    command: tuple
    environment: dict
    directory: str
    output: str


def peers(here):
    """The peers that Debian packages."""
    build = here / ".build"
    return [
        Peer(
            "client_golang", "golang-go golang-github-prometheus-client-golang-dev", "go",
            "/usr/share/gocode/src/github.com/prometheus/client_golang",
            ("go", "build", "-o", str(build / "peers/client_golang"), "."),
            {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(build / "go-cache")},
            "peers/go", "peers/client_golang"),
        Peer(
            "rust_prometheus", "cargo rustc librust-prometheus-dev", "cargo", "/usr/share/cargo/registry",
            ("cargo", "build", "--release", "--offline", "--quiet"), {"CARGO_TARGET_DIR": str(build / "cargo")},
            "peers/rust", "cargo/release/rust_prometheus"),
        Peer(
            "prometheus_cpp", "g++ prometheus-cpp-dev", "g++", "/usr/include/prometheus/registry.h",
            ("g++", "-std=c++20", "-O3", "-o", str(build / "peers/prometheus_cpp"), "main.cpp",
             "-lprometheus-cpp-core", "-lpthread"), {},
            "peers/cpp", "peers/prometheus_cpp"),
    ]


def build_measure(here):
    """Heliograph's own program; ends this one where it does not build."""
    command = ["swift", "build", "-c", "release", "--product", "Measure"]
    built = subprocess.run(command, cwd=here, stdout=sys.stderr)
    if built.returncode != 0:
        sys.exit("Heliograph's benchmarks do not build.")
    return Program(here / ".build/release/Measure")


def build_programs(here):
    """All programs, Heliograph's first, and sentences about those that did not build."""
    programs, failures = [build_measure(here)], []
    (here / ".build/peers").mkdir(exist_ok=True)
    service = here.parent / ".build/release/heliograph"
    if service.exists():
        programs.append(Servers(service, programs[0].path, here / ".build/peers/client_golang"))
    else:
        print("SKIPPED: http and start: make build makes the service", file=sys.stderr)
    for peer in peers(here):
        if not shutil.which(peer.tool) or not Path(peer.library).exists():
            print(f"SKIPPED: {peer.name}: install {peer.packages}", file=sys.stderr)
        elif subprocess.run(
                peer.command, cwd=here / peer.directory, env={**os.environ, **peer.environment},
                stdout=sys.stderr).returncode != 0:
            failures.append(f"{peer.name} does not build")
        else:
            programs.append(Program(here / ".build" / peer.output))
    return programs, failures
