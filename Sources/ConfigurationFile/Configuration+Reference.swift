import ConfigurationKeys

extension Configuration {
    /// The reference of all keys in Markdown, made from their declarations.
    package static var reference: String {
        let defaults = Configuration()
        var titles: Set<String> = []
        let tables = keys.flatMap { (KeyTable($0, of: defaults) ?? $0.inner)?.withInner ?? [] }
            .filter { titles.insert($0.title).inserted }
        return """
            ### Everything at its default

            ```yaml
            \(keys.map { $0.block(defaults) }.joined(separator: "\n"))
            ```
            \(tables.map { "\n### `\($0.title)`\n\n\($0.sentence)\n\n\($0.markdown)\n" }.joined())
            """
    }
}
