import Synchronization
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct MetricOptionsTests {
    private let event = freshEvent(Order.self)

    @Test func seriesBeginWithAllCasesOfALabel() throws {
        enum Door: String, CaseIterable, LabelValue { case open, closed = "a \"quoted\"\nname that is long" }
        let numbers = freshEvent(Int.self)
        let recording = try Recording {
            Counter("doors", "D.", of: numbers, labels: Label("door") { _ in Door.open }).seeded(
                Door.allCases)
            Counter("numbers", "N.", of: numbers, labels: Label("n") { $0 }).seeded(1...2)
        }
        #expect(
            recording.values("doors_total") == [
                #"door="open""#: 0, #"door="a \"quoted\"\nname that is long""#: 0,
            ])
        #expect(recording.values("numbers_total") == [#"n="1""#: 0, #"n="2""#: 0])
    }

    @Test(arguments: [true, false])
    func aMissingMeasurementIsARejectionUnlessItIsSaidNotToBe(_ isIgnored: Bool) throws {
        let recording = try Recording {
            let sum = Sum("s_total", "S.", of: event, adding: \.amount)
            if isIgnored { sum.ignoringMissing() } else { sum }
        }
        event.emit(Order(amount: nil))
        event.emit(Order(amount: .nan))
        event.emit(Order(amount: 2))
        #expect(recording.values("s_total") == ["": 2])
        #expect(recording.rejected("s_total", .missingMeasurement) == (isIgnored ? 0 : 1))
        #expect(recording.rejected("s_total", .notFinite) == 1)
    }

    @Test func gaugesAreReadByLabels() throws {
        let queues = Mutex(["mail": 3, "print": 1])
        let recording = try Recording {
            Gauge("depth", "D.", label: "queue") { queues.withLock(\.self) }
            Gauge("age", "A.", labels: "queue", "host") {
                [["mail", "a"]: Duration.seconds(2), ["mail"]: .seconds(1)]
            }
        }
        recording.store.collect()
        #expect(recording.values("depth") == [#"queue="mail""#: 3, #"queue="print""#: 1])
        #expect(recording.values("age_seconds") == [#"queue="mail",host="a""#: 2])
        #expect(recording.rejected("age_seconds", .wrongLabels) == 1)
        queues.withLock { $0 = ["mail": 4, "new": 0] }
        recording.store.collect()
        #expect(recording.values("depth") == [#"queue="mail""#: 4, #"queue="new""#: 0])
    }
}
