import Synchronization

/// What a subscriber of a ``PubSub`` has not read yet: at most `capacity` messages, of which the oldest make room.
final class Inbox<Message: Sendable>: Sendable {
    typealias Delivery = PubSub<Message>.Delivery
    private typealias Reader = CheckedContinuation<Delivery?, Never>

    private struct State {
        var messages = Queue<Message>()
        var missed = 0
        var readers = Queue<Reader>()
        var isClosed = false

        mutating func takeNext() -> Delivery? {
            guard missed == 0 else {
                defer { missed = 0 }
                return .missed(missed)
            }
            return messages.popFirst().map(Delivery.message)
        }
    }

    private enum Offered {
        case handed(Reader)
        case kept
        /// The oldest message made room; it is released outside the lock.
        case keptInsteadOf(Message)
        case closed
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    /// Returns how many messages were dropped for this one; never waits.
    func offer(_ message: Message) -> Int {
        let offered = state.withLock { state -> Offered in
            guard !state.isClosed else { return .closed }
            if let reader = state.readers.popFirst() { return .handed(reader) }
            state.messages.append(message)
            guard state.messages.count > capacity, let oldest = state.messages.popFirst() else {
                return .kept
            }
            state.missed += 1
            return .keptInsteadOf(oldest)
        }
        switch offered {
        case .handed(let reader): reader.resume(returning: .message(message))
        case .kept, .closed: break
        case .keptInsteadOf: return 1
        }
        return 0
    }

    /// Waits for a message; nil once the inbox is closed.
    func next() async -> Delivery? {
        if let delivery = state.withLock({ $0.takeNext() }) { return delivery }
        return await withCheckedContinuation { reader in
            let (delivery, isOver) = state.withLock { state -> (Delivery?, Bool) in
                if state.isClosed { return (nil, true) }
                if let delivery = state.takeNext() { return (delivery, true) }
                state.readers.append(reader)
                return (nil, false)
            }
            if isOver { reader.resume(returning: delivery) }
        }
    }

    /// Drops what nobody has read, and ends the waiting of readers.
    func close() {
        var former = state.withLock { state in
            defer { state = State(isClosed: true) }
            return state
        }
        while let reader = former.readers.popFirst() { reader.resume(returning: nil) }
    }
}
