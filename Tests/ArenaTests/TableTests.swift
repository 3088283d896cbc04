import TestKit
import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct TableTests {
    @Test func findsEachOfManyTextsOfAllLengths() throws {
        var random = SeededGenerator(seed: 7)
        let table = try Table(cellCount: 2)
        var texts: Set = ["", String(repeating: "x", count: 100_000)]
        while texts.count < 100_000 {
            texts.insert(
                String(random.next(), radix: 36)
                    + String(repeating: "y", count: Int.random(in: 0..<40, using: &random)))
        }
        var mistakes: [String] = []
        for (number, text) in texts.enumerated() {
            if table.find(text) != nil { mistakes.append(text) }
            try table.insert(text)?.cell(1).bits = UInt64(number)
        }
        #expect(table.count == 100_000)
        for (number, text) in texts.enumerated() {
            let row = table.find(text)
            if row?.cell(1).bits != UInt64(number) || row?.text(in: table) != text { mistakes.append(text) }
        }
        #expect(mistakes.isEmpty)
        #expect(table.find("absent") == nil)
    }

    @Test func hasOneRowPerText() throws {
        let table = try Table(cellCount: 1)
        let first = try #require(try table.insert("a"))
        let again = try #require(try table.insert("a"))
        #expect(first.isSame(as: again))
        #expect(table.count == 1)
    }

    /// What ends and begins anew meanwhile comes once, and so does all else.
    @Test func walksOverEachTextOnce() throws {
        // Readers that never leave: no memory is used again.
        let table = Table(arena: try Arena(), cellCount: 1) { _ in }
        for text in ["a", "b", "c"] { try table.insert(text) }
        var seen: [String] = []
        try table.forEach { row in
            seen.append(row.text(in: table))
            guard table.remove(row) else { return }
            try table.insert(seen[seen.count - 1])
            try table.insert("d")
        }
        #expect(seen == ["a", "b", "c"])
        seen = []
        table.forEach { seen.append($0.text(in: table)) }
        #expect(seen.sorted() == ["a", "b", "c", "d"])
    }

    @Test func refusesRowsPastTheLimitButFindsThoseThatExist() throws {
        let table = try Table(cellCount: 1)
        try table.insert("a", limit: 2)
        try table.insert("b", limit: 2)
        #expect(try table.insert("c", limit: 2) == nil)
        #expect(try table.insert("a", limit: 2) != nil)
        #expect(try table.insert("c", limit: 3) != nil)
    }

    @Test func givesANewRowItsFirstValueAndTime() throws {
        let table = try Table(cellCount: 2)
        let row = try #require(try table.insert("a", now: 77, initial: 5))
        #expect(row.cell(0).bits == 5)
        #expect(row.cell(1).bits == 0)
        #expect(row.present.bits == 0)
        #expect(row.created == 77)
        #expect(try table.insert("a", initial: 9)?.cell(0).bits == 5)
    }

    @Test func walksInTheOrderOfCreation() throws {
        let table = try Table(cellCount: 1)
        let texts = (0..<2000).map { "row \($0)" }
        for text in texts { try table.insert(text) }
        #expect(table.texts == texts)
    }

    @Test(arguments: [262_144, 300_000])
    func refusesATextThatNoBlockHolds(length: Int) throws {
        let table = try Table(cellCount: 1)
        #expect(throws: ArenaError.recordTooLong(byteCount: (length + 64 + 7) & ~7)) {
            try table.insert(String(repeating: "x", count: length))
        }
        try table.insert("short")
        #expect(table.texts == ["short"])
    }

    @Test func takesTheLongestTextThatABlockHolds() throws {
        let table = try Table(cellCount: 1)
        let text = String(repeating: "x", count: 262_144 - 16 - 64)
        try table.insert(text)
        #expect(table.find(text) != nil)
        #expect(throws: ArenaError.recordTooLong(byteCount: 262_136)) { try table.insert(text + "x") }
    }

    @Test func saysThatTheArenaIsFull() throws {
        let table = Table(arena: try Arena(reserve: 1 << 20), cellCount: 1) { $0() }
        var failure: ArenaError?
        for number in 0..<100_000 where failure == nil {
            do throws(ArenaError) { try table.insert("\(number)") } catch { failure = error }
        }
        guard case .full(let size) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(size <= 1 << 20)
        #expect(table.find("0") != nil)
        #expect(table.count == table.texts.count)
    }
}
