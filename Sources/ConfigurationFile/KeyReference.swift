import TelemetryMetrics

/// The keys of one mapping as the reference shows them, in a table under a title.
struct KeyTable: Sendable {
    let title: String
    let sentence: String
    let rows: [Row]

    struct Row: Sendable {
        let path: String
        let type: String
        let standard: String
        let flag: String?
        let needsRestart: Bool
        let sentence: String
        let inner: KeyTable?
    }

    /// The keys of a section, with the defaults that `section` has, below `title`.
    init<Section: KeyedSection>(_ title: String, _ sentence: String, _ section: Section) {
        self.title = title
        self.sentence = sentence
        rows = Section.keys.flatMap(\.leaves).map { Row($0, path: "\(title).\($0.name)", of: section) }
    }

    /// The members of a key; nothing for a key without members.
    fileprivate init?<Section>(_ key: Key<Section>, of section: Section) {
        guard !key.members.isEmpty else { return nil }
        title = key.name
        sentence = key.sentence
        rows = key.leaves.map { Row($0, path: $0.name, of: section) }
    }

    /// The table and those of the mappings within its values.
    fileprivate var withInner: [KeyTable] { [self] + rows.compactMap(\.inner).flatMap(\.withInner) }

    /// The table in Markdown; columns that say nothing are left out.
    fileprivate var markdown: String {
        let hasFlags = rows.contains { $0.flag != nil }
        let hasRestarts = rows.contains(where: \.needsRestart)
        func line(_ cells: [String?]) -> String { "| \(cells.compactMap(\.self).joined(separator: " | ")) |" }
        let titles = line([
            "Key", "Type", "Default", hasFlags ? "Flag" : nil, hasRestarts ? "Reload" : nil, "Meaning",
        ])
        let rule = titles.split(separator: "|", omittingEmptySubsequences: true).map { _ in "|---" }.joined()
        let body = rows.map { row in
            line([
                "`\(row.path)`", row.type, row.standard,
                hasFlags ? row.flag.map { "`--\($0)`" } ?? "" : nil,
                hasRestarts ? row.needsRestart ? "restart" : "yes" : nil, row.sentence,
            ])
        }
        return ([titles, "\(rule)|"] + body).joined(separator: "\n")
    }
}

extension KeyTable.Row {
    fileprivate init<Section>(_ key: Key<Section>, path: String, of section: Section) {
        let standard = key.isRequired ? "required" : key.standard ?? key.text(section).map { "`\($0)`" } ?? ""
        let owner = key.kind.map { "\($0.rawValue.prefix(1).uppercased())\($0.rawValue.dropFirst()) only. " }
        self.init(
            path: path, type: key.type, standard: standard, flag: key.flag?.name,
            needsRestart: key.needsRestart, sentence: (owner ?? "") + key.sentence, inner: key.inner)
    }
}

extension Array {
    /// What a section holds, on one line of YAML; a key without a text is left out.
    func flowMapping<Section>(_ section: Section) -> String where Element == Key<Section> {
        let pairs = compactMap { key in key.text(section).map { "\(key.name): \($0)" } }
        return "{\(pairs.joined(separator: ", "))}"
    }
}

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

extension Key {
    /// The key with its members, as a block of YAML.
    fileprivate func block(_ section: Section) -> String {
        guard !members.isEmpty else { return "\(name): \(text(section) ?? "")" }
        let lines = members.compactMap { member in
            member.text(section).map { "  \(member.name.dropFirst(name.count + 1)): \($0)" }
        }
        return (["\(name):"] + lines).joined(separator: "\n")
    }
}
