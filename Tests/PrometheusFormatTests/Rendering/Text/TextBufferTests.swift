import TestKit
import Testing

@testable import PrometheusFormat

@Suite(.timeLimit(.minutes(5)))
struct TextBufferTests {
    private func text(_ write: (inout TextBuffer) -> Void) -> String {
        var buffer = TextBuffer(capacity: 0)
        write(&buffer)
        return String(decoding: buffer.bytes(), as: UTF8.self)
    }

    @Test func writesIntegersOfEveryLength() {
        var power: UInt64 = 1
        for length in 1...20 {
            for value in [power - 1, power, power + 1] { #expect(text { $0.append(value) } == "\(value)") }
            if length < 20 { power *= 10 }
        }
        #expect(text { $0.append(UInt64.max) } == "18446744073709551615")
    }

    @Test(arguments: [
        (0, "0"), (-0.0, "-0.0"), (1, "1"), (-1, "-1"), (0.1, "0.1"), (-2.5, "-2.5"),
        (1e15, "1000000000000000"),
        (9_007_199_254_740_991, "9007199254740991"), (9_007_199_254_740_992, "9007199254740992.0"),
        (1e21, "1e+21"), (.leastNonzeroMagnitude, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
    ])
    func writesDoubles(_ value: Double, _ expected: String) {
        #expect(text { $0.append(value) } == expected)
    }

    @Test func writesDoublesThatReadBackAsTheSame() {
        var random = SeededGenerator(seed: 3)
        let values = (0..<20_000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        #expect(values.allSatisfy { value in Double(text { $0.append(value) }) == value })
    }

    @Test func growsAndKeepsWhatItHas() {
        var buffer = TextBuffer(capacity: 1)
        for number in 0..<1000 {
            buffer.append("line " as StaticString)
            buffer.append(UInt64(number))
            buffer.append([UInt8(ascii: "\n")])
        }
        let expected = (0..<1000).map { "line \($0)\n" }.joined()
        #expect(String(decoding: buffer.bytes(), as: UTF8.self) == expected)
        #expect(buffer.count == expected.utf8.count)
        #expect(buffer.withBytes { $0.byteCount } == buffer.count)
        buffer.removeAll()
        #expect(buffer.bytes().isEmpty)
    }

    @Test func takesEmptyPieces() {
        #expect(text { $0.append([]) } == "")
        #expect(text { $0.append("" as StaticString) } == "")
        #expect(text { $0.append("\u{e9}" as StaticString) } == "é")
    }
}
