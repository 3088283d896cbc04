/// One thing that keeps a text from being read, and where it is.
package struct YAMLMistake: Error, Equatable, CustomStringConvertible {
    /// What it is, with its evidence.
    package enum Reason: Sendable, Equatable {
        /// YAML has no such character.
        case character(UInt32)
        /// More than this many blanks and line breaks follow one another.
        case tooManyBlanks(limit: Int)
        /// More than this many lines are directives.
        case tooManyDirectives(limit: Int)
        /// More than this many lists and mappings are open.
        case tooDeep(limit: Int)
        /// The text holds more than this many texts, lists and mappings.
        case tooManyValues(limit: Int)
        /// A name for a value, which would let aliases repeat it.
        case anchor
        /// A value that stands somewhere else.
        case alias
        /// A type that YAML or an application defines.
        case tag
        /// A second document begins.
        case secondDocument
        /// A tab stands among the blanks that begin the line.
        case tab
        /// A text without quotes begins with a character that YAML keeps for itself.
        case reserved(Character)
        /// YAML's grammar is violated; the parser's own words.
        case syntax(String)
        /// The parser found no memory.
        case outOfMemory
    }

    /// Where it begins.
    package let mark: YAMLMark
    /// What it is.
    package let reason: Reason

    /// A sentence that says what to write instead, where there is such a thing.
    package var description: String {
        switch reason {
        case .character(let value): "the character \(Self.name(of: value)) is not allowed"
        case .tooManyBlanks(let limit): "more than \(limit) blanks and line breaks follow one another"
        case .tooManyDirectives(let limit): "more than \(limit) lines begin with %"
        case .tooDeep(let limit): "more than \(limit) lists and mappings are open; nothing nests that deeply"
        case .tooManyValues(let limit): "the file holds more than \(limit) values"
        case .anchor: "anchors (&) are not allowed; quote a text that begins with &"
        case .alias: "aliases (*) are not allowed; quote a text that begins with *"
        case .tag: "tags (!) are not allowed; quote a text that begins with !"
        case .secondDocument: "a second document begins here; the file has to be a single one"
        case .tab: "a tab can't indent YAML; use spaces"
        case .reserved(let character): "a text can't begin with \(character); put it in quotes"
        case .syntax(let problem): "this is not YAML: \(problem)"
        case .outOfMemory: "there is not enough memory to read this file"
        }
    }

    private static func name(of character: UInt32) -> String {
        let code = String(character, radix: 16, uppercase: true)
        return "U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code)"
    }
}

/// Everything that keeps a text from being read, in its order; never empty.
package struct YAMLErrors: Error, Equatable {
    /// The mistakes by their places.
    package let mistakes: [YAMLMistake]

    /// Sorts `mistakes`.
    init(_ mistakes: [YAMLMistake]) {
        self.mistakes = mistakes.sorted { $0.mark < $1.mark }
    }
}
