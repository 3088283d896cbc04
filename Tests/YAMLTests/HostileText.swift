import Testing

/// A text of about a mebibyte; `~` in its piece is the number of the repetition.
struct HostileText: Sendable, CustomTestStringConvertible {
    private static let size = 1 << 20

    private let piece: String
    private let start: String
    private let end: String

    init(_ piece: String, after start: String = "", before end: String = "") {
        self.piece = piece
        self.start = start
        self.end = end
    }

    var text: String {
        let parts = piece.split(separator: "~", omittingEmptySubsequences: false)
        var text = start
        var number = 0
        while text.utf8.count < Self.size {
            text += parts.joined(separator: String(number))
            number += 1
        }
        return text + end
    }

    var testDescription: String { "\(start.prefix(8))\(piece)…\(end.prefix(8))" }

    /// `character` so often that it takes half of the text.
    static func half(_ character: Character) -> String {
        String(repeating: character, count: size / 2)
    }
}
