/// How much memory the machine has, and how much of it the process may use.
package enum MemoryAllowance {
    /// The least of the machine's memory and the limits of the process's control group and of those around it, in bytes;
    /// nil where the machine's memory can't be read.
    ///
    /// Control groups of version 2 (`memory.max`, `memory.high`) and of version 1 (`memory.limit_in_bytes`). `proc` and
    /// `cgroup` are where the file systems are mounted.
    package static func bytes(proc: String = "/proc", cgroup: String = "/sys/fs/cgroup") -> Int? {
        guard let machine = machine(proc) else { return nil }
        let groups = lines(of: "\(proc)/self/cgroup").compactMap { Group($0, mountedAt: cgroup) }
        return groups.flatMap(\.limits).reduce(machine, min)
    }

    /// The most that a store of series may take, names in the heap included, where `ulimit -v`, `-d` or `-f` leaves little.
    ///
    /// Its file may grow to five quarters of what is in use, and 1 MiB.
    package static var store: Int? {
        let shares = [SharedMemory.largestReservation, ResourceLimit.data.left.map { $0 / 4 }]
        return shares.compactMap(\.self).min().map { max(0, $0 - (1 << 20)) / 5 * 4 }
    }

    /// `MemTotal:        4039724 kB`.
    private static func machine(_ proc: String) -> Int? {
        for line in lines(of: "\(proc)/meminfo") where line.hasPrefix("MemTotal:") {
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            guard let kibibytes, kibibytes > 0 else { return nil }
            return kibibytes.multipliedReportingOverflow(by: 1024).partialValue
        }
        return nil
    }

    /// A control group of the process, as a line of `/proc/self/cgroup` names it.
    private struct Group {
        private let root: String
        private let path: [Substring]
        private let files: [String]

        /// `0::/system.slice/a.service` of version 2, `7:memory:/a` of version 1; nil for other controllers.
        init?(_ line: String, mountedAt mount: String) {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return nil }
            if fields[0] == "0", fields[1].isEmpty {
                (root, files) = (mount, ["memory.max", "memory.high"])
            } else if fields[1].split(separator: ",").contains("memory") {
                (root, files) = ("\(mount)/memory", ["memory.limit_in_bytes"])
            } else {
                return nil
            }
            // Of a group that is outside of what the process sees, all that counts is what it sees of it.
            path = fields[2].split(separator: "/").filter { $0 != ".." }
        }

        /// What the files of the group and of those around it say; one without a limit says a word, or has no such file.
        var limits: [Int] {
            (0...path.count).flatMap { depth in
                let directory = ([root] + path[..<depth].map(String.init)).joined(separator: "/")
                return files.compactMap { file in
                    lines(of: "\(directory)/\(file)").first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
                }
            }
        }
    }

    private static func lines(of path: String) -> [String] {
        guard let bytes = try? WholeFile.read(path, limit: 1 << 20) else { return [] }
        // Text would be split by characters, which takes 40 times as long.
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
}
