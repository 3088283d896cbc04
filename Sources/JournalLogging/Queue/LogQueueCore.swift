import Linux
import Logging
import Synchronization

/// What those who log and the thread that writes share.
final class LogQueueCore: Sendable {
    private struct Waiter {
        let ticket: Int
        let semaphore: Semaphore
    }

    let rings = LogRings()
    let drops = LogDrops()
    /// What a process before left; no ring has to have room for it.
    private let left = Mutex<[LogRecord]>([])
    let now: @Sendable () -> Int64
    private let makeOutput: @Sendable () -> any LogOutput
    private let hasThread = Atomic(false)
    private let closed = Atomic(false)
    /// Whether the thread sleeps until somebody signals.
    ///
    /// It says so first and looks at the rings then; who appends publishes first
    /// and looks here then. All four are sequentially consistent, so one of both sees the other.
    private let isAsleep = Atomic(false)
    private let wakeUp = Semaphore()
    private let tickets = Atomic(0)
    private let waiters = Mutex<[Waiter]>([])

    init(now: @escaping @Sendable () -> Int64, makeOutput: @escaping @Sendable () -> any LogOutput) {
        self.now = now
        self.makeOutput = makeOutput
    }

    func submit(_ level: Logger.Level, _ write: (inout OutputRawSpan) -> Bool) {
        guard rings.append(reserving: Self.reserve(below: level), write) else { return drops.count(level) }
        awaken()
    }

    func submit(_ left: [LogRecord]) {
        self.left.withLock { $0 += left }
        awaken()
    }

    private func awaken() {
        if !hasThread.load(ordering: .relaxed) { startThread() }
        if isAsleep.load(ordering: .sequentiallyConsistent) { wake() }
    }

    /// Bytes of a ring that are kept for records that are more serious.
    private static func reserve(below level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: LogRings.capacity / 2
        case .info, .notice: LogRings.capacity / 4
        case .warning: LogRings.capacity / 8
        case .error, .critical: 0
        }
    }

    /// Tried again with the next record where the system has no room for a thread.
    private func startThread() {
        guard !hasThread.exchange(true, ordering: .relaxed) else { return }
        do throws(LinuxError) {
            try DedicatedThread.detach(name: "log") { LogWriter(core: self, output: self.makeOutput()).run() }
        } catch {
            hasThread.store(false, ordering: .relaxed)
        }
    }

    private var isEmpty: Bool { rings.isEmpty && left.withLock(\.isEmpty) }

    private func wake() {
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { wakeUp.signal() }
    }

    func flush(timeout: Duration) -> Bool {
        guard hasThread.load(ordering: .relaxed) else { return isEmpty }
        let semaphore = Semaphore()
        // Under the lock, so that no round between both finds the ticket without the waiter.
        waiters.withLock { waiters in
            let ticket = tickets.add(1, ordering: .sequentiallyConsistent).newValue
            waiters.append(Waiter(ticket: ticket, semaphore: semaphore))
        }
        isAsleep.store(false, ordering: .sequentiallyConsistent)
        wakeUp.signal()
        let isFlushed = semaphore.wait(timeout: timeout)
        if !isFlushed { waiters.withLock { $0.removeAll { $0.semaphore === semaphore } } }
        return isFlushed
    }

    func close() {
        closed.store(true, ordering: .sequentiallyConsistent)
        wakeUp.signal()
    }
}

/// For the thread that writes.
extension LogQueueCore {
    /// Whether nobody submits any more.
    var isClosed: Bool { closed.load(ordering: .sequentiallyConsistent) }

    /// What a process before left, once.
    func takeLeft() -> [LogRecord] {
        left.withLock { left in
            defer { left = [] }
            return left
        }
    }

    /// What is flushed when all is written that is in the rings from now on.
    var ticket: Int { tickets.load(ordering: .sequentiallyConsistent) }

    /// Lets those go on whose ticket is not after this one.
    func finish(_ ticket: Int) {
        let satisfied = waiters.withLock { waiters in
            guard !waiters.isEmpty else { return [Waiter]() }
            defer { waiters.removeAll { $0.ticket <= ticket } }
            return waiters.filter { $0.ticket <= ticket }
        }
        for waiter in satisfied { waiter.semaphore.signal() }
    }

    /// Waits for a signal for a while; those who log don't give one.
    func nap(_ duration: Duration) {
        _ = wakeUp.wait(timeout: duration)
    }

    /// Waits until a record is there or somebody signals, but not for longer than `timeout` where there is one.
    func sleep(timeout: Duration?) {
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        if isEmpty, !isClosed {
            if let timeout { _ = wakeUp.wait(timeout: timeout) } else { wakeUp.wait() }
        }
        isAsleep.store(false, ordering: .sequentiallyConsistent)
    }
}
