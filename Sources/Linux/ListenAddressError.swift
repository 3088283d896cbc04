import Bytes

/// Why a text is not an address to listen on; each case holds the whole text first.
package enum ListenAddressError: Error, Equatable, CustomStringConvertible {
    /// Nothing follows the last colon, or there is none.
    case missingPort(String)
    /// The port is not a number that fits.
    case malformedPort(String, port: String)
    /// An IPv6 address stands there without brackets.
    case missingBrackets(String)
    /// The opening bracket has no partner before the port.
    case malformedBrackets(String)
    /// The brackets hold something else than an IPv6 address.
    case notIPv6(String, host: String)
    /// The host is neither a name nor an IPv4 address.
    case malformedHost(String, host: String)

    /// What follows `unix:` is no absolute path of at most 107 bytes.
    case malformedPath(String)

    /// A sentence that quotes the text and says what to write.
    package var description: String {
        switch self {
        case .missingPort(let text):
            "\(text.quoted) has no port; write it as \":9568\" or \"127.0.0.1:9568\""
        case .malformedPort(let text, let port):
            "\(text.quoted) has the port \(port.quoted); a port is a number from 0 to 65535"
        case .missingBrackets(let text):
            "\(text.quoted) holds an IPv6 address without brackets; write it as \"[::1]:9568\""
        case .malformedBrackets(let text):
            "\(text.quoted) doesn't close its bracket before the port; write it as \"[::1]:9568\""
        case .notIPv6(let text, let host):
            "\(text.quoted) has \(host.quoted) in brackets, which is not an IPv6 address"
        case .malformedPath(let text):
            "\(text.quoted) needs the absolute path of a socket, of at most 107 bytes, as \"unix:/run/heliograph/web.sock\""
        case .malformedHost(let text, let host):
            "\(text.quoted) has the host \(host.quoted), which is neither a name nor an IPv4 address"
        }
    }
}
