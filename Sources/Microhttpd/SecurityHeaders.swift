extension Headers {
    /// Adds what browsers are told of every answer, where the handler has not said it: to believe its type, and, of a page,
    /// to load nothing for it, show it in no frame, and tell nobody where a link was followed.
    mutating func addSecurity(ofType contentType: String?) {
        addUnlessThere("X-Content-Type-Options", "nosniff")
        guard let contentType, contentType.utf8.count >= Self.html.utf8.count,
            contentType.prefix(Self.html.count).lowercased() == Self.html
        else { return }
        addUnlessThere("Content-Security-Policy", Self.strictPolicy)
        addUnlessThere("Referrer-Policy", "no-referrer")
    }

    private static let html = "text/html"
    private static let strictPolicy =
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private mutating func addUnlessThere(_ name: String, _ value: String) {
        if self[name] == nil { append(name, value) }
    }
}
