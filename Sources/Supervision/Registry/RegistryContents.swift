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
    /// The serials of each owner that has not ended, by their keys and in their order.
    private var owned: [RegistryOwnerID: [Key: [Int]]] = [:]
    private var lastOwner = 0
    private var lastSerial = 0
    private var changes: [Change] = []
    private var isTelling = false

    init(_ multiplicity: RegistryKeys, notesChanges: Bool) {
        self.multiplicity = multiplicity
        self.notesChanges = notesChanges
    }

    var keys: [Key] { Array(table.keys) }

    @inlinable
    func entries(of key: Key) -> [Entry] { table[key] ?? [] }

    func entries(of key: Key, ownedBy owner: RegistryOwnerID) -> [Entry] {
        guard let entries = table[key], let serials = owned[owner]?[key] else { return [] }
        return serials.compactMap { serial in entries.index(ofSerial: serial).map { entries[$0] } }
    }

    /// One for each registration and in their order.
    func keys(of owner: RegistryOwnerID) -> [Key] {
        let registrations = (owned[owner] ?? [:]).flatMap { key, serials in serials.map { (key, $0) } }
        return registrations.sorted { $0.1 < $1.1 }.map(\.0)
    }

    mutating func nextOwner() -> RegistryOwnerID {
        lastOwner += 1
        let owner = RegistryOwnerID(number: lastOwner)
        owned[owner] = [:]
        return owner
    }

    mutating func register(_ key: Key, _ value: Value, for owner: RegistryOwnerID) -> Registered {
        guard owned[owner] != nil else { return .ownerHasEnded }
        guard multiplicity == .duplicate || table[key] == nil else { return .isTaken }
        lastSerial += 1
        table[key, default: []].append(Entry(owner: owner, value: value, serial: lastSerial))
        owned[owner]?[key, default: []].append(lastSerial)
        count += 1
        note(.registered(key: key, value: value, owner: owner))
        return .done
    }

    mutating func unregister(_ key: Key, of owner: RegistryOwnerID) -> [Entry] {
        remove(owned[owner]?.removeValue(forKey: key) ?? [], of: key)
    }

    mutating func end(_ owner: RegistryOwnerID) -> [Entry] {
        guard let keys = owned.removeValue(forKey: owner) else { return [] }
        let inOrder = keys.sorted { $0.value.lexicographicallyPrecedes($1.value) }
        return inOrder.flatMap { key, serials in remove(serials, of: key) }
    }

    /// Replaces the owner's first value of a key where it is still that version; nil where it is not.
    mutating func replace(_ key: Key, of owner: RegistryOwnerID, version: Int, with value: Value) -> Value? {
        guard let serial = owned[owner]?[key]?.first, let index = table[key]?.index(ofSerial: serial),
            let former = table[key]?[index], former.version == version
        else { return nil }
        table[key]?[index] = Entry(owner: owner, value: value, serial: serial, version: version + 1)
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

    private mutating func remove(_ serials: [Int], of key: Key) -> [Entry] {
        // From the last one on, which leaves the fewest to move.
        let removed = serials.reversed().compactMap { table[key]?.remove(serial: $0) }
        if table[key]?.isEmpty == true { table[key] = nil }
        count -= removed.count
        for entry in removed { note(.unregistered(key: key, owner: entry.owner)) }
        return removed
    }

    private mutating func note(_ change: Change) {
        if notesChanges { changes.append(change) }
    }
}
