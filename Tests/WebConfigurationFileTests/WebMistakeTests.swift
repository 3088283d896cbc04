import ConfigurationKeys
import TestKit
import Testing

@testable import WebConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct WebMistakeTests {
    /// What is reported about the text, without the file's name.
    private static func report(_ text: String) -> [String] {
        do {
            _ = try WebSettings(text, FileReading(file: ""))
            return []
        } catch {
            return error.errors.map { String($0.description.dropFirst()) }
        }
    }

    private static let pair =
        "cert: \"\(escaped(SelfSigned.certificate))\", key: \"\(escaped(SelfSigned.key))\""

    private static func escaped(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
    }

    @Test func tellsAllMistakesAtOnce() {
        let text = """
            tls_config: {}
            tls_server_config: {cert_file: /no/such.crt, min_verison: TLS12}
            http_server_config: {headers: {X-Frame-Option: deny}}
            basic_auth_users:
              a:b: secret
              carol: $2y$31$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG
              dave: $2y$10$short
              erin: {}
            rate_limit: {interval: 1s}
            """

        #expect(
            Self.report(text) == [
                "1:1: tls_config: there is no such key",
                "2:20: tls_server_config: needs a key_file, or a key",
                "2:32: tls_server_config.cert_file: \"/no/such.crt\" can't be read: No such file or directory",
                "2:46: tls_server_config.min_verison: there is no such key; did you mean min_version?",
                "3:32: http_server_config.headers.X-Frame-Option: there is no such key; did you mean X-Frame-Options?",
                "5:3: basic_auth_users.\"a:b\": a name of a user can't hold a colon",
                "5:8: basic_auth_users.\"a:b\": needs a bcrypt hash, which begins with $2a$, $2b$ or $2y$, as heliograph hash-password makes it",
                "6:10: basic_auth_users.carol: needs a cost from 4 to 15, not 31",
                "7:9: basic_auth_users.dave: this bcrypt hash is not whole: it needs a cost of two digits and 53 characters behind it",
                "8:9: basic_auth_users.erin: needs a text",
                "9:13: rate_limit: a burst of 0 would refuse every request; needs at least 1",
            ])
    }

    @Test(arguments: [
        ("tls_server_config: {key_file: \"\"}", "1:20: tls_server_config: needs a cert_file, or a cert"),
        ("tls_server_config: {cert_file: /tmp}", "1:32: tls_server_config.cert_file: \"/tmp\" is not a file"),
        (
            "tls_server_config: {cert_file: '%d/a'}",
            "1:32: tls_server_config.cert_file: \"%d/a\" is a credential, but systemd has passed none: $CREDENTIALS_DIRECTORY is not set"
        ),
        ("tls_server_config:\n  cert_file: %d/a", "2:14: a text can't begin with %; put it in quotes"),
        ("basic_auth_users: {a: @b}", "1:23: a text can't begin with @; put it in quotes"),
        (
            "tls_server_config: {client_auth_type: RequireAndVerifyClientcert}",
            "1:39: tls_server_config.client_auth_type: needs one of NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert, not \"RequireAndVerifyClientcert\"; did you mean RequireAndVerifyClientCert?"
        ),
        // Not RequestClientCert, which lets in everybody.
        (
            "tls_server_config: {client_auth_type: RequiretClientCert}",
            "1:39: tls_server_config.client_auth_type: needs one of NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert, not \"RequiretClientCert\""
        ),
        (
            "tls_server_config: {curve_preferences: [CurveP25]}",
            "1:41: tls_server_config.curve_preferences[0]: \"CurveP25\" is not known; did you mean CurveP256?; use some of X25519, CurveP256, CurveP384, CurveP521"
        ),
        (
            "tls_server_config: {max_version: TLS11}",
            "1:34: tls_server_config.max_version: TLS11 is not spoken any more; needs TLS12 or TLS13"
        ),
        (
            "http_server_config: {http2: maybe}",
            "1:29: http_server_config.http2: needs true or false, not \"maybe\""
        ),
        (
            "http_server_config: {headers: {X-Frame-Options: denyy}}",
            "1:49: http_server_config.headers.X-Frame-Options: needs deny or sameorigin, not \"denyy\"; did you mean deny?"
        ),
        (
            "http_server_config: {headers: {X-XSS-Protection: \"a\\nb\"}}",
            "1:50: http_server_config.headers.X-XSS-Protection: a header holds no control characters"
        ),
        (
            "rate_limit: {interval: soon}",
            "1:24: rate_limit.interval: needs a duration such as 10m, 1h30m, 500ms or a number of seconds, not \"soon\""
        ),
        ("rate_limit: {interval: 1s, burst: -1}", "1:35: rate_limit.burst: needs a number from 0, not -1"),
        (
            "authorization: {bearer_tokens: [\"\"]}",
            "1:33: authorization.bearer_tokens[0]: a token can't be empty"
        ),
        (
            "authorization: {bearer_tokens: []}",
            "1:32: authorization.bearer_tokens: needs at least one; without the key, no token is asked for"
        ),
        (
            "authorization: {bearer_token_files: []}",
            "1:37: authorization.bearer_token_files: needs at least one; without the key, no token is asked for"
        ),
        (
            "authorization:",
            "1:15: authorization: needs one of bearer_tokens, bearer_token_files, jwt, routes; without the section, nothing is asked for"
        ),
        ("authorization: {jwt: {}}", "1:22: authorization.jwt: needs a jwks_file"),
        (
            "authorization: {bearer_tokens: [pass word]}",
            "1:33: authorization.bearer_tokens[0]: a token holds visible ASCII characters only"
        ),
        (
            "authorization: {bearer_tokens: [\(String(repeating: "x", count: 4097))]}",
            "1:33: authorization.bearer_tokens[0]: a token can have 4096 bytes"
        ),
        (
            "basic_auth_users: {\"a\\tb\": x}",
            "1:20: basic_auth_users.\"a\\tb\": a name holds no control characters"
        ),
        (
            "tls_server_config: {client_allowed_sans: [a, b, a]}",
            "1:49: tls_server_config.client_allowed_sans[2]: \"a\" appears twice"
        ),
        (
            "authorization: {routes: {metrics: [basic]}}",
            "1:16: authorization: routes.metrics requires basic, which is not configured"
        ),
        (
            "authorization: {routes: {metrics: nome}}",
            "1:35: authorization.routes.metrics: needs none or some of basic, bearer, jwt, not \"nome\"; did you mean none?"
        ),
        ("authorization: {jwt: {issuer: a}}", "1:22: authorization.jwt: needs a jwks_file"),
        (
            "authorization: {jwt: {jwks_file: /dev/null}}",
            "1:34: authorization.jwt.jwks_file: \"/dev/null\" is not a file"
        ),
        (
            "authorization: {routes: {admin: jwt}}",
            "1:16: authorization: routes.admin requires jwt, which is not configured"
        ),
        (
            "authorization: {routes: {metrics: []}}",
            "1:35: authorization.routes.metrics: needs at least one method; none is a word"
        ),
        (
            "authorization: {routes: {metric: none}}",
            "1:26: authorization.routes.metric: there is no such key; did you mean metrics?"
        ),
    ])
    func names(text: String, mistake: String) {
        #expect(Self.report(text).contains(mistake), "\(Self.report(text))")
    }

    @Test func namesWhatGoesNotTogether() {
        #expect(
            Self.report("tls_server_config: {\(Self.pair), key_file: /no/such.key}").count == 2)
        for name in ["cert", "key", "client_ca"] {
            let report = Self.report("tls_server_config: {\(name): a, \(name)_file: /no/such}")
            #expect(
                report.contains {
                    $0.hasSuffix(".\(name): \(name) and \(name)_file exclude each other; write one of them")
                }, "\(report)")
        }
        #expect(
            Self.report("tls_server_config: {\(Self.pair), client_auth_type: RequireAndVerifyClientCert}")
                .map { $0.drop { $0 != " " } } == [
                    " tls_server_config.client_auth_type: RequireAndVerifyClientCert needs a client CA to verify certificates by"
                ])
    }

    @Test func quotesNoSecret() {
        let text = """
            basic_auth_users: {alice: hunter2, bob: [hunter2], carol: $2y$10$hunter2}
            authorization: {bearer_tokens: ["hunter2 hunter2", {hunter2: 1}]}
            """

        let report = Self.report(text)

        #expect(report.count == 5)
        #expect(!report.joined().contains("hunter2"))
    }
}
