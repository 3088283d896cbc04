package import Arena
import Synchronization
package import TelemetryMetrics

/// How far each client has come that numbers its events: what it sends again is counted once, over restarts too.
///
/// The numbers lie in the arena, where a successor finds them. Thread-safe: one lock guards all of it. It is held while an event
/// is recorded, so that two connections of one client never count the same number.
package final class ClientProgress: Sendable {
    /// Clients that are known; one more takes the place of the one that was silent longest.
    package static let clientLimit = 1024
    /// The largest number, so that every JSON library can write it.
    package static let largestNumber: UInt64 = 1 << 53

    /// What became of an event.
    package enum Outcome: Equatable, Sendable {
        /// It came for the first time; the cause is that of a rejection.
        case taken(RejectionCause?)
        /// It came before.
        case duplicate
    }

    private let arena: Arena
    private let clients: Mutex<Clients>

    /// Goes on with the numbers that a predecessor has.
    package init(in arena: Arena, after predecessor: ForeignArena? = nil) {
        self.arena = arena
        var clients = Clients()
        if let record = predecessor?.records(of: .clients).found.first { clients.inherit(record, in: arena) }
        self.clients = Mutex(clients)
    }

    /// Has `record` count the event with that id, unless it was counted before.
    ///
    /// - Returns: what became of it, and the number up to which everything of its client has been dealt with.
    package func take(
        _ id: WireEvent.ID, _ record: () -> RejectionCause?
    ) -> (outcome: Outcome, last: UInt64) {
        clients.withLock { clients in
            let place = clients.place(of: id.client, in: arena)
            let last = clients.number(at: place)
            guard id.number > last else { return (.duplicate, last) }
            let cause = record()
            clients.set(id.number, at: place)
            return (.taken(cause), id.number)
        }
    }
}

/// The clients of a service; guarded by the lock of `ClientProgress`.
private struct Clients {
    /// How a client lies in the record: its name, its last number, and when it last took its turn.
    private enum Place {
        static let number = ClientName.wordCount
        static let turn = number + 1
        static let wordCount = turn + 1
    }

    /// Made for the first client; where there is no memory for it, what is here ends with the process.
    private var record: Record?
    private var places: [ClientName: Int] = [:]
    private var names: [ClientName] = []
    private var numbers: [UInt64] = []
    private var turns: [UInt64] = []
    private var lastTurn: UInt64 = 0
    /// The client of the last event.
    private var current: Int?

    /// The place of a client, which becomes the current one.
    mutating func place(of client: ClientName, in arena: Arena) -> Int {
        if let current, names[current] == client { return current }
        let place = places[client] ?? add(client, in: arena)
        lastTurn += 1
        turns[place] = lastTurn
        record?.word(place * Place.wordCount + Place.turn).bits = lastTurn
        current = place
        return place
    }

    func number(at place: Int) -> UInt64 { numbers[place] }

    /// One store tells a successor.
    mutating func set(_ number: UInt64, at place: Int) {
        numbers[place] = number
        record?.word(place * Place.wordCount + Place.number).publish(number)
    }

    private mutating func add(_ client: ClientName, in arena: Arena) -> Int {
        if record == nil {
            let wordCount = ClientProgress.clientLimit * Place.wordCount
            record = try? arena.makeRecord(.clients, words: wordCount, payload: [])
        }
        let place = freePlace()
        if place == names.count {
            names.append(client)
            numbers.append(0)
            turns.append(0)
        } else {
            places[names[place]] = nil
            names[place] = client
        }
        places[client] = place
        // A place with the number 0 is nobody's: a successor sees the old client, none, or the new one.
        set(0, at: place)
        for index in 0..<ClientName.wordCount {
            record?.word(place * Place.wordCount + index).publish(client.word(index))
        }
        return place
    }

    /// A place that nobody has, or that of the client that was silent longest.
    private func freePlace() -> Int {
        guard names.count == ClientProgress.clientLimit else { return names.count }
        return turns.indices.min { turns[$0] < turns[$1] } ?? 0
    }

    /// Takes over the clients of a predecessor's record, of which nothing is trusted.
    mutating func inherit(_ foreign: ForeignRecord, in arena: Arena) {
        var found: [(name: ClientName, number: UInt64, turn: UInt64)] = []
        for start in stride(from: 0, through: foreign.words.count - Place.wordCount, by: Place.wordCount) {
            let words = foreign.words[start..<start + Place.wordCount]
            let number = words[start + Place.number]
            guard (1...ClientProgress.largestNumber).contains(number),
                let name = ClientName(words: words.prefix(ClientName.wordCount))
            else { continue }
            found.append((name, number, words[start + Place.turn]))
        }
        for client in found.sorted(by: { $0.turn < $1.turn }).suffix(ClientProgress.clientLimit) {
            let place = place(of: client.name, in: arena)
            set(max(client.number, numbers[place]), at: place)
        }
    }
}
