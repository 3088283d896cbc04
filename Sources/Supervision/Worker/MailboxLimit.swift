/// How many messages may wait for a ``Worker``, and what becomes of one more.
public struct MailboxLimit: Sendable, Equatable {
    /// What becomes of a message that finds the mailbox full.
    public enum Overflow: Sendable, Equatable {
        /// The sender is told: ``WorkerError/mailboxFull(worker:capacity:)``.
        case fail
        /// A cast is dropped without a word; whoever calls waits for an answer, so is told. Both are counted.
        case drop
        /// The sender waits for room, behind those that came before. A call's timeout includes that.
        case wait
    }

    /// How many messages wait at most, besides the one in hand.
    public let capacity: Int
    /// What becomes of one more.
    public let overflow: Overflow

    /// A `capacity` below 1 is 1.
    public init(_ capacity: Int, whenFull overflow: Overflow = .fail) {
        self.capacity = max(capacity, 1)
        self.overflow = overflow
    }
}
