import Synchronization

/// A collector that does not run again within a pause; thread-safe.
///
/// A scrape that comes while it runs waits for it, so that no page lacks what it sets.
final class PacedCollector: Sendable {
    private let pause: UInt64
    private let clock: CoarseClock
    private let collector: @Sendable () -> Void
    /// When it ran last, in milliseconds; held while it runs.
    private let last = Mutex<UInt64?>(nil)

    init(pause: Duration, _ clock: CoarseClock, _ collector: @escaping @Sendable () -> Void) {
        self.pause = UInt64(pause / .milliseconds(1))
        self.clock = clock
        self.collector = collector
    }

    /// Runs it where the pause is over.
    func run() {
        last.withLock { last in
            let now = clock.milliseconds
            if let last, now >= last, now - last < pause { return }
            last = now
            collector()
        }
    }
}
