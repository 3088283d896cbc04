import PrometheusFormat
import Synchronization
import Telemetry
public import TelemetryMetrics

/// Metrics that a test looks at: they count what `withMetrics` runs, and nothing else of the process.
///
/// Thread-safe.
public struct MeasuredMetrics: Sendable {
    private let store: MetricStore

    fileprivate init(_ store: MetricStore) { self.store = store }

    /// The value of a sample by its name on a page and the values of its labels, in the order of the page; nil where there is none.
    ///
    /// A counter may be named without its `_total`.
    ///
    /// A histogram's samples are `NAME_bucket`, whose last label is `le`, `NAME_sum` and `NAME_count`:
    /// `metrics.value("latency_seconds_bucket", "card", "0.5")`.
    public func value(_ name: String, _ labels: String...) -> Double? {
        samples.first { ($0.name == name || $0.name == "\(name)_total") && $0.labels.map(\.value) == labels }?
            .value
    }

    /// The page in the text format, of these metrics alone.
    public var page: String { String(decoding: bytes, as: UTF8.self) }

    /// Compares the whole page with `expected`, and looks for names and labels that `promtool check metrics` finds fault with.
    ///
    /// - Throws: `PageMismatch` with the first line that differs, or with what was found.
    public func expectPage(_ expected: String) throws(PageMismatch) {
        let shown = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let lines = expected.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for index in 0..<max(shown.count, lines.count) {
            let line = index < shown.count ? shown[index] : nil
            let wanted = index < lines.count ? lines[index] : nil
            guard line == wanted else { throw .line(number: index + 1, shown: line, expected: wanted) }
        }
        let check = ExpositionCheck(bytes, format: .text)
        let findings = check.report(source: "page")
        guard findings.isEmpty else { throw .findings(findings) }
    }

    private var bytes: [UInt8] { PageRenderer(store, format: .text).bytes() }

    private var samples: [ExpositionSample] {
        // A page of ours can be read.
        let page = try? TextParser.parse(bytes)
        return page?.families.flatMap(\.samples) ?? []
    }
}

/// How a page differs from what a test expects.
public enum PageMismatch: Error, Equatable, CustomStringConvertible {
    /// A line, counted from 1, is another one; nil where there is none.
    case line(number: Int, shown: String?, expected: String?)
    /// The page is as expected, but `promtool check metrics` would find fault with it.
    case findings([String])

    /// A sentence, or a line for each finding.
    public var description: String {
        switch self {
        case .line(let number, let shown, let expected):
            "Line \(number) of the page is \(Self.quoted(shown)), not \(Self.quoted(expected))."
        case .findings(let findings): findings.joined(separator: "\n")
        }
    }

    private static func quoted(_ line: String?) -> String { line.map { "\"\($0)\"" } ?? "missing" }
}

/// Counts what `body` and its child tasks emit with metrics of their own, and nothing that anybody else emits.
///
/// ```swift
/// try await withMetrics(Shop.metrics) { metrics in
///     await shop.sell(3)
///     #expect(metrics.value("shop_items_total") == 3)
/// }
/// ```
///
/// Any number of tests may count the same events at the same time, as with `withCapture(of:_:)`.
/// - Throws: what `body` throws; `DefinitionErrors` with everything that is wrong with the metrics.
public func withMetrics<Result>(
    _ metrics: MetricSet, clock: ManualClock? = nil, _ body: (MeasuredMetrics) throws -> Result
) throws -> Result {
    let scope = CaptureScope()
    let measured = try Measurement(metrics, in: scope, clock)
    defer { measured.stop() }
    return try CaptureScope.$current.withValue(scope) { try body(MeasuredMetrics(measured.store)) }
}

/// Counts what an asynchronous `body` and its child tasks emit with metrics of their own, and nothing that anybody else emits.
///
/// - Throws: what `body` throws; `DefinitionErrors` with everything that is wrong with the metrics.
public nonisolated(nonsending) func withMetrics<Result>(
    _ metrics: MetricSet, clock: ManualClock? = nil,
    _ body: nonisolated(nonsending) (MeasuredMetrics) async throws -> Result
) async throws -> Result {
    let scope = CaptureScope()
    let measured = try Measurement(metrics, in: scope, clock)
    defer { measured.stop() }
    return try await CaptureScope.$current.withValue(scope) {
        try await body(MeasuredMetrics(measured.store))
    }
}

/// Metrics that are attached.
private struct Measurement {
    let store: MetricStore
    private let handlers: [String]

    init(_ metrics: MetricSet, in scope: CaptureScope, _ clock: ManualClock?) throws {
        store = try MetricStore(clock: clock?.coarse ?? .system)
        let number = lastMeasurement.wrappingAdd(1, ordering: .relaxed).newValue
        handlers = try metrics.register(
            in: store, id: "telemetry.testing.metrics.\(number)", where: { scope.isCurrent })
    }

    func stop() {
        // Not found only where somebody detached them by their ids, and then there is nothing to do.
        for handler in handlers { try? HandlerRegistry.shared.detach(handler) }
    }
}

private let lastMeasurement = Atomic<Int>(0)
