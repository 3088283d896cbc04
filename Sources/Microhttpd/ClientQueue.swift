/// An ordered set that appends, removes and finds its first element in constant time.
struct Chain<Element: Hashable> {
    private struct Links {
        var previous: Element?
        var next: Element?
    }

    private var links: [Element: Links] = [:]
    private var last: Element?
    private(set) var first: Element?

    var count: Int { links.count }

    /// Adds an element that is not in it.
    mutating func append(_ element: Element) {
        links[element] = Links(previous: last)
        if let last { links[last]?.next = element } else { first = element }
        last = element
    }

    /// Takes an element out; false if it is not in.
    @discardableResult
    mutating func remove(_ element: Element) -> Bool {
        guard let gone = links.removeValue(forKey: element) else { return false }
        if let previous = gone.previous { links[previous]?.next = gone.next } else { first = gone.next }
        if let next = gone.next { links[next]?.previous = gone.previous } else { last = gone.previous }
        return true
    }
}

/// Connections by client, each client's in the order they came; it knows the oldest of the client that has most.
///
/// All of it takes constant time, as a flood of connections asks for it with each.
struct ClientQueue {
    private var clients: [Int32: String] = [:]
    private var chains: [String: Chain<Int32>] = [:]
    /// The clients that have so many, in the order they came to it.
    private var sizes: [Int: Chain<String>] = [:]
    private var largest = 0

    var count: Int { clients.count }

    /// The oldest connection of a client; without one, that of the client that has most.
    func oldest(of client: String?) -> Int32? {
        guard let client = client ?? sizes[largest]?.first else { return nil }
        return chains[client]?.first
    }

    func contains(_ descriptor: Int32) -> Bool { clients[descriptor] != nil }

    /// How many a client has in it.
    func count(of client: String) -> Int { chains[client]?.count ?? 0 }

    mutating func append(_ descriptor: Int32, of client: String) {
        remove(descriptor)
        clients[descriptor] = client
        chains[client, default: Chain()].append(descriptor)
        let size = count(of: client)
        move(client, from: size - 1, to: size)
    }

    mutating func remove(_ descriptor: Int32) {
        guard let client = clients.removeValue(forKey: descriptor) else { return }
        chains[client]?.remove(descriptor)
        let size = count(of: client)
        if size == 0 { chains[client] = nil }
        move(client, from: size + 1, to: size)
    }

    private mutating func move(_ client: String, from old: Int, to new: Int) {
        sizes[old]?.remove(client)
        if sizes[old]?.count == 0 { sizes[old] = nil }
        if new > 0 { sizes[new, default: Chain()].append(client) }
        largest = max(largest, new)
        // A client's size changes by one, so that the next smaller one is there.
        if sizes[largest] == nil { largest = new }
    }
}
