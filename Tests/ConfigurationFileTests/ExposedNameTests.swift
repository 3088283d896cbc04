import Testing
import TelemetryMetrics

@testable import ConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct ExposedNameTests {
    @Test(arguments: [
        (MetricConfiguration.Shape.counter, "x_a_b_bytes_total"),
        (.sum(monotonic: true), "x_a_b_bytes_total"),
        (.sum(monotonic: false), "x_a_b_bytes"), (.gauge, "x_a_b_bytes"),
        (.histogram(buckets: [1]), "x_a_b_bytes"),
        (.summary(quantiles: [], window: .seconds(1)), "x_a_b_bytes"),
    ])
    func dependsOnTheType(shape: MetricConfiguration.Shape, exposed: String) {
        var metric = MetricConfiguration(name: "a.b", event: "a", measurement: "b", shape: shape)
        metric.unit = UnitSetting(from: .kilobyte)
        #expect(metric.exposedName(prefix: "x_") == exposed)
    }
}
