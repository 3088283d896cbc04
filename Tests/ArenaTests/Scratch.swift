import Synchronization
import Testing

@testable import Arena

extension Row {
    /// A row with three cells, in an arena that is kept for the rest of the process.
    static func scratch() throws -> Row {
        let table = Table(arena: scratchArena, cellCount: 3) { $0() }
        let row = try #require(try table.insert("scratch"))
        kept.withLock { $0.append(table) }
        return row
    }
}

private let scratchArena: Arena = {
    guard let arena = try? Arena() else { preconditionFailure("no memory") }
    return arena
}()
private let kept = Mutex<[Table]>([])

extension Table {
    /// A table in an arena of its own, that takes memory back at once: for one thread.
    convenience init(cellCount: Int, copied: Int = 0, blockCells: [Int] = []) throws {
        self.init(arena: try Arena(), cellCount: cellCount, copied: copied, blockCells: blockCells) { $0() }
    }

    func find(_ text: String) -> Row? {
        let bytes = Array(text.utf8)
        return unsafe find(bytes.span.bytes)
    }

    @discardableResult
    func insert(
        _ text: String, now: UInt64 = 0, limit: Int = .max, initial: UInt64 = 0
    ) throws(ArenaError) -> Row? {
        let bytes = Array(text.utf8)
        return unsafe try insert(bytes.span.bytes, now: now, limit: limit, initial: initial)
    }

    @discardableResult
    func remove(_ text: String) -> Bool {
        find(text).map { remove($0) } ?? false
    }

    /// The texts of all rows, in order.
    var texts: [String] {
        var texts: [String] = []
        forEach { texts.append($0.text(in: self)) }
        return texts
    }
}

extension Row {
    func text(in table: Table) -> String {
        withText(cellCount: table.cellCount) { text in
            String(
                decoding: text.byteOffsets.map { unsafe text.unsafeLoad(fromByteOffset: $0, as: UInt8.self) },
                as: UTF8.self)
        }
    }
}

/// Counts from any thread.
final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add() { count.wrappingAdd(1, ordering: .relaxed) }
}
