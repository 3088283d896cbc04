import Synchronization

/// A message of any type in an object, which is made once for all who receive it.
///
/// Inboxes hold these rather than messages, so that their code is compiled for one type and not run as generic code.
typealias Letter = any AnyObject & Sendable

/// What a subscriber of a ``PubSub`` has not read yet: at most `capacity` letters, of which the oldest make room.
final class Inbox: Sendable {
    enum Delivery: Sendable {
        case letter(Letter)
        case missed(Int)
    }

    private typealias Reader = CheckedContinuation<Delivery?, Never>

    private struct State {
        var letters = Queue<Letter>()
        var missed = 0
        var readers = Queue<Reader>()
        var isClosed = false

        mutating func takeNext() -> Delivery? {
            guard missed == 0 else {
                defer { missed = 0 }
                return .missed(missed)
            }
            return letters.popFirst().map(Delivery.letter)
        }
    }

    private enum Offered {
        case handed(Reader)
        case kept
        /// The oldest letter made room; it is released outside the lock.
        case keptInsteadOf(Letter)
        case closed
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    /// Returns how many letters were dropped for this one; never waits.
    func offer(_ letter: Letter) -> Int {
        let offered = state.withLock { state -> Offered in
            guard !state.isClosed else { return .closed }
            if let reader = state.readers.popFirst() { return .handed(reader) }
            state.letters.append(letter)
            guard state.letters.count > capacity, let oldest = state.letters.popFirst() else {
                return .kept
            }
            state.missed += 1
            return .keptInsteadOf(oldest)
        }
        switch offered {
        case .handed(let reader): reader.resume(returning: .letter(letter))
        case .kept, .closed: break
        case .keptInsteadOf: return 1
        }
        return 0
    }

    /// Waits for a letter; nil once the inbox is closed.
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

extension [Registry<String, Inbox>.Entry] {
    /// Hands a letter to all but those of one owner; returns how many that are, and how many letters were dropped for it.
    func offer(_ letter: Letter, except sender: RegistryOwnerID?) -> (receivers: Int, dropped: Int) {
        var (receivers, dropped) = (0, 0)
        for entry in self where entry.owner != sender {
            dropped += entry.value.offer(letter)
            receivers += 1
        }
        return (receivers, dropped)
    }
}
