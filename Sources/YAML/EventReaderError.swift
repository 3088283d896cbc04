import CYAML

/// Why libyaml stopped.
enum EventReaderError: Error {
    case outOfMemory
    /// An alias, an anchor or a tag whose name libyaml doesn't take; `index` counts the Unicode scalars before it.
    case indicator(YAMLMistake.Reason, YAMLMark, index: Int)
    /// Anything else, in libyaml's words.
    case syntax(String, YAMLMark, isScanning: Bool)
}

extension EventReaderError {
    /// Reads the error that `parser` holds.
    init(_ parser: yaml_parser_t) {
        guard unsafe parser.error != YAML_MEMORY_ERROR, let problem = unsafe parser.problem else {
            self = .outOfMemory
            return
        }
        let context = unsafe parser.context.map { unsafe String(cString: $0) } ?? ""
        let words = unsafe String(cString: problem)
        if let (reason, mark) = unsafe Self.indicator(context, words, parser) {
            self = unsafe .indicator(reason, YAMLMark(mark), index: Int(mark.index))
            return
        }
        let line = unsafe parser.context_mark.line + 1
        self = unsafe .syntax(
            context.isEmpty ? words : "\(words) (\(context), line \(line))",
            YAMLMark(parser.problem_mark), isScanning: parser.error == YAML_SCANNER_ERROR)
    }

    /// The indicator that libyaml complains of, and where it is.
    private static func indicator(
        _ context: String, _ problem: String, _ parser: yaml_parser_t
    ) -> (YAMLMistake.Reason, yaml_mark_t)? {
        switch (context, problem) {
        case ("while scanning an alias", _): unsafe (.alias, parser.context_mark)
        case ("while scanning an anchor", _): unsafe (.anchor, parser.context_mark)
        case ("while scanning a tag", _), ("while parsing a tag", _): unsafe (.tag, parser.context_mark)
        case ("while parsing a node", "found undefined tag handle"): unsafe (.tag, parser.problem_mark)
        default: nil
        }
    }
}
