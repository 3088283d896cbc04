import ArgumentParser
import CoreMetrics
import Heliograph
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import SwiftMetricsBridge
import UnixSignals

/// A small web shop with metrics of its own, and those of Hummingbird, on one page.
@main
struct ShopServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shop", abstract: "Takes orders, and shows its metrics at /metrics.")

    @Option(help: "The port on loopback; 0 takes a free one.")
    var port = 8080

    @Option(help: "Make so many requests to itself, print the page of metrics and stop.")
    var requests: Int?

    func run() async throws {
        let stock = Stock(items: 500)
        let exporter = try Exporter(Orders.metrics)
        MetricsSystem.bootstrap(try exporter.metricsFactory(options: Self.libraryMetrics))

        let (ports, running) = AsyncStream.makeStream(of: Int.self)
        let server = Application(
            router: routes(stock: stock, exporter: exporter),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { running.yield(port) }
            },
            logger: logger("shop"))
        var services = [
            ServiceGroupConfiguration.ServiceConfiguration(service: server),
            ServiceGroupConfiguration.ServiceConfiguration(service: try StockTaking(of: stock)),
        ]
        if let requests {
            services.append(
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: Customer(requests: requests, ports: ports),
                    successTerminationBehavior: .gracefullyShutdownGroup))
        }
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger("services"))
        ).run()
    }

    /// What Hummingbird's metrics are, which swift-metrics has no words for.
    private static var libraryMetrics: MetricsBridge.Options {
        var options = MetricsBridge.Options()
        options.labels = [
            "hb.requests": .init(
                kind: .counter, help: "Requests answered, by route, method and status code."),
            "hb.request.errors": .init(
                kind: .counter, help: "Requests that ended with an error, by route and method."),
            "http.server.request.duration": .init(
                kind: .timer, help: "Time from a request to the end of its response."),
            "http.server.active_requests": .init(kind: .gauge, help: "Requests that are being answered."),
        ]
        return options
    }

    /// Standard output belongs to the page.
    private func logger(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        return logger
    }
}
