import ConfigurationKeys
import ConfigurationFile
import Exporting
import Bytes

extension Command {
    /// Does what the words of a command line say, and returns how it ended.
    func main(_ words: [String]) async -> ExitStatus {
        let (path, rest) = resolved(words)
        do {
            if let answer = try path.answer(to: rest) {
                try StandardOutput.write(answer)
            } else {
                try await path.command.run?(path.command.invocation(rest))
            }
            return .success
        } catch let errors as UsageErrors {
            for sentence in errors.sentences { complain("Error: \(sentence)") }
            complain("Usage: \(path.usage)\nSee \(path.title) --help")
            return .usage
        } catch let status as ExitStatus {
            return status
        } catch {
            complain("heliograph: \(error)")
            return .unavailable
        }
    }

    /// The command that the first words name, below those that hold it, and the words that follow it.
    func resolved(_ words: [String]) -> (path: [Command], rest: [String]) {
        var path = [self]
        // `heliograph help serve` is `heliograph serve --help`.
        let isHelp = words.first == "help"
        var rest = isHelp ? words.dropFirst() : words[...]
        while let word = rest.first,
            let next = path.command.subcommands.first(where: { $0.name == word })
        {
            path.append(next)
            rest = rest.dropFirst()
        }
        return (path, isHelp && rest.isEmpty ? ["--help"] : Array(rest))
    }

    /// What the words say for this command.
    func invocation(_ words: [String]) throws(UsageErrors) -> Invocation {
        var invocation = Invocation()
        var arguments: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                arguments += rest
                rest = []
            } else if word.hasPrefix("-"), word != "-" {
                let (flag, text) = try self.flag(word, before: &rest)
                invocation.texts[flag.name, default: []].append(text)
            } else {
                arguments.append(word)
            }
        }
        if let surplus = arguments.dropFirst(argument == nil ? 0 : 1).first {
            throw UsageErrors("there is no place for \(surplus.quoted)")
        }
        guard let argument else { return invocation }
        guard let text = arguments.first ?? argument.standard else {
            throw UsageErrors("<\(argument.name)> is missing")
        }
        invocation.argument = text
        return invocation
    }

    /// The flag that `word` names, and its text, which is behind `=` or the next word.
    private func flag(
        _ word: String, before rest: inout ArraySlice<String>
    ) throws(UsageErrors) -> (Flag, String) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let flag = flags.first(where: { $0.isNamed(by: parts[0]) }) else {
            let known = flags.map { "--\($0.name)" }
            throw UsageErrors(
                "there is no flag \(parts[0])\(Suggestion.hint(String(parts[0]), among: known))")
        }
        guard flag.placeholder != nil else {
            if parts.count > 1 { throw UsageErrors("--\(flag.name) takes no value") }
            return (flag, "")
        }
        if parts.count > 1 { return (flag, String(parts[1])) }
        if flag.isToggle { return (flag, "true") }
        guard let text = rest.first, text == "-" || !text.hasPrefix("-") else {
            throw UsageErrors("\(flag.usage): the value is missing")
        }
        rest = rest.dropFirst()
        return (flag, text)
    }
}

extension [Command] {
    /// What is printed for words that ask for no more than that, or nothing for a command that runs.
    fileprivate func answer(to words: [String]) throws(UsageErrors) -> String? {
        let words = words.prefix { $0 != "--" }
        if words.contains("--help") || words.contains("-h") { return help }
        if words.contains("--version") { return "heliograph \(Version.current)\n" }
        guard command.run == nil else { return nil }
        if let shell = try CompletionScript.shell(asked: words) {
            return CompletionScript(command: self[0], shell: shell).text
        }
        guard let word = words.first else { return help }
        guard !word.hasPrefix("-") else { throw UsageErrors("there is no flag \(word)") }
        let known = command.subcommands.map(\.name)
        throw UsageErrors("there is no command \(word.quoted)\(Suggestion.hint(word, among: known))")
    }
}
