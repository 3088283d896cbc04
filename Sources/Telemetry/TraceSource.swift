import Synchronization

/// Where the current trace context comes from: a task-local value, else a provider.
///
/// Reading takes no lock and allocates nothing. Both parts can be added in any thread and stay for good.
final class TraceSource: Sendable {
    /// The source of the process.
    static let shared = TraceSource()

    /// The outer optional is nil where no context was set by hand; the inner one where it was set to nil.
    @TaskLocal static var ofTask: TraceContext??

    /// Which parts are in use, so that one load tells that none is.
    private let inUse = Atomic<UInt8>(0)
    private let provider = AtomicLazyReference<Provider>()
    private static let taskLocal: UInt8 = 1
    private static let installed: UInt8 = 2

    private final class Provider: Sendable {
        let context: @Sendable () -> TraceContext?

        init(_ context: @escaping @Sendable () -> TraceContext?) { self.context = context }
    }

    var current: TraceContext? {
        // Relaxed: a task sees what it set itself, and the lazy reference publishes the provider.
        let parts = inUse.load(ordering: .relaxed)
        if parts == 0 { return nil }
        if parts & Self.taskLocal != 0, let context = Self.ofTask { return context }
        return provider.load()?.context()
    }

    /// Returns whether no provider was there before.
    func install(_ context: @escaping @Sendable () -> TraceContext?) -> Bool {
        let provided = Provider(context)
        let isFirst = provider.storeIfNil(provided) === provided
        inUse.bitwiseOr(Self.installed, ordering: .relaxed)
        return isFirst
    }

    /// Has `current` look for a task-local value from now on.
    func willBeSetForTasks() {
        guard inUse.load(ordering: .relaxed) & Self.taskLocal == 0 else { return }
        inUse.bitwiseOr(Self.taskLocal, ordering: .relaxed)
    }
}
