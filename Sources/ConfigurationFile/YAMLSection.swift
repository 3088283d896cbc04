/// A mapping whose keys are known.
struct YAMLSection<Key: ConfigurationKey> {
    /// The whole mapping.
    let field: YAMLField
    private let values: [Key: YAMLField]

    /// Reports unknown keys and, with nil, what is no mapping; nothing there is an empty mapping.
    init?(_ field: YAMLField) {
        guard let entries = field.entries() else { return nil }
        var values: [Key: YAMLField] = [:]
        for (name, written, value) in entries {
            if let key = Key(rawValue: name) {
                values[key] = value
            } else {
                let hint = YAMLField.hint(name, Key.allCases.map(\.rawValue))
                written.fail("there is no such key\(hint)")
            }
        }
        self.field = field
        self.values = values
    }

    /// The value of `key`, if it is written.
    subscript(key: Key) -> YAMLField? { values[key] }

    /// The value of `key`, reported if it is missing.
    func required(_ key: Key) -> YAMLField? {
        if let value = values[key] { return value }
        field.fail("the key \"\(key.rawValue)\" is missing")
        return nil
    }

    /// Replaces `value` by what `read` makes of `key`, if it is written and well formed.
    func read<Value>(_ key: Key, into value: inout Value, _ read: (YAMLField) -> Value?) {
        if let field = values[key], let new = read(field) { value = new }
    }
}
