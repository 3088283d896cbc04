import Telemetry
import Testing

struct EventNameTests {
    @Test(arguments: ["a", "http.request", "A-1._b.9", "telemetry.handler.failure"])
    func acceptsSegmentsJoinedByDots(text: String) throws {
        let name = try EventName(text)
        #expect(name.text == text)
        #expect(name.description == text)
        #expect(name.segments.joined(separator: ".") == text)
    }

    @Test(arguments: [
        ("", 0), (".", 0), (".a", 0), ("a.", 2), ("a..b", 2), ("a b", 1), ("a.é", 2), ("a\n", 1), ("a/b", 1),
        ("a.b.\u{0}", 4), ("a.b..", 4),
    ])
    func rejectsMalformedNames(text: String, offset: Int) {
        #expect(throws: TelemetryError.malformedName(text, offset: offset)) { try EventName(text) }
    }

    @Test
    func splitsIntoSegments() throws {
        #expect(try EventName("http.request.stop").segments == ["http", "request", "stop"])
    }

    @Test
    func writesItselfIntoALabel() throws {
        let name = try EventName("http.request.stop")
        #expect(Written { name.write(to: &$0) }.text == "http.request.stop")
    }
}
