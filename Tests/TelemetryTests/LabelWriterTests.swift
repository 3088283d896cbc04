import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LabelWriterTests {
    @Test(arguments: 0...17, ["\\", "\"", "\n"])
    func escapesAtEveryOffset(offset: Int, special: String) {
        let before = String(repeating: "a", count: offset)
        let after = String(repeating: "b", count: 17 - offset)
        let escaped = special == "\n" ? "\\n" : "\\" + special
        let written = Written { $0.append(before + special + after) }
        #expect(written.text == before + escaped + after)
        #expect(written.count == 19)
    }

    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("exactly8", "exactly8"), ("C:\\dir\\\n", "C:\\\\dir\\\\\\n"),
        ("\"\"\"\"\"\"\"\"\"", "\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\""),
        ("tab\tand\rreturn", "tab\tand\rreturn"),
        ("日本語のラベル", "日本語のラベル"), ("Ü¢Š\u{8A}\u{A2}\u{DC}", "Ü¢Š\u{8A}\u{A2}\u{DC}"),
        ("\u{0}\u{1}\u{B}\u{9}!#[]^`", "\u{0}\u{1}\u{B}\u{9}!#[]^`"),
    ])
    func writesTextEscaped(text: String, expected: String) {
        let bytes = Array(text.utf8)
        #expect(Written { $0.append(text) }.text == expected)
        let written = Written { unsafe $0.append(bytes.span.bytes) }
        #expect(written.text == expected)
    }

    @Test(arguments: 0...40)
    func countsWhatDoesNotFit(capacity: Int) {
        let whole = Array("sixteen letters \\\"quoted\\\"\\n and more".utf8)
        let written = Written(capacity: capacity) { $0.append("sixteen letters \"quoted\"\n and more") }
        #expect(written.count == whole.count)
        #expect(written.bytes == Array(whole.prefix(capacity)))
        #expect(written.keptWithinBounds)
    }

    @Test(arguments: 0...8)
    func countsRawBytesThatDoNotFit(capacity: Int) {
        let written = Written(capacity: capacity) { writer in
            writer.append(raw: Array("\"\n".utf8))
            writer.append(raw: UInt8(ascii: "\\"))
            writer.append(raw: Array("wxyz".utf8))
        }
        #expect(written.count == 7)
        #expect(written.keptWithinBounds)
        #expect(capacity < 7 || written.text == "\"\n\\wxyz")
    }

    @Test
    func appendsOneAfterTheOther() {
        let written = Written { writer in
            writer.append("a\nb" as String)
            writer.append(-12)
            writer.append("c\"d" as StaticString)
        }
        #expect(written.text == "a\\nb-12c\\\"d")
    }

    @Test(arguments: [0, 1, -1, 9, 10, 99, 100, -100, 1_234_567_890, Int64.max, Int64.min])
    func writesDecimalDigits(integer: Int64) {
        #expect(Written { $0.append(integer) }.text == integer.description)
    }

    @Test(arguments: 0...20)
    func countsDigitsThatDoNotFit(capacity: Int) {
        let written = Written(capacity: capacity) { $0.append(Int64.min) }
        #expect(written.count == 20)
        #expect(written.text == String("-9223372036854775808".prefix(capacity)))
        #expect(written.keptWithinBounds)
    }

    @Test(arguments: [0, 1, 511, 512, 513, 5_000])
    func givesTheTextOfAnyLength(length: Int) {
        let text = String(repeating: "x", count: length)
        let copied = LabelWriter.withText {
            $0.append(text)
        } _: { bytes in
            unsafe bytes.withUnsafeBytes { unsafe Array($0) }
        }
        #expect(copied == Array(text.utf8))
    }

    @Test
    func writesIntegersBeyondSixtyFourBits() {
        #expect(Written { $0.append(Int128.min) }.text == Int128.min.description)
        #expect(Written { $0.append(UInt128.max) }.text == UInt128.max.description)
    }

    /// More than there is room for at first, wherever the end of that falls.
    @Test(arguments: 440...540)
    func writesLongValues(length: Int) {
        let value = String(repeating: "v", count: length)
        let values = LabelWriter.withValues(
            { writer in
                writer.appendValue(value)
                writer.appendValue("z")
                writer.appendValue("")
            }, strings)
        #expect(values == [value, "z", ""])
    }

    @Test func writesManyValues() {
        let written = (0..<60).map { String(repeating: "x", count: $0 % 20) }
        let values = LabelWriter.withValues(
            { writer in for value in written { writer.appendValue(value) } }, strings)
        #expect(values == written)
    }

    /// However a value is put together, its bytes are the same.
    @Test(arguments: 0...20, 0...20)
    func writesPiecesAsOneValue(first: Int, second: Int) {
        let pieces = [String(repeating: "a", count: first), String(repeating: "b", count: second)]
        func bytes(_ write: (inout LabelWriter) -> Void) -> [UInt8] {
            LabelWriter.withValues(write) { bytes in
                // What fills up a longer one is left to chance.
                let count = first + second > LabelValues.longestInWords ? 8 + first + second : bytes.byteCount
                return (0..<count).map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
            }
        }
        let joined = bytes { $0.appendValue(pieces.joined()) }
        #expect(bytes { $0.appendValue { for piece in pieces { $0.append(piece) } } } == joined)
        #expect(bytes { $0.appendValue(Substring(pieces.joined())) } == joined)
    }

    private func strings(_ values: borrowing RawSpan) -> [String] {
        var strings: [String] = []
        LabelValues.forEach(in: values) { value in
            strings.append(unsafe value.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) })
        }
        return strings
    }
}
