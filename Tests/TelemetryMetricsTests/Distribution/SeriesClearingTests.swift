import Arena
import Telemetry
import Testing

@testable import TelemetryMetrics

/// What becomes of a series whose row stays while its metric leaves it.
@Suite(.timeLimit(.minutes(5)))
struct SeriesClearingTests {
    private let clock = CoarseClock(fixedAt: 1_700_000_000_000)

    private struct State {
        var histogram: HistogramReading?
        var native: NativeReading?
        var summary: SummaryReading?
        var spans: [[UInt64?]] = []
    }

    /// A histogram, a native one and a summary in one row, which a counter keeps.
    private func families() throws -> [Family] {
        let kinds: [(MetricKind, Buckets)] = [
            (.histogram, [1, 10]), (.histogram, .native(NativeBuckets(growthFactor: 1.1, limit: 4))),
            (.summary, []), (.counter, []),
        ]
        let definitions = kinds.enumerated().map { number, kind in
            var definition = MetricDefinition(kind.0, name: "m\(number)", help: "M.", labels: ["a"])
            definition.buckets = kind.1
            return definition
        }
        return try MetricStore(clock: clock).register(group: definitions)
    }

    private func record(_ values: [Double], in span: UInt64, _ families: [Family]) {
        TraceContext.withCurrent(trace(span)) {
            for value in values {
                for family in families { family.record(value, at: ["x"]) }
            }
        }
    }

    private func state(_ families: [Family]) throws -> State {
        let row = try #require(families[0].row(at: ["x"]))
        return State(
            histogram: families[0].histogram(row), native: families[1].native(row),
            summary: families[2].summary(row),
            spans: families[0...1].map { $0.exemplars(row).map { $0?.spanID } })
    }

    @Test func beginsAnewInARowThatOthersKeep() throws {
        let used = try families()
        record([0, 1, -3, 5, 50, 500, 5000, 50_000], in: 7, used)
        clock.advance(by: .seconds(1))
        for family in used.prefix(3) { #expect(family.remove(labels: ["x"])) }
        #expect(used.prefix(3).allSatisfy { $0.all { _ in true }.isEmpty })
        let fresh = try families()
        for families in [used, fresh] { record([2, 0, 20], in: 9, families) }
        let (left, right) = (try state(used), try state(fresh))
        #expect(left.histogram == right.histogram)
        #expect(left.native == right.native)
        #expect(left.summary == right.summary)
        #expect(left.spans == right.spans)
        #expect(try state(used).native?.schema == 3)
        #expect(used[3].all { used[3].total($0).value } == [#"a="x""#: 55_553 + 22])
    }

    private static let held: [(MetricKind, Buckets)] = [
        (.summary, []), (.histogram, [1, 10]), (.histogram, .native()),
    ]

    /// A row that its last holder leaves, and another one takes, keeps its memory and no more than that.
    @Test(arguments: held)
    func takesNoMoreMemoryFromHolderToHolder(_ kind: MetricKind, _ buckets: Buckets) throws {
        let family = try metric(kind, clock: clock) {
            $0.labels = ["a"]
            $0.buckets = buckets
        }
        var used = [family.arena.used]
        var counts: Set<UInt64> = []
        for _ in 0..<20 {
            let handle = try #require(family.hold(at: #"a="x""#))
            for value in [0.5, 5, 50] { handle.record(value, in: 3) }
            counts.insert(count(handle))
            handle.end()
            handle.release(wasEnded: true)
            drainRetired()
            used.append(family.arena.used)
        }
        #expect(isBounded(used))
        #expect(counts == [3])
    }

    private func count(_ handle: SeriesHandle) -> UInt64 {
        let (family, row) = (handle.family, handle.row)
        if family.definition.kind == .summary { return family.summary(row).count }
        return family.isNative ? family.native(row).count : family.histogram(row).counts.reduce(0, +)
    }
}
