import Synchronization

/// Something that a worker is to do with its state.
///
/// `content` is a ``WorkerBody``: its type is not named here, so that the code of mailboxes is compiled for one type and not run as
/// generic code.
struct WorkerMessage: Sendable {
    let content: any AnyObject & Sendable
    /// Who waits for the answer, where it is a call.
    var call: (any PendingReply)?
    /// Who waits for room, where it is a cast that found none.
    var admission: Reply<Void>?

    /// Whoever waits; when that has failed, nobody wants the message any more.
    var sender: (any PendingReply)? { call ?? admission }
}

/// What a message has a worker do.
final class WorkerBody<State>: Sendable {
    let run: Worker<State>.Body

    init(_ run: @escaping Worker<State>.Body) { self.run = run }
}

/// The mailbox of one run of a ``Worker``: any thread sends, the worker's task receives.
///
/// Messages past the capacity belong to senders that wait for room, to timers, or to the worker itself. Those of senders that
/// gave up are taken out once they are half of all, or are in the way. So the mailbox is bounded by its capacity, the worker's
/// own messages and twice the number of senders that wait anyway.
final class WorkerMailbox: Sendable {
    typealias Message = WorkerMessage
    private typealias Reader = CheckedContinuation<Message?, Never>

    enum Outcome: Equatable {
        case accepted
        /// Accepted past the capacity; the admission is fulfilled when there is room.
        case waiting
        case full
        case closed
    }

    private struct Contents {
        var urgent = Queue<Message>()
        var messages = Queue<Message>()
        /// How many senders gave up since their messages were taken out last; some were answered with an error instead.
        var givenUp = 0
        var reader: Reader?
        var end: ChildEnd?
    }

    let limit: MailboxLimit
    private let contents = Mutex(Contents())

    init(_ limit: MailboxLimit) {
        self.limit = limit
    }

    /// How the worker was told to end.
    var end: ChildEnd? { contents.withLock { $0.end } }

    /// How many messages wait.
    var count: Int { contents.withLock { $0.urgent.count + $0.messages.count } }

    /// Puts a message behind the others, past the capacity only where `waits`.
    func post(_ message: Message, waits: Bool) -> Outcome {
        let (outcome, reader, admissions) = contents.withLock {
            contents -> (Outcome, Reader?, [Reply<Void>]) in
            guard contents.end == nil else { return (.closed, nil, []) }
            if let reader = contents.reader.take() { return (.accepted, reader, []) }
            let isCrowded = contents.messages.count >= limit.capacity && contents.givenUp > 0
            let admissions = isCrowded && !waits ? Self.compact(&contents, limit) : []
            let hasRoom = contents.messages.count < limit.capacity
            guard hasRoom || waits else { return (.full, nil, admissions) }
            contents.messages.append(message)
            return (hasRoom ? .accepted : .waiting, nil, admissions)
        }
        for admission in admissions { admission.succeed(()) }
        reader?.resume(returning: message)
        return outcome
    }

    /// Puts a message before all that wait, behind those put so before; past the capacity only where it is the worker's own.
    func postUrgently(_ message: Message, isOwn: Bool) -> Outcome {
        let (outcome, reader) = contents.withLock { contents -> (Outcome, Reader?) in
            guard contents.end == nil else { return (.closed, nil) }
            if let reader = contents.reader.take() { return (.accepted, reader) }
            let waiting = contents.urgent.count + contents.messages.count
            guard isOwn || waiting < limit.capacity else { return (.full, nil) }
            contents.urgent.append(message)
            return (.accepted, nil)
        }
        reader?.resume(returning: message)
        return outcome
    }

    /// To be called when a sender whose message was accepted gets an error: the message may still be there.
    func senderGaveUp() {
        let admissions = contents.withLock { contents -> [Reply<Void>] in
            contents.givenUp += 1
            guard contents.givenUp * 2 >= contents.messages.count else { return [] }
            return Self.compact(&contents, limit)
        }
        for admission in admissions { admission.succeed(()) }
    }

    /// Takes out what nobody wants any more; returns who has room now.
    private static func compact(_ contents: inout Contents, _ limit: MailboxLimit) -> [Reply<Void>] {
        contents.givenUp = 0
        let before = contents.messages.count
        contents.messages.removeAll { $0.sender?.hasFailed == true }
        guard before > limit.capacity else { return [] }
        return (0..<limit.capacity).compactMap { contents.messages[$0]?.admission }
    }

    /// The next message that somebody still wants; nil once the mailbox is closed.
    func next() async -> Message? {
        while let message = await take() {
            if message.sender?.hasFailed != true { return message }
        }
        return nil
    }

    private func take() async -> Message? {
        let (message, admission) = contents.withLock { Self.pop(&$0, limit) }
        admission?.succeed(())
        if let message { return message }
        return await withCheckedContinuation { reader in
            let (isOver, message, admission) = contents.withLock { contents in
                guard contents.end == nil else { return (true, Message?.none, Reply<Void>?.none) }
                let (message, admission) = Self.pop(&contents, limit)
                if message == nil { contents.reader = reader }
                return (message != nil, message, admission)
            }
            admission?.succeed(())
            if isOver { reader.resume(returning: message) }
        }
    }

    /// The next message, and who has room now that it is gone.
    private static func pop(_ contents: inout Contents, _ limit: MailboxLimit) -> (Message?, Reply<Void>?) {
        if let message = contents.urgent.popFirst() { return (message, nil) }
        guard let message = contents.messages.popFirst() else { return (nil, nil) }
        return (message, contents.messages[limit.capacity - 1]?.admission)
    }

    /// Ends the worker after the message in hand; returns what it will not come to, or nil when it was closed before.
    func close(_ end: ChildEnd) -> [Message]? {
        let former = contents.withLock { contents -> Contents? in
            guard contents.end == nil else { return nil }
            defer { contents = Contents(end: end) }
            return contents
        }
        guard var former else { return nil }
        former.reader?.resume(returning: nil)
        var left: [Message] = []
        while let message = former.urgent.popFirst() ?? former.messages.popFirst() { left.append(message) }
        return left
    }
}
