import TestKit
import Testing

@testable import PrometheusFormat

@Suite(.timeLimit(.minutes(5)))
struct NumberFormatTests {
    private func written(_ write: (inout [UInt8]) -> Void) -> String {
        var output: [UInt8] = []
        write(&output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The expected texts are those of Go's `strconv.FormatFloat(value, 'g', -1, 64)`.
    @Test(arguments: [
        (1e6, "1e+06"), (100000, "100000"), (999999, "999999"), (1_234_567, "1.234567e+06"),
        (1_234_567.5, "1.2345675e+06"), (123_456_789, "1.23456789e+08"), (1e20, "1e+20"), (1e22, "1e+22"),
        (0.0001, "0.0001"), (0.00001, "1e-05"), (1.1e-5, "1.1e-05"), (12_345_678.9, "1.23456789e+07"),
        (1.55555555555552e6, "1.55555555555552e+06"), (.leastNonzeroMagnitude, "5e-324"),
        (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (0.05, "0.05"), (-2.5, "-2.5"), (0, "0"),
    ])
    func writesTheShortestFormAsGoDoes(value: Double, expected: String) {
        #expect(written { NumberFormat.appendShortest(value, to: &$0) } == expected)
    }

    @Test(arguments: [
        (0.0, "0.0"), (1, "1.0"), (-1, "-1.0"), (100000, "100000.0"), (1e6, "1e+06"), (1e-5, "1e-05"),
        (0.005, "0.005"), (2.5, "2.5"), (1e23, "1e+23"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
        (.nan, "NaN"),
    ])
    func writesCanonicalBounds(value: Double, expected: String) {
        #expect(written { NumberFormat.appendCanonical(value, to: &$0) } == expected)
    }

    @Test func everyFormReadsBackAsTheSameValue() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let texts = [
                written { NumberFormat.appendShortest(value, to: &$0) },
                written { NumberFormat.appendCanonical(value, to: &$0) },
            ]
            for text in texts {
                #expect(try #require(Double(text)).bitPattern == value.bitPattern, "\(text)")
            }
        }
    }
}
