import TelemetryMetrics
import Testing

@testable import ConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct ExposedNameTests {
    @Test(arguments: [
        ("counter", "a_b_total"), ("sum, unit: kilobyte", "a_b_bytes_total"),
        ("sum, monotonic: false, unit: kilobyte", "a_b_bytes"), ("gauge, unit: kilobyte", "a_b_bytes"),
        ("histogram, unit: kilobyte", "a_b_bytes"), ("summary, unit: kilobyte", "a_b_bytes"),
    ])
    func dependsOnTheType(type: String, exposed: String) throws {
        let text = "metrics: [{name: a.b, type: \(type)}]"
        let metrics = try Configuration.parse(text: text, file: "c.yml").metrics
        #expect(metrics.map(\.definition.name) == [exposed])
    }
}
