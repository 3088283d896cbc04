/// Why a ``Worker`` did not do what it was asked for.
public enum WorkerError: Error, Equatable, CustomStringConvertible {
    /// It runs already.
    case alreadyRunning(worker: String)
    /// It was not started yet, or has ended so, and its restart policy does not have it started again.
    ///
    /// Where `last` is ``ChildEnd/stopped`` a supervisor may still do so: it stops a child when it restarts it along with a
    /// sibling that failed.
    case notRunning(worker: String, last: ChildEnd?)
    /// It ended so, and its restart policy has it started again: try later. A supervisor that gave up does not do so.
    case restarting(worker: String, after: ChildEnd)
    /// It ended so before it came to the message.
    case ended(worker: String, ChildEnd)
    /// It did not answer in time; what it has begun, it finishes.
    case timedOut(worker: String, after: Duration)
    /// So many messages wait for it.
    case mailboxFull(worker: String, capacity: Int)

    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .alreadyRunning(let worker): "Worker '\(worker)' runs already."
        case .notRunning(let worker, nil): "Worker '\(worker)' was not started."
        case .notRunning(let worker, let last?): "Worker '\(worker)' does not run; the last time it \(last)"
        case .restarting(let worker, let end): "Worker '\(worker)' is being restarted; it \(end)"
        case .ended(let worker, let end): "Worker '\(worker)' did not come to this message; it \(end)"
        case .timedOut(let worker, let timeout): "Worker '\(worker)' did not answer within \(timeout)."
        case .mailboxFull(let worker, let capacity):
            "Worker '\(worker)' has \(capacity) messages waiting, which is its limit."
        }
    }
}
