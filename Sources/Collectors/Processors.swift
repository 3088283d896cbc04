import Glibc

/// How many processors there are to run on.
package enum Processors {
    /// Those of the host, as many as Swift's pool has threads for tasks, however few of them the process may use.
    package static var online: Int? {
        let count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        return count > 0 ? count : nil
    }

    /// Those that the process may run on by its affinity or cpuset, from `files`; nil if they don't tell.
    package static func usable(_ files: ProcessFiles = .own) -> Int? {
        files.status.flatMap(parse)
    }

    /// Counts the `Cpus_allowed_list` line, such as `0-3,8`; nil if it is missing or malformed.
    static func parse(_ contents: [UInt8]) -> Int? {
        let name = "Cpus_allowed_list:"
        let lines = String(decoding: contents, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix(name) }) else { return nil }
        let list = line.dropFirst(name.count).filter { !$0.isWhitespace }
        var count = 0
        for part in list.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last
            else { return nil }
            count += Int(last - first) + 1
        }
        return count
    }
}
