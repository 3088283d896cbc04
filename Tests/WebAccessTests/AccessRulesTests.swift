import ConfigurationKeys
import Crypt
import Glibc
import Microhttpd
import Synchronization
import TestKit
import Testing

@testable import WebAccess
@testable import WebConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct AccessRulesTests {
    private static let token = "0123456789abcdef0123456789abcdef"
    private static let bearer = "Bearer \(token)"
    /// For the name ada and the password lovelace.
    private static let ada = "Basic YWRhOmxvdmVsYWNl"
    private static let wrong = "Basic YWRhOmJ5cm9u"

    private static func users() throws -> String {
        let hash = try #require(Bcrypt.hash(Array("lovelace".utf8), cost: 4))
        return "basic_auth_users: {ada: \(hash.text)}\n"
    }

    @Test func withoutUsersAndTokensAllMayRead() throws {
        let subject = try Subject("")

        #expect(subject.status() == 200)
        #expect(subject.status(group: .admin) == 200)
        #expect(subject.status(group: nil) == 200)
        #expect(subject.status("nonsense") == 200)
    }

    @Test func anyOneOfAllThatIsConfiguredSuffices() throws {
        let subject = try Subject(Self.users() + "authorization: {bearer_tokens: [\(Self.token)]}")

        for group in RouteGroup.allCases.map(Optional.some) + [nil] {
            #expect(subject.status(group: group) == 401)
            #expect(subject.status(Self.ada, group: group) == 200)
            #expect(subject.status(Self.bearer, group: group) == 200)
            #expect(subject.status(Self.wrong, group: group) == 401)
            #expect(subject.status("\(Self.bearer)0", group: group) == 401)
            #expect(subject.status(String(Self.bearer.dropLast()), group: group) == 401)
        }
        #expect(Set(subject.refusals) == [.unauthorized])
        #expect(subject.refusals.count == 16)
    }

    @Test func routesMayRequireLess() throws {
        let subject = try Subject(
            Self.users()
                + "authorization: {bearer_tokens: [\(Self.token)], routes: {metrics: none, admin: basic}}")

        #expect(subject.status(group: .metrics) == 200)
        #expect(subject.status(group: .api) == 401)
        #expect(subject.status(Self.bearer, group: .api) == 200)
        #expect(subject.status(Self.bearer, group: .admin) == 401)
        #expect(subject.status(Self.ada, group: .admin) == 200)
        #expect(subject.status(group: nil) == 401)
    }

    @Test func saysHowToAuthenticate() throws {
        let subject = try Subject(
            Self.users() + "authorization: {bearer_tokens: [\(Self.token)], routes: {admin: bearer}}")

        #expect(
            subject.answer(group: .api)?.headers.values("WWW-Authenticate") == [
                "Basic realm=\"heliograph\", charset=\"UTF-8\"", "Bearer realm=\"heliograph\"",
            ])
        #expect(
            subject.answer(group: .admin)?.headers.values("WWW-Authenticate") == [
                "Bearer realm=\"heliograph\""
            ])
        // A right password is none where a token is required.
        #expect(subject.status(Self.ada, group: .api) == 200)
        #expect(subject.status(Self.ada, group: .admin) == 401)
    }

    @Test func theLimitComesBeforeAuthentication() throws {
        let subject = try Subject(Self.users() + "rate_limit: {interval: 90s, burst: 2}")
        let now = ContinuousClock.now

        #expect((0..<4).map { _ in subject.status(at: now) } == [401, 401, 429, 429])
        #expect(subject.answer(at: now + .milliseconds(500))?.headers["Retry-After"] == "90")
        #expect(subject.status(Self.ada, at: now + .seconds(90)) == 200)
        #expect(
            subject.refusals == [.unauthorized, .unauthorized, .rateLimited, .rateLimited, .rateLimited])
    }

    @Test func tooManyChecksAreRefused() throws {
        let subject = try Subject(Self.users())
        for number in 0..<CheckQueue.limitPerClient {
            _ = subject.queue.add(
                [UInt8(number)], from: "127.0.0.1", isRight: { false }, then: { _ in })
        }

        #expect(subject.status(Self.ada, makes: false) == 429)
        #expect(subject.refusals == [.overloaded])
    }

    @Test func anotherClientIsNotRefusedForOneThatGuesses() throws {
        let subject = try Subject(Self.users())
        for number in 0..<CheckQueue.limitPerClient {
            _ = subject.queue.add(
                [UInt8(number)], from: "127.0.0.1", isRight: { false }, then: { _ in })
        }
        var request = Request(path: "/", headers: ["Authorization": Self.ada], remoteAddress: "127.0.0.2")
        request.group = .metrics
        let status = Mutex<Int?>(nil)
        guard case .later(let work) = subject.rules.verdict(on: &request, from: "127.0.0.2") else {
            Issue.record("nothing waits")
            return
        }

        work { late in
            if case .answer(let response) = late { status.withLock { $0 = response.status } }
        }

        #expect(status.withLock { $0 } == nil)
        subject.queue.drop()
        #expect(status.withLock { $0 } == 503)
    }

    @Test func aRightPasswordIsNotCheckedAgain() throws {
        let subject = try Subject(Self.users())

        #expect(subject.status(Self.ada) == 200)
        #expect(subject.status(Self.ada, makes: false) == 200)
        #expect(subject.status(Self.wrong) == 401)
        #expect(subject.status(Self.wrong, makes: false) == nil)
    }

    @Test func aRightPasswordStaysKnownWhileItsHashDoes() throws {
        let users = try Self.users()
        let first = try Subject(users)
        #expect(first.status(Self.ada) == 200)

        let same = try Subject(users + "rate_limit: {interval: 1s, burst: 9}", after: first)
        let other = try Subject(Self.users(), after: first)
        let nobody = try Subject("authorization: {bearer_tokens: [\(Self.token)]}", after: first)
        let again = try Subject(users, after: nobody)

        #expect(same.status(Self.ada, makes: false) == 200)
        #expect(other.status(Self.ada, makes: false) == nil)
        #expect(nobody.status(Self.ada, makes: false) == 401)
        #expect(again.status(Self.ada, makes: false) == 200)
    }

    @Test func whoSentARequestIsNoted() throws {
        let subject = try Subject(Self.users())
        let identity = Mutex<String?>(nil)
        guard case .later(let work) = subject.verdict(Self.ada) else {
            Issue.record("known before its check")
            return
        }
        work { late in
            if case .pass(let found) = late { identity.withLock { $0 = found } }
        }
        #expect(subject.queue.makeOne())
        #expect(identity.withLock { $0 } == "ada")
        var request = Request(path: "/", headers: ["Authorization": Self.ada])
        request.group = .api

        guard case .pass = subject.rules.verdict(on: &request, from: "a") else {
            Issue.record("known, and refused")
            return
        }

        #expect(request.identity == "ada")
    }

    @Test func tokensOfAnIssuerAreAsGoodAsOthers() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/keys.json"
            let descriptor = unsafe open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
            let keys = Array(SignedToken.keys.utf8)
            #expect(unsafe write(descriptor, keys, keys.count) == keys.count)
            close(descriptor)
            let subject = try Subject(
                "authorization: {bearer_tokens: [\(Self.token)], jwt: {jwks_file: \(path)}, routes: {admin: jwt, api: bearer}}"
            )
            let signed = "Bearer \(SignedToken.token)"

            #expect(subject.status(signed, group: .metrics) == 200)
            #expect(subject.status(signed, group: .admin) == 200)
            #expect(subject.status(signed, group: .api) == 401)
            #expect(subject.status(Self.bearer, group: .metrics) == 200)
            #expect(subject.status(Self.bearer, group: .admin) == 401)
            #expect(subject.status("\(signed)A", group: .admin) == 401)
            #expect(
                subject.answer(group: .admin)?.headers.values("WWW-Authenticate") == [
                    "Bearer realm=\"heliograph\""
                ])
        }
    }

    @Test func whatWaitsIsAnsweredWhenTheServerStops() throws {
        let subject = try Subject(Self.users())
        let status = Mutex<Int?>(nil)
        guard case .later(let work) = subject.verdict(Self.ada) else {
            Issue.record("nothing waits")
            return
        }

        work { late in
            if case .answer(let response) = late { status.withLock { $0 = response.status } }
        }
        subject.queue.drop()

        #expect(status.withLock { $0 } == 503)
    }

    @Test func headersAreOnEveryAnswer() throws {
        let subject = try Subject(
            "http_server_config: {headers: {X-Frame-Options: deny, Strict-Transport-Security: max-age=1}}")
        var headers: Headers = ["X-Frame-Options": "sameorigin", "Content-Type": "text/plain"]

        subject.rules.complete(&headers)

        #expect(
            headers == [
                "Content-Type": "text/plain", "X-Frame-Options": "deny",
                "Strict-Transport-Security": "max-age=1",
            ])
    }

    @Test func aReloadKeepsTheBucketOfTheSameLimits() throws {
        let first = try Subject("rate_limit: {interval: 90s, burst: 1}")
        let second = try Subject("rate_limit: {interval: 90s, burst: 1}", after: first)
        let third = try Subject("rate_limit: {interval: 91s, burst: 1}", after: first)

        #expect(first.status() == 200)
        #expect(second.status() == 429)
        #expect(third.status() == 200)
    }
}

