import YAML

extension YAMLField {
    /// The whole of a file's text; nil for one that says nothing.
    ///
    /// - Throws: where the text is too long, or not YAML.
    package static func root(
        of text: String, _ reading: FileReading
    ) throws(ConfigurationErrors) -> YAMLField? {
        guard text.utf8.count <= ConfigurationText.maximumBytes else {
            throw ConfigurationErrors([.tooLarge(file: reading.file, limit: ConfigurationText.maximumBytes)])
        }
        guard let root = try document(text, file: reading.file).root else { return nil }
        return YAMLField(node: root, path: "", reading: reading)
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
