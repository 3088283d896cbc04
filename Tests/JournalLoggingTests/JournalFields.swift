import Systemd

/// The fields of an entry, read as journald reads them; nil where it is malformed.
func fields(of entry: JournalEntry) -> [String]? { fields(in: entry.bytes) }

/// The same of what arrived as a datagram.
func fields(in bytes: [UInt8]) -> [String]? {
    var rest = bytes[...]
    var fields: [String] = []
    while let end = rest.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "\n") }) {
        let name = String(decoding: rest[..<end], as: UTF8.self)
        let isMeasured = rest[end] == UInt8(ascii: "\n")
        rest = rest[(end + 1)...]
        var size = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 - rest.startIndex }
        if isMeasured {
            guard rest.count >= 8 else { return nil }
            size = Int(rest.prefix(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
            rest = rest.dropFirst(8)
        }
        guard let size, rest.count > size, rest.dropFirst(size).first == UInt8(ascii: "\n") else {
            return nil
        }
        fields.append("\(name)=\(String(decoding: rest.prefix(size), as: UTF8.self))")
        rest = rest.dropFirst(size + 1)
    }
    return rest.isEmpty ? fields : nil
}
