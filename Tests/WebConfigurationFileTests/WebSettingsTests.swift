import ConfigurationKeys
import Crypt
import Glibc
import JSONWebTokens
import Linux
import Microhttpd
import TestKit
import Testing

@testable import WebConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct WebSettingsTests {
    static let hash = "$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG"

    private static func inBlock(_ text: String) -> String {
        text.split(separator: "\n").map { "    \($0)\n" }.joined()
    }

    @Test func readsEveryKeyOfTheToolkit() throws {
        let settings = try WebSettings(
            """
            tls_server_config:
              cert: |
            \(Self.inBlock(SelfSigned.certificate))
              key: |
            \(Self.inBlock(SelfSigned.key))
              client_ca: |
            \(Self.inBlock(SelfSigned.certificate))
              client_auth_type: RequireAndVerifyClientCert
              client_allowed_sans: [prometheus.example, 10.0.0.1]
              min_version: TLS12
              max_version: TLS13
              cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
              prefer_server_cipher_suites: false
              curve_preferences: [CurveP256, X25519]
            http_server_config:
              http2: false
              headers:
                Content-Security-Policy: default-src 'self'
                X-Frame-Options: deny
                X-Content-Type-Options: nosniff
                X-XSS-Protection: ""
                Strict-Transport-Security: max-age=31536000
            basic_auth_users:
              alice: \(Self.hash)
              "": \(Self.hash)
            rate_limit:
              interval: 1s
              burst: 20
            """, FileReading(file: "web.yml"))

        let tls = try #require(settings.tls.settings)
        #expect(String(decoding: tls.certificate, as: UTF8.self).hasPrefix("-----BEGIN CERTIFICATE"))
        #expect(tls.clientAuthentication == .requireAndVerify)
        #expect(tls.clientCA != nil)
        #expect(tls.allowedNames == ["prometheus.example", "10.0.0.1"])
        #expect(tls.minimumVersion == .tls12)
        #expect(tls.maximumVersion == .tls13)
        #expect(tls.cipherSuites == ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"])
        #expect(tls.curves == ["CurveP256", "X25519"])
        #expect(
            settings.http.fields.map { "\($0.name): \($0.value)" } == [
                "Content-Security-Policy: default-src 'self'", "X-Frame-Options: deny",
                "X-Content-Type-Options: nosniff", "Strict-Transport-Security: max-age=31536000",
            ])
        #expect(settings.users == [try Self.user("alice"), try Self.user("")])
        #expect(settings.rateLimit.interval == .seconds(1))
        #expect(settings.rateLimit.burst == 20)
        #expect(settings.warnings == [])
    }

    private static func user(_ name: String) throws -> BasicAuthUser {
        BasicAuthUser(name: name, hash: try BcryptHash(hash))
    }

    @Test(arguments: ["", "{}", "# nothing\n", "tls_server_config: {}\nrate_limit: {interval: 0}\n"])
    func whatSaysNothingAsksForNothing(text: String) throws {
        let settings = try WebSettings(
            text, FileReading(file: "web.yml"))

        #expect(settings.tls.settings == nil)
        #expect(settings.users.isEmpty)
        #expect(settings.rateLimit == RateLimitSection())
        #expect(settings.warnings == [])
    }

    @Test(arguments: [
        ("RequireClientCert", TLSSettings.ClientAuthentication.requireAny), ("\"\"", .none), ("", .none),
        ("null", .none), ("RequestClientCert", .request),
    ])
    func readsTheTypesOfTheToolkit(text: String, type: TLSSettings.ClientAuthentication) throws {
        let settings = try WebSettings(
            """
            tls_server_config:
              cert: |
            \(Self.inBlock(SelfSigned.certificate))
              key: |
            \(Self.inBlock(SelfSigned.key))
              client_auth_type: \(text)
            """, FileReading(file: "web.yml"))

        #expect(settings.tls.settings?.clientAuthentication == type)
    }

    /// As in the toolkit, which believes any certificate there.
    @Test(arguments: ["RequestClientCert", "RequireAnyClientCert", "RequireClientCert"])
    func aCAThatVerifiesNothingIsTakenWithAWarning(type: String) throws {
        let settings = try WebSettings(
            """
            tls_server_config:
              cert: |
            \(Self.inBlock(SelfSigned.certificate))
              key: |
            \(Self.inBlock(SelfSigned.key))
              client_ca: |
            \(Self.inBlock(SelfSigned.certificate))
              client_auth_type: \(type)
            """, FileReading(file: "web.yml"))

        #expect(settings.tls.settings?.clientCA == nil)
        #expect(settings.warnings.count == 1)
        #expect(settings.warnings.first?.contains("client_ca: has no effect") == true)
    }

    @Test func noUserIsWorthAWarning() throws {
        let settings = try WebSettings("basic_auth_users: {}", FileReading(file: "web.yml"))

        #expect(
            settings.warnings == [
                "web.yml:1:19: basic_auth_users: has no user, so nobody is asked for a password"
            ])
    }

    @Test func saysWhatItTakesAway() throws {
        func settings(_ text: String) throws -> WebSettings {
            try WebSettings(text, FileReading(file: "web.yml"))
        }
        let certificate = Self.escaped(SelfSigned.certificate)
        let pair = "cert: \"\(certificate)\", key: \"\(Self.escaped(SelfSigned.key))\""
        let ca = "client_ca: \"\(certificate)\""
        let open = try settings("")
        let tls = try settings("tls_server_config: {\(pair)}")
        let certificates = try settings(
            "tls_server_config: {\(pair), \(ca), client_auth_type: RequireAndVerifyClientCert}")
        let users = try settings("basic_auth_users: {a: \(Self.hash)}")
        let tokens = try settings("authorization: {bearer_tokens: [0123456789abcdef]}")

        #expect(open.protectionsLost(since: tls) == ["TLS"])
        #expect(open.protectionsLost(since: users) == ["all authentication"])
        #expect(open.protectionsLost(since: certificates) == ["TLS", "all authentication"])
        #expect(tls.protectionsLost(since: certificates) == ["all authentication"])
        #expect(users.protectionsLost(since: certificates) == ["TLS"])
        #expect(tokens.protectionsLost(since: users) == [])
        #expect(users.protectionsLost(since: tokens) == [])
        for settings in [tls, certificates, users, tokens, open] {
            #expect(settings.protectionsLost(since: open) == [])
            #expect(settings.protectionsLost(since: settings) == [])
        }
    }

    private static func escaped(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
    }

    @Test func aFIFOIsNotWaitedFor() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            #expect(unsafe mkfifo(path, 0o600) == 0)

            let error = #expect(throws: ConfigurationErrors.self) { try WebSettings.load(path: path) }

            #expect(error?.description.contains("it is no regular file") == true)
        }
    }

    @Test func readsTokensAndWhatRoutesRequire() throws {
        let settings = try WebSettings(
            """
            authorization:
              bearer_tokens: [0123456789abcdef, abcdef0123456789]
              routes: {metrics: none, admin: [bearer]}
            """, FileReading(file: "web.yml"))

        #expect(settings.authorization.tokens == ["0123456789abcdef", "abcdef0123456789"])
        #expect(settings.authorization.requirement(for: .metrics) == RouteRequirement.none)
        #expect(settings.authorization.requirement(for: .api) == nil)
        #expect(settings.authorization.requirement(for: .admin) == .any([.bearer]))
    }

    @Test func readsWhichTokensAreAccepted() async throws {
        try await withTemporaryDirectory { directory in
            let key =
                "{\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"\(String(repeating: "A", count: 43))\"}"
            try write("{\"keys\": [\(key)]}", to: "\(directory)/keys.json")
            try write(
                """
                authorization:
                  jwt: {jwks_file: keys.json, issuer: "https://a", audience: b, leeway: 30s}
                  routes: {metrics: jwt}
                """, to: "\(directory)/web.yml")

            let settings = try WebSettings.load(path: "\(directory)/web.yml")

            let verifier = try #require(settings.authorization.jwt.verifier)
            #expect(verifier.issuer == "https://a")
            #expect(verifier.audience == "b")
            #expect(verifier.leeway == .seconds(30))
            #expect(verifier.keys.keys.count == 1)
            #expect(settings.authorization.methods == [.jwt])
            #expect(settings.authorization.requirement(for: .metrics) == .any([.jwt]))
            try write("{\"keys\": []}", to: "\(directory)/keys.json")
            let file = "\(directory)/web.yml"
            let mistake = ConfigurationError.invalid(
                ConfigurationLocation(file: file, line: 2, column: 20), key: "authorization.jwt.jwks_file",
                reason: "it has no key for RS256, ES256 or EdDSA; others are ignored")
            let error = #expect(throws: ConfigurationErrors.self) { try WebSettings.load(path: file) }
            #expect(error?.errors.contains(mistake) == true)
        }
    }

    @Test func readsFilesBesideIt() async throws {
        try await withTemporaryDirectory { directory in
            try write(SelfSigned.certificate, to: "\(directory)/server.crt")
            try write(SelfSigned.key, to: "\(directory)/server.key", mode: 0o600)
            try write("0123456789abcdef\n", to: "\(directory)/token", mode: 0o600)
            try write(
                """
                tls_server_config: {cert_file: server.crt, key_file: "%d/server.key"}
                authorization: {bearer_token_files: ["${CREDENTIALS_DIRECTORY}/token"]}
                """, to: "\(directory)/web.yml")

            let reading = WebReading(path: "%d/web.yml", credentials: directory)
            let settings = try reading.result.get()

            #expect(settings.tls.settings?.key == Array(SelfSigned.key.utf8))
            #expect(settings.authorization.tokens == ["0123456789abcdef"])
            #expect(
                reading.files.map(\.path)
                    == ["web.yml", "server.crt", "server.key", "token"].map { "\(directory)/\($0)" })
            #expect(settings.warnings == [])
        }
    }

    @Test func warnsOfWhatIsNotAsItSeems() async throws {
        try await withTemporaryDirectory { directory in
            try write(SelfSigned.certificate, to: "\(directory)/server.crt")
            try write(SelfSigned.key, to: "\(directory)/server.key", mode: 0o644)
            try write(
                """
                tls_server_config: {cert_file: server.crt, key_file: server.key, min_version: TLS10}
                http_server_config: {http2: true}
                authorization: {bearer_tokens: [short]}
                """, to: "\(directory)/web.yml", mode: 0o644)

            let settings = try WebSettings.load(path: "\(directory)/web.yml")

            let key = "\(directory)/server.key"
            #expect(
                settings.warnings.map { String($0.dropFirst(directory.utf8.count)) } == [
                    "/web.yml:1:54: tls_server_config.key_file: \"\(key)\" can be read by all users; chmod o-r takes that away",
                    "/web.yml:1:79: tls_server_config.min_version: TLS10 is not spoken any more; TLS12 is the oldest",
                    "/web.yml:2:29: http_server_config.http2: has no effect: HTTP/2 is not served, and clients use HTTP/1.1",
                    "/web.yml:3:32: authorization.bearer_tokens: the file holds a secret and can be read by all users; chmod o-r takes that away",
                    "/web.yml:3:33: authorization.bearer_tokens[0]: a token of less than 16 bytes can be guessed; openssl rand -hex 32 makes one",
                ])
        }
    }

    @Test func readsTheClientCAOfAFileAndVersionsThatAreNotTheDefaults() async throws {
        try await withTemporaryDirectory { directory in
            try write(SelfSigned.certificate, to: "\(directory)/server.crt")
            try write(SelfSigned.certificate + "# of clients\n", to: "\(directory)/clients.crt")
            try write(SelfSigned.key, to: "\(directory)/server.key")
            let files =
                "cert_file: server.crt, key_file: server.key, client_ca_file: clients.crt, client_auth_type: VerifyClientCertIfGiven"
            for (version, name) in [(TLSSettings.Version.tls12, "TLS12"), (.tls13, "TLS13")] {
                try write(
                    "tls_server_config: {\(files), min_version: \(name), max_version: \(name)}",
                    to: "\(directory)/web.yml")

                let tls = try #require(try WebSettings.load(path: "\(directory)/web.yml").tls.settings)

                #expect(tls.clientCA == Array((SelfSigned.certificate + "# of clients\n").utf8))
                #expect(tls.minimumVersion == version)
                #expect(tls.maximumVersion == version)
            }
        }
    }

    @Test func aFileThatIsNamedHasABoundedSize() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/web.yml"
            try write(String(repeating: "\n", count: 1 << 20), to: "\(directory)/token")
            try write("authorization: {bearer_token_files: [token]}", to: path)
            let empty = #expect(throws: ConfigurationErrors.self) { try WebSettings.load(path: path) }
            #expect(empty?.description.hasSuffix("a token can't be empty") == true)

            try write(String(repeating: "\n", count: (1 << 20) + 1), to: "\(directory)/token")
            let large = #expect(throws: ConfigurationErrors.self) { try WebSettings.load(path: path) }
            #expect(large?.description.contains("a token can't be empty") == false)
        }
    }

    @Test func warnsOfTokensForOthersAndOfSecretsThatAllCanRead() async throws {
        try await withTemporaryDirectory { directory in
            let key =
                "{\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"\(String(repeating: "A", count: 43))\"}"
            try write("{\"keys\": [\(key)]}", to: "\(directory)/keys.json")
            try write(
                """
                tls_server_config:
                  cert: |
                \(Self.inBlock(SelfSigned.certificate))
                  key: |
                \(Self.inBlock(SelfSigned.key))
                authorization: {jwt: {jwks_file: keys.json}}
                """, to: "\(directory)/web.yml", mode: 0o644)

            let warnings = try WebSettings.load(path: "\(directory)/web.yml").warnings

            #expect(warnings.count == 2)
            #expect(
                warnings.first?.hasSuffix(
                    ": tls_server_config.key: the file holds a secret and can be read by all users; chmod o-r takes that away"
                ) == true)
            #expect(
                warnings.last?.hasSuffix(
                    ": authorization.jwt: without an audience, tokens that the issuer made for others are accepted"
                ) == true)
        }
    }

    @Test func warnsOfTokensInPlainText() throws {
        let settings = try WebSettings(
            "authorization: {bearer_tokens: [0123456789abcdef]}", FileReading(file: "web.yml"))

        #expect(
            settings.warnings == [
                "web.yml:1:1: passwords and tokens travel in plain text without tls_server_config"
            ])
    }

    @Test func warnsOfPasswordsInPlainText() throws {
        let settings = try WebSettings(
            "basic_auth_users: {alice: \(Self.hash)}", FileReading(file: "web.yml"))

        #expect(
            settings.warnings == [
                "web.yml:1:1: passwords and tokens travel in plain text without tls_server_config"
            ])
    }

    @Test(arguments: ["web.yml", "no/such.yml"])
    func namesAFileThatIsNotThere(path: String) {
        #expect(throws: ConfigurationErrors([.unreadable(file: path, reason: "there is no such file")])) {
            try WebSettings.load(path: path)
        }
    }

    @Test func namesACredentialThatWasNotPassed() {
        let expected = ConfigurationErrors([
            .unreadable(
                file: "%d/web.yml", reason: "it is a credential, but $CREDENTIALS_DIRECTORY is not set")
        ])
        #expect(throws: expected) { try WebSettings.load(path: "%d/web.yml") }
    }
}
