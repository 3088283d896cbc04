import Bytes

/// What a Unix socket's path has to be.
package enum SocketPath {
    /// The bytes that `sockaddr_un` holds before its terminating zero.
    static let maximumLength = 107

    /// Why `path` can't be a socket's address, as a sentence; nil if it can.
    package static func mistake(in path: String) -> String? {
        guard path.hasPrefix("/") else { return "a socket needs an absolute path, not \(path.quoted)" }
        guard !path.hasSuffix("/") else { return "\(path.quoted) names a directory, not a socket" }
        guard !path.utf8.contains(0) else { return "a socket's path can't hold a zero byte" }
        let length = path.utf8.count
        guard length <= maximumLength else {
            return "a socket's path can have \(maximumLength) bytes, this one has \(length)"
        }
        return nil
    }
}
