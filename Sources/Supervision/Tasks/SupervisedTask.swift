/// A task of a ``TaskSupervisor`` whose result somebody wants, as Elixir's `Task`.
///
/// A *linked* one ends with its owner: it is cancelled when the last reference to it goes, and when a task that awaits it is
/// cancelled. Swift can't end an owner in return, as a link of the BEAM does: the owner gets the error where it awaits. One
/// *without link* goes on in both cases.
///
/// Thread-safe; any number of tasks may await it, any number of times.
public final class SupervisedTask<Success: Sendable>: Sendable {
    /// Names the task for ``TaskSupervisor/terminateChild(_:)``.
    public let child: ChildHandle
    private let outcome: TaskOutcome<Success>
    private let supervisor: DynamicSupervisor
    private let isLinked: Bool

    init(
        _ child: ChildHandle, _ outcome: TaskOutcome<Success>, _ supervisor: DynamicSupervisor, isLinked: Bool
    ) {
        (self.child, self.outcome, self.supervisor, self.isLinked) = (child, outcome, supervisor, isLinked)
    }

    deinit {
        if isLinked { cancel() }
    }

    /// Waits for what the task returns or throws.
    ///
    /// Throws `CancellationError` as soon as the caller is cancelled; a linked task is then cancelled too. Throws
    /// ``SupervisionError/stuck(children:cause:)`` when the task was given up.
    public var value: Success {
        get async throws {
            do {
                return try await outcome.promise.valueUnlessCancelled().get()
            } catch {
                if isLinked, Task.isCancelled { cancel() }
                throw error
            }
        }
    }

    /// The same for at most `timeout`, then throws ``TaskTimeout``; a linked task is then cancelled.
    public func value(timeout: Duration) async throws -> Success {
        guard let result = try await yield(timeout: timeout) else {
            if isLinked { cancel() }
            throw TaskTimeout(id: child.id, timeout: timeout)
        }
        return try result.get()
    }

    /// What the task returned or threw, if it does within `timeout`; otherwise nil, and the task goes on.
    ///
    /// Throws nothing but `CancellationError`, as soon as the caller is cancelled; a linked task is then cancelled too.
    public func yield(timeout: Duration) async throws -> Result<Success, any Error>? {
        let (promise, clock) = (outcome.promise, supervisor.clock)
        if let result = promise.current { return result }
        let first = await withTaskGroup { group in
            group.addTask { try? await promise.valueUnlessCancelled() }
            group.addTask {
                try? await clock.sleep(upTo: timeout)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        if Task.isCancelled, first == nil {
            if isLinked { cancel() }
            throw CancellationError()
        }
        return first
    }

    /// Cancels the task and waits for its end; returns what it came to, nil where it was cancelled and did not finish.
    ///
    /// Throws what ``TaskSupervisor/terminateChild(_:)`` does, but that it was gone already.
    @discardableResult
    public func shutdown() async throws -> Result<Success, any Error>? {
        do {
            try await supervisor.terminateChild(child)
        } catch SupervisionError.notFound, SupervisionError.notRunning {
            // It has ended, or its supervisor is ending it.
        }
        guard let result = outcome.promise.current else { return nil }
        if case .failure(let error) = result, error is CancellationError { return nil }
        return result
    }

    /// Cancels the task without waiting; its supervisor watches that it ends in time.
    public func cancel() {
        // One that is done or gone needs no cancelling; its end may not be noted yet.
        guard !outcome.promise.isFulfilled else { return }
        _ = try? supervisor.beginTermination(of: child)
    }
}

/// A task took longer than somebody was ready to wait.
public struct TaskTimeout: Error, Equatable, CustomStringConvertible {
    /// The id of the task.
    public let id: String
    /// How long it had.
    public let timeout: Duration

    /// A sentence for the operator.
    public var description: String { "Task '\(id)' was not done within \(timeout)." }
}

/// Where the result of a task arrives, or that there will be none.
final class TaskOutcome<Success: Sendable>: AbandonedListener {
    let promise = Promise<Result<Success, any Error>>()

    func childAbandoned(_ error: any Error) {
        promise.fulfil(.failure(error))
    }
}

/// Learns that nobody waits for the end of a child any more, from whichever task gave it up.
protocol AbandonedListener: AnyObject, Sendable {
    func childAbandoned(_ error: any Error)
}
