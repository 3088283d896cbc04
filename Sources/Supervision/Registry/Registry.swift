public import Synchronization

/// How many registrations a key of a ``Registry`` may have.
public enum RegistryKeys: Sendable, Equatable {
    /// One; a second one is refused.
    case unique
    /// Any number, which are kept in the order of their registration.
    case duplicate
}

/// Finds values by keys, for as long as their owners last.
///
/// An ``Owner`` registers values and takes them away when it ends. What is found may be anything: a worker, an actor, a
/// continuation. Handlers of events are in the `HandlerRegistry` of `Telemetry`, which has nothing to do with this.
///
/// Thread-safe. Looking up takes a lock for the length of a copy without allocation. No closure of yours, and no end of
/// a value, is run within the lock; of your code only `==` and `hash(into:)` of keys, and ends of keys, are. They must not use
/// the registry.
public final class Registry<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// One registration as it was when it was looked up.
    public struct Entry: Sendable {
        /// Who registered it.
        public let owner: RegistryOwnerID
        /// What was registered.
        public let value: Value
        /// Rises with each registration.
        let serial: Int
        /// How often the value was updated.
        let version: Int

        init(owner: RegistryOwnerID, value: Value, serial: Int, version: Int = 0) {
            self.owner = owner
            self.value = value
            self.serial = serial
            self.version = version
        }
    }

    /// What a listener is told.
    public enum Change: Sendable {
        /// An owner registered a value.
        case registered(key: Key, value: Value, owner: RegistryOwnerID)
        /// An owner took a registration away, or ended.
        case unregistered(key: Key, owner: RegistryOwnerID)
    }

    /// Told of changes, one at a time and in their order.
    public typealias Listener = @Sendable (Change) -> Void

    @usableFromInline let contents: Mutex<RegistryContents<Key, Value>>
    private let listeners: [Listener]

    /// An empty registry.
    ///
    /// A listener is called by the thread that made a change, or by one that is telling of other changes just then. It may
    /// use the registry, and sees its own changes afterwards.
    public init(keys: RegistryKeys = .unique, listeners: [Listener] = []) {
        contents = Mutex(RegistryContents(keys, notesChanges: !listeners.isEmpty))
        self.listeners = listeners
    }

    /// A new owner, without registrations.
    public func makeOwner() -> Owner { Owner(of: self, id: contents.withLock { $0.nextOwner() }) }

    /// Runs `body` with an owner that ends with it, whether it returns or throws.
    public nonisolated(nonsending) func withOwner<Result, Failure: Error>(
        _ body: nonisolated(nonsending) (Owner) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let owner = makeOwner()
        defer { owner.end() }
        return try await body(owner)
    }

    /// Registers a value for as long as `body` runs with it, whether it returns or throws.
    ///
    /// Throws ``RegistryError/alreadyRegistered(key:)`` without calling `body`, or what `body` throws.
    public nonisolated(nonsending) func withRegistration<Result>(
        _ key: Key, _ value: Value, _ body: nonisolated(nonsending) (Value) async throws -> Result
    ) async throws -> Result {
        try await withOwner { owner in
            try owner.register(key, value)
            return try await body(value)
        }
    }

    /// The registrations of a key, in their order; none where there are none.
    @inlinable
    public func lookup(_ key: Key) -> [Entry] { contents.withLock { $0.entries(of: key) } }

    /// The value of a key, the first one in a registry of duplicate keys.
    public subscript(key: Key) -> Value? {
        @inlinable get { contents.withLock { $0.entries(of: key).first?.value } }
    }

    /// Calls `body` once with all registrations of a key; not where there are none.
    ///
    /// They are those of the moment of the call. One that ends meanwhile is still in the list.
    public func dispatch<Failure: Error>(
        _ key: Key, _ body: ([Entry]) throws(Failure) -> Void
    ) throws(Failure) {
        let entries = lookup(key)
        guard !entries.isEmpty else { return }
        try body(entries)
    }

    /// How many registrations there are.
    public var count: Int { contents.withLock { $0.count } }

    /// How many registrations a key has.
    public func count(of key: Key) -> Int { contents.withLock { $0.entries(of: key).count } }

    /// Every key with a registration, once and in no order.
    public var keys: [Key] { contents.withLock { $0.keys } }

    /// Every registration with its key, those of one key in their order.
    public var registrations: [(key: Key, entry: Entry)] {
        let tables = contents.withLock { $0.table }
        return tables.flatMap { key, entries in entries.map { (key, $0) } }
    }

    /// Removes what is stored under a name where `value` is nil.
    public func setMetadata(_ value: (any Sendable)?, for name: String) {
        let former = contents.withLock { $0.setMetadata(value, for: name) }
        withExtendedLifetime(former) {}
    }

    /// What is stored under a name, where it has that type.
    public func metadata<Metadata: Sendable>(for name: String, as type: Metadata.Type) -> Metadata? {
        contents.withLock { $0.metadata[name] } as? Metadata
    }

    /// Changes the contents, then tells the listeners; what `body` returns is released outside the lock.
    func change<Result: Sendable>(_ body: (inout RegistryContents<Key, Value>) -> Result) -> Result {
        defer { tellListeners() }
        return contents.withLock { body(&$0) }
    }

    func read<Result: Sendable>(_ body: (RegistryContents<Key, Value>) -> Result) -> Result {
        contents.withLock { body($0) }
    }

    /// One thread tells at a time, so that changes are told of in their order; what others change meanwhile, it tells too.
    private func tellListeners() {
        guard !listeners.isEmpty, contents.withLock({ $0.beginTelling() }) else { return }
        while true {
            let changes = contents.withLock { $0.takeChanges() }
            guard !changes.isEmpty else { return }
            for change in changes {
                for listener in listeners { listener(change) }
            }
        }
    }
}
