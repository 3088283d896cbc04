/// What is read at most, so that no text takes more than linear time or any text much memory.
package enum YAMLLimits {
    /// How many lists and mappings are open at one place.
    package static let depth = 32
    /// How many scalars, lists and mappings a text holds.
    package static let values = 1 << 18
    /// How many mistakes are reported; a text of random bytes would have a million.
    package static let mistakes = 100
    /// Blanks and line breaks in a row: libyaml clears its buffer of them, at its largest size, after each word.
    static let blanks = 4096
    /// Lines that begin with `%`: libyaml compares each tag directive with all before it.
    static let directives = 16
    /// How often a text is read again after an indicator at which libyaml stopped.
    static let coverings = 20
}
