import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TraceparentTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test(arguments: [
        ("00-\(trace)-\(span)-01", true), ("00-\(trace)-\(span)-00", false), ("00-\(trace)-\(span)-ff", true),
        ("00-\(trace)-\(span)-02", false), ("00-\(trace)-\(span)-03", true), ("01-\(trace)-\(span)-01", true),
        ("fe-\(trace)-\(span)-01-what-comes-later", true), ("01-\(trace)-\(span)-00-", false),
    ])
    func reads(text: String, isSampled: Bool) throws {
        let context = try TraceContext(traceparent: text)
        #expect(context.traceID == TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736))
        #expect(context.spanID == 0x00f0_67aa_0ba9_02b7)
        #expect(context.isSampled == isSampled)
    }

    @Test(arguments: ["00-\(trace)-\(span)-01", "00-\(trace)-\(span)-00"])
    func writesWhatItReads(text: String) throws {
        #expect(try TraceContext(traceparent: text).traceparent == text)
    }

    @Test(arguments: [
        ("", 0), ("0", 1), ("00", 2), ("00-", 3), ("00-\(trace)", 35), ("00-\(trace)-\(span)", 52),
        ("00-\(trace)-\(span)-", 53), ("00-\(trace)-\(span)-0", 54), ("00-\(trace)-\(span)-01-", 55),
        ("00-\(trace)-\(span)-01-more", 55), ("00-\(trace)-\(span)-012", 55), ("01-\(trace)-\(span)-012", 55),
        ("00-\(trace)-\(span)-01 ", 55), (" 00-\(trace)-\(span)-01", 0), ("ff-\(trace)-\(span)-01", 0),
        ("0G-\(trace)-\(span)-01", 1), ("0A-\(trace)-\(span)-01", 1), ("00_\(trace)-\(span)-01", 2),
        ("00-\(trace.uppercased())-\(span)-01", 4), ("00-\(trace)-\(span.uppercased())-01", 38),
        ("00-\(trace)-\(span)-0F", 54), ("00-\(trace)\(span)-01", 35),
        ("00-\(trace.dropLast())-\(span)-01", 34),
        ("00-\(trace)-\(span.dropLast())-01", 51), ("00-\(trace)0-\(span)-01", 35),
        ("00-\(String(repeating: "0", count: 32))-\(span)-01", 3),
        ("00-\(trace)-\(String(repeating: "0", count: 16))-01", 36),
        ("00-\(trace)-\(span)-０1", 53), ("00-\(trace)-\(span)-0\u{0}", 54), ("00-/:`g", 3),
    ])
    func rejects(text: String, offset: Int) {
        let evidence = String(decoding: text.utf8.prefix(55), as: UTF8.self)
        #expect(throws: TelemetryError.malformedTraceparent(evidence, offset: offset)) {
            try TraceContext(traceparent: text)
        }
    }

    @Test
    func keepsNoMoreThanAHeaderOfWhatItRejects() {
        let hostile = String(repeating: "x", count: 100_000)
        let evidence = String(repeating: "x", count: 55)
        #expect(throws: TelemetryError.malformedTraceparent(evidence, offset: 0)) {
            try TraceContext(traceparent: hostile)
        }
    }
}
