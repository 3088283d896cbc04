import Telemetry
import Testing

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

    /// Each value has its length before it, and is filled up to a multiple of eight bytes.
    @Test(arguments: 0...40)
    func writesValuesAsTheyAre(length: Int) {
        let value = String(repeating: "\\\"\n", count: length).prefix(length)
        let values = LabelWriter.withValues(
            { writer in
                writer.appendValue(String(value))
                writer.appendValue(7)
            },
            { bytes in bytes.byteOffsets.map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) } }
        )
        let padded = (length + 7) / 8 * 8
        #expect(values.count == 8 + padded + 16)
        #expect(values.prefix(8) == [UInt8(length), 0, 0, 0, 0, 0, 0, 0])
        #expect(values.dropFirst(8).prefix(length).elementsEqual(value.utf8))
        #expect(values.dropFirst(8 + padded).prefix(9) == [1, 0, 0, 0, 0, 0, 0, 0, UInt8(ascii: "7")])
    }

    /// More than there is room for at first, wherever the end of that falls.
    @Test(arguments: 480...540)
    func writesLongValues(length: Int) {
        let value = String(repeating: "v", count: length)
        let (count, last) = LabelWriter.withValues(
            { writer in
                writer.appendValue(value)
                writer.appendValue("z")
            }, { ($0.byteCount, unsafe $0.unsafeLoad(fromByteOffset: $0.byteCount - 8, as: UInt8.self)) })
        #expect(count == 8 + (length + 7) / 8 * 8 + 16)
        #expect(last == UInt8(ascii: "z"))
    }

    /// However a value is put together, its bytes are the same.
    @Test(arguments: 0...20, 0...20)
    func writesPiecesAsOneValue(first: Int, second: Int) {
        let pieces = [String(repeating: "a", count: first), String(repeating: "b", count: second)]
        func value(_ write: (inout LabelWriter) -> Void) -> [UInt8] {
            LabelWriter.withValues(
                { $0.appendValue(write) },
                { bytes in
                    // What fills a value up is left to chance.
                    (0..<8 + first + second).map {
                        unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                    }
                })
        }
        #expect(value { for piece in pieces { $0.append(piece) } } == value { $0.append(pieces.joined()) })
    }
}
