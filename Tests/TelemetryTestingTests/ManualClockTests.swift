import PrometheusFormat
import Synchronization
import Telemetry
import TelemetryMetrics
import TelemetryTesting
import Testing

// A sleeper that is never woken hangs.
@Suite(.timeLimit(.minutes(5)))
struct ManualClockTests {
    private let clock = ManualClock()

    @Test
    func standsStillUntilItIsMoved() {
        let start = clock.now
        #expect(start.sinceEpoch == .seconds(1_577_836_800))
        clock.advance(by: .milliseconds(1500))
        clock.advance(by: .seconds(-5))
        #expect(start.duration(to: clock.now) == .milliseconds(1500))
        #expect(clock.minimumResolution == .zero)
    }

    @Test
    func sleepersWakeWhenTheirTimeHasCome() async throws {
        let clock = clock
        let log = Log()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seconds in [3, 1, 2] {
                group.addTask {
                    try await clock.sleep(for: .seconds(seconds))
                    log.append(seconds)
                }
            }
            try await clock.sleepers(reach: 3)
            clock.advance(by: .milliseconds(999))
            #expect(clock.sleeperCount == 3)
            for left in [2, 1, 0] {
                clock.advance(by: left == 2 ? .milliseconds(1) : .seconds(1))
                #expect(clock.sleeperCount == left)
                try await group.next()
                #expect(log.values == Array([1, 2, 3].prefix(3 - left)))
            }
        }
    }

    @Test
    func oneStepWakesSleepersInTheOrderOfTheirDeadlines() async throws {
        let clock = clock
        let log = Log()
        let queue = SerialExecutor()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, seconds) in [5, 3, 3, 1, 4].enumerated() {
                group.addTask(executorPreference: queue) {
                    try await clock.sleep(for: .seconds(seconds))
                    log.append(seconds * 10 + index)
                }
                try await clock.sleepers(reach: index + 1)
            }
            clock.advance(by: .seconds(10))
            try await group.waitForAll()
        }
        #expect(log.values == [13, 31, 32, 44, 50])
    }

    @Test(arguments: [Duration.zero, .seconds(-1)])
    func doesNotSleepUntilAMomentThatIsOver(duration: Duration) async throws {
        try await clock.sleep(for: duration)
        #expect(clock.sleeperCount == 0)
    }

    @Test
    func aSleepEndsWithItsTask() async throws {
        let clock = clock
        let task = Task { try await clock.sleep(for: .seconds(1)) }
        try await clock.sleepers(reach: 1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(clock.sleeperCount == 0)
    }

    @Test
    func aTaskThatIsCancelledAlreadyNeitherSleepsNorWatches() async {
        let clock = clock
        let task = Task {
            unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
            await #expect(throws: CancellationError.self) { try await clock.sleep(for: .seconds(1)) }
            await #expect(throws: CancellationError.self) { try await clock.sleepers(reach: 1) }
        }
        await task.value
        #expect(clock.sleeperCount == 0)
    }

    @Test
    func aSleeperIsKnownByItsDeadline() async throws {
        let clock = clock
        let deadline = clock.now.advanced(by: .seconds(2))
        let log = Log()
        let watcher = Task {
            try await clock.sleeper(until: deadline)
            log.append(clock.sleeperCount)
        }
        let others = Task { try await clock.sleep(for: .seconds(1)) }
        try await clock.sleepers(reach: 1)
        let sleeper = Task { try await clock.sleep(until: deadline, tolerance: nil) }
        try await watcher.value
        #expect(log.values == [2])
        try await clock.sleeper(until: deadline)
        clock.advance(by: .seconds(2))
        try await others.value
        try await sleeper.value
    }

    @Test
    func waitingForSleepersEndsWithItsTask() async throws {
        let clock = clock
        let watcher = Task { try await clock.sleepers(reach: 2) }
        let sleeper = Task { try await clock.sleep(for: .seconds(1)) }
        try await clock.sleepers(reach: 1)
        watcher.cancel()
        await #expect(throws: CancellationError.self) { try await watcher.value }
        clock.advance(by: .seconds(1))
        try await sleeper.value
    }

    @Test(arguments: [
        Duration.milliseconds(1), .milliseconds(1001), .milliseconds(86_399_999), .microseconds(1500),
    ])
    func movesTheClockOfMetricsToTheMillisecond(step: Duration) {
        let wrong = (0..<1000).filter { _ in
            clock.advance(by: step)
            let (seconds, attoseconds) = clock.now.sinceEpoch.components
            return Int64(clock.coarse.milliseconds) != seconds * 1000 + attoseconds / 1_000_000_000_000_000
        }
        #expect(wrong == [])
    }

    @Test
    func windowsEmptyAndSeriesExpireByIt() throws {
        let event = Event<Int>("clock.metrics")
        let store = try MetricStore(clock: clock.coarse)
        let metrics = MetricSet {
            Summary(
                "size", "Sizes.", of: event, observing: { $0 }, quantiles: [0.5], window: .seconds(60),
                labels: Label("same", { $0 })
            ).expiring(after: .seconds(300))
        }
        let handlers = try metrics.register(in: store, id: "clock.metrics")
        event.emit(0)
        #expect(page(of: store).contains("size{same=\"0\",quantile=\"0.5\"} 0\n"))
        clock.advance(by: .seconds(73))
        #expect(page(of: store).contains("size{same=\"0\",quantile=\"0.5\"} NaN\n"))
        #expect(store.sweep() == 0)
        clock.advance(by: .seconds(300))
        #expect(store.sweep() == 1)
        for handler in handlers { try HandlerRegistry.shared.detach(handler) }
    }

    private func page(of store: MetricStore) -> String {
        String(decoding: PageRenderer(store, format: .text).bytes(), as: UTF8.self)
    }
}

private final class Log: Sendable {
    private let stored = Mutex<[Int]>([])

    var values: [Int] { stored.withLock { $0 } }

    func append(_ value: Int) { stored.withLock { $0.append(value) } }
}
