/// The fields of `/proc/<pid>/stat` (proc(5)) that `process_*` metrics need; each is nil where missing or not a number.
package struct ProcStat: Sendable, Equatable {
    /// User mode time in clock ticks.
    package let userTicks: UInt64?
    /// Kernel mode time in clock ticks.
    package let systemTicks: UInt64?
    /// Threads.
    package let threads: Int?
    /// Start in clock ticks after boot.
    package let startTicks: UInt64?
    /// Virtual memory in bytes.
    package let virtualBytes: UInt64?
    /// Resident memory in pages.
    package let residentPages: UInt64?

    /// Parses the file; nil without the parenthesised command, whose own spaces and parentheses are skipped.
    package init?(_ contents: [UInt8]) {
        guard let end = contents.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = contents[(end + 1)...]
            .split(whereSeparator: { $0 == 0x20 || $0 == 0x0a })
            .map { String(decoding: $0, as: UTF8.self) }
        // proc(5) counts from 1 at the pid; the first field after the command is number 3.
        func field<Number: FixedWidthInteger>(_ number: Int) -> Number? {
            fields.indices.contains(number - 3) ? Number(fields[number - 3]) : nil
        }
        userTicks = field(14)
        systemTicks = field(15)
        threads = field(20)
        startTicks = field(22)
        virtualBytes = field(23)
        residentPages = field(24)
    }
}

/// When the host started, from `/proc/stat`.
package enum BootTime {
    /// The `btime` line in Unix seconds; nil if it is missing or malformed.
    package static func parse(_ contents: [UInt8]) -> UInt64? {
        let lines = String(decoding: contents, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("btime ") }) else { return nil }
        return UInt64(line.dropFirst("btime ".count))
    }
}
