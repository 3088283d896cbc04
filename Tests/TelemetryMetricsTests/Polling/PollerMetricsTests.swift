import Telemetry
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct PollerMetricsTests {
    private let store: MetricStore
    private let poll = freshID()

    init() throws {
        store = try MetricStore(prefix: "shop_", clock: CoarseClock(fixedAt: 1_700_000_000_000))
    }

    @Test func countsFailuresByCauseFromZero() throws {
        try whileRegistered {
            PollerEvents.started.emit(.init(poll: poll, period: .seconds(1)))
            for cause in [PollerEvents.Cause.hung, .timeout, .hung] {
                PollerEvents.failure.emit(
                    .init(
                        poll: poll, cause: cause, error: nil, consecutiveFailures: 1,
                        nextAttempt: .seconds(1)))
            }
            #expect(values("heliograph_poll_failures_total", labels: #"",cause="hung""#) == [2])
            #expect(values("heliograph_poll_failures_total", labels: #"",cause="timeout""#) == [1])
            #expect(values("heliograph_poll_failures_total", labels: #"",cause="error""#) == [0])
        }
    }

    @Test func tellsOfSuccesses() throws {
        try whileRegistered {
            for missed in [3, 0] {
                PollerEvents.success.emit(
                    .init(poll: poll, duration: .milliseconds(250), delay: .zero, missedTicks: missed))
            }
            #expect(values("heliograph_poll_missed_ticks_total") == [3])
            let last = try #require(values("heliograph_poll_last_success_timestamp_seconds").first)
            #expect(last > 1_700_000_000)
            let sums = store.series("heliograph_poll_duration_seconds") { $0.histogram($1).sum }
            #expect(sums[#"poll="\#(poll)""#] == 0.5)
        }
    }

    @Test func detachesEverythingWhereSomethingIsTaken() throws {
        let id = freshID()
        try HandlerRegistry.shared.attach("\(id).started", to: freshEvent(Int.self)) { _ in }
        #expect(throws: TelemetryError.handlerExists("\(id).started")) {
            try PollerMetrics.register(in: store, id: id)
        }
        #expect(HandlerRegistry.shared.list().filter { $0.id.hasPrefix(id) }.count == 1)
        try HandlerRegistry.shared.detach("\(id).started")
    }

    /// The values of the series of this test, which shares the events with all others.
    private func values(_ name: String, labels end: String = "\"") -> [Double] {
        store.values(name).filter { $0.key == "poll=\"\(poll)\(end)" }.map(\.value)
    }

    private func whileRegistered(_ body: () throws -> Void) throws {
        let handlers = try PollerMetrics.register(in: store, id: freshID())
        defer { handlers.forEach { try? HandlerRegistry.shared.detach($0) } }
        try body()
    }
}
