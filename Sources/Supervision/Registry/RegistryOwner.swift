/// Tells the owners of one registry apart.
public struct RegistryOwnerID: Hashable, Sendable {
    let number: Int
}

/// Why a ``Registry`` refused a registration.
public enum RegistryError: Error, Equatable, CustomStringConvertible {
    /// The key has a registration in a registry of unique keys; it is given as text.
    case alreadyRegistered(key: String)
    /// The owner has ended.
    case ownerEnded

    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .alreadyRegistered(let key): "The key '\(key)' is registered already."
        case .ownerEnded: "The owner has ended and can't register anything."
        }
    }
}

extension Registry {
    /// What registrations belong to, as they belong to a process in Elixir: they end with it.
    ///
    /// It ends by ``end()``, and when its last reference goes. So keep it in what stands behind the registrations, or use
    /// ``Registry/withOwner(_:)``. A registered value must not refer to its owner, which would keep both for ever.
    ///
    /// Thread-safe. Once ``end()`` or ``unregister(_:)`` has returned, no lookup or dispatch that begins finds what was
    /// registered.
    public final class Owner: Sendable {
        /// Tells this owner's registrations apart from others.
        public let id: RegistryOwnerID
        private let registry: Registry

        init(of registry: Registry, id: RegistryOwnerID) {
            self.registry = registry
            self.id = id
        }

        deinit { end() }

        /// Registers a value under a key.
        public func register(_ key: Key, _ value: Value) throws(RegistryError) {
            switch registry.change({ $0.register(key, value, for: id) }) {
            case .done: break
            // Described here, as that is code of the key's.
            case .isTaken: throw .alreadyRegistered(key: String(describing: key))
            case .ownerHasEnded: throw .ownerEnded
            }
        }

        /// Takes away all that this owner has registered under a key.
        public func unregister(_ key: Key) {
            _ = registry.change { $0.unregister(key, of: id) }
        }

        /// Takes away everything, and refuses registrations from now on; ending again does nothing.
        public func end() {
            _ = registry.change { $0.end(id) }
        }

        /// The keys of this owner, one for each registration and in their order.
        public var keys: [Key] { registry.read { $0.keys(of: id) } }

        /// The values that this owner has registered under a key.
        public func values(for key: Key) -> [Value] { entries(of: key).map(\.value) }

        /// Replaces the value under a key, the first one where the owner registered several, and returns both.
        ///
        /// Nil where the owner has no such registration. Where another thread updates the same one meanwhile, `body` is
        /// called again with the newer value.
        @discardableResult
        public func update<Failure: Error>(
            _ key: Key, _ body: (Value) throws(Failure) -> Value
        ) throws(Failure) -> (old: Value, new: Value)? {
            while let entry = entries(of: key).first {
                let new = try body(entry.value)
                let old = registry.change { contents in
                    contents.replace(key, of: id, version: entry.version, with: new)
                }
                if let old { return (old, new) }
            }
            return nil
        }

        private func entries(of key: Key) -> [Entry] { registry.read { $0.entries(of: key, ownedBy: id) } }
    }
}
