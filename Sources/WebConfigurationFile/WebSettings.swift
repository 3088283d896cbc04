package import ConfigurationKeys
import Microhttpd

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
    /// What deserves a second look, each a line.
    package internal(set) var warnings: [String] = []

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

    /// What keeps others out or from listening under `old` and is gone, as a sentence has it.
    ///
    /// An empty file, or the first half of one, is right too; what says less is no way to open an endpoint by mistake.
    package func protectionsLost(since old: WebSettings) -> [String] {
        var lost: [String] = []
        if old.tls.settings != nil, tls.settings == nil { lost.append("TLS") }
        if old.authenticates, !authenticates { lost.append("all authentication") }
        return lost
    }

    /// Whether anything tells clients from strangers.
    private var authenticates: Bool {
        asksForSecrets || tls.settings?.clientAuthentication == .requireAndVerify
    }

    private var asksForSecrets: Bool { !users.isEmpty || !authorization.methods.isEmpty }
}
