/// What a key says of its flag.
package struct FlagDeclaration: Sendable {
    /// Without dashes.
    package let name: String
    /// What stands for its value in the usage.
    package let placeholder: String
    /// How it gives a value.
    package let form: ValueForm
}
