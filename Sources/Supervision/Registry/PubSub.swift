import Synchronization

/// Hands messages to all who subscribed to a topic, within this process.
///
/// Each subscriber has a buffer of its own. Where it is full, its oldest message makes room, and the subscriber is told
/// how many it missed. So a broadcast never waits for a subscriber: it takes the lock of each for the length of an append.
///
/// Thread-safe. A subscriber receives the messages of one thread in their order; those of several threads may reach
/// different subscribers in different orders.
public final class PubSub<Message: Sendable>: Sendable {
    /// What a subscriber receives.
    public enum Delivery: Sendable {
        /// A message that was broadcast.
        case message(Message)
        /// So many messages were dropped here, as the buffer was full.
        case missed(Int)
    }

    private let inboxes = Registry<String, Inbox>(keys: .duplicate)
    private let dropped = Atomic(0)

    /// Without subscribers.
    public init() {}

    /// Subscribes to topics; what is broadcast once this has returned is received.
    ///
    /// A topic that is given twice is received twice. A `bufferSize` below 1 is 1.
    public func subscribe(to topics: String..., bufferSize: Int = 256) -> Subscription {
        let subscription = Subscription(owner: inboxes.makeOwner(), inbox: Inbox(capacity: bufferSize))
        for topic in topics { subscription.subscribe(to: topic) }
        return subscription
    }

    /// Hands a message to all subscribers of a topic, and returns how many there are.
    ///
    /// With `sender`, it is not handed to that subscription.
    @discardableResult
    public func broadcast(_ message: Message, to topic: String, from sender: Subscription? = nil) -> Int {
        let entries = inboxes.lookup(topic)
        guard !entries.isEmpty else { return 0 }
        let (receivers, dropped) = entries.offer(Sealed(message), except: sender?.owner.id)
        if dropped > 0 { self.dropped.add(dropped, ordering: .relaxed) }
        return receivers
    }

    /// How many subscriptions a topic has.
    public func subscriberCount(of topic: String) -> Int { inboxes.count(of: topic) }

    /// How many messages were dropped from full buffers, for all subscribers together.
    public var droppedMessages: Int { dropped.load(ordering: .relaxed) }
}

extension PubSub.Delivery: Equatable where Message: Equatable {}

/// A message as a letter.
final class Sealed<Message: Sendable>: Sendable {
    let message: Message

    init(_ message: Message) { self.message = message }
}
