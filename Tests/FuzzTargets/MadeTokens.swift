import JSONWebTokens

/// Tokens that the owner of two keys made before their private halves were thrown away: nobody can make another one.
enum MadeTokens {
    /// Whether the keys accept a token exactly where their owner made it.
    ///
    /// ECDSA has two signatures for each that was made (r and -s mod n), so what is signed is compared where a token is accepted.
    static func areJudgedRight(_ token: [UInt8]) -> Bool {
        guard let verifier else { return false }
        guard verifier.accepts(token, at: FuzzTarget.now) else { return !all.contains(token) }
        return all.contains { signed($0) == signed(token) }
    }

    private static func signed(_ token: [UInt8]) -> ArraySlice<UInt8>? {
        token.lastIndex(of: UInt8(ascii: ".")).map { token[..<$0] }
    }

    private static let verifier = (try? JSONWebKeySet(Array(keys.utf8))).map {
        TokenVerifier(issuer: nil, audience: nil, leeway: .zero, keys: $0)
    }

    private static let keys = #"""
        {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"e","x":"jvEotH8fP9GnRvHiWZjTznf0l_zpKHQ9xDFHYDkjxzM\#
        "},{"kty":"EC","crv":"P-256","kid":"p","x":"pgW8FS595VbGM7JGZcER5D4Nq-A2qNVtQ26ed2qWO58","y":"pe\#
        NXAhBfg4gClA6wX_u_2Cp48waAl73Ncxk0d2deZ2E"}]}
        """#

    private static let all = [
        #"""
        eyJhbGciOiJFZERTQSIsImtpZCI6ImUifQ.eyJleHAiOjk5OTk5OTk5OTksImlzcyI6ImkiLCJhdWQiOlsiYSJdfQ.49DO6m\#
        BekJbqZ4-V7RiEIoP-W7RvomAewdjbY-YrHUQGuZ0-i6pbT1mBcCwItFN9PRRKbltnsacI25leyO2dAA
        """#,
        #"""
        eyJhbGciOiJFUzI1NiJ9.eyJleHAiOjk5OTk5OTk5OTksIm5iZiI6MTYwMDAwMDAwMH0.Tlx5v6QHC_GZ-UkrErFZkd2yoAn\#
        PKVzfKfirUGz_1_rlhisJhtXUcwg_Do9Cpp3CCyw2mbeUeKuDZhU-ry1x-g
        """#,
    ].map { Array($0.utf8) }
}
