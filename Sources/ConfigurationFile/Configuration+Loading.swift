package import ConfigurationKeys

extension Configuration {
    /// Reads and parses the file at `path`; blocks while it reads.
    package static func load(
        path: String, sockets: DefaultSockets = .none
    ) throws(ConfigurationErrors) -> Configuration {
        try parse(text: ConfigurationText.read(path), file: path, sockets: sockets)
    }
}
