import ConfigurationKeys

extension WebSettings {
    /// The reference of all keys in Markdown, made from their declarations.
    package static var reference: String {
        let defaults = WebSettings()
        let tables = keys.map { KeyTable(of: $0, in: defaults) }
        return tables.map { "### `\($0.title)`\n\n\($0.sentence)\n\n\($0.markdown)\n" }.joined(
            separator: "\n")
    }
}
