package import ConfigurationKeys

/// The `state` section: what of the series outlives the process.
package struct StateConfiguration: Sendable, Equatable {
    /// The directory that gets a copy of all series; nil means `$STATE_DIRECTORY`.
    package var directory: String?
    /// How often it gets one while the service runs; zero for only at a clean stop.
    package var interval = Duration.seconds(300)
    /// Whether the series lie in a file on a tmpfs where no service manager keeps their memory.
    package var live = true

    /// The defaults.
    package init() {}
}

extension StateConfiguration: KeyedSection {
    package static let keys: [Key<StateConfiguration>] = [
        Key(
            "directory", \.directory, ValueType<String>.directoryPath.ifWritten, flag: "state.directory",
            default: "$STATE_DIRECTORY, or none", needsRestart: true,
            "The directory that gets a copy of all series, an absolute path; without one a reboot begins anew."
        ),
        Key(
            "interval", \.interval, .duration, flag: "state.interval",
            "How often the directory gets a copy while the service runs; `0s` for only at a clean stop."),
        Key(
            "live", \.live, .boolean, flag: "state.live", needsRestart: true,
            "Whether series lie in a file on a tmpfs, so that a killed service loses none; under systemd its descriptor store has them instead."
        ),
    ]
}
