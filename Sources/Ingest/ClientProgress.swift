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
    /// It writes by the log it is given, if any, in steps from 1 on; the first ones of them may be done already: it is told how many.
    /// - Returns: what became of it, and the number up to which everything of its client has been dealt with.
    package func take(
        _ id: WireEvent.ID, _ record: (_ log: RedoLog?, _ done: Int) -> RejectionCause?
    ) -> (outcome: Outcome, last: UInt64) {
        clients.withLock { clients in
            let place = clients.place(of: id.client, in: arena)
            let last = clients.number(at: place)
            guard id.number > last else { return (.duplicate, last) }
            let done = clients.begin(id.number, at: place)
            let cause = record(clients.log, done)
            clients.set(id.number, at: place)
            return (.taken(cause), id.number)
        }
    }
}

/// The clients of a service; guarded by the lock of `ClientProgress`.
private struct Clients {
    /// The words of the record: a log, the event in work, and the clients.
    private enum Word {
        static let client = RedoLog.wordCount
        static let number = client + 1
        static let places = number + 1
        static let count = places + ClientProgress.clientLimit * Place.wordCount
    }

    /// How a client lies in the record: its name, its last number, when it last took its turn, and its unfinished event.
    private enum Place {
        static let number = ClientName.wordCount
        static let turn = number + 1
        static let unfinished = turn + 1
        static let done = unfinished + 1
        static let wordCount = done + 1
    }

    /// An event that was in work when a process ended, and how many of its steps are done; the number 0 for none.
    private struct Unfinished {
        var number: UInt64 = 0
        var done = 0
    }

    /// Made for the first client; where there is no memory for it, what is here ends with the process.
    private var record: Record?
    /// How an event in work is written.
    private(set) var log: RedoLog?
    private var places: [ClientName: Int] = [:]
    private var names: [ClientName] = []
    private var numbers: [UInt64] = []
    private var turns: [UInt64] = []
    /// Others may send theirs before a client sends again what it did not get an answer for.
    private var unfinished: [Unfinished] = []
    private var lastTurn: UInt64 = 0
    /// The client of the last event.
    private var current: Int?

    /// The place of a client, which becomes the current one.
    mutating func place(of client: ClientName, in arena: Arena) -> Int {
        if let current, names[current] == client { return current }
        let place = places[client] ?? add(client, in: arena)
        lastTurn += 1
        turns[place] = lastTurn
        word(Place.turn, of: place)?.bits = lastTurn
        current = place
        return place
    }

    func number(at place: Int) -> UInt64 { numbers[place] }

    /// One store tells a successor.
    mutating func set(_ number: UInt64, at place: Int) {
        numbers[place] = number
        word(Place.number, of: place)?.publish(number)
    }

    /// Notes the event in work, and returns how many of its steps are done already.
    mutating func begin(_ number: UInt64, at place: Int) -> Int {
        let done = unfinished[place].number == number ? unfinished[place].done : 0
        if let log, let record {
            // No step is done at first, so that a successor finds the old event or none in between.
            log.reset()
            record.word(Word.client).publish(UInt64(place))
            record.word(Word.number).publish(number)
            if done > 0 { log.mark(UInt64(done)) }
        }
        return done
    }

    private mutating func set(_ left: Unfinished, at place: Int) {
        unfinished[place] = left
        // No number is of none, so that one is never taken with the steps of another.
        word(Place.unfinished, of: place)?.publish(0)
        word(Place.done, of: place)?.publish(UInt64(left.done))
        word(Place.unfinished, of: place)?.publish(left.number)
    }

    private func word(_ index: Int, of place: Int) -> Cell? {
        record?.word(Word.places + place * Place.wordCount + index)
    }

    private mutating func add(_ client: ClientName, in arena: Arena) -> Int {
        if record == nil {
            record = try? arena.makeRecord(.clients, words: Word.count, payload: [])
            log = record.map { RedoLog($0, in: arena) }
        }
        let place = freePlace()
        if place == names.count {
            names.append(client)
            numbers.append(0)
            turns.append(0)
            unfinished.append(Unfinished())
        } else {
            places[names[place]] = nil
            names[place] = client
        }
        places[client] = place
        // A place with the number 0 is nobody's: a successor sees the old client, none, or the new one.
        set(0, at: place)
        set(Unfinished(), at: place)
        for index in 0..<ClientName.wordCount {
            word(index, of: place)?.publish(client.word(index))
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
        guard foreign.words.count == Word.count else { return }
        let inWork = foreign.words[Word.client]
        var found: [(name: ClientName, number: UInt64, turn: UInt64, left: Unfinished)] = []
        for index in 0..<ClientProgress.clientLimit {
            let start = Word.places + index * Place.wordCount
            let words = foreign.words[start..<start + Place.wordCount]
            let number = words[start + Place.number]
            let left = Self.unfinished(
                foreign, words[start + Place.unfinished], words[start + Place.done],
                isInWork: UInt64(index) == inWork)
            // A client whose first event was in work has no number yet.
            guard (1...ClientProgress.largestNumber).contains(number) || left.number > 0,
                let name = ClientName(words: words.prefix(ClientName.wordCount))
            else { continue }
            found.append((name, number, words[start + Place.turn], left))
        }
        for client in found.sorted(by: { $0.turn < $1.turn }) {
            let place = place(of: client.name, in: arena)
            set(max(client.number, numbers[place]), at: place)
            set(client.left, at: place)
        }
    }

    /// The unfinished event of a client: the one in work, or the one of an earlier process, or both where they are the same.
    private static func unfinished(
        _ foreign: ForeignRecord, _ number: UInt64, _ done: UInt64, isInWork: Bool
    ) -> Unfinished {
        var left = Unfinished()
        let steps = 1...UInt64(RedoLog.capacity)
        if number > 0, steps.contains(done) { left = Unfinished(number: number, done: Int(done)) }
        let (current, currentDone) = (foreign.words[Word.number], foreign.words[RedoLog.doneWord])
        guard isInWork, steps.contains(currentDone) else { return left }
        let isSame = left.number == current
        return Unfinished(number: current, done: max(Int(currentDone), isSame ? left.done : 0))
    }
}
