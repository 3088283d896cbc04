package import ConfigurationKeys

/// What a web configuration file says; `init()` is what an empty file says.
package struct WebSettings: Sendable, Equatable {
    /// Encryption.
    package var tls = TLSSection()
    /// The fields of every answer.
    package var http = HTTPSection()
    /// The users of basic authentication.
    package var users: [BasicAuthUser] = []
    /// How many requests are answered.
    package var rateLimit = RateLimitSection()
    /// Who else may use what.
    package var authorization = AuthorizationSection()
    /// The paths of all files that were read for it, its own first.
    package private(set) var files: [String] = []
    /// What deserves a second look, each a line.
    package private(set) var warnings: [String] = []

    /// Nothing is encrypted, asked for, or limited.
    package init() {}
}

extension WebSettings: KeyedSection {
    package static let keys: [Key<WebSettings>] = [
        Key("tls_server_config", \.tls, "Encryption; without it HTTP is plain."),
        Key("http_server_config", \.http, "How HTTP is spoken."),
        Key("basic_auth_users", \.users, .users, "Names with the bcrypt hashes of their passwords."),
        Key("rate_limit", \.rateLimit, "A token bucket for all requests together; past it they get 429."),
        Key("authorization", \.authorization, "Tokens, and what is required where."),
    ]

    package func finish(_ fields: SectionFields) -> Bool {
        authorization.checkRoutes(fields["authorization"] ?? fields.section, hasUsers: !users.isEmpty)
        if tls.settings == nil, !fields.isMalformed("tls_server_config"), asksForSecrets {
            fields.section.warn("passwords and tokens travel in plain text without tls_server_config")
        }
        return true
    }

    private var asksForSecrets: Bool { !users.isEmpty || !authorization.methods.isEmpty }
}

extension WebSettings {
    /// Reads and parses the file at `path`, and the files that it names; blocks while it reads.
    ///
    /// - Parameter credentials: where systemd has put credentials, for names such as `%d/key`; also for `path` itself.
    /// - Throws: every mistake at once, except that what is not YAML hides what it would say.
    package static func load(
        path: String, credentials: String? = nil
    ) throws(ConfigurationErrors) -> WebSettings {
        guard let expanded = FileNames.expanded(path, credentials: credentials) else {
            throw ConfigurationErrors([
                .unreadable(
                    file: path, reason: "it is a credential, but $CREDENTIALS_DIRECTORY is not set")
            ])
        }
        return try parse(text: ConfigurationText.read(expanded), file: expanded, credentials: credentials)
    }

    /// Reads a file's text; `file` names it in errors, and says where relative names begin.
    package static func parse(
        text: String, file: String, credentials: String? = nil
    ) throws(ConfigurationErrors) -> WebSettings {
        let reading = FileReading(file: file, credentials: credentials)
        var settings = WebSettings()
        if let root = try YAMLField.root(of: text, reading) { _ = root.read(into: &settings) }
        guard reading.errors.isEmpty else { throw ConfigurationErrors(reading.errors) }
        settings.files = [file] + reading.files
        settings.warnings = reading.warnings.map(\.description)
        return settings
    }
}
