/// The keys of one mapping as the reference shows them, in a table under a title.
package struct KeyTable: Sendable {
    /// Above it.
    package let title: String
    /// Below the title.
    package let sentence: String
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
    package init<Section: KeyedSection>(_ title: String, _ sentence: String, _ section: Section) {
        self.title = title
        self.sentence = sentence
        rows = Section.keys.flatMap(\.leaves).map { Row($0, path: "\(title).\($0.name)", of: section) }
    }

    /// The members of a key; nothing for a key without members.
    package init?<Section>(_ key: Key<Section>, of section: Section) {
        guard !key.members.isEmpty else { return nil }
        self.init(of: key, in: section)
    }

    /// A key and its members, or the key alone where it has none.
    package init<Section>(of key: Key<Section>, in section: Section) {
        title = key.name
        sentence = key.sentence
        rows = key.leaves.map { Row($0, path: $0.name, of: section) }
    }

    /// The table and those of the mappings within its values.
    package var withInner: [KeyTable] { [self] + rows.compactMap(\.inner).flatMap(\.withInner) }

    /// The table in Markdown; columns that say nothing are left out.
    package var markdown: String {
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
        let owner = key.owner.map { "\($0.name.prefix(1).uppercased())\($0.name.dropFirst()) only. " }
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

extension Key {
    /// The key with its members, as a block of YAML.
    package func block(_ section: Section) -> String {
        guard !members.isEmpty else { return "\(name): \(text(section) ?? "")" }
        let lines = members.compactMap { member in
            member.text(section).map { "  \(member.name.dropFirst(name.count + 1)): \($0)" }
        }
        return (["\(name):"] + lines).joined(separator: "\n")
    }
}
