import Synchronization

/// What an iteration over a ``TaskStream`` learns.
enum StreamMessage<Success: Sendable>: Sendable {
    case done(Int, Result<Success, any Error>)
    case late(Int)
    /// The task that iterates is cancelled.
    case cancelled
}

/// The tasks of one iteration that are not done; those are told to end when it goes.
final class StreamTasks<Success: Sendable>: Sendable {
    private struct Open {
        let child: ChildHandle
        let timer: Task<Void, Never>?
    }

    /// Tells the iteration that a task was given up.
    private final class Listener: AbandonedListener {
        let position: Int
        let mailbox: Mailbox<StreamMessage<Success>>

        init(_ position: Int, _ mailbox: Mailbox<StreamMessage<Success>>) {
            (self.position, self.mailbox) = (position, mailbox)
        }

        func childAbandoned(_ error: any Error) {
            mailbox.send(.done(position, .failure(error)))
        }
    }

    private let supervisor: DynamicSupervisor
    private let timeout: Duration?
    private let mailbox = Mailbox<StreamMessage<Success>>()
    private let open = Mutex<[Int: Open]>([:])
    /// The positions of tasks that were told to end, as they are late, and have not yet.
    private let late = Mutex<Set<Int>>([])

    init(_ supervisor: DynamicSupervisor, _ timeout: Duration?) {
        (self.supervisor, self.timeout) = (supervisor, timeout)
    }

    deinit { endAll() }

    func start(
        _ position: Int, _ id: String, _ shutdown: ChildShutdown,
        _ body: @escaping @Sendable () async throws -> Success
    ) throws(SupervisionError) {
        let spec = ChildSpec(id, restart: .temporary, shutdown: shutdown) { [mailbox] in
            do {
                mailbox.send(.done(position, .success(try await body())))
            } catch {
                mailbox.send(.done(position, .failure(error)))
                throw error
            }
        }
        let child = try supervisor.start(spec, whenUp: nil, whenAbandoned: Listener(position, mailbox))
        let timer = timeout.map { timeout in
            supervisor.after(timeout) { [mailbox, supervisor] in
                mailbox.send(.late(position))
                _ = try? supervisor.beginTermination(of: child)
            }
        }
        open.withLock { $0[position] = Open(child: child, timer: timer) }
    }

    /// Waits for what has happened.
    func messages() async -> [StreamMessage<Success>] {
        await withTaskCancellationHandler {
            await mailbox.receive()
        } onCancel: {
            mailbox.send(.cancelled)
        }
    }

    /// How many tasks are late and not over.
    var lateCount: Int { late.withLock { $0.count } }

    /// False when the task was done before.
    func isLate(_ position: Int) -> Bool {
        guard forget(position) else { return false }
        late.withLock { _ = $0.insert(position) }
        return true
    }

    /// False when the task was done or late before; a late one is over now.
    func forget(_ position: Int) -> Bool {
        late.withLock { _ = $0.remove(position) }
        guard let task = open.withLock({ $0.removeValue(forKey: position) }) else { return false }
        task.timer?.cancel()
        return true
    }

    func endAll() {
        let tasks = open.withLock { open in
            defer { open = [:] }
            return open.values.map(\.self)
        }
        for task in tasks {
            task.timer?.cancel()
            // One that is gone needs no end.
            _ = try? supervisor.beginTermination(of: task.child)
        }
    }
}
