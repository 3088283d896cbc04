import Bytes
import Synchronization
import Telemetry
import TelemetryMetrics
import Testing

@testable import Ingest

@Suite(.timeLimit(.minutes(5)))
struct RejectedLinesTests {
    private let clock = CoarseClock(fixedAt: 1_000_000)
    private let lines: RejectedLines

    init() { lines = RejectedLines(source: "s", clock: clock) }

    private func note(_ text: [UInt8], _ cause: RejectionCause = .badNumber, from start: Int = 0) {
        text.withBytes(in: text.indices) { lines.note(cause, $0, from: start) }
    }

    private func note(_ text: String, _ cause: RejectionCause = .badNumber) { note(Array(text.utf8), cause) }

    private var texts: [String] { lines.lines.map(\.text) }

    @Test func keepsTheLastEightOfEachCause() {
        for number in 0..<20 {
            note("a:\(number)")
            note("b:\(number)", .badTags)
            clock.advance(by: .milliseconds(100))
        }
        for (cause, name) in [(RejectionCause.badNumber, "a"), (.badTags, "b")] {
            #expect(
                lines.lines.filter { $0.cause == cause }.map(\.text) == (12..<20).map { "\(name):\($0)" })
        }
    }

    @Test func ofAFloodKeepsOneForEachTenthOfASecondAndCause() {
        for number in 0..<1000 {
            note("a:\(number)")
            note("b:\(number)", .badTags)
            clock.advance(by: .milliseconds(1))
            if number == 499 { clock.advance(by: .milliseconds(100)) }
        }
        #expect(lines.lines.filter { $0.cause == .badTags }.count == 8)
        #expect(texts.contains("a:500"))
        #expect(!texts.contains("a:501"))
    }

    @Test(arguments: [
        ("a:x|c\nnext:1|c", "a:x|c"), ("a:x|c\r\nnext", "a:x|c"), ("", ""),
        ("\u{1b}[31mred\u{7}\u{0}\t\\n", #"\x1b[31mred\x07\x00\x09\\n"#),
        ("é\u{202e}", #"\xc3\xa9\xe2\x80\xae"#),
    ])
    func showsALineInPrintableASCII(line: String, shown: String) {
        note(line)
        #expect(texts == [shown])
    }

    @Test func showsBrokenBytesAndTheLineFromItsBeginning() {
        note([0x61, 0x0A, 0xFF, 0x80, 0x9B, 0x7F, 0x7E], from: 2)
        #expect(texts == [#"\xff\x80\x9b\x7f~"#])
    }

    @Test func shortensALongLine() {
        note(String(repeating: "a", count: 200))
        note(String(repeating: "b", count: 201), .badTags)
        #expect(
            Set(texts) == [String(repeating: "a", count: 200), String(repeating: "b", count: 200) + "..."])
    }

    @Test func saysEachThatItKeepsOnce() {
        let told = Mutex<[String]>([])
        let lines = RejectedLines(source: "s", clock: clock) { line in told.withLock { $0.append(line.text) }
        }
        for text in ["a", "b"] {
            let bytes = Array(text.utf8)
            for _ in 0..<3 { bytes.withBytes(in: bytes.indices) { lines.note(.negative, $0, from: 0) } }
            clock.advance(by: .seconds(1))
        }
        #expect(told.withLock(\.self) == ["a", "b"])
        #expect(lines.lines.map(\.source) == ["s", "s"])
    }

    @Test func aRecorderKeepsTheLinesOfSamplesThatItRefuses() throws {
        let wire = try WireFixture(WireFixture.rules(limit: 2))
        for name in ["a.b", "a_b", "third"] { wire.send(name) }
        wire.send("a.b", .infinity)
        let kept = wire.lines.lines.map { "\($0.cause.rawValue) \($0.text)" }
        #expect(Set(kept) == ["name_conflict a_b", "metrics_limit third", "overflow a.b"])
    }
}
