/// One entry for the journal, in the bytes of its native protocol: fields in the order in which they were added.
package struct JournalEntry: Sendable, Equatable {
    /// All fields, one after another.
    package private(set) var bytes: [UInt8] = []

    /// Starts without a field; `byteCapacity` saves growing the buffer.
    package init(byteCapacity: Int = 1024) {
        bytes.reserveCapacity(byteCapacity)
    }

    /// Adds a field whose name is valid already; the journal silently drops one whose name is not.
    package mutating func append(_ name: some StringProtocol, _ value: some StringProtocol) {
        append(name) { $0.append(contentsOf: value.utf8) }
    }

    /// Adds a field whose value `write` appends to the buffer.
    package mutating func append(_ name: some StringProtocol, writing write: (inout [UInt8]) -> Void) {
        bytes.append(contentsOf: name.utf8)
        let separator = bytes.count
        bytes.append(UInt8(ascii: "="))
        write(&bytes)
        if bytes[(separator + 1)...].contains(UInt8(ascii: "\n")) { measureValue(after: separator) }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A value with line feeds has its size in front of it, eight bytes from the lowest on.
    private mutating func measureValue(after separator: Int) {
        let size = UInt64(bytes.count - separator - 1)
        bytes[separator] = UInt8(ascii: "\n")
        let sizeBytes = stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: size >> $0) }
        bytes.insert(contentsOf: sizeBytes, at: separator + 1)
    }
}
