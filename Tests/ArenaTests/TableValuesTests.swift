import Telemetry
import Testing

@testable import Arena

/// Rows that are found by their values.
@Suite(.timeLimit(.minutes(5)))
struct TableValuesTests {
    private let table: Table

    init() throws {
        // As of the labels a and bb.
        table = Table(
            arena: try Arena(), cellCount: 1, starts: [#"a=""#.utf8.count, #"",bb=""#.utf8.count]
        ) { $0() }
    }

    private func with<Result>(_ values: [String], _ body: (borrowing RawSpan) -> Result) -> Result {
        LabelWriter.withValues(
            { writer in
                for value in values { writer.appendValue(value) }
            }, body)
    }

    /// With the hash of other values where there are some.
    @discardableResult
    private func insert(_ first: String, _ second: String, hashedAs others: [String]? = nil) throws -> Row {
        let hash = with(others ?? [first, second]) { table.hash(ofValues: $0) }
        let text = Array(#"a="\#(first)",bb="\#(second)""#.utf8)
        return try #require(unsafe try table.insert(text.span.bytes, hash: hash, now: 0))
    }

    private func find(_ values: String...) -> Row? { with(values) { table.find(values: $0) } }

    /// Each length is copied, hashed and compared in a way of its own.
    @Test func findsValuesOfAnyLength() throws {
        let texts = (0...70).map { String(repeating: "x", count: $0) }
        let rows = try texts.map { try insert($0, "y") }
        for (text, row) in zip(texts, rows) { #expect(find(text, "y")?.isSame(as: row) == true) }
        #expect(find(String(repeating: "x", count: 71), "y") == nil)
    }

    /// Also where the hashes are the same, which no chance brings about.
    @Test func tellsApartWhatDiffersInOneByte() throws {
        for length in 1...40 {
            let bytes = [UInt8](repeating: 0x61, count: length)
            let value = String(decoding: bytes, as: UTF8.self)
            for place in 0..<length {
                var changed = bytes
                changed[place] = 0x62
                let other = String(decoding: changed, as: UTF8.self)
                try insert(value, "y", hashedAs: [other, "y"])
                #expect(find(other, "y") == nil)
                try insert("y", value, hashedAs: ["y", other])
                #expect(find("y", other) == nil)
            }
        }
    }

    @Test func tellsApartWhereAValueEnds() throws {
        let rows = try [insert("ab", "c"), insert("a", "bc"), insert("", "abc"), insert("abc", "")]
        #expect(find("ab", "c")?.isSame(as: rows[0]) == true)
        #expect(find("a", "bc")?.isSame(as: rows[1]) == true)
        #expect(find("", "abc")?.isSame(as: rows[2]) == true)
        #expect(find("abc", "")?.isSame(as: rows[3]) == true)
    }

    /// What stands between the values of a row may be part of a value that is looked for; also where the hashes are the same.
    @Test func tellsApartWhatLooksTheSameBetweenOtherBounds() throws {
        let others = ["p", #"r",bb="s"#]
        try insert("pqqqqqqr", "s", hashedAs: others)
        #expect(find(others[0], others[1]) == nil)
    }

    @Test func findsNothingForAnotherNumberOfValues() throws {
        try insert("a", "b")
        #expect(find("a") == nil)
        #expect(find("a", "b", "") == nil)
        #expect(find() == nil)
    }

    @Test func hashesValuesInOnePieceOrInSeveral() {
        let whole = with(["abc", "de"]) { table.hash(ofValues: $0) }
        let pieces = LabelWriter.withValues(
            { writer in
                writer.appendValue {
                    $0.append("a")
                    $0.append("bc")
                }
                writer.appendValue("de")
            }, { table.hash(ofValues: $0) })
        #expect(whole == pieces)
    }
}
