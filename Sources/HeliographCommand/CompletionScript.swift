import ConfigurationFile

/// What a shell needs to complete the commands and flags of `heliograph`.
struct CompletionScript {
    /// The shells that scripts are made for.
    enum Shell: String, CaseIterable {
        case bash, zsh, fish
    }

    static let flag = Flag(
        name: "generate-completion-script", placeholder: "shell",
        help: "Print a script for bash, zsh or fish that completes commands and flags.", choices: Shell.self)

    let command: Command
    let shell: Shell

    /// The shell that the words ask a script for; nil where they ask for no script.
    static func shell(asked words: ArraySlice<String>) throws(UsageErrors) -> Shell? {
        guard words.first?.hasPrefix("--\(flag.name)") == true else { return nil }
        return try Command(name: "", abstract: "", flags: [flag]).invocation(Array(words)).choice(flag)
    }

    var text: String {
        let places = Self.places(of: command, "")
        switch shell {
        case .bash: return Self.bash(places)
        case .zsh: return "autoload -U +X bashcompinit && bashcompinit\n\(Self.bash(places))"
        case .fish: return Self.fish(places)
        }
    }

    /// Each command with the words that lead to it.
    private static func places(of command: Command, _ path: String) -> [(path: String, command: Command)] {
        [(path, command)]
            + command.subcommands.flatMap { places(of: $0, path.isEmpty ? $0.name : "\(path) \($0.name)") }
    }

    private static func bash(_ places: [(path: String, command: Command)]) -> String {
        let names = places.dropFirst().map { "\"\($0.path)\"" }.joined(separator: "|")
        let cases = places.map { path, command in
            let words = command.subcommands.map(\.name) + command.flags.map { "--\($0.name)" } + ["--help"]
            return "    \"\(path)\") words=\"\(words.joined(separator: " "))\" ;;"
        }
        return """
            _heliograph() {
                local place="" word words
                for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                    word="${place:+$place }$word"
                    case "$word" in \(names)) place="$word" ;; esac
                done
                case "$place" in
            \(cases.joined(separator: "\n"))
                esac
                COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _heliograph heliograph

            """
    }

    private static func fish(_ places: [(path: String, command: Command)]) -> String {
        let lines = places.flatMap { path, command in
            let seen = path.split(separator: " ").map { "__fish_seen_subcommand_from \($0)" }
            let condition = seen.isEmpty ? "__fish_use_subcommand" : seen.joined(separator: "; and ")
            let start = "complete -c heliograph -n '\(condition)'"
            return command.subcommands.map { "\(start) -f -a \($0.name) -d '\(quoted($0.abstract))'" }
                + command.flags.map { flag in
                    let values = flag.choices.isEmpty ? "" : " -f -a '\(flag.choices.joined(separator: " "))'"
                    let value = flag.placeholder == nil || flag.isToggle ? "" : " -r\(values)"
                    let short = flag.short.map { " -s \($0)" } ?? ""
                    return "\(start) -l \(flag.name)\(short)\(value) -d '\(quoted(flag.help))'"
                }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
    }
}
