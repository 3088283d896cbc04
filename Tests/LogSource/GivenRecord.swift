import Logging

/// A record as a line gives it: level, logger, message, then keys with their values, all between tabs.
///
/// Texts are in hexadecimal. A value begins with its type: `s` for text, `i` for a whole number, `d` for a number by its bits,
/// `b` for 0 or 1, `l` for a list of texts between commas.
struct GivenRecord {
    let level: Logger.Level
    let logger: String
    let message: String
    let metadata: Logger.Metadata

    init(_ line: String) throws {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard parts.count >= 3, let level = Logger.Level(rawValue: String(parts[0])) else {
            throw MalformedRecord()
        }
        self.level = level
        logger = try Self.text(parts[1])
        message = try Self.text(parts[2])
        var metadata: Logger.Metadata = [:]
        for pair in parts.dropFirst(3) {
            guard let equals = pair.firstIndex(of: "=") else { throw MalformedRecord() }
            metadata[try Self.text(pair[..<equals])] = try Self.value(pair[pair.index(after: equals)...])
        }
        self.metadata = metadata
    }

    private static func value(_ text: Substring) throws -> Logger.MetadataValue {
        let rest = text.dropFirst()
        switch text.first {
        case "s": return .string(try Self.text(rest))
        case "i": return .stringConvertible(Int(rest) ?? 0)
        case "d": return .stringConvertible(Double(bitPattern: UInt64(rest) ?? 0))
        case "b": return .stringConvertible(rest == "1")
        case "l":
            return .array(
                try rest.split(separator: ",", omittingEmptySubsequences: false).map {
                    .string(try Self.text($0))
                })
        default: throw MalformedRecord()
        }
    }

    private static func text(_ hex: Substring) throws -> String {
        var bytes: [UInt8] = []
        var rest = hex[...]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { throw MalformedRecord() }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

struct MalformedRecord: Error {}
