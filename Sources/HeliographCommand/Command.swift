import ConfigurationKeys
import ConfigurationFile

/// A command: what may follow its name on the command line, and what it does.
struct Command: Sendable {
    let name: String
    /// One sentence.
    let abstract: String
    var discussion = ""
    var argument: Argument?
    var flags: [Flag] = []
    var subcommands: [Command] = []
    /// Nothing but help where it is nil.
    var run: (@Sendable (Invocation) async throws -> Void)?
}

/// A word that follows a command without dashes.
struct Argument: Sendable {
    let name: String
    let help: String
    /// What stands for it where it is left out; nil for one that is required.
    var standard: String?
}

/// A word that follows a command with two dashes.
struct Flag: Sendable {
    /// Without dashes.
    let name: String
    /// The letter that stands for it behind one dash.
    var short: Character?
    /// What stands for its value in the help; nil for a flag without a value.
    var placeholder: String?
    let help: String
    /// All values that it takes; empty where they can't be listed.
    var choices: [String] = []
    /// Whether it may stand there without its value, which is `true` then; one that is written follows `=`.
    var isToggle = false

    /// `-n, --name <value>`.
    var usage: String {
        let names = short.map { "-\($0), --\(name)" } ?? "--\(name)"
        guard let placeholder else { return names }
        return isToggle ? "\(names)[=<\(placeholder)>]" : "\(names) <\(placeholder)>"
    }

    /// Whether a word without its value stands for it.
    func isNamed(by word: Substring) -> Bool {
        word == "--\(name)" || short.map { word == "-\($0)" } ?? false
    }
}

extension Flag {
    /// The flag of a key of the configuration.
    init(_ flag: ConfigurationFlag) {
        self.init(
            name: flag.name, placeholder: flag.placeholder, help: flag.help,
            choices: flag.choices, isToggle: flag.isToggle)
    }

    /// A flag that takes the raw values of `Choice`.
    init<Choice: RawRepresentable<String> & CaseIterable>(
        name: String, placeholder: String, help: String, choices: Choice.Type
    ) {
        self.init(
            name: name, placeholder: placeholder, help: help, choices: Choice.allCases.map(\.rawValue))
    }
}

/// What stands on the command line behind a command.
struct Invocation: Sendable, Equatable {
    var argument = ""
    /// The texts of each flag, in their order; a flag without a value has an empty one.
    var texts: [String: [String]] = [:]

    /// Whether the flag stands there.
    func has(_ flag: Flag) -> Bool { texts[flag.name] != nil }

    /// The last text of the flag.
    func text(_ flag: Flag) -> String? { texts[flag.name]?.last }

    /// The choice that the flag names.
    func choice<Choice: RawRepresentable<String>>(_ flag: Flag) throws(UsageErrors) -> Choice? {
        guard let text = text(flag) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = flag.choices.joined(separator: ", ")
        let hint = Suggestion.hint(text, among: flag.choices)
        throw UsageErrors("--\(flag.name)=\(text): needs one of \(known)\(hint)")
    }
}

/// What is wrong with a command line.
struct UsageErrors: Error, Equatable {
    let sentences: [String]

    init(_ sentences: String...) { self.sentences = sentences }
    init(_ sentences: [String]) { self.sentences = sentences }
}
