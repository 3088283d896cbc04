import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TelemetryErrorTests {
    @Test(arguments: [
        (TelemetryError.malformedName("a..b", offset: 2), ["\"a..b\"", "byte 2"]),
        (
            .payloadMismatch(
                event: "a.b", declared: "Int", declaredAt: SourcePlace(file: "A/b.swift", line: 1),
                requested: "String", requestedAt: SourcePlace(file: "C/d.swift", line: 2)),
            ["\"a.b\"", "Int at A/b.swift:1", "String at C/d.swift:2"]
        ),
        (.handlerExists("one"), ["\"one\"", "already"]),
        (.handlerNotFound("two"), ["\"two\"", "No handler"]),
        (.noDistinctEvents(handler: "three"), ["\"three\"", "only once"]),
        (.badSampling(.oneIn(0), handler: "four"), ["\"four\"", "oneIn(0)", "1 or more"]),
        (.badSampling(.fraction(2), handler: "four"), ["\"four\"", "fraction(2.0)", "at most 1"]),
        (.malformedTraceparent("00-ab", offset: 5), ["\"00-ab\"", "byte 5", "hexadecimal"]),
    ])
    func namesTheOffender(error: TelemetryError, words: [String]) {
        let description = error.description
        #expect(words.allSatisfy { description.contains($0) })
        #expect(description.hasSuffix("."))
    }
}
