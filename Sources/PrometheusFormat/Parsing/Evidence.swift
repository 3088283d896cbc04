/// Text of a page as an error shows it: short, and without bytes that would command a terminal.
enum Evidence {
    private static let limit = 60

    /// The text with control characters escaped, cut after 60 code points.
    static func shown(_ text: some Sequence<UInt8>) -> String {
        let scalars = String(decoding: Array(text.prefix(4 * limit)), as: UTF8.self).unicodeScalars
        var result = ""
        for scalar in scalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                result += scalar.escaped(asASCII: true)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return scalars.count > limit ? result + "…" : result
    }
}
