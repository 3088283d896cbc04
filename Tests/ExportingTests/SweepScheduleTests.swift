import Telemetry
import TelemetryMetrics
import TestKit
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct SweepScheduleTests {
    private let start = ContinuousClock.now

    @Test(
        arguments: [
            (nil, 15), (.seconds(86_400), 15), (.seconds(30), 15), (.seconds(20), 10), (.seconds(2), 1),
            (.milliseconds(1000), 0.5), (.milliseconds(1), 0.0005),
        ] as [(Duration?, Double)])
    func sweepsTwiceInTheShortestExpiry(expiry: Duration?, seconds: Double) {
        var schedule = SweepSchedule(now: start)
        let due = start + .seconds(seconds)
        let answers = [due - .nanoseconds(1), due, due].map { schedule.isDue(expiry, now: $0) }
        #expect(answers == [false, true, false])
    }

    @Test func aShorterExpiryCountsFromTheLastSweep() {
        var schedule = SweepSchedule(now: start)
        let answers = [nil, .seconds(2)].map { schedule.isDue($0, now: start + .seconds(5)) }
        #expect(answers == [false, true])
    }

    /// Nobody renders a page here.
    @Test func seriesExpireWithoutScrapes() async throws {
        let event = Event<Int>("sweeps.tests.expire")
        var configuration = ExporterConfiguration()
        configuration.listenAddresses = []
        let exporter = try Exporter(
            MetricSet {
                Counter("a_total", "A.", of: event, labels: Label("n", { "\($0)" }))
                    .expiring(after: .milliseconds(200))
            }, configuration: configuration)
        func seriesCount() -> Int {
            var count = 0
            exporter.store.families.first { $0.name == "a_total" }?.forEachSeries { _, _ in count += 1 }
            return count
        }
        event.emit(1)
        #expect(seriesCount() == 1)
        let running = Task { try await exporter.run() }
        await yield(until: { seriesCount() == 0 })
        running.cancel()
        _ = await running.result
    }

    @Test func theShortestExpiryFollowsTheMetrics() throws {
        let store = try MetricStore()
        func definition(_ name: String, _ expiry: Duration?) -> MetricDefinition {
            var definition = MetricDefinition(.gauge, name: name, help: "")
            definition.expiry = expiry
            return definition
        }
        #expect(store.shortestExpiry == nil)
        _ = try store.register(definition("never", nil))
        #expect(store.shortestExpiry == nil)
        let slow = try store.registerOrReuse(definition("slow", .seconds(60)))
        #expect(store.shortestExpiry == .seconds(60))
        let quick = try store.registerOrReuse(definition("quick", .seconds(2)))
        #expect(store.shortestExpiry == .seconds(2))
        let changed = store.replaceEach(
            [slow, quick], with: [definition("quick", .seconds(9))], owner: .application)
        #expect(changed.count == 1)
        #expect(store.shortestExpiry == .seconds(9))
        store.remove([quick])
        #expect(store.shortestExpiry == nil)
    }
}
