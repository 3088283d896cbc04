import Bytes
import ConfigurationKeys

extension ValueType<String> {
    /// A text in PEM.
    static var pem: Self {
        Self("PEM text", text: { _ in nil }) { $0.text() }
    }

    /// A text in PEM that only its user should be able to read.
    static var secretPEM: Self {
        Self("PEM text", text: { _ in nil }) { field in
            field.warnIfReadableByAll()
            return field.secret()
        }
    }

    /// A value that a header can have; blank sets none.
    static var headerValue: Self {
        text { value in
            value.utf8.contains { $0 < 0x20 || $0 == 0x7f } ? "a header holds no control characters" : nil
        }
    }

    /// One of those values, or blank.
    static func headerValue(_ choices: String...) -> Self {
        text(choices.map { "`\($0)`" }.joined(separator: ", ")) { value in
            guard !value.isEmpty, !choices.contains(value) else { return nil }
            return "needs \(choices.joined(separator: " or ")), not \(value.quoted)"
                + Suggestion.hint(value, among: choices)
        }
    }
}

extension ValueType<[String]> {
    /// Texts that are not empty, each once.
    static var names: Self { names("list of texts") { _ in nil } }

    /// Some of `known`, each once.
    static func names(of known: [String]) -> Self {
        names("list of \(known.map { "`\($0)`" }.joined(separator: ", "))") { name in
            guard !known.contains(name) else { return nil }
            return "\(name.quoted) is not known\(Suggestion.hint(name, among: known)); use some of "
                + known.joined(separator: ", ")
        }
    }

    private static func names(
        _ title: String, without mistake: @escaping @Sendable (String) -> String?
    ) -> Self {
        Self(title, text: { $0.isEmpty ? "[]" : "[\($0.joined(separator: ", "))]" }) { field in
            guard let fields = field.list() else { return nil }
            var names: [String] = []
            for field in fields {
                guard let name = field.text(without: mistake) else { continue }
                if name.isEmpty { field.fail("a name can't be empty") }
                if names.contains(name) { field.fail("\(name.quoted) appears twice") }
                names.append(name)
            }
            return names
        }
    }
}

extension YAMLField {
    /// A text that no error may quote.
    func secret() -> String? {
        guard let scalar, !isNull else { return failed("needs a text") }
        return scalar
    }
}
