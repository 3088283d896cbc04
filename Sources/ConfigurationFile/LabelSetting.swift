/// A name with a text: a constant label, a rule's label template, or a metadata condition.
package struct LabelSetting: Sendable, Hashable {
    /// The label's name, or the metadata key of a condition.
    package var name: String
    /// The value as written; in a rule it may hold `$1`.
    package var value: String

    /// A pair.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
