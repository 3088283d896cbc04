import Heliograph
import HeliographNIO
import NIOCore
import NIOPosix
import TelemetryTesting
import Testing

@Suite(.timeLimit(.minutes(5)))
struct NIOHookTests {
    @Test func roundsOfEachLoopAreSeenWithTheirTasks() async throws {
        let capture = try EventCapture(of: EventLoopEvents.tick)
        defer { capture.stop() }
        let group = MultiThreadedEventLoopGroup(
            numberOfThreads: 3, metricsDelegate: EventLoopTelemetry(group: "three"))
        for loop in group.makeIterator() {
            for _ in 0..<50 { try await loop.submit {}.get() }
        }
        try await group.shutdownGracefully()
        let ticks = capture.events.filter { $0.group == "three" }
        #expect(Set(ticks.map(\.loop)) == [0, 1, 2])
        #expect(ticks.map(\.tasks).reduce(0, +) >= 150)
        #expect(ticks.allSatisfy { $0.duration >= .zero && $0.sleep >= .zero })
    }

    @Test func aBusyLoopLags() async throws {
        let capture = try EventCapture(of: EventLoopEvents.lag)
        defer { capture.stop() }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let plugin = Plugin.nio(probing: ["busy": group], every: .milliseconds(10))
        #expect(plugin.polls.map(\.name) == ["nio_lag_busy"])
        var configuration = ExporterConfiguration()
        configuration.listenAddresses = []
        let exporter = try Exporter(MetricSet([]), plugins: [plugin], configuration: configuration)
        let running = Task { try await exporter.run() }
        _ = try await capture.first { $0.group == "busy" }
        let start = ContinuousClock.now
        group.next().execute { while ContinuousClock.now - start < .milliseconds(300) {} }
        let lag = try await capture.first { $0.group == "busy" && $0.lag > .milliseconds(200) }
        #expect(lag.lag < .seconds(60))
        running.cancel()
        _ = try? await running.value
        try await group.shutdownGracefully()
    }
}
