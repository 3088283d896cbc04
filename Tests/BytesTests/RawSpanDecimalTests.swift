import TestKit
import Testing

import Bytes

@Suite(.timeLimit(.minutes(5)))
struct RawSpanDecimalTests {
    @Test(arguments: [
        "0", "1", "+1", "-1", "007", ".5", "5.", "-.5e1", "123.456", "1e3", "1E+3", "1e-3",
        "9007199254740993",
        "0.1", "1e22", "1e23", "3.141592653589793238462643383279", "1e308", "4.9e-324", "1e-400",
        "18446744073709551616", "123456789012345678901234567890", "0.000000000000000000000000000001",
        "2.2250738585072011e-308", "8.98846567431158e307", "1e00000000000000000001",
    ])
    func readsWhatTheStandardLibraryReads(text: String) {
        let wanted = Double(text.hasSuffix(".") ? String(text.dropLast()) : text)
        #expect(wanted != nil)
        #expect(decimal(text) == wanted)
    }

    @Test(arguments: [
        "", "+", "-", ".", "-.", "e1", "1e", "1e+", "1e1.5", "+-1", "1-", "1 ", " 1", "nan", "inf",
        "-Infinity",
        "0x10", "1_000", "1,5", "1..2", "1e309", "-1e99999999999999999999", "१",
    ])
    func refusesWhatIsNoFiniteDecimal(text: String) {
        #expect(decimal(text) == nil)
    }

    @Test func everyDoubleSurvivesItsOwnText() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            #expect(decimal(value.description) == value)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func aNumberOfAMillionDigitsTakesNoTimeToSpeakOf() {
        let digits = String(repeating: "7", count: 1_000_000)
        #expect(decimal(digits) == nil)
        #expect(decimal("0.\(digits)") == 7.0 / 9)
        #expect(decimal("0." + String(repeating: "0", count: 1_000_000) + "1") == 0)
        #expect(decimal("1e\(digits)") == nil)
    }

    @Test func keepsTheSignOfZero() {
        #expect(decimal("-0.0")?.sign == .minus)
    }

    @Test func readsOnlyItsRange() {
        #expect(Array("12345".utf8).withBytes(in: 0..<5) { $0.decimal(in: 1..<3) } == 23)
    }

    private func decimal(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        return bytes.withBytes(in: bytes.indices) { $0.decimal(in: bytes.indices) }
    }
}
