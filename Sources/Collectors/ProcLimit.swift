/// A soft limit from `/proc/<pid>/limits`.
package enum ProcLimit: Sendable, Equatable {
    /// No limit.
    case unlimited
    /// A number in the resource's unit.
    case value(UInt64)

    /// Finds the soft limit of a resource, such as `Max open files`; nil if the line is missing or malformed.
    package init?(_ resource: String, in contents: [UInt8]) {
        let lines = String(decoding: contents, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix(resource + " ") }),
            let soft = line.dropFirst(resource.count).split(separator: " ").first
        else { return nil }
        if soft == "unlimited" {
            self = .unlimited
        } else if let value = UInt64(soft) {
            self = .value(value)
        } else {
            return nil
        }
    }
}
