/// What a key says of its flag.
package struct FlagDeclaration: Sendable {
    /// Without dashes.
    package let name: String
    /// What stands for its value in the usage.
    package let placeholder: String
    /// All values that it takes; empty where they can't be listed.
    package let choices: [String]
    /// How it gives a value.
    package let form: ValueForm
}
