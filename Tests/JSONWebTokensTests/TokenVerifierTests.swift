import GnuTLS
import Testing

@testable import JSONWebTokens

@Suite(.timeLimit(.minutes(5)))
struct TokenVerifierTests {
    private static let now = 1_500_000_000.0

    private static func verifier(
        issuer: String? = "https://issuer.example", audience: String? = "heliograph", leeway: Duration = .zero
    ) throws -> TokenVerifier {
        TokenVerifier(
            issuer: issuer, audience: audience, leeway: leeway,
            keys: try JSONWebKeySet(Array(TokenVectors.keys.utf8)))
    }

    private static func token(_ name: String) throws -> [UInt8] {
        Array(try #require(TokenVectors.accepted[name] ?? TokenVectors.refused[name]).utf8)
    }

    @Test(arguments: TokenVectors.accepted.keys.sorted())
    func accepts(name: String) throws {
        #expect(try Self.verifier().accepts(try Self.token(name), at: Self.now))
    }

    @Test(arguments: TokenVectors.refused.keys.sorted())
    func refuses(name: String) throws {
        #expect(try !Self.verifier().accepts(try Self.token(name), at: Self.now))
    }

    @Test(arguments: ["rsa", "ec", "ed"])
    func everyByteCounts(name: String) throws {
        let verifier = try Self.verifier()
        let token = try Self.token(name)
        for index in stride(from: 0, to: token.count, by: 7) {
            var changed = token
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(!verifier.accepts(changed, at: Self.now), "\(index)")
            #expect(!verifier.accepts(Array(token[..<index]), at: Self.now), "\(index)")
        }
        #expect(!verifier.accepts(token + Array(".x".utf8), at: Self.now))
        #expect(!verifier.accepts(token + Array("A".utf8), at: Self.now))
    }

    @Test func timesHaveALeeway() throws {
        let strict = try Self.verifier()
        let kind = try Self.verifier(leeway: .seconds(60))
        let token = try Self.token("ed")

        #expect(!strict.accepts(token, at: 2_000_000_000))
        #expect(strict.accepts(token, at: 1_999_999_999))
        #expect(kind.accepts(token, at: 2_000_000_059))
        #expect(!kind.accepts(token, at: 2_000_000_060))
        #expect(!strict.accepts(token, at: 999_999_999))
        #expect(strict.accepts(token, at: 1_000_000_000))
        #expect(kind.accepts(token, at: 999_999_940))
        #expect(!kind.accepts(token, at: 999_999_939))
    }

    @Test func whatIsNotAskedForIsNotChecked() throws {
        let verifier = try Self.verifier(issuer: nil, audience: nil)

        for name in ["anotherIssuer", "anotherAudience", "audiencesWithoutUs", "nobody"] {
            #expect(verifier.accepts(try Self.token(name), at: Self.now))
        }
    }

    @Test func longTokensAreNotLookedAt() throws {
        let token = try Self.token("ed")
        var verifier = try Self.verifier()
        #expect(verifier.longest == 8192)
        verifier.longest = token.count
        #expect(verifier.accepts(token, at: Self.now))
        verifier.longest = token.count - 1
        #expect(!verifier.accepts(token, at: Self.now))
        #expect(try !Self.verifier().accepts([], at: Self.now))
        #expect(try !Self.verifier().accepts(Array("..".utf8), at: Self.now))
    }

    @Test(arguments: [
        ("", KeySetMistake.notJSON), ("{}", .notJSON), ("{\"keys\": {}}", .notJSON),
        ("{\"keys\": []}", .noKeys),
        ("{\"keys\": [1]}", .notJSON), ("{\"keys\": [], \"keys\": []}", .notJSON),
        ("{\"keys\": [{\"kty\": \"oct\", \"k\": \"c2VjcmV0\"}]}", .noKeys),
        ("{\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-521\", \"x\": \"AA\", \"y\": \"AA\"}]}", .noKeys),
        (
            "{\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"AA\", \"y\": \"AA\", \"kid\": \"a\"}]}",
            .malformedKey("a")
        ),
        ("{\"keys\": [{\"kty\": \"RSA\", \"n\": \"AQAB\", \"e\": \"AQAB\", \"kid\": \"a\"}]}", .size("a")),
        ("{\"keys\": [{\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"AA\"}]}", .malformedKey("a key")),
    ])
    func refuses(keys: String, mistake: KeySetMistake) {
        #expect(throws: mistake) { try JSONWebKeySet(Array(keys.utf8)) }
    }

    private static let zeros = String(repeating: "A", count: 43)

    /// The point that P-256 begins with.
    private static let point =
        "\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY\", "
        + "\"y\": \"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU\""

    @Test(arguments: [
        "\"use\": \"enc\"", "\"use\": 1", "\"key_ops\": [\"sign\"]", "\"key_ops\": []", "\"alg\": \"ES256\"",
        "\"alg\": \"RS512\"", "\"alg\": null",
    ])
    func aKeyForSomethingElseIsIgnored(member: String) {
        let key = "\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"\(Self.zeros)\""

        #expect(throws: KeySetMistake.noKeys) {
            try JSONWebKeySet(Array("{\"keys\": [{\(key), \(member)}]}".utf8))
        }
        for member in ["\"use\": \"sig\"", "\"key_ops\": [\"sign\", \"verify\"]", "\"alg\": \"Ed25519\""] {
            #expect(throws: Never.self) {
                try JSONWebKeySet(Array("{\"keys\": [{\(key), \(member)}]}".utf8))
            }
        }
    }

    /// In bytes, of which those behind the zeros count.
    @Test(arguments: [
        (0, 255, false), (1, 255, false), (0, 256, true), (1, 256, true), (0, 1024, true), (0, 1026, false),
    ])
    func anRSAKeyHasABoundedSize(zeros: Int, count: Int, isTaken: Bool) {
        let bytes = [UInt8](repeating: 0, count: zeros) + [UInt8](repeating: 0xff, count: count)
        let keys = Array(
            "{\"keys\": [{\"kty\": \"RSA\", \"n\": \"\(Self.base64(bytes))\", \"e\": \"AQAB\"}]}".utf8)

        if isTaken {
            #expect(throws: Never.self) { try JSONWebKeySet(keys) }
        } else {
            #expect(throws: KeySetMistake.size("a key")) { try JSONWebKeySet(keys) }
        }
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let bits = bytes.flatMap { byte in (0..<8).reversed().map { byte >> $0 & 1 } }
        return String(
            stride(from: 0, to: bits.count, by: 6).map { start in
                digits[(0..<6).reduce(0) { $0 << 1 | Int(start + $1 < bits.count ? bits[start + $1] : 0) }]
            })
    }

    @Test func aTokenWithoutANameNeedsTheOnlyKeyOfItsKind() throws {
        let keys = TokenVectors.keys.replacing(
            "{\"keys\": [", with: "{\"keys\": [{\(Self.point), \"kid\": \"other\"}, ", maxReplacements: 1)
        var verifier = try Self.verifier()
        verifier.keys = try JSONWebKeySet(Array(keys.utf8))
        #expect(verifier.keys.keys.count == 4)

        #expect(!verifier.accepts(try Self.token("withoutKid"), at: Self.now))
        #expect(verifier.accepts(try Self.token("ec"), at: Self.now))
        let behind = TokenVectors.keys.replacing(
            "]}", with: ", {\(Self.point), \"kid\": \"other\"}]}", maxReplacements: 1)
        verifier.keys = try JSONWebKeySet(Array(behind.utf8))
        #expect(!verifier.accepts(try Self.token("withoutKid"), at: Self.now))
    }

    @Test func aKeyThatIsNoPointOfTheCurveChecksNothing() throws {
        let one = String(repeating: "A", count: 42) + "E"
        let text =
            "{\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-256\", \"kid\": \"ec\", \"x\": \"\(one)\", \"y\": \"\(one)\"}]}"
        let verifier = TokenVerifier(
            issuer: nil, audience: nil, leeway: .zero, keys: try JSONWebKeySet(Array(text.utf8)))

        #expect(!verifier.accepts(try Self.token("ec"), at: Self.now))
    }

    @Test func aKeyThatCannotBeUsedIsIgnored() throws {
        let x = String(repeating: "A", count: 43)
        let good = "{\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"kid\": \"a\", \"x\": \"\(x)\"}"
        let short = "{\"kty\": \"RSA\", \"n\": \"AQAB\", \"e\": \"AQAB\", \"kid\": \"b\"}"
        let half = "{\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"AA\", \"kid\": \"c\"}"

        let set = try JSONWebKeySet(Array("{\"keys\": [\(short), \(good), \(half)]}".utf8))

        #expect(set.keys.map(\.id) == ["a"])
        #expect(set.ignored == [.size("b"), .malformedKey("c")])
    }

    @Test func manyKeysAndEqualNamesAreRefused() {
        let key =
            "{\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"kid\": \"a\", \"x\": \"\(String(repeating: "A", count: 43))\"}"
        let many = Array(repeating: key, count: 65).joined(separator: ",")

        #expect(throws: KeySetMistake.tooMany(limit: 64)) {
            try JSONWebKeySet(Array("{\"keys\": [\(many)]}".utf8))
        }
        #expect(throws: KeySetMistake.twice("a")) {
            try JSONWebKeySet(Array("{\"keys\": [\(key), \(key)]}".utf8))
        }
    }
}
