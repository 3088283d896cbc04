extension String {
    /// The text in double quotes on one line, control characters escaped and the end of a long one left out.
    package var quoted: String {
        let limit = 80
        let scalars = unicodeScalars.prefix(limit + 1)
        let shown = scalars.prefix(limit).map { $0.escaped(asASCII: false) }.joined()
        return scalars.count > limit ? "\"\(shown)…\"" : "\"\(shown)\""
    }
}
