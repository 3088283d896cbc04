/// How a supervisor starts, restarts and stops one child.
///
/// A child is an async function that runs until it is cancelled or done. It ends abnormally by throwing.
public struct ChildSpec: Sendable {
    /// What a child is, as counted by ``Supervisor/countChildren()``.
    public enum Kind: Sendable, Equatable {
        /// Anything but a supervisor.
        case worker
        /// A nested ``Supervisor``.
        case supervisor
    }

    /// Unique among the children of a supervisor.
    public let id: String
    /// Whether the child counts as a supervisor.
    public let kind: Kind
    /// When the child is started again.
    public let restart: RestartPolicy
    /// How long the supervisor waits for the child's end.
    public let shutdown: ChildShutdown
    /// Whether the end of the child counts for ``AutoShutdown``.
    public let significant: Bool
    /// The wait before restarts of this child; nil restarts at once.
    public let backoff: Backoff?

    /// Two kinds, so that the plain one needs neither a context nor a frame around it.
    enum Body: Sendable {
        case plain(@Sendable () async throws -> Void)
        case signalling(@Sendable (ChildContext) async throws -> Void)
    }

    let body: Body
    /// The nested supervisor.
    let node: (any SupervisionNode)?

    /// A child that counts as started at once: its supervisor goes on before `run` has done anything.
    public init(
        _ id: String,
        restart: RestartPolicy = .permanent,
        shutdown: ChildShutdown = .timeout(.seconds(5)),
        significant: Bool = false,
        backoff: Backoff? = nil,
        run: @escaping @Sendable () async throws -> Void
    ) {
        self.init(
            id: id, kind: .worker, restart: restart, shutdown: shutdown, significant: significant,
            backoff: backoff, body: .plain(run))
    }

    /// A child that is up once it calls ``ChildContext/ready()``, which its supervisor waits for.
    ///
    /// Throwing before that call is a failed start. Returning before it counts as a start followed by a normal end.
    public init(
        _ id: String,
        restart: RestartPolicy = .permanent,
        shutdown: ChildShutdown = .timeout(.seconds(5)),
        significant: Bool = false,
        backoff: Backoff? = nil,
        run: @escaping @Sendable (ChildContext) async throws -> Void
    ) {
        self.init(
            id: id, kind: .worker, restart: restart, shutdown: shutdown, significant: significant,
            backoff: backoff, body: .signalling(run))
    }

    /// A nested supervisor, named by itself and up once all of its own children are.
    ///
    /// Each start begins with the children it was created with.
    public init(
        _ supervisor: Supervisor,
        restart: RestartPolicy = .permanent,
        shutdown: ChildShutdown = .infinity,
        significant: Bool = false,
        backoff: Backoff? = nil
    ) {
        self.init(
            id: supervisor.name, kind: .supervisor, restart: restart, shutdown: shutdown,
            significant: significant, backoff: backoff,
            body: .signalling { context in try await supervisor.run(whenReady: context.ready) },
            node: supervisor)
    }

    /// A nested dynamic supervisor, named by itself and up once children can be started.
    ///
    /// Each start begins without children.
    public init(
        _ supervisor: DynamicSupervisor,
        restart: RestartPolicy = .permanent,
        shutdown: ChildShutdown = .infinity,
        significant: Bool = false,
        backoff: Backoff? = nil
    ) {
        self.init(
            id: supervisor.name, kind: .supervisor, restart: restart, shutdown: shutdown,
            significant: significant, backoff: backoff,
            body: .signalling { context in try await supervisor.run(whenReady: context.ready) },
            node: supervisor)
    }

    /// A nested task supervisor, named by itself and up once tasks can be started.
    public init(
        _ supervisor: TaskSupervisor,
        restart: RestartPolicy = .permanent,
        shutdown: ChildShutdown = .infinity,
        significant: Bool = false,
        backoff: Backoff? = nil
    ) {
        self.init(
            supervisor.children, restart: restart, shutdown: shutdown, significant: significant,
            backoff: backoff)
    }

    private init(
        id: String, kind: Kind, restart: RestartPolicy, shutdown: ChildShutdown, significant: Bool,
        backoff: Backoff?, body: Body, node: (any SupervisionNode)? = nil
    ) {
        self.id = id
        self.kind = kind
        self.restart = restart
        self.shutdown = shutdown
        self.significant = significant
        self.backoff = backoff
        self.body = body
        self.node = node
    }

    /// Whether its supervisor waits until it says that it is up.
    var signalsReady: Bool {
        if case .signalling = body { return true }
        return false
    }

    /// Runs the body until it returns or throws.
    func run(_ context: ChildContext) async throws {
        switch body {
        case .plain(let run): try await run()
        case .signalling(let run): try await run(context)
        }
    }

    func check(autoShutdown: AutoShutdown) throws(SupervisionError) {
        guard shutdown.isValid else { throw .invalidShutdown(id: id, shutdown) }
        if let backoff, !backoff.isValid { throw .invalidBackoff(id: id, backoff) }
        guard significant else { return }
        guard restart != .permanent else { throw .significantPermanentChild(id: id) }
        guard autoShutdown != .never else { throw .significantWithoutAutoShutdown(id: id) }
    }
}

/// How long a supervisor waits for a child that it has cancelled.
public enum ChildShutdown: Sendable, Equatable {
    /// Not at all: the child is cancelled and abandoned, so its successor may start before it has returned.
    case brutal
    /// So long; a child that is still running then is stuck, and the supervisor fails.
    case timeout(Duration)
    /// For ever.
    case infinity

    var isValid: Bool {
        guard case .timeout(let timeout) = self else { return true }
        return timeout >= .zero
    }
}

/// What a child's body is given to report that it is up.
public struct ChildContext: Sendable {
    /// The id of the child's spec.
    public let id: String
    private let signal: @Sendable () -> Void

    init(id: String, signal: @escaping @Sendable () -> Void) {
        self.id = id
        self.signal = signal
    }

    /// Says that the child is up, so that the supervisor goes on to the next; calling it again does nothing.
    ///
    /// Callable from any thread. Throwing before this call is a failed start, throwing after it a failure.
    public func ready() {
        signal()
    }
}
