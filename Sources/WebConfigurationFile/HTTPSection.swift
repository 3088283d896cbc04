package import ConfigurationKeys

/// The `http_server_config` section.
package struct HTTPSection: Sendable, Equatable {
    var http2 = true
    var headers = HeaderSection()

    /// The fields of every answer.
    package var fields: [(name: String, value: String)] { headers.fields }
}

extension HTTPSection: KeyedSection {
    package static let keys: [Key<HTTPSection>] = [
        Key("http2", \.http2, .boolean, "Accepted and without an effect: HTTP/1.1 is served."),
        Key("headers", \.headers, "Fields of every answer; a blank one is left out."),
    ]

    package func finish(_ fields: SectionFields) -> Bool {
        if http2 { fields["http2"]?.warn("has no effect: HTTP/2 is not served, and clients use HTTP/1.1") }
        return true
    }
}

/// The headers that may be set, those of the exporter-toolkit.
struct HeaderSection: Sendable, Equatable {
    var contentSecurityPolicy = ""
    var frameOptions = ""
    var contentTypeOptions = ""
    var xssProtection = ""
    var strictTransportSecurity = ""

    var fields: [(name: String, value: String)] {
        [
            ("Content-Security-Policy", contentSecurityPolicy), ("X-Frame-Options", frameOptions),
            ("X-Content-Type-Options", contentTypeOptions), ("X-XSS-Protection", xssProtection),
            ("Strict-Transport-Security", strictTransportSecurity),
        ].filter { !$0.1.isEmpty }
    }
}

extension HeaderSection: KeyedSection {
    static let keys: [Key<HeaderSection>] = [
        Key("Content-Security-Policy", \.contentSecurityPolicy, .headerValue, "What a page may load."),
        Key("X-Frame-Options", \.frameOptions, .headerValue("deny", "sameorigin"), "Who may frame a page."),
        Key(
            "X-Content-Type-Options", \.contentTypeOptions, .headerValue("nosniff"),
            "Whether types are guessed."),
        Key("X-XSS-Protection", \.xssProtection, .headerValue, "For old browsers."),
        Key(
            "Strict-Transport-Security", \.strictTransportSecurity, .headerValue,
            "For how long browsers use nothing but HTTPS."),
    ]
}
