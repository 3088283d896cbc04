import Telemetry
import Testing

struct TelemetryErrorTests {
    @Test(arguments: [
        (TelemetryError.malformedName("a..b", offset: 2), ["\"a..b\"", "byte 2"]),
        (
            .payloadMismatch(event: "a.b", declared: "Int", requested: "String"),
            ["\"a.b\"", "Int", "String"]
        ),
        (.handlerExists("one"), ["\"one\"", "already"]),
        (.handlerNotFound("two"), ["\"two\"", "No handler"]),
        (.noDistinctEvents(handler: "three"), ["\"three\"", "only once"]),
    ])
    func namesTheOffender(error: TelemetryError, words: [String]) {
        let description = error.description
        #expect(words.allSatisfy { description.contains($0) })
        #expect(description.hasSuffix("."))
    }
}
