import Arena
import Telemetry
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct SeriesRemovalTests {
    private let event = freshEvent(Order.self)
    private let payment = Label("payment", \Order.payment)
    private static let card = #"payment="card""#
    private static let cash = #"payment="cash""#

    private func family(_ name: String, _ recording: Recording) throws -> Family {
        try #require(recording.store.families.first { $0.name == name })
    }

    @Test func removesASeriesThatIsAloneInItsRow() throws {
        let recording = try Recording { Counter("c_total", "C.", of: event, labels: payment) }
        for payment in [Order.Payment.card, .cash, .card] { event.emit(Order(payment: payment)) }
        let family = try family("c_total", recording)
        #expect(family.remove(labels: ["card"]))
        #expect(recording.values("c_total") == [Self.cash: 1])
        #expect(!family.remove(labels: ["card"]))
        #expect(!family.remove(labels: ["cheque"]))
        #expect(family.series.table.count == 1)
        event.emit(Order())
        #expect(recording.values("c_total") == [Self.cash: 1, Self.card: 1])
    }

    @Test func leavesTheOtherMetricsOfItsRow() throws {
        let recording = try Recording {
            Counter("c_total", "C.", of: event, labels: payment)
            Sum("s_total", "S.", of: event, adding: \.items, labels: payment)
            Gauge("g", "G.", of: event, observing: \.items, labels: payment)
        }
        for _ in 0..<3 { event.emit(Order(items: 5)) }
        #expect(try family("s_total", recording).remove(labels: ["card"]))
        #expect(recording.values("s_total").isEmpty)
        #expect(recording.values("c_total") == [Self.card: 3])
        #expect(recording.values("g") == [Self.card: 5])
        event.emit(Order(items: 2))
        #expect(recording.values("s_total") == [Self.card: 2])
        #expect(recording.values("c_total") == [Self.card: 4])
        for name in ["c_total", "s_total", "g"] {
            #expect(try family(name, recording).remove(labels: ["card"]))
        }
        #expect(try family("c_total", recording).series.table.count == 0)
    }

    /// As StatsD and swift-metrics make it, whose series bring their own labels.
    @Test func removesASeriesThatWasMadeByItsText() throws {
        let family = try metric(.counter)
        try #require(unsafe family.series.row(for: [UInt8]().span.bytes)).present.set(family.layout.bit)
        family.record(1, at: [])
        #expect(family.series.table.count == 1)
        #expect(family.remove(labels: []))
        #expect(family.series.table.count == 0)
    }

    @Test func leavesASeriesThatIsHeld() throws {
        let family = try metric(.counter) { $0.labels = ["a"] }
        let handle = try #require(family.handle(labels: ["x"]))
        handle.increment()
        #expect(!family.remove(labels: ["x"]))
        #expect(family.all { family.total($0).value } == [#"a="x""#: 1])
    }

    @Test func leavesTheSeriesWithoutLabelsThatAnEventHolds() throws {
        let recording = try Recording {
            Counter("c_total", "C.", of: event)
            Sum("s_total", "S.", of: event, adding: \.items)
        }
        event.emit(Order())
        #expect(try !family("c_total", recording).remove(labels: []))
        #expect(recording.values("c_total") == ["": 1])
    }

    @Test(arguments: [MetricKind.counter, .histogram, .summary], [Buckets.durations, .native()])
    func givesTheMemoryBack(_ kind: MetricKind, _ buckets: Buckets) throws {
        let family = try metric(kind) {
            $0.labels = ["a"]
            $0.buckets = buckets
        }
        var used = [family.arena.used]
        for _ in 0..<20 {
            for number in 0..<20 {
                TraceContext.withCurrent(trace(5)) { family.record(3, at: ["\(number)"]) }
                #expect(family.remove(labels: ["\(number)"]))
                drainRetired()
            }
            used.append(family.arena.used)
        }
        #expect(isBounded(used))
    }
}
