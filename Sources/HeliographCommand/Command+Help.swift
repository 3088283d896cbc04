/// The way to a command: those that hold it, and last itself; never empty.
extension [Command] {
    /// Where the way leads.
    var command: Command { self[endIndex - 1] }

    /// `heliograph check config`.
    var title: String { map(\.name).joined(separator: " ") }

    /// The title with what may follow it.
    var usage: String {
        var words = [title]
        if !command.subcommands.isEmpty { words.append("<command>") }
        if !command.flags.isEmpty { words.append("[<flags>]") }
        if let argument = command.argument {
            words.append(argument.standard == nil ? "<\(argument.name)>" : "[<\(argument.name)>]")
        }
        return words.joined(separator: " ")
    }

    /// All that there is to say of the command, on lines of at most 80 columns.
    var help: String {
        var flags = command.flags.map { ($0.usage, $0.help) }
        if count == 1 { flags.append((CompletionScript.flag.usage, CompletionScript.flag.help)) }
        flags += [("--version", "Print the version."), ("-h, --help", "Print this help.")]
        let sections = [
            ("", [command.abstract, command.discussion].filter { !$0.isEmpty }.joined(separator: "\n\n")),
            ("Usage", "  \(usage)"),
            ("Argument", Self.table(command.argument.map { [("<\($0.name)>", $0.help)] } ?? [])),
            ("Commands", Self.table(command.subcommands.map { ($0.name, $0.abstract) })),
            ("Flags", Self.table(flags)),
        ]
        return sections.filter { !$0.1.isEmpty }
            .map { $0.0.isEmpty ? "\($0.1)\n" : "\($0.0):\n\($0.1)\n" }.joined(separator: "\n")
    }

    /// Names with their sentences in a column of their own.
    private static func table(_ rows: [(name: String, help: String)]) -> String {
        let column = 26
        let margin = String(repeating: " ", count: column)
        return rows.map { row in
            let lines = wrapped(row.help, width: 80 - column)
            let name = "  \(row.name)"
            let first = name.count < column ? name + margin.dropFirst(name.count) : "\(name)\n\(margin)"
            return first + lines.joined(separator: "\n\(margin)")
        }.joined(separator: "\n")
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = [""]
        for word in text.split(separator: " ") {
            let last = lines.count - 1
            if lines[last].isEmpty {
                lines[last] = String(word)
            } else if lines[last].count + 1 + word.count <= width {
                lines[last] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
