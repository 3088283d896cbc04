/// The table of a ``Registry``: plain values, guarded by the registry's lock.
///
/// What is taken out is returned, so that the end of a value, which may call the registry, comes outside the lock.
@usableFromInline
struct RegistryContents<Key: Hashable & Sendable, Value: Sendable> {
    @usableFromInline typealias Entry = Registry<Key, Value>.Entry
    typealias Change = Registry<Key, Value>.Change

    /// What became of a registration.
    enum Registered {
        case done
        case isTaken
        case ownerHasEnded
    }

    private let multiplicity: RegistryKeys
    private let notesChanges: Bool
    @usableFromInline private(set) var table: [Key: [Entry]] = [:]
    private(set) var count = 0
    private(set) var metadata: [String: any Sendable] = [:]
    /// The keys of each owner that has not ended, one for each registration and in their order.
    private var owned: [RegistryOwnerID: [Key]] = [:]
    private var lastOwner = 0
    private var changes: [Change] = []
    private var isTelling = false

    init(_ multiplicity: RegistryKeys, notesChanges: Bool) {
        self.multiplicity = multiplicity
        self.notesChanges = notesChanges
    }

    var keys: [Key] { Array(table.keys) }

    @inlinable
    func entries(of key: Key) -> [Entry] { table[key] ?? [] }

    func keys(of owner: RegistryOwnerID) -> [Key] { owned[owner] ?? [] }

    mutating func nextOwner() -> RegistryOwnerID {
        lastOwner += 1
        let owner = RegistryOwnerID(number: lastOwner)
        owned[owner] = []
        return owner
    }

    mutating func register(_ key: Key, _ value: Value, for owner: RegistryOwnerID) -> Registered {
        guard owned[owner] != nil else { return .ownerHasEnded }
        guard multiplicity == .duplicate || table[key] == nil else { return .isTaken }
        table[key, default: []].append(Entry(owner: owner, value: value))
        owned[owner]?.append(key)
        count += 1
        note(.registered(key: key, value: value, owner: owner))
        return .done
    }

    mutating func unregister(_ key: Key, of owner: RegistryOwnerID) -> [Entry] {
        guard owned[owner]?.contains(key) == true else { return [] }
        owned[owner]?.removeAll { $0 == key }
        return remove(key, of: owner)
    }

    mutating func end(_ owner: RegistryOwnerID) -> [Entry] {
        guard let keys = owned.removeValue(forKey: owner) else { return [] }
        // A key that is there twice goes with its first mention.
        return keys.flatMap { remove($0, of: owner) }
    }

    /// Replaces the owner's first value of a key where it is still that version; nil where it is not.
    mutating func replace(_ key: Key, of owner: RegistryOwnerID, version: Int, with value: Value) -> Value? {
        guard let index = table[key]?.firstIndex(where: { $0.owner == owner }),
            let former = table[key]?[index], former.version == version
        else { return nil }
        table[key]?[index] = Entry(owner: owner, value: value, version: version + 1)
        return former.value
    }

    mutating func setMetadata(_ value: (any Sendable)?, for name: String) -> (any Sendable)? {
        defer { metadata[name] = value }
        return metadata[name]
    }

    /// False where another thread is telling: it will tell these changes too.
    mutating func beginTelling() -> Bool {
        guard !isTelling else { return false }
        isTelling = true
        return true
    }

    /// The changes that nobody was told of; where there are none, telling is over.
    mutating func takeChanges() -> [Change] {
        defer { changes = [] }
        isTelling = !changes.isEmpty
        return changes
    }

    private mutating func remove(_ key: Key, of owner: RegistryOwnerID) -> [Entry] {
        guard var entries = table.removeValue(forKey: key) else { return [] }
        let removed = entries.filter { $0.owner == owner }
        entries.removeAll { $0.owner == owner }
        if !entries.isEmpty { table[key] = entries }
        count -= removed.count
        for _ in removed { note(.unregistered(key: key, owner: owner)) }
        return removed
    }

    private mutating func note(_ change: Change) {
        if notesChanges { changes.append(change) }
    }
}
