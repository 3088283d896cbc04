/// A text that is a single YAML document without anchors, aliases and tags.
package struct YAMLDocument: Sendable, Equatable {
    /// The whole value; nil in a text of nothing but blanks and comments.
    package let root: YAMLNode?

    /// Reads `text`, which may begin with a byte order mark.
    ///
    /// The time is linear in the text. Throws every anchor, alias and tag up to where YAML's grammar is violated.
    package init(parsing text: String) throws(YAMLErrors) {
        let body = Self.withoutByteOrderMark(text)
        let refused = CharacterScreen.mistakes(in: body)
        guard refused.isEmpty else { throw YAMLErrors(refused) }
        root = try Self.root(of: Array(body.utf8), body)
    }

    private static func withoutByteOrderMark(_ text: String) -> String {
        guard text.unicodeScalars.first == "\u{feff}" else { return text }
        return String(text.unicodeScalars.dropFirst())
    }

    /// Reads the text again where libyaml stopped at an indicator, such as that of `*.requests`, with a letter in its
    /// place, so that all of them are reported at once.
    private static func root(of bytes: [UInt8], _ text: String) throws(YAMLErrors) -> YAMLNode? {
        var bytes = bytes
        var covered: [YAMLMistake] = []
        while true {
            let attempt = Attempt(bytes)
            guard let stop = attempt.stop else {
                let mistakes = covered + attempt.mistakes
                guard mistakes.isEmpty else { throw YAMLErrors(mistakes) }
                return attempt.root
            }
            let mistake = stop.mistake(in: text)
            guard case .reader(.indicator(_, _, let index)) = stop, covered.count < YAMLLimits.coverings,
                let offset = byteOffset(ofScalar: index, in: bytes)
            else { throw YAMLErrors(covered + attempt.mistakes + [mistake]) }
            covered.append(mistake)
            bytes[offset] = UInt8(ascii: "x")
        }
    }

    private static func byteOffset(ofScalar index: Int, in bytes: [UInt8]) -> Int? {
        var count = -1
        return bytes.firstIndex { byte in
            count += byte & 0xc0 == 0x80 ? 0 : 1
            return count == index
        }
    }
}

/// One reading of a text, as far as it came.
private struct Attempt {
    var root: YAMLNode?
    var mistakes: [YAMLMistake] = []
    var stop: TreeBuilder.Stop?

    init(_ bytes: [UInt8]) {
        do {
            var builder = try TreeBuilder(bytes)
            do throws(TreeBuilder.Stop) {
                root = try builder.document()
            } catch {
                stop = error
            }
            mistakes = builder.mistakes
        } catch {
            stop = .reader(error)
        }
    }
}

extension TreeBuilder.Stop {
    /// What to report; `text` tells a tab from other grammar.
    fileprivate func mistake(in text: String) -> YAMLMistake {
        switch self {
        case .limit(let mistake): mistake
        case .reader(.outOfMemory):
            YAMLMistake(mark: YAMLMark(line: 1, column: 1), reason: .outOfMemory)
        case .reader(.indicator(let reason, let mark, _)): YAMLMistake(mark: mark, reason: reason)
        case .reader(.syntax(_, let mark, isScanning: true)) where text.isIndentedByTab(line: mark.line):
            YAMLMistake(mark: mark, reason: .tab)
        case .reader(.syntax(_, let mark, isScanning: true)) where text.reserved(at: mark) != nil:
            YAMLMistake(mark: mark, reason: .reserved(text.reserved(at: mark) ?? "%"))
        case .reader(.syntax(let words, let mark, _)): YAMLMistake(mark: mark, reason: .syntax(words))
        }
    }
}

extension String {
    /// The character there, if it is one that no text without quotes may begin with.
    fileprivate func reserved(at mark: YAMLMark) -> Character? {
        let lines = unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }
        guard lines.indices.contains(mark.line - 1),
            let scalar = lines[mark.line - 1].dropFirst(mark.column - 1).first,
            "%@`".unicodeScalars.contains(scalar)
        else { return nil }
        return Character(scalar)
    }

    fileprivate func isIndentedByTab(line: Int) -> Bool {
        let lines = unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }
        guard lines.indices.contains(line - 1) else { return false }
        return lines[line - 1].prefix { $0 == " " || $0 == "\t" }.contains("\t")
    }
}
