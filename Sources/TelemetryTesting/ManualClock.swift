import Synchronization
public import TelemetryMetrics

/// A clock that stands still until a test moves it.
///
/// It begins at 2020-01-01 00:00 UTC unless told otherwise. Thread-safe.
public final class ManualClock: Clock {
    /// A moment of a `ManualClock`.
    public struct Instant: InstantProtocol {
        /// The time since the Unix epoch.
        public let sinceEpoch: Duration

        /// The moment `sinceEpoch` after the Unix epoch.
        public init(sinceEpoch: Duration) { self.sinceEpoch = sinceEpoch }

        /// The moment `duration` later.
        public func advanced(by duration: Duration) -> Instant { Instant(sinceEpoch: sinceEpoch + duration) }
        /// The time from here to `other`.
        public func duration(to other: Instant) -> Duration { other.sinceEpoch - sinceEpoch }
        /// Whether `left` is earlier.
        public static func < (left: Instant, right: Instant) -> Bool { left.sinceEpoch < right.sinceEpoch }
    }

    /// The same time as the store of metrics reads it, for their windows and expiry.
    public let coarse: CoarseClock
    private let schedule: Mutex<SleepSchedule>

    /// A clock that stands at `start`.
    public init(startingAt start: Instant = Instant(sinceEpoch: .seconds(1_577_836_800))) {
        schedule = Mutex(SleepSchedule(now: start))
        coarse = CoarseClock(fixedAt: start.wholeMilliseconds)
    }

    /// Where the clock stands.
    public var now: Instant { schedule.withLock { $0.now } }

    /// Zero: it can stand anywhere.
    public var minimumResolution: Duration { .zero }

    /// How many tasks sleep.
    public var sleeperCount: Int { schedule.withLock { $0.sleepers.count } }

    /// Moves the clock on and wakes those whose time has come, the earliest first; a negative duration moves nothing.
    public func advance(by duration: Duration) {
        let woken = schedule.withLock { schedule in
            let woken = schedule.advance(by: max(duration, .zero))
            moveCoarse(to: schedule.now.wholeMilliseconds)
            return woken
        }
        for sleeper in woken { sleeper.resume(returning: true) }
    }

    /// Under the lock of the schedule, so that both agree.
    private func moveCoarse(to milliseconds: UInt64) {
        coarse.advance(by: .milliseconds(milliseconds - coarse.milliseconds))
    }

    /// Suspends until the clock was moved to `deadline`.
    ///
    /// - Throws: `CancellationError`.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let key = schedule.withLock { $0.newKey() }
        let isDue = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (known, watchers) = schedule.withLock {
                    $0.sleep(key, until: deadline, continuation)
                }
                if let known { continuation.resume(returning: known) }
                for watcher in watchers { watcher.resume(returning: true) }
            }
        } onCancel: {
            schedule.withLock { $0.cancel(key) }?.resume(returning: false)
        }
        guard isDue else { throw CancellationError() }
    }

    /// Suspends until at least `count` tasks sleep: then it is time to `advance`.
    ///
    /// - Throws: `CancellationError`.
    public func sleepers(reach count: Int) async throws {
        try await wait { $0.sleepers.count >= count }
    }

    /// Suspends until a task sleeps until `deadline`: then it is time to `advance`, however many others sleep.
    ///
    /// - Throws: `CancellationError`.
    public func sleeper(until deadline: Instant) async throws {
        try await wait { $0.sleepers.values.contains { $0.deadline == deadline } }
    }

    private func wait(until isReached: @escaping @Sendable (SleepSchedule) -> Bool) async throws {
        let key = schedule.withLock { $0.newKey() }
        let isReached = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = schedule.withLock { $0.watch(key, for: isReached, continuation) }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            schedule.withLock { $0.cancel(key) }?.resume(returning: false)
        }
        guard isReached else { throw CancellationError() }
    }
}

extension ManualClock.Instant {
    /// From zero up to as many as the store of metrics can count.
    fileprivate var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = sinceEpoch.components
        return UInt64(min(max(seconds, 0), 1 << 42)) * 1000
            + UInt64(max(attoseconds, 0) / 1_000_000_000_000_000)
    }
}
