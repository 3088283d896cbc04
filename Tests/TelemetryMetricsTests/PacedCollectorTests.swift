import Synchronization
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct PacedCollectorTests {
    @Test func runsAtTheFirstScrapeAndThenOnceInThePause() throws {
        let clock = CoarseClock(fixedAt: 1000)
        let store = try MetricStore(clock: clock)
        let runs = Mutex(0)
        store.addCollector(pausing: .seconds(1)) { runs.withLock { $0 += 1 } }
        var counts: [Int] = []
        for pause in [0, 0, 999, 1, 500, 499, 1, 5000] {
            clock.advance(by: .milliseconds(pause))
            store.collect()
            counts.append(runs.withLock(\.self))
        }
        #expect(counts == [1, 1, 1, 2, 2, 2, 3, 4])
    }
}
