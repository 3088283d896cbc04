import Bytes
import ConfigurationKeys

/// A file with a token.
struct TokenFile: Sendable, Equatable {
    let path: String
    let token: String
}

/// What a bearer token has to be.
enum BearerToken {
    private static let shortest = 16
    private static let longest = 4096

    /// Why no client can send it, without the token; nil if one can.
    static func mistake(in token: String) -> String? {
        guard !token.isEmpty else { return "a token can't be empty" }
        guard token.utf8.count <= longest else { return "a token can have \(longest) bytes" }
        guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            return "a token holds visible ASCII characters only"
        }
        return nil
    }

    /// Reports what is wrong with a token; false if it can't be used.
    static func check(_ token: String, at field: YAMLField) -> Bool {
        if let mistake = mistake(in: token) {
            field.fail(mistake)
            return false
        }
        if token.utf8.count < shortest {
            field.warn(
                "a token of less than \(shortest) bytes can be guessed; openssl rand -hex 32 makes one")
        }
        return true
    }
}

extension ValueType<[String]> {
    /// Tokens, which no error quotes.
    static var tokens: Self {
        Self("list of texts", text: { _ in "[]" }) { field in
            guard let fields = field.tokens() else { return nil }
            field.warnIfReadableByAll()
            return fields.compactMap { field in
                guard let token = field.secret(), BearerToken.check(token, at: field) else { return nil }
                return token
            }
        }
    }
}

extension ValueType<[TokenFile]> {
    /// Files with a token each; a line break behind it is no part of it.
    static var tokenFiles: Self {
        Self("list of file names", text: { _ in "[]" }) { field in
            field.tokens()?.compactMap { field in
                guard let file = ValueType<NamedFile>.secretFile.read(field) else { return nil }
                var token = String(decoding: file.bytes, as: UTF8.self)[...]
                while token.last?.isNewline == true { token.removeLast() }
                guard BearerToken.check(String(token), at: field) else { return nil }
                return TokenFile(path: file.path, token: String(token))
            }
        }
    }
}

extension YAMLField {
    /// The elements of a list with at least one: a list of none would be taken for one that keeps everybody out.
    fileprivate func tokens() -> [YAMLField]? {
        guard let fields = list() else { return nil }
        return fields.isEmpty ? failed("needs at least one; without the key, no token is asked for") : fields
    }
}
