import Synchronization

/// An unbounded queue from any thread to one reader, which receives all that has arrived, in order.
///
/// An `AsyncStream` ends when its reader is cancelled; this goes on, so that a cancelled supervisor still learns
/// of the ends of its children.
final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var reader: CheckedContinuation<[Message], Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Returns false, and drops the message, when the mailbox is closed.
    @discardableResult
    func send(_ message: Message) -> Bool {
        let (accepted, reader) = state.withLock { state in
            guard !state.isClosed else { return (false, CheckedContinuation<[Message], Never>?.none) }
            guard let reader = state.reader.take() else {
                state.messages.append(message)
                return (true, nil)
            }
            return (true, reader)
        }
        reader?.resume(returning: [message])
        return accepted
    }

    /// Waits for at least one message; only one task may do so at a time.
    func receive() async -> [Message] {
        await withCheckedContinuation { reader in
            let waiting = state.withLock { state in
                if state.messages.isEmpty { state.reader = reader }
                return Self.drain(&state)
            }
            if !waiting.isEmpty { reader.resume(returning: waiting) }
        }
    }

    /// Refuses further messages and returns those that nobody received.
    func close() -> [Message] {
        state.withLock { state in
            state.isClosed = true
            return Self.drain(&state)
        }
    }

    private static func drain(_ state: inout State) -> [Message] {
        defer { state.messages = [] }
        return state.messages
    }
}
