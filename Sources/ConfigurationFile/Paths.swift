import Bytes
import ConfigurationKeys

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

/// What the path of the metrics page has to be.
package enum TelemetryPath {
    /// Why `path` can't be the metrics page's, as a sentence that quotes it; nil if it can.
    package static func mistake(in path: String) -> String? {
        guard path.hasPrefix("/") else { return "a path begins with /, not \(path.quoted)" }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"?#%".utf8.contains($0) }) else {
            return
                "\(path.quoted) holds a character that a path can't have: use ASCII without spaces, ?, # and %"
        }
        if let mistake = DotSegments.mistake(in: path) { return mistake }
        guard path != "/", !path.hasPrefix("/-/"), path != "/api", !path.hasPrefix("/api/") else {
            return "\(path.quoted) is taken: /, /-/ and /api/ are the service's own"
        }
        return nil
    }
}

/// `.` and `..` in a path, which clients and proxies resolve before they ask: nothing can be reached below one.
enum DotSegments {
    static func mistake(in path: String) -> String? {
        guard path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else { return nil }
        return "\(path.quoted) holds . or .. as a part, which clients resolve before they ask"
    }
}

/// Where the routes of the endpoint begin, and where browsers find it.
package enum RoutePrefix {
    /// Why `path` can't be put before all routes, as a sentence; nil if it can.
    static func mistake(in path: String) -> String? {
        guard path.isEmpty || path.hasPrefix("/") else { return "a path begins with /, not \(path.quoted)" }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"?#%{}*\"<>&".utf8.contains($0) }) else {
            return "\(path.quoted) holds a character that a path can't have"
        }
        return DotSegments.mistake(in: path)
    }

    /// Why `text` can't be the URL of the server; nil if it can.
    static func mistake(inURL text: String) -> String? {
        guard let path = path(ofURL: text) else {
            return "\(text.quoted) is no URL as https://example.com/heliograph"
        }
        return mistake(in: path)
    }

    /// The path of an http or https URL, without a slash at its end; nil for any other text.
    package static func path(ofURL text: String) -> String? {
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"?#".utf8.contains($0) })
        else {
            return nil
        }
        return trimmed(String(rest.dropFirst(host.count)))
    }

    /// The path without slashes at its end.
    package static func trimmed(_ path: String) -> String {
        String(path.reversed().drop { $0 == "/" }.reversed())
    }
}

extension ValueType<String> {
    /// What stands before all paths, perhaps nothing.
    static var routePrefix: Self { text("path", without: RoutePrefix.mistake(in:)) }

    /// An http or https URL without a query.
    static var externalURL: Self { text("URL", without: RoutePrefix.mistake(inURL:)) }

    /// The absolute path of a directory.
    static var directoryPath: Self {
        text("path") { path in
            guard path.hasPrefix("/") else { return "a directory needs an absolute path, not \(path.quoted)" }
            return path.utf8.contains(0) ? "a path can't hold a zero byte" : nil
        }
    }

    /// The path of a file; a relative one begins in the folder of the file that says it, or where the process began.
    static var fileName: Self {
        Self("path", text: { $0 }) { field in
            guard let name = field.text() else { return nil }
            guard !name.isEmpty, !name.utf8.contains(0) else {
                return field.failed("needs the path of a file")
            }
            return field.reading.names.pathWithCredentials(of: name)
        }
    }

    /// The absolute path of a Unix socket.
    static var socketPath: Self { text("path", without: SocketPath.mistake(in:)) }
}
