import ConfigurationKeys
import YAML

/// A flag of `heliograph serve` that stands over a key of the file.
package struct ConfigurationFlag: Sendable {
    /// The name without dashes.
    package let name: String
    /// What stands for its value in the usage.
    package let placeholder: String
    /// What it means, with its default.
    package let help: String
    /// All values that it takes; empty where they can't be listed.
    package let choices: [String]
    /// Whether it may stand there several times, for as many elements.
    package let isRepeatable: Bool
    /// Whether it may stand there without a value, for `true`.
    package let isToggle: Bool

    private let form: ValueForm
    private let read: @Sendable (YAMLField, inout Configuration) -> Bool

    /// The flags of all keys that have one.
    package static let all = Configuration.keys.flatMap(\.leaves).compactMap(ConfigurationFlag.init)

    private init?(_ key: Key<Configuration>) {
        guard let flag = key.flag else { return nil }
        name = flag.name
        placeholder = flag.placeholder
        form = flag.form
        choices = flag.choices
        isRepeatable = flag.form == .list
        isToggle = flag.form == .toggle
        read = key.read
        let sentence = Self.plain(key.sentence).dropLast()
        let standard = Self.plain(key.standard ?? key.text(Configuration()) ?? "")
        help =
            switch flag.form {
            case .single, .toggle: "\(sentence). (default: \(standard))"
            case .orNone: "\(sentence); none for nowhere. (default: \(standard))"
            case .list: "\(sentence); may be repeated. (default: \(standard.dropFirst().dropLast()))"
            }
    }

    /// A sentence of the reference without its marks: a terminal shows no link, but what it is called.
    private static func plain(_ markdown: String) -> String {
        var rest = markdown[...]
        var text = ""
        while let link = rest.firstMatch(of: #/\[([^\]]*)\]\([^)]*\)/#) {
            text += rest[..<link.range.lowerBound] + link.1
            rest = rest[link.range.upperBound...]
        }
        return (text + rest).filter { !"`\"".contains($0) }
    }

    /// Puts the texts that the flag was given over what `configuration` says.
    package func put(_ texts: [String], over configuration: inout Configuration) throws(FlagErrors) {
        let reading = FileReading(file: "")
        // The column tells the texts apart.
        let nodes = texts.enumerated().map { node($1, YAMLMark(line: 1, column: $0)) }
        guard let last = nodes.last else { return }
        let value = isRepeatable ? YAMLNode(content: .sequence(nodes), mark: nodes[0].mark) : last
        _ = read(YAMLField(node: value, path: "", reading: reading), &configuration)
        guard !reading.errors.isEmpty else { return }
        throw FlagErrors(
            sentences: reading.errors.compactMap { error in
                guard case .invalid(let place, _, let reason) = error else { return nil }
                return "--\(name)=\(texts[place.column]): \(reason)"
            })
    }

    /// What the file has for a text: nothing for `none`, and no other word for that.
    private func node(_ text: String, _ mark: YAMLMark) -> YAMLNode {
        if case .orNone = form, text == "none" {
            return YAMLNode(content: .scalar("", isPlain: true), mark: mark)
        }
        let plain = YAMLNode(content: .scalar(text, isPlain: true), mark: mark)
        guard YAMLField(node: plain, path: "", reading: FileReading(file: "")).isNull else { return plain }
        return YAMLNode(content: .scalar(text, isPlain: false), mark: mark)
    }
}

/// What is wrong with the texts of a flag.
package struct FlagErrors: Error, Equatable {
    /// Each with the flag and the text.
    package let sentences: [String]
}
