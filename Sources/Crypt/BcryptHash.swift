/// A bcrypt hash as files have it, such as `$2b$10$…`.
package struct BcryptHash: Sendable, Equatable {
    /// The text of 60 bytes.
    package let text: String
    /// How long a check takes.
    package let cost: Int

    /// Why a text is no hash that can be checked.
    package enum Mistake: Error, Equatable, CustomStringConvertible {
        /// Another kind of hash, or a password.
        case notBcrypt
        /// It begins as one, and has another length or other characters.
        case malformed
        /// A check would be too quick or take too long.
        case cost(Int)

        /// A sentence without the text, which may be a password.
        package var description: String {
            switch self {
            case .notBcrypt:
                "needs a bcrypt hash, which begins with $2a$, $2b$ or $2y$, as heliograph hash-password makes it"
            case .malformed:
                "this bcrypt hash is not whole: it needs a cost of two digits and 53 characters behind it"
            case .cost(let cost):
                "needs a cost from \(Bcrypt.costs.lowerBound) to \(Bcrypt.costs.upperBound), not \(cost)"
            }
        }
    }

    /// Reads a hash.
    package init(_ text: String) throws(Mistake) {
        let bytes = Array(text.utf8)
        guard ["$2a$", "$2b$", "$2y$"].contains(where: text.hasPrefix) else { throw .notBcrypt }
        guard bytes.count == 60, bytes[6] == UInt8(ascii: "$"), bytes[7...].allSatisfy(Self.isBase64),
            bytes[4...5].allSatisfy({ (48...57).contains($0) })
        else { throw .malformed }
        cost = Int(bytes[4] - 48) * 10 + Int(bytes[5] - 48)
        guard Bcrypt.costs.contains(cost) else { throw .cost(cost) }
        self.text = text
    }

    /// A hash of that cost that is of no known password.
    package static func ofNobody(cost: Int) -> BcryptHash? {
        let digits = cost < 10 ? "0\(cost)" : "\(cost)"
        return try? BcryptHash("$2b$\(digits)$" + String(repeating: ".", count: 53))
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2e...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: false
        }
    }
}
