/// When the host started, from `/proc/stat`.
package enum BootTime {
    /// The `btime` line in Unix seconds; nil if it is missing or malformed.
    package static func parse(_ contents: [UInt8]) -> UInt64? {
        let lines = String(decoding: contents, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("btime ") }) else { return nil }
        return UInt64(line.dropFirst("btime ".count))
    }
}
