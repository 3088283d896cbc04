import PrometheusFormat
import Synchronization

/// The formats that `Accept` headers ask for: a server sends the same one with every scrape, so it is read once; thread-safe.
///
/// Headers come from outside. So there are at most 16, of at most 1 KiB each, and all are forgotten where one more comes.
final class NegotiatedFormats: Sendable {
    private let known = Mutex<[String: PageFormat]>([:])
    private static let most = 16
    private static let longest = 1024

    /// What `PageFormat.negotiate` says of the header.
    func format(accept: String?) -> PageFormat {
        guard let accept, Self.isPlain(accept) else { return .negotiate(accept: accept) }
        if let format = known.withLock({ $0[accept] }) { return format }
        let format = PageFormat.negotiate(accept: accept)
        known.withLock { known in
            if known.count >= Self.most { known = [:] }
            known[accept] = format
        }
        return format
    }

    /// Strings with other characters can be equal without having the same bytes: a Greek question mark is a semicolon.
    private static func isPlain(_ header: String) -> Bool {
        header.utf8.count <= longest && header.utf8.allSatisfy { $0 < 0x80 }
    }
}
