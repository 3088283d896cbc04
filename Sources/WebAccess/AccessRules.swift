import JSONWebTokens
import Linux
import Microhttpd
import Synchronization
import WebConfigurationFile

/// Why a request was refused; the raw values are for a label.
package enum RefusalCause: String, Sendable, CaseIterable {
    /// More requests than `rate_limit` allows.
    case rateLimited = "rate_limited"
    /// No credentials that suffice.
    case unauthorized
    /// More checks of passwords than are made soon.
    case overloaded
}

/// Which requests may use which routes, by one reading of the web configuration file.
///
/// Rules never change. The bucket of the rate limit and the remembered passwords do, and outlive them.
final class AccessRules: Sendable {
    /// Kept where a reload changes nothing about it.
    let bucket: SharedBucket?
    private let passwords: Passwords
    private let bearers: BearerDigests?
    private let tokens: TokenVerifier?
    private let required: [RouteGroup: Set<AuthenticationMethod>]
    /// What is required where no route is.
    private let requiredElsewhere: Set<AuthenticationMethod>
    private let headers: [(name: String, value: String)]
    private let report: @Sendable (RefusalCause) -> Void

    /// Nil where there is nothing to make digests with.
    init?(
        _ settings: WebSettings, queue: CheckQueue, remembering remembered: RightPasswords,
        keeping bucket: SharedBucket? = nil,
        report: @escaping @Sendable (RefusalCause) -> Void
    ) {
        guard let bearers = BearerDigests(settings.authorization.tokens) else { return nil }
        var methods = Set(settings.authorization.methods)
        if !settings.users.isEmpty { methods.insert(.basic) }
        var required: [RouteGroup: Set<AuthenticationMethod>] = [:]
        for group in RouteGroup.allCases {
            switch settings.authorization.requirement(for: group) {
            case .some(.none): required[group] = []
            case .any(let named): required[group] = Set(named)
            case nil: required[group] = methods
            }
        }
        passwords = Passwords(settings.users, queue: queue, remembering: remembered)
        self.bearers = bearers
        tokens = settings.authorization.jwt.verifier
        self.required = required
        requiredElsewhere = required.values.allSatisfy(\.isEmpty) ? [] : methods
        headers = settings.http.fields
        self.bucket = SharedBucket.make(settings.rateLimit, keeping: bucket)
        self.report = report
    }

    func complete(_ answer: inout Headers) {
        for field in headers { answer.replace(field.name, with: field.value) }
    }

    /// Decides about a request, in which it notes the name of its user; the limit of all requests comes first, as in the
    /// exporter-toolkit.
    ///
    /// - Parameter client: stands for whoever shares a limit, as in `ConnectionFacts`.
    func verdict(
        on request: inout Request, from client: String, at now: ContinuousClock.Instant = .now
    ) -> StageVerdict {
        if let wait = bucket?.take(at: now) {
            report(.rateLimited)
            return .answer(.tooMany(retryAfter: wait))
        }
        let methods = request.group.flatMap { required[$0] } ?? requiredElsewhere
        guard !methods.isEmpty else { return .pass }
        switch SentCredentials(request.headers) {
        case .basic(let user, let password) where methods.contains(.basic):
            return check(user, password, of: &request, from: client, methods)
        case .bearer(let token) where isAccepted(token, by: methods): return .pass
        case .basic, .bearer, nil:
            report(.unauthorized)
            return .answer(.unauthorized(methods))
        }
    }

    private func isAccepted(_ token: [UInt8], by methods: Set<AuthenticationMethod>) -> Bool {
        if methods.contains(.bearer), bearers?.contain(token) == true { return true }
        guard methods.contains(.jwt) else { return false }
        return tokens?.accepts(token, at: WallClock.seconds) == true
    }

    private func check(
        _ user: [UInt8], _ password: [UInt8], of request: inout Request, from client: String,
        _ methods: Set<AuthenticationMethod>
    ) -> StageVerdict {
        let identity = String(decoding: user, as: UTF8.self)
        // The same user again, which is nearly all: nothing waits.
        guard !passwords.isKnown(user: user, password: password) else {
            request.identity = identity
            return .pass
        }
        return .later { [report, passwords] decide in
            let isQueued = passwords.check(user: user, password: password, from: client) { result in
                switch result {
                case .right: decide(.pass(identity: identity))
                case .wrong:
                    report(.unauthorized)
                    decide(.answer(.unauthorized(methods)))
                case .dropped: decide(.answer(.text("503 Service Unavailable", status: 503)))
                }
            }
            guard !isQueued else { return }
            report(.overloaded)
            decide(.answer(.tooMany(retryAfter: .seconds(1))))
        }
    }
}

/// A token bucket that several threads take from; one lock guards it.
final class SharedBucket: Sendable {
    private let settings: RateLimitSection
    private let bucket: Mutex<TokenBucket>

    private init(_ settings: RateLimitSection) {
        self.settings = settings
        bucket = Mutex(TokenBucket(interval: settings.interval, burst: settings.burst))
    }

    /// `other` where it is of the same limits, else a full one; nil where there is no limit.
    static func make(_ settings: RateLimitSection, keeping other: SharedBucket?) -> SharedBucket? {
        guard settings.interval > .zero else { return nil }
        return other?.settings == settings ? other : SharedBucket(settings)
    }

    func take(at now: ContinuousClock.Instant) -> Duration? { bucket.withLock { $0.take(at: now) } }
}

extension Response {
    /// 429, with how long to wait in whole seconds.
    static func tooMany(retryAfter wait: Duration) -> Response {
        let (seconds, rest) = wait.components
        return .text(
            "429 Too Many Requests", status: 429, headers: ["Retry-After": "\(seconds + (rest > 0 ? 1 : 0))"])
    }

    /// 401, with the ways to say who one is.
    static func unauthorized(_ methods: Set<AuthenticationMethod>) -> Response {
        var headers = Headers()
        if methods.contains(.basic) {
            headers.append("WWW-Authenticate", "Basic realm=\"heliograph\", charset=\"UTF-8\"")
        }
        if !methods.isDisjoint(with: [.bearer, .jwt]) {
            headers.append("WWW-Authenticate", "Bearer realm=\"heliograph\"")
        }
        return .text("401 Unauthorized", status: 401, headers: headers)
    }
}
