/// The ways in which clients write tags.
package struct TagStyles: OptionSet, Sendable {
    /// The raw value.
    package let rawValue: Int

    /// The styles of these bits.
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// A section of its own: `name:1|c|#k:v,k2:v2`.
    package static let dogStatsD = TagStyles(rawValue: 1)
    /// Behind the name and a comma: `name,k=v,k2=v2:1|c`.
    package static let influxDB = TagStyles(rawValue: 2)
    /// Behind the name and a hash: `name#k=v,k2=v2:1|c`.
    package static let librato = TagStyles(rawValue: 4)
    /// In brackets anywhere in the name: `na[k=v,k2=v2]me:1|c`.
    package static let signalFX = TagStyles(rawValue: 8)

    /// All of them.
    package static let all: TagStyles = [dogStatsD, influxDB, librato, signalFX]
}

/// What becomes of a tag that is a name alone, such as `#prod`.
package enum BareTags: Sendable {
    /// A label with the value `true`.
    case label
    /// Nothing; it is counted as dropped.
    case drop
}
