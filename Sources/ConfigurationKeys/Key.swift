/// One key of a configuration file: all that is said of it, in one place.
///
/// The reader and its suggestions, the flags of `heliograph serve`, what a reload may change and the reference in
/// `docs/configuration.md` are made from these declarations.
package struct Key<Section>: Sendable {
    /// As the file writes it; within another section, below the name of this one and a dot.
    package let name: String
    /// What the reference and `--help` say of it, one sentence or two.
    package let sentence: String
    /// What the reference calls its type.
    package let type: String
    /// The flag that stands over the file, without its dashes.
    package var flag: FlagDeclaration?
    /// What stands for a default that is no value of its own.
    package var standard: String?
    /// The only kind of what the section describes that it belongs to; nil for all.
    package var owner: KeyOwner?
    package var isRequired = false
    /// Whether a reload must leave it as it is.
    package var needsRestart = false
    /// The keys of the mapping that it is.
    package var members: [Key<Section>] = []
    /// The keys of mappings within its value.
    package var inner: KeyTable?

    /// Takes over what is written; false, reported, where it is malformed.
    package let read: @Sendable (YAMLField, inout Section) -> Bool
    /// Whether both have the same value.
    package let isSame: @Sendable (Section, Section) -> Bool
    /// The value as the file would write it; nil for none.
    package let text: @Sendable (Section) -> String?
}

/// The kind of what a section describes, where some keys belong to one kind only.
package struct KeyOwner: Sendable, Equatable {
    /// As sentences call it.
    package let name: String

    /// A kind.
    package init(_ name: String) { self.name = name }
}

extension Key {
    /// A key with a value of its own.
    ///
    /// - Parameter reader: reads instead of `type` what depends on the keys before it.
    package init<Value: Equatable>(
        _ name: String, _ path: any WritableKeyPath<Section, Value> & Sendable, _ type: ValueType<Value>,
        flag: String? = nil, default standard: String? = nil, of owner: KeyOwner? = nil,
        isRequired: Bool = false, needsRestart: Bool = false,
        reader: (@Sendable (YAMLField, Section) -> Value?)? = nil, _ sentence: String
    ) {
        self.init(
            name: name, sentence: sentence, type: type.name,
            flag: flag.map {
                FlagDeclaration(
                    name: $0, placeholder: type.placeholder, choices: type.choices, form: type.form)
            },
            standard: standard, owner: owner, isRequired: isRequired, needsRestart: needsRestart,
            inner: type.inner,
            read: { field, section in
                let value = if let reader { reader(field, section) } else { type.read(field) }
                guard let value else { return false }
                section[keyPath: path] = value
                return true
            },
            isSame: { $0[keyPath: path] == $1[keyPath: path] },
            text: { standard == nil ? type.text($0[keyPath: path]) : nil })
    }

    /// A key whose value is nil where it is not written.
    package init<Value: Equatable>(
        _ name: String, _ path: any WritableKeyPath<Section, Value?> & Sendable,
        ifWritten type: ValueType<Value>,
        default standard: String = "none", of owner: KeyOwner? = nil, isRequired: Bool = false,
        reader: (@Sendable (YAMLField, Section) -> Value?)? = nil, _ sentence: String
    ) {
        var lifted: (@Sendable (YAMLField, Section) -> Value??)?
        if let reader { lifted = { reader($0, $1).map(Optional.some) } }
        self.init(
            name, path, type.ifWritten, default: standard, of: owner, isRequired: isRequired, reader: lifted,
            sentence)
    }

    /// A mapping with keys of its own.
    package init<Nested: KeyedSection>(
        _ name: String, _ path: any WritableKeyPath<Section, Nested> & Sendable, _ sentence: String
    ) {
        self.init(
            name: name, sentence: sentence, type: "mapping",
            members: Nested.keys.map { $0.within(path, name) },
            read: { $0.read(into: &$1[keyPath: path]) },
            isSame: { left, right in
                Nested.keys.allSatisfy { $0.isSame(left[keyPath: path], right[keyPath: path]) }
            },
            text: { Nested.keys.flowMapping($0[keyPath: path]) })
    }

    /// The same key of a section that holds this one at `path`, under the name `parent`.
    private func within<Outer>(
        _ path: any WritableKeyPath<Outer, Section> & Sendable, _ parent: String
    ) -> Key<Outer> {
        Key<Outer>(
            name: "\(parent).\(name)", sentence: sentence, type: type,
            flag: flag, standard: standard, owner: owner, isRequired: isRequired, needsRestart: needsRestart,
            members: members.map { $0.within(path, parent) }, inner: inner,
            read: { read($0, &$1[keyPath: path]) },
            isSame: { isSame($0[keyPath: path], $1[keyPath: path]) },
            text: { text($0[keyPath: path]) })
    }

    /// The keys in it that have no members, or the key itself.
    package var leaves: [Key<Section>] { members.isEmpty ? [self] : members.flatMap(\.leaves) }
}
