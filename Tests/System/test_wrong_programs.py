"""What people write first and wrongly: each is an error of the compiler that says what is wrong, where it is."""

import re
import shutil
import subprocess

import pytest

from conftest import ROOT

MODULES = ROOT / ".build" / "debug" / "Modules"

START = """
import Heliograph
enum Payment: String, CaseIterable, LabelValue { case card, cash }
enum Plain: CaseIterable { case one }
struct Order: Sendable { var elapsed: Duration; var items: Int; var payment: Payment; var note: String }
let ordered = Event<Order>("shop.ordered")
let payment = Label("payment", \\Order.payment)
let exporter = try Exporter {}
"""

# The wrong line, and what the compiler has to say of it.
MISTAKES = {
    "unit of a duration": (
        'let a = Histogram("a", "A.", of: ordered, observing: \\.elapsed, in: .milliseconds)',
        "requires that 'Duration' conform to 'NumberValue'"),
    "event instead of a metric": ("let a = MetricSet { ordered }", "This is no metric: a set takes Counter"),
    "text instead of a metric": ('let a = try Exporter { "orders_total" }', "This is no metric: a set takes Counter"),
    "counter that is set": ('try exporter.counter("a", "A.").set(1)', "'CounterFamily' has no member 'set'"),
    "gauge that is incremented": ('try exporter.gauge("a", "A.").increment()', "'GaugeFamily' has no member 'increment'"),
    "histogram that is set": (
        'try exporter.histogram("a", "A.").set(1)', "'DistributionFamily' has no member 'set'"),
    "text as an amount": (
        'try exporter.counter("a", "A.").increment(by: "1")', "cannot convert value of type 'String'"),
    "label that the payload has not": (
        'let a = Counter("a", "A.", of: ordered, labels: Label("p", \\.paid))', "has no member 'paid'"),
    "text instead of a label": (
        'let a = Counter("a", "A.", of: ordered, labels: "payment")',
        "cannot convert value of type 'String' to expected argument type 'Label<Order>'"),
    "label of another type": (
        'let a = Label("e", \\Order.elapsed)', "requires that 'Duration' conform to 'LabelValue'"),
    "label of another event": (
        'let a = Counter("a", "A.", of: Event<Int>("b"), labels: payment)',
        "cannot convert value of type 'Label<Order>' to expected argument type 'Label<Int>'"),
    "sum of nothing": ('let a = Sum("a", "A.", of: ordered)', "missing argument for parameter 'adding'"),
    "text that is measured": (
        'let a = Gauge("a", "A.", of: ordered, observing: \\.note)', "requires that 'String' conform to 'MeasurementValue'"),
    "seeds that are no labels": (
        'let a = Counter("a", "A.", of: ordered, labels: payment).seeded(Plain.allCases)', "'Plain' conform to 'LabelValue'"),
    "payload of another event": ("ordered.emit(3)", "cannot convert value of type 'Int'"),
    "awaited payload": (
        "func next() async -> Int { 1 }; Event<Int>(\"c\").emit(await next())", "'async' call in an autoclosure that does not support concurrency"),
    "unit of a count": (
        'let a = Counter("a", "A.", of: ordered, unit: .seconds)', "extra argument 'unit' in call"),
    "labels of a span that ends with something else": (
        'let a = SpanMetrics("a", "A.", of: SpanEvents<Order, Int>("d"), labels: payment)',
        "cannot convert value of type 'SpanEvents<Order, Int>'"),
    "metrics of a test that are no set": (
        'import TelemetryTesting; try withMetrics(Counter("a", "A.", of: ordered)) { _ in }',
        "cannot convert value of type 'Counter' to expected argument type 'MetricSet'"),
    "push to a port": (
        'try await exporter.push(to: 9091, job: "a")', "cannot convert value of type 'Int' to expected argument type 'String'"),
    "page for a server's request": (
        "let a = exporter.render(accept: 5)", "cannot convert value of type 'Int' to expected argument type"),
    "swift-metrics with the exporter": (
        "import CoreMetrics; MetricsSystem.bootstrap(exporter)", "'Exporter' does not conform to expected type 'MetricsFactory'"),
    "logs to a handler rather than a factory": (
        'import JournalLogging; import Logging; LoggingSystem.bootstrap(JournalLogHandler(label: "a"))',
        "cannot convert value of type 'JournalLogHandler'"),
    "errors that nobody sees": ("let a = Exporter { }", "call can throw"),
    "run that nobody awaits": (
        "func start() throws { try exporter.run() }", "'async' call in a function that does not support concurrency"),
}


@pytest.fixture(name="flags", scope="module")
def compiler_flags(tmp_path_factory):
    """What the compiler needs to find the modules of the debug build."""
    if not (MODULES / "Heliograph.swiftmodule").exists() or not shutil.which("swiftc"):
        pytest.skip("no debug build of the libraries: run swift build")
    return ["-swift-version", "6", *module_flags(tmp_path_factory.mktemp("modules"))]


def module_flags(directory):
    """Where the modules of the debug build are, with the C modules that they import."""
    maps = sorted(ROOT.glob("Sources/*/module.modulemap")) + sorted(ROOT.glob("Sources/*/include/module.modulemap"))
    header = ROOT / "Sources" / "CThread" / "include" / "cthread.h"
    own = directory / "module.modulemap"
    own.write_text(f'module CThread {{ header "{header}" export * }}\n')
    flags = ["-I", str(MODULES)]
    for path in [*maps, own]:
        flags += ["-Xcc", f"-fmodule-map-file={path}"]
    return flags


def compile_program(flags, directory, lines):
    """What the compiler says of a program with these lines at its end."""
    program = directory / "main.swift"
    program.write_text(START + lines + "\n")
    ran = subprocess.run(
        ["swiftc", "-typecheck", *flags, program], capture_output=True, text=True, timeout=120, check=False)
    return ran.returncode, ran.stderr


def test_the_right_program_compiles(flags, directory):
    status, said = compile_program(flags, directory, """
let right = MetricSet {
    Histogram("a", "A.", of: ordered, observing: \\.elapsed, labels: payment)
    Sum("b", "B.", of: ordered, adding: \\.items, in: .kilobytes)
    Counter("c", "C.", of: ordered, labels: payment).seeded(Payment.allCases)
}
try exporter.counter("d", "D.", labels: "x").increment("y", by: 2)
""")
    assert (status, said) == (0, "")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_one_is_said(flags, directory, name):
    line, words = MISTAKES[name]
    status, said = compile_program(flags, directory, line)
    errors = re.findall(r"main\.swift:\d+:\d+: error: (.*)", said)
    assert status != 0
    assert any(words in error for error in errors), said
    assert len(errors) <= 2, said
