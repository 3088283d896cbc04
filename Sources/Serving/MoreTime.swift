import Linux
import Synchronization
import Systemd

/// Asks the service manager for more time as long as a start or a stop gets on, on a thread of its own.
///
/// What gets on no more is ended by the manager, and so is what takes longer than the bound in all.
final class MoreTime: Sendable {
    /// What the manager allows from each message on.
    static let grant = Duration.seconds(15)
    private static let pace = Duration.seconds(1)
    private static let bound = Duration.seconds(600)

    private let ending: WakeUp
    private let thread: Mutex<JoinableThread?>

    /// Begins to ask whenever `progress` has changed since the last look; nil where nobody listens or there is no thread.
    init?(
        _ notifier: Notifier, pace: Duration = pace, bound: Duration = bound,
        progress: @escaping @Sendable () -> Int
    ) {
        guard notifier.isHeard, let ending = try? WakeUp() else { return nil }
        self.ending = ending
        let first = progress()
        let started = try? DedicatedThread.start(name: "more-time") {
            Self.ask(notifier, every: pace, within: bound, until: ending, since: first, progress)
        }
        guard let started else { return nil }
        thread = Mutex(started)
    }

    private static func ask(
        _ notifier: Notifier, every pace: Duration, within bound: Duration, until ending: WakeUp,
        since first: Int, _ progress: () -> Int
    ) {
        let end = ContinuousClock.now + bound
        var before = first
        while !ending.wait(until: .now + pace), .now < end {
            let now = progress()
            // A message that is not taken is followed by another one in time.
            if now != before { try? notifier.extendTimeout(by: grant) }
            before = now
        }
    }

    /// Asks no more; further calls do nothing.
    func end() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        ending.signal()
        thread.join()
    }

    deinit { end() }
}
