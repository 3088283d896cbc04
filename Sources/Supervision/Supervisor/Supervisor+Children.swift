/// Requests to a running supervisor.
///
/// Each throws a ``SupervisionError``, ``SupervisionError/notRunning(supervisor:)`` among them, or
/// `CancellationError` when the caller is cancelled while waiting; the supervisor then goes on with the request.
extension Supervisor {
    /// Adds a child behind the others and waits until it is up; when its start fails the spec is not kept.
    ///
    /// Throws ``SupervisionError/alreadyStarted(id:)``, ``SupervisionError/alreadyPresent(id:)``,
    /// ``SupervisionError/failedToStartChild(id:_:)`` or what is wrong with the spec.
    public func startChild(_ spec: ChildSpec) async throws {
        _ = try await ask { .request(.start(spec), $0) }
    }

    /// Stops a child, which is not restarted, and waits for its end; the spec is kept unless it is temporary.
    ///
    /// Throws ``SupervisionError/notFound(id:)``, or ``SupervisionError/stuck(children:cause:)`` when the child
    /// does not end in time, which also fails the supervisor.
    public func terminateChild(_ id: String) async throws {
        _ = try await ask { .request(.terminate(id), $0) }
    }

    /// Starts a stopped child again and waits until it is up; its spec is kept even when the start fails.
    ///
    /// Throws ``SupervisionError/running(id:)``, ``SupervisionError/restarting(id:)``,
    /// ``SupervisionError/notFound(id:)`` or ``SupervisionError/failedToStartChild(id:_:)``.
    public func restartChild(_ id: String) async throws {
        _ = try await ask { .request(.restart(id), $0) }
    }

    /// Deletes the spec of a stopped child.
    ///
    /// Throws ``SupervisionError/running(id:)``, ``SupervisionError/restarting(id:)`` or
    /// ``SupervisionError/notFound(id:)``.
    public func deleteChild(_ id: String) async throws {
        _ = try await ask { .request(.delete(id), $0) }
    }

    /// The children in start order, answered even while one of them is being started or stopped.
    public func whichChildren() async throws -> [ChildInfo] {
        try await reports().map(\.child.info)
    }

    /// How many children there are, answered even while one of them is being started or stopped.
    public func countChildren() async throws -> ChildCounts {
        ChildCounts(try await whichChildren())
    }

    func reports() async throws -> [ChildReport] {
        guard case .children(let reports) = try await ask({ .list($0) }) else { return [] }
        return reports
    }
}
