import Yams

/// Turns what the YAML parser throws into one error with a sentence.
enum YAMLMistake {
    static func error(for error: any Error, text: String, file: String) -> ConfigurationError {
        func at(_ mark: Mark?, _ reason: String) -> ConfigurationError {
            let place = ConfigurationLocation(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
            return .malformed(place, reason: reason)
        }
        switch error as? YamlError {
        case .scanner(_, _, let mark, _) where isIndentedByTab(text, line: mark.line):
            return at(mark, "a tab can't indent YAML; use spaces")
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return at(mark, "this is not YAML: \(problem)\(origin(context))")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map(\.quoted).joined(separator: ", ")
            let verb = keys.count == 1 ? "the key \(names) appears" : "the keys \(names) appear"
            return at(context.mark, "\(verb) more than once in this mapping")
        case .reader(let problem, _, _, _):
            return at(nil, "this is not YAML: \(problem)")
        default:
            return at(nil, "the YAML parser gave up on this file; is it nested too deeply?")
        }
    }

    private static func origin(_ context: YamlError.Context?) -> String {
        context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
    }

    private static func isIndentedByTab(_ text: String, line: Int) -> Bool {
        let lines = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }
        guard lines.indices.contains(line - 1) else { return false }
        return lines[line - 1].prefix { $0 == " " || $0 == "\t" }.contains("\t")
    }
}
