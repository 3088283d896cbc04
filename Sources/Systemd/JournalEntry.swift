/// One entry for the journal: `FIELD=value` pairs in the order in which they were added, in one buffer.
package struct JournalEntry: Sendable, Equatable {
    /// All pairs, one after another.
    private(set) var bytes: [UInt8] = []
    /// Where each pair ends in `bytes`.
    private(set) var ends: [Int] = []

    /// Starts without a field; `byteCapacity` saves growing the buffer.
    package init(byteCapacity: Int = 512) {
        bytes.reserveCapacity(byteCapacity)
        ends.reserveCapacity(12)
    }

    /// The memory that the entry's content takes.
    package var byteCount: Int { bytes.count }

    /// Adds a field whose name is valid already; the journal silently drops one whose name is not.
    package mutating func append(_ name: some StringProtocol, _ value: some StringProtocol) {
        append(name) { $0.append(contentsOf: value.utf8) }
    }

    /// Adds a field whose value `write` appends to the buffer.
    package mutating func append(_ name: some StringProtocol, writing write: (inout [UInt8]) -> Void) {
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: "="))
        write(&bytes)
        ends.append(bytes.count)
    }

    /// The pairs as text, for tests and for reading an entry back.
    package var fields: [String] {
        zip([0] + ends, ends).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }
    }
}
