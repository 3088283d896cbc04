package import ConfigurationKeys

extension Configuration {
    /// Reads a file's text; `file` names it in errors and `sockets` says which sockets open where none is named.
    ///
    /// An empty text is all defaults. Throws every error at once, except that what is not YAML hides what it would say.
    package static func parse(
        text: String, file: String, sockets: DefaultSockets = .none
    ) throws(ConfigurationErrors) -> Configuration {
        let reading = FileReading(file: file)
        var configuration = Configuration(sockets: sockets)
        if let root = try YAMLField.root(of: text, reading) {
            reading.note(root)
            _ = root.read(into: &configuration)
        }
        configuration.places = reading.places
        guard reading.errors.isEmpty else { throw ConfigurationErrors(reading.errors) }
        return configuration
    }
}
