package import Linux

/// Why a page could not be fetched; the texts are whole sentences.
package enum HTTPFetchError: Error, Equatable, CustomStringConvertible {
    /// The URL can't be fetched.
    case url(String)
    case connection(LinuxError)
    /// The server answered with another status than 200.
    case status(Int)
    /// The answer breaks the rules of HTTP/1 or a limit.
    case answer(String)

    package var description: String {
        switch self {
        case .url(let text), .answer(let text): text
        case .connection(let error): error.description
        case .status(let code) where 300..<400 ~= code:
            "The server answered with status \(code), and redirects are not followed."
        case .status(let code): "The server answered with status \(code), not 200."
        }
    }

    /// The beginning of `text` in ASCII, so that no server writes to the terminal as it likes.
    static func quoted(_ text: some StringProtocol) -> String {
        "\"\(text.unicodeScalars.prefix(80).map { $0.escaped(asASCII: true) }.joined())\""
    }
}
