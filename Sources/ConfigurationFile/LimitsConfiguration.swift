package import ConfigurationKeys

/// The `limits` section: what all metrics together may take.
package struct LimitsConfiguration: Sendable, Equatable {
    /// Bytes of memory for series and names; nil means the default, which depends on the machine.
    package var memory: Int?
    /// Samples on a page; at least 1.
    package var samples = 1_000_000

    /// The defaults.
    package init() {}
}

extension LimitsConfiguration: KeyedSection {
    package static let keys: [Key<LimitsConfiguration>] = [
        Key(
            "memory", \.memory, ValueType<Int>.size(in: 4 << 20...32 << 30).ifWritten, flag: "limits.memory",
            default: "a quarter of the machine or of its cgroup, whichever is less, at most 512MiB",
            needsRestart: true,
            "Memory of all series and names together; near it new label sets fall into overflow series, and new names are rejected."
        ),
        Key(
            "samples", \.samples, .whole(atLeast: 1), flag: "limits.samples", needsRestart: true,
            "Samples on a page; past it new label sets fall into overflow series, and new names are rejected. [Long labels count](operations.md#memory)."
        ),
    ]
}
