import Bytes
import ConfigurationKeys
import Microhttpd

extension ValueType<TLSSettings.ClientAuthentication> {
    /// Go's names, and what the exporter-toolkit takes besides: an older name, and nothing for the default.
    static var clientAuthentication: Self {
        let choice = Self.choice
        return Self(choice.name, placeholder: choice.placeholder, text: choice.text) { field in
            if field.isNull || field.scalar == "" { return TLSSettings.ClientAuthentication.none }
            guard let text = field.text() else { return nil }
            if text == olderName { return .requireAny }
            if let type = Value(rawValue: text) { return type }
            let known = Value.allCases.map(\.rawValue)
            return field.failed(
                "needs one of \(known.joined(separator: ", ")), not \(text.quoted)"
                    + Suggestion.hint(text, among: noWeaker(than: text)))
        }
    }

    private static var olderName: String { "RequireClientCert" }

    /// The strictest name, and others that begin with the same word: whoever follows a suggestion must not let in more.
    private static func noWeaker(than text: String) -> [String] {
        let starts = ["No", "Request", "Verify"]
        return Value.allCases.filter { type in
            type == .requireAndVerify || starts.contains { type.rawValue.hasPrefix($0) && text.hasPrefix($0) }
        }.map(\.rawValue)
    }
}
