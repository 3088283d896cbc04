import Linux
import Synchronization

/// The collectors of one page, or of several that are made at once, run one after the other; thread-safe.
///
/// Where one takes long, another thread goes on with those behind it.
final class CollectorRound: Sendable {
    private struct State {
        /// Those that nobody runs yet, the next one last.
        var waiting: [ForeignCollector]
        var unfinished: Set<ObjectIdentifier>
        var threads = 0
        var isOver = false
        var waiters: [WakeUp] = []

        mutating func end() {
            isOver = true
            waiters.forEach { $0.signal() }
            waiters = []
        }
    }

    private let state: Mutex<State>
    private let collectors: [ForeignCollector]
    private let metrics: CollectorMetrics?
    /// From now on a thread more is allowed at a time.
    private static let patience = Duration.milliseconds(50)
    private static let mostThreads = 8

    init(_ collectors: [ForeignCollector], _ metrics: CollectorMetrics?) {
        self.collectors = collectors
        self.metrics = metrics
        state = Mutex(
            State(waiting: collectors.reversed(), unfinished: Set(collectors.map(ObjectIdentifier.init))))
    }

    /// Whether a page that begins now can wait for it.
    var isOpen: Bool { state.withLock { !$0.isOver } }

    /// Waits until all have run, at most until `deadline`; returns those that have not.
    func wait(until deadline: ContinuousClock.Instant) -> [ForeignCollector] {
        // Without a descriptor the caller's thread does what it can.
        guard let wake = try? WakeUp() else {
            work()
            return unfinished()
        }
        state.withLock { $0.waiters.append(wake) }
        startThread()
        while isOpen, ContinuousClock.now < deadline {
            if wake.wait(until: min(deadline, .now + Self.patience)) { continue }
            startThread()
        }
        return unfinished()
    }

    /// Those that did not end, which do not begin any more either.
    private func unfinished() -> [ForeignCollector] {
        let left = state.withLock { state in
            state.waiting = []
            state.end()
            return state.unfinished
        }
        return collectors.filter { left.contains(ObjectIdentifier($0)) }
    }

    /// Has one thread more work, where something waits for one.
    private func startThread() {
        let isNeeded = state.withLock { state in
            guard !state.waiting.isEmpty, state.threads < Self.mostThreads else { return false }
            state.threads += 1
            return true
        }
        guard isNeeded else { return }
        do throws(LinuxError) {
            try DedicatedThread.detach(name: "collect") { self.work() }
        } catch {
            // No thread is to be had: the scrape's own has to do it.
            work()
        }
    }

    private func work() {
        while let next = state.withLock({ $0.waiting.popLast() }) {
            next.run(metrics, unless: { !isOpen })
            state.withLock { state in
                state.unfinished.remove(ObjectIdentifier(next))
                if state.unfinished.isEmpty { state.end() }
            }
        }
    }
}
