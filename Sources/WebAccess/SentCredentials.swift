import JSONWebTokens
import Microhttpd

/// What a request says of who sent it.
enum SentCredentials: Equatable {
    /// A name and a password, of any bytes.
    case basic(user: [UInt8], password: [UInt8])
    case bearer([UInt8])

    /// Nil for a request that says nothing of it, more than one thing, or nothing that is understood (RFC 7617, RFC 6750).
    init?(_ headers: Headers) {
        let values = headers.values("Authorization")
        guard values.count == 1, let value = values.first, let space = value.utf8.firstIndex(of: 0x20) else {
            return nil
        }
        let rest = value[space...].drop { $0 == " " }
        switch value[..<space].lowercased() {
        case "basic":
            guard let bytes = Base64.decode(rest.utf8), let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
            else { return nil }
            self = .basic(user: Array(bytes[..<colon]), password: Array(bytes[(colon + 1)...]))
        case "bearer":
            guard !rest.isEmpty, rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
            self = .bearer(Array(rest.utf8))
        default: return nil
        }
    }
}