/// The rules of a file, whose passwords are checked on the thread of the test.
private final class Subject: Sendable {
    let rules: AccessRules
    let queue: CheckQueue
    private let remembered: RightPasswords
    private let causes: Causes

    private final class Causes: Sendable {
        let noted = Mutex<[RefusalCause]>([])
    }

    /// After `other`, where there is one.
    init(_ text: String, after other: Subject? = nil) throws {
        let causes = Causes()
        let remembered = try #require(other?.remembered ?? RightPasswords())
        let queue = try CheckQueue()
        let settings = try WebSettings(text, FileReading(file: ""))
        rules = try #require(
            AccessRules(
                settings, queue: queue, remembering: remembered, keeping: other?.rules.bucket
            ) { cause in causes.noted.withLock { $0.append(cause) } })
        self.remembered = remembered
        self.queue = queue
        self.causes = causes
    }

    var refusals: [RefusalCause] { causes.noted.withLock { $0 } }

    func verdict(
        _ authorization: String? = nil, group: RouteGroup? = .metrics, at now: ContinuousClock.Instant = .now
    ) -> StageVerdict {
        var request = Request(path: "/")
        if let authorization { request.headers.append("Authorization", authorization) }
        request.group = group
        return rules.verdict(on: &request, from: "127.0.0.1", at: now)
    }

    /// What is answered at once.
    func answer(group: RouteGroup? = .metrics, at now: ContinuousClock.Instant = .now) -> Response? {
        guard case .answer(let response) = verdict(group: group, at: now) else { return nil }
        return response
    }

    /// The status of the answer, or 200 for a request that passes; nil while it waits.
    func status(
        _ authorization: String? = nil, group: RouteGroup? = .metrics,
        at now: ContinuousClock.Instant = .now, makes: Bool = true
    ) -> Int? {
        let status = Mutex<Int?>(nil)
        switch verdict(authorization, group: group, at: now) {
        case .pass: return 200
        case .answer(let response): return response.status
        case .later(let work):
            work { late in
                switch late {
                case .pass: status.withLock { $0 = 200 }
                case .answer(let response): status.withLock { $0 = response.status }
                }
            }
            if makes { _ = queue.makeOne() }
            return status.withLock { $0 }
        }
    }
}
