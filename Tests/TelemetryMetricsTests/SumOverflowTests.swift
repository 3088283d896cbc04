import Arena
import Telemetry
import Testing

@testable import TelemetryMetrics

/// Half of the last place of the largest double: it rounds up to infinity, and anything below it down.
private let half = 0x1p970

@Suite(.timeLimit(.minutes(5)))
struct SumOverflowTests {
    enum Kind: CaseIterable {
        case sum, upDown, histogram, native, summary

        func definition(_ labels: [String]) -> MetricDefinition {
            let kind: MetricKind =
                switch self {
                case .sum, .upDown: .sum
                case .histogram, .native: .histogram
                case .summary: .summary
                }
            var definition = MetricDefinition(kind, name: "m", help: "M.", labels: labels)
            definition.isMonotonic = self != .upDown
            definition.buckets = self == .native ? .native() : [1, 10]
            return definition
        }

        /// The sum of the only series, and how many values it counts, which a total does not know.
        func reading(_ store: MetricStore) throws -> (sum: Double, count: UInt64?) {
            let name = self == .sum ? "m_total" : "m"
            let readings = store.series(name) { family, row -> (sum: Double, count: UInt64?) in
                switch self {
                case .sum, .upDown: (family.total(row).value, nil)
                case .histogram:
                    (family.histogram(row).sum, family.histogram(row).counts.reduce(0, +))
                case .native: (family.native(row).sum, family.native(row).count)
                case .summary: (family.summary(row).sum, family.summary(row).count)
                }
            }
            return try #require(readings.values.first)
        }
    }

    /// By a handle, whose cells have copies, and by looking the series up.
    enum Door: CaseIterable {
        case handle, direct, lookedUp

        func record(_ value: Double, into family: Family) throws {
            switch self {
            case .handle: try #require(family.handle(labels: ["x"])).record(value)
            case .direct:
                LabelWriter.withValues({ $0.appendValue("x") }) {
                    DirectRecorder(family).record(value, $0, count: 1)
                }
            case .lookedUp:
                let row = try #require(
                    family.with(["x"]) { values in family.series.pinned { family.series.row(of: values) } })
                row.present.set(family.layout.bit)
                if let rejection = family.record(value, in: row) { family.reject(rejection) }
                row.unpin()
            }
        }
    }

    @Test(arguments: Kind.allCases, Door.allCases)
    func isRefusedExactlyAtTheEdge(_ kind: Kind, _ door: Door) throws {
        let store = try MetricStore(clock: CoarseClock(fixedAt: 1_700_000_000_000))
        let family = try store.register(kind.definition(["a"]))
        let largest = Double.greatestFiniteMagnitude
        for value in [largest, half, half.nextDown, largest] { try door.record(value, into: family) }
        let reading = try kind.reading(store)
        #expect(reading.sum == largest)
        #expect(reading.count ?? 2 == 2)
        #expect(family.rejections.count(of: .overflow) == 2)
    }

    @Test(arguments: Kind.allCases)
    func isRefusedOfEventsToo(_ kind: Kind) throws {
        let event = freshEvent(Order.self)
        let label = Label<Order>("a", \.note)
        let amount: @Sendable (Order) -> Double? = { $0.amount }
        let recording = try Recording {
            switch kind {
            case .sum: Sum("m", "M.", of: event, adding: amount, labels: label)
            case .upDown: Sum("m", "M.", of: event, adding: amount, isMonotonic: false, labels: label)
            case .histogram: Histogram("m", "M.", of: event, observing: amount, labels: label)
            case .native:
                Histogram("m", "M.", of: event, observing: amount, buckets: .native(), labels: label)
            case .summary: Summary("m", "M.", of: event, observing: amount, labels: label)
            }
        }
        for value in [Double.greatestFiniteMagnitude, half, 1] { event.emit(Order(amount: value, note: "x")) }
        let reading = try kind.reading(recording.store)
        #expect(reading.sum == .greatestFiniteMagnitude)
        #expect(reading.count ?? 2 == 2)
        #expect(recording.rejected(kind == .sum ? "m_total" : "m", .overflow) == 1)
    }

    @Test(arguments: [Kind.histogram, .native, .summary])
    func isRefusedWhereOneObservationStandsForMany(_ kind: Kind) throws {
        let store = try MetricStore()
        let family = try store.register(kind.definition([]))
        #expect(family.check(1e308, times: 10) == .overflow)
        #expect(family.check(1e307, times: 10) == nil)
        let row = try #require(family.handle(labels: [])).row
        #expect(family.record(1e307, times: 10, in: row) == nil)
        #expect(family.record(1e308, times: 10, in: row) == .overflow)
        let reading = try kind.reading(store)
        #expect(reading.sum == 1e308)
        #expect(reading.count == 10)
    }

    @Test func aGaugeIsNotMovedToInfinity() throws {
        let family = try MetricStore().register(MetricDefinition(.gauge, name: "g", help: "G."))
        let gauge = try #require(family.handle(labels: []))
        for delta in [Double.greatestFiniteMagnitude, half, half.nextDown, .infinity, .nan] {
            gauge.move(by: delta)
        }
        #expect(family.value(gauge.row) == .greatestFiniteMagnitude)
        #expect(family.rejections.count(of: .overflow) == 1)
        #expect(family.rejections.count(of: .notFinite) == 2)
        gauge.record(-.infinity)
        gauge.move(by: 5)
        #expect(family.value(gauge.row) == -.infinity)
    }

    @Test func whatIsInfiniteInTheUnitOfTheMetricIsRefused() throws {
        let event = freshEvent(Order.self)
        let recording = try Recording {
            Gauge("g", "G.", of: event, observing: \.amount, in: .kilobytes)
            Sum("s", "S.", of: event, adding: \.amount, in: .kilobytes)
        }
        for value in [1e308, 1e300, -.infinity] { event.emit(Order(amount: value)) }
        #expect(recording.values("g_bytes") == ["": -.infinity])
        #expect(recording.values("s_bytes_total") == ["": 1e303])
        for name in ["g_bytes", "s_bytes_total"] {
            #expect(recording.rejected(name, .overflow) == 1, "\(name)")
        }
    }

    @Test func noWholeNumbersMakeATotalWrapAround() throws {
        let family = try MetricStore().register(MetricDefinition(.sum, name: "s", help: "S."))
        let handle = try #require(family.handle(labels: []))
        for value in [0x1p20, 0x1p20 + 1, 0x1p62] { handle.record(value) }
        #expect(handle.tryAdd(1 << 62 as Int64) == nil)
        #expect(handle.tryAdd(1 << 20 as Int64) == nil)
        #expect(family.total(handle.row) == Total(whole: 1 << 21, fraction: 0x1p63 + 0x1p20 + 1))
    }
}
