import Synchronization
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct MetricFailureTests {
    private struct Mishap: Error, Equatable {}

    /// The failures of the metrics whose names begin with `prefix`, while `body` runs.
    private func failures(of prefix: String, during body: () throws -> Void) throws -> [MetricFailure] {
        let all = Mutex<[MetricFailure]>([])
        let captured = Collected(all)
        let id = "failures of \(prefix)"
        try HandlerRegistry.shared.attach(id, to: MetricFailure.event) { failure in
            if failure.metric.hasPrefix(prefix) { captured.append(failure) }
        }
        try body()
        try HandlerRegistry.shared.detach(id)
        return captured.values
    }

    private final class Collected: Sendable {
        private let stored: Mutex<[MetricFailure]>

        init(_ stored: consuming sending Mutex<[MetricFailure]>) { self.stored = stored }

        var values: [MetricFailure] { stored.withLock { $0 } }

        func append(_ failure: MetricFailure) { stored.withLock { $0.append(failure) } }
    }

    /// Metrics of one event and its labels, of which some fail at the second order.
    private func failing(_ prefix: String, _ event: Event<Order>) throws -> Recording {
        @Sendable func measure(_ order: Order) throws -> Int {
            guard order.items != 2 else { throw Mishap() }
            return order.items
        }
        @Sendable func keep(_ order: Order) throws -> Bool { try measure(order) > 0 }
        let payment = Label("payment", \Order.payment)
        return try Recording {
            Counter("\(prefix)_before_total", "B.", of: event, labels: payment)
            Sum("\(prefix)_measured_total", "M.", of: event, adding: measure, labels: payment)
            Counter("\(prefix)_kept_total", "K.", of: event, filter: .keep(keep), labels: payment)
            Counter(
                "\(prefix)_dropped_total", "D.", of: event, filter: .drop { try !keep($0) }, labels: payment)
            Gauge("\(prefix)_alone", "A.", of: event, observing: measure)
            Sum("\(prefix)_after_total", "A.", of: event, adding: \.items, labels: payment)
        }
    }

    @Test func switchesOffAFailingMetricAlone() throws {
        let event = freshEvent(Order.self)
        let recording = try failing("alone", event)
        for items in 1...4 { event.emit(Order(items: items)) }
        let card = #"payment="card""#
        #expect(recording.values("alone_before_total") == [card: 4])
        #expect(recording.values("alone_after_total") == [card: 10])
        for name in ["measured", "kept", "dropped"] {
            #expect(recording.values("alone_\(name)_total") == [card: 1])
            #expect(recording.rejected("alone_\(name)_total", .failed) == 3)
        }
        #expect(recording.values("alone_alone") == ["": 1])
        #expect(recording.rejected("alone_before_total", .failed) == 0)
        #expect(Rejection.failed.cause == .metricFailed)
    }

    @Test func saysOnceWhichMetricFailedAtWhat() throws {
        let event = freshEvent(Order.self)
        let recording = try failing("once", event)
        let failures = try failures(of: "once") {
            for items in [1, 2, 2, 3] { event.emit(Order(items: items)) }
        }
        #expect(
            failures.map(\.metric).sorted() == [
                "once_alone", "once_dropped_total", "once_kept_total", "once_measured_total",
            ])
        #expect(failures.allSatisfy { $0.event == event.name && $0.error is Mishap })
        withExtendedLifetime(recording) {}
    }

    /// Eight threads are in its measurement when it fails.
    @Test func saysItOnceWhereItFailsInEightThreads() throws {
        let event = freshEvent(Order.self)
        let inside = Turn()
        let recording = try Recording {
            Sum(
                "threads_measured_total", "M.", of: event,
                adding: { _ throws -> Int in
                    inside.note()
                    spin { inside.notes >= 8 }
                    throw Mishap()
                })
            Sum("threads_other_total", "O.", of: event, adding: \.items)
        }
        let failures = try failures(of: "threads") {
            onThreads(8) { _ in
                for _ in 0..<500 { event.emit(Order()) }
            }
        }
        #expect(failures.map(\.metric) == ["threads_measured_total"])
        #expect(recording.values("threads_other_total") == ["": 4000])
        #expect(recording.rejected("threads_measured_total", .failed) == 4000)
    }
}
