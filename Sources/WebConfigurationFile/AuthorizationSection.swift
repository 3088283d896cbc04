import Bytes
package import ConfigurationKeys
package import Microhttpd

/// A way to say who one is.
package enum AuthenticationMethod: String, Sendable, CaseIterable {
    /// A name and a password of `basic_auth_users`.
    case basic
    /// One of the tokens.
    case bearer
    /// A JSON Web Token.
    case jwt
}

/// What a group of routes requires.
package enum RouteRequirement: Sendable, Equatable {
    /// Nothing.
    case none
    /// Any one of these.
    case any([AuthenticationMethod])
}

/// The `authorization` section, which the exporter-toolkit does not have.
package struct AuthorizationSection: Sendable, Equatable {
    /// The tokens that are accepted.
    package var tokens: [String] { listedTokens + tokenFiles.map(\.token) }
    var listedTokens: [String] = []
    var tokenFiles: [TokenFile] = []
    /// Which JSON Web Tokens are accepted.
    package var jwt = TokenSection()
    var routes = RoutesSection()

    /// The methods that it configures, which are all but basic authentication.
    package var methods: [AuthenticationMethod] {
        (tokens.isEmpty ? [] : [.bearer]) + (jwt.verifier == nil ? [] : [.jwt])
    }

    /// What is said of a group of routes; nil for nothing.
    package func requirement(for group: RouteGroup) -> RouteRequirement? {
        switch group {
        case .metrics: routes.metrics
        case .api: routes.api
        case .admin: routes.admin
        }
    }

    /// Reports routes that require what nobody can have.
    func checkRoutes(_ field: YAMLField, hasUsers: Bool) {
        let configured = methods + (hasUsers ? [.basic] : [])
        for group in RouteGroup.allCases {
            guard case .any(let wanted) = requirement(for: group) else { continue }
            for method in wanted where !configured.contains(method) {
                field.fail("routes.\(group.rawValue) requires \(method.rawValue), which is not configured")
            }
        }
    }
}

extension AuthorizationSection: KeyedSection {
    package static let keys: [Key<AuthorizationSection>] = [
        Key(
            "bearer_tokens", \.listedTokens, .tokens, "Tokens that are accepted, each as good as all others."),
        Key("bearer_token_files", \.tokenFiles, .tokenFiles, "Files with a token each."),
        Key("jwt", \.jwt, "JSON Web Tokens that are accepted, signed with RS256, ES256 or EdDSA."),
        Key("routes", \.routes, "What is required where, if it is not any one of all that is configured."),
    ]

    /// An empty section would be taken for one that keeps somebody out.
    package func finish(_ fields: SectionFields) -> Bool {
        guard Self.keys.allSatisfy({ fields[$0.name] == nil }) else { return true }
        let names = Self.keys.map(\.name).joined(separator: ", ")
        fields.section.fail("needs one of \(names); without the section, nothing is asked for")
        return false
    }
}

/// What the groups of routes require.
struct RoutesSection: Sendable, Equatable {
    var metrics: RouteRequirement?
    var api: RouteRequirement?
    var admin: RouteRequirement?
}

extension RoutesSection: KeyedSection {
    static let keys: [Key<RoutesSection>] = [
        Key(
            "metrics", \.metrics, ifWritten: .requirement, default: "any",
            "For the metrics page, the landing page, `/-/healthy` and `/-/ready`."),
        Key("api", \.api, ifWritten: .requirement, default: "any", "For all else that reads."),
        Key("admin", \.admin, ifWritten: .requirement, default: "any", "For what changes something."),
    ]
}

extension ValueType<RouteRequirement> {
    /// `none`, a method, or a list of methods of which one suffices.
    static var requirement: Self {
        let names = AuthenticationMethod.allCases.map(\.rawValue)
        let title = "`none`, one of `\(names.joined(separator: "`, `"))`, or a list of these"
        return Self(title, text: { "\($0)" }) { field in
            if let text = field.scalar {
                guard !field.isNull else { return field.failed("needs none, or a list of methods") }
                if text == "none" { return RouteRequirement.none }
                guard let method = AuthenticationMethod(rawValue: text) else {
                    let known = ["none"] + names
                    return field.failed(
                        "needs none or some of \(names.joined(separator: ", ")), not \(text.quoted)"
                            + Suggestion.hint(text, among: known))
                }
                return .any([method])
            }
            guard let fields = field.list() else { return nil }
            guard !fields.isEmpty else { return field.failed("needs at least one method; none is a word") }
            return .any(fields.compactMap { $0.choice(AuthenticationMethod.self) })
        }
    }
}
