/// A mapping of the file whose keys are known.
package protocol KeyedSection: Sendable {
    /// In the order in which they are read.
    static var keys: [Key<Self>] { get }

    /// Reports what is wrong with several keys together; false where nothing can be made of the section.
    mutating func finish(_ fields: SectionFields) -> Bool
}

extension KeyedSection {
    /// Nothing is wrong.
    package mutating func finish(_ fields: SectionFields) -> Bool { true }
}

/// What is written in one section.
package struct SectionFields {
    /// The whole mapping.
    package let section: YAMLField
    fileprivate(set) var values: [String: YAMLField] = [:]
    fileprivate(set) var malformed: Set<String> = []

    /// The value of a key, if it is written.
    package subscript(name: String) -> YAMLField? { values[name] }

    /// Whether the key is written and has a value that can be used.
    package func has(_ name: String) -> Bool { values[name] != nil && !malformed.contains(name) }

    /// Whether the key is written, and was reported as malformed.
    package func isMalformed(_ name: String) -> Bool { malformed.contains(name) }

    /// Reports those of `keys` that belong to others than those of `owner`.
    package func refuse<Section>(
        _ keys: [Key<Section>], notOf present: KeyOwner,
        _ reason: (_ key: String, _ owner: KeyOwner) -> String
    ) {
        for key in keys {
            guard let owner = key.owner, owner != present else { continue }
            self[key.name]?.fail(reason(key.name, owner))
        }
    }
}

extension YAMLField {
    /// Reads a mapping over what `section` holds: what is not written, or malformed and reported, stays as it is.
    ///
    /// False where nothing can be made of it.
    package func read<Section: KeyedSection>(into section: inout Section) -> Bool {
        guard let entries = entries() else { return false }
        let names = Section.keys.map(\.name)
        let known = Set(names)
        var fields = SectionFields(section: self)
        for (name, written, value) in entries {
            if known.contains(name) {
                fields.values[name] = value
            } else {
                written.fail("there is no such key\(Suggestion.hint(name, among: names))")
            }
        }
        var isUsable = true
        for key in Section.keys {
            if let value = fields[key.name] {
                if key.needsRestart || !key.members.isEmpty { reading.note(value) }
                if !key.read(value, &section) { fields.malformed.insert(key.name) }
            } else if key.isRequired {
                fail("the key \"\(key.name)\" is missing")
            }
            if key.isRequired, !fields.has(key.name) { isUsable = false }
        }
        return section.finish(fields) && isUsable
    }

    /// A mapping with those defaults; nil, reported, where nothing can be made of it.
    package func section<Section: KeyedSection>(_ defaults: Section) -> Section? {
        var section = defaults
        return read(into: &section) ? section : nil
    }
}
