import YAML

extension Configuration {
    /// The largest file that is read.
    package static let maximumBytes = 1 << 20

    /// Reads a file's text; `file` names it in errors and `sockets` says which sockets open where none is named.
    ///
    /// An empty text is all defaults. Throws every error at once, except that what is not YAML hides what it would say.
    package static func parse(
        text: String, file: String, sockets: DefaultSockets = .none
    ) throws(ConfigurationErrors) -> Configuration {
        guard text.utf8.count <= maximumBytes else {
            throw ConfigurationErrors([.tooLarge(file: file, limit: maximumBytes)])
        }
        let reading = FileReading(file: file)
        var configuration = Configuration(sockets: sockets)
        if let root = try document(text, file: file).root {
            let field = YAMLField(node: root, path: "", reading: reading)
            reading.note(field)
            _ = field.read(into: &configuration)
        }
        configuration.places = reading.places
        guard reading.errors.isEmpty else { throw ConfigurationErrors(reading.errors) }
        return configuration
    }

    private static func document(_ text: String, file: String) throws(ConfigurationErrors) -> YAMLDocument {
        do {
            return try YAMLDocument(parsing: text)
        } catch {
            throw ConfigurationErrors(
                error.mistakes.map { mistake in
                    .malformed(ConfigurationLocation(file, mistake.mark), reason: mistake.description)
                })
        }
    }
}
