/// A value of metadata as it is written: numbers and truth values are told from text.
indirect enum LogValue: Equatable, Sendable {
    case text(String)
    /// A number or truth value, spelled as in JSON.
    case literal(String)
    case list([LogValue])
    case object([LogItem])
}

/// A key with its value.
struct LogItem: Equatable, Sendable {
    let key: String
    let value: LogValue
}

extension LogValue {
    /// A string as it is, a number in decimal, JSON for what is nested.
    var plainText: String {
        switch self {
        case .text(let text), .literal(let text): return text
        case .list, .object:
            var bytes: [UInt8] = []
            JSONText.append(self, to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
