import Bytes

/// What the path of the metrics page has to be.
package enum TelemetryPath {
    /// Why `path` can't be the metrics page's, as a sentence that quotes it; nil if it can.
    package static func mistake(in path: String) -> String? {
        guard path.hasPrefix("/") else { return "a path begins with /, not \(path.quoted)" }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"?#%".utf8.contains($0) }) else {
            return
                "\(path.quoted) holds a character that a path can't have: use ASCII without spaces, ?, # and %"
        }
        guard path != "/", !path.hasPrefix("/-/"), path != "/api", !path.hasPrefix("/api/") else {
            return "\(path.quoted) is taken: /, /-/ and /api/ are the service's own"
        }
        return nil
    }
}
