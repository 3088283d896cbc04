import Glibc

/// Which files of the journal this process may read.
package struct JournalFiles: Sendable, Equatable {
    /// How many there are that it may read.
    package private(set) var readable = 0
    /// How many there are that it may not read.
    package private(set) var refused = 0

    /// Looks in `directory`, or where journald has those of this machine.
    package init(directory: String? = nil) {
        let places = directory.map { [$0] } ?? ["/var/log/journal", "/run/log/journal"]
        for place in places { look(in: place, depth: directory == nil ? 1 : 0) }
    }

    /// The machine's directories lie one level below those that are known.
    private mutating func look(in directory: String, depth: Int) {
        guard let stream = unsafe opendir(directory) else {
            if errno == EACCES { refused += 1 }
            return
        }
        defer { unsafe closedir(stream) }
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            if name.hasSuffix(".journal") || name.hasSuffix(".journal~") {
                if unsafe access("\(directory)/\(name)", R_OK) == 0 { readable += 1 } else { refused += 1 }
            } else if depth > 0 {
                look(in: "\(directory)/\(name)", depth: depth - 1)
            }
        }
    }
}
