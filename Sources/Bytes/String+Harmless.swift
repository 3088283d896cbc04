extension String {
    /// The text for a terminal: characters that steer it, or that change the direction of writing, are escaped; line ends and
    /// tabs stay.
    package var harmless: String {
        guard utf8.contains(where: { !(0x20..<0x7f ~= $0 || $0 == 0x0a || $0 == 0x09) }) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar != "\n", scalar != "\t", scalar.steersTerminal {
                result += scalar.escaped(asASCII: true)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// Whether it is a control character, one that formats, such as those that turn the direction of writing, or a line end.
    package var steersTerminal: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
