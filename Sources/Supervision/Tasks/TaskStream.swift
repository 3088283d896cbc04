/// Results of one task for each element of a sequence, so many at a time.
///
/// Tasks are started as results are taken: at most `maxConcurrency` run or have a result that was not taken yet, so that a slow
/// reader, or a slow task at the head of an ordered stream, holds the others back. (Elixir keeps any number of results instead.)
/// A late task that ignores its cancellation keeps its place until it ends, or its supervisor gives it up.
/// Each iteration begins anew. Leaving one early ends its tasks, without waiting for them.
public struct TaskStream<Base: Sequence & Sendable, Success: Sendable>: AsyncSequence, Sendable
where Base.Element: Sendable {
    /// What a task returned or threw.
    public typealias Element = Result<Success, any Error>

    struct Settings: Sendable {
        let id: String
        let maxConcurrency: Int
        let isOrdered: Bool
        let isLinked: Bool
        let timeout: Duration?
        let onTimeout: TaskSupervisor.TimeoutPolicy
        let shutdown: ChildShutdown
    }

    let base: Base
    let supervisor: DynamicSupervisor
    let settings: Settings
    let body: @Sendable (Base.Element) async throws -> Success

    /// Begins an iteration, which starts no task before its first result is asked for.
    public func makeAsyncIterator() -> Iterator {
        Iterator(self)
    }

    /// One iteration over a stream.
    public struct Iterator: AsyncIteratorProtocol {
        private let stream: TaskStream
        private var elements: Base.Iterator
        /// The element that waits for a place, where it had to be known whether there is one.
        private var upcoming: Base.Element?
        private let tasks: StreamTasks<Success>
        private var results: StreamResults<Element>
        private var isOver = false

        init(_ stream: TaskStream) {
            self.stream = stream
            elements = stream.base.makeIterator()
            tasks = StreamTasks(stream.supervisor, stream.settings.timeout)
            results = StreamResults(isOrdered: stream.settings.isOrdered)
        }

        /// The next result, nil after the last one.
        ///
        /// Throws `CancellationError` when the caller is cancelled, and what starting a task does. A linked stream throws the error
        /// of a task instead of giving it as a result; with ``TaskSupervisor/TimeoutPolicy/exit`` a stream throws ``TaskTimeout``.
        /// All of its tasks are then told to end, and the iteration is over.
        public mutating func next() async throws -> Element? {
            do {
                return try await result()
            } catch {
                isOver = true
                tasks.endAll()
                throw error
            }
        }

        private mutating func result() async throws -> Element? {
            while !isOver {
                try startTasks()
                if let result = results.take() { return result }
                guard results.open > 0 || isHeldBack() else { break }
                for message in await tasks.messages() { try note(message) }
            }
            isOver = true
            return nil
        }

        /// Whether a task is to be started once a late one has ended.
        private mutating func isHeldBack() -> Bool {
            guard tasks.lateCount > 0 else { return false }
            upcoming = upcoming ?? elements.next()
            return upcoming != nil
        }

        private mutating func startTasks() throws {
            while results.open + tasks.lateCount < Swift.max(stream.settings.maxConcurrency, 1),
                let element = upcoming.take() ?? elements.next()
            {
                let (settings, body) = (stream.settings, stream.body)
                try tasks.start(results.nextPosition(), settings.id, settings.shutdown) {
                    try await body(element)
                }
            }
        }

        private mutating func note(_ message: StreamMessage<Success>) throws {
            switch message {
            case .cancelled: throw CancellationError()
            case .done(let position, let result):
                guard tasks.forget(position) else { return }
                if stream.settings.isLinked, case .failure(let error) = result { throw error }
                results.put(result, at: position)
            case .late(let position):
                guard tasks.isLate(position), let timeout = stream.settings.timeout else { return }
                let error = TaskTimeout(id: stream.settings.id, timeout: timeout)
                if stream.settings.onTimeout == .exit { throw error }
                results.put(.failure(error), at: position)
            }
        }
    }
}

extension TaskSupervisor {
    /// Results of a task for each element; the error of one is thrown, and ends the others.
    ///
    /// `timeout` is that of each task from its start, nil is none. Of `maxConcurrency` at least 1 is used.
    public func stream<Base: Sequence & Sendable, Success: Sendable>(
        over elements: Base, maxConcurrency: Int, isOrdered: Bool = true, timeout: Duration? = .seconds(5),
        onTimeout: TimeoutPolicy = .exit, id: String = "task",
        shutdown: ChildShutdown = .timeout(.seconds(5)),
        _ body: @escaping @Sendable (Base.Element) async throws -> Success
    ) -> TaskStream<Base, Success> where Base.Element: Sendable {
        TaskStream(
            base: elements, supervisor: children,
            settings: .init(
                id: id, maxConcurrency: maxConcurrency, isOrdered: isOrdered, isLinked: true,
                timeout: timeout, onTimeout: onTimeout, shutdown: shutdown),
            body: body)
    }

    /// The same, where the error of a task is its result, and the others go on.
    public func streamNoLink<Base: Sequence & Sendable, Success: Sendable>(
        over elements: Base, maxConcurrency: Int, isOrdered: Bool = true, timeout: Duration? = .seconds(5),
        onTimeout: TimeoutPolicy = .exit, id: String = "task",
        shutdown: ChildShutdown = .timeout(.seconds(5)),
        _ body: @escaping @Sendable (Base.Element) async throws -> Success
    ) -> TaskStream<Base, Success> where Base.Element: Sendable {
        TaskStream(
            base: elements, supervisor: children,
            settings: .init(
                id: id, maxConcurrency: maxConcurrency, isOrdered: isOrdered, isLinked: false,
                timeout: timeout, onTimeout: onTimeout, shutdown: shutdown),
            body: body)
    }
}
