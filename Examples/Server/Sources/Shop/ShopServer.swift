import ArgumentParser
import CoreMetrics
import Heliograph
import HeliographGRDB
import HeliographGRPC
import HeliographHTTPClient
import HeliographHummingbird
import HeliographLifecycle
import HeliographLogging
import HeliographNIO
import HeliographTracing
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SwiftMetricsBridge
import Tracing
import UnixSignals

/// A small web shop with metrics of its own and of all that it stands on, on one page.
@main
struct ShopServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shop", abstract: "Takes orders, and shows its metrics at /metrics.")

    @Option(help: "The port on loopback; 0 takes a free one.")
    var port = 8080

    @Option(help: "The port of the warehouse on loopback.")
    var warehousePort = 8081

    @Option(help: "Make so many requests to itself, print the page of metrics and stop.")
    var requests: Int?

    @Option(help: "Make so many requests to itself, and go on serving.")
    var orders: Int?

    func run() async throws {
        LoggingSystem.bootstrap { Self.handler(label: $0) }
        InstrumentationSystem.bootstrap(ObservedTracer(ShopTracer()))
        let loops = MultiThreadedEventLoopGroup(
            numberOfThreads: 2, metricsDelegate: EventLoopTelemetry(group: "web"))
        let stock = try Stock(items: 500)
        let exporter = try exporter(stock: stock, loops: loops)
        MetricsSystem.bootstrap(try exporter.metricsFactory(options: Self.libraryMetrics))

        let warehouse = try WarehouseClient(port: warehousePort)
        let (ports, running) = AsyncStream.makeStream(of: Int.self)
        let server = Application(
            router: routes(warehouse: warehouse, exporter: exporter),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { running.yield(port) }
            },
            eventLoopGroupProvider: .shared(loops), logger: Logger(label: "web"))
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: exporter),
            .init(
                service: WarehouseServer(Warehouse(stock: stock), port: warehousePort)
                    .observed(as: "warehouse")),
            .init(service: warehouse.observed(as: "warehouse client")),
            .init(service: server.observed(as: "web")),
        ]
        if let requests = requests ?? orders {
            let customer = Customer(requests: requests, printsPage: self.requests != nil, ports: ports)
            services.append(
                .init(
                    service: customer.observed(as: "customer"),
                    successTerminationBehavior: .gracefullyShutdownGroup))
        }
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "services"))
        ).run()
    }

    /// Shows the shop's own metrics, and one line for each library; the shop serves the page itself.
    private func exporter(stock: Stock, loops: any EventLoopGroup) throws -> Exporter {
        var configuration = ExporterConfiguration()
        configuration.listenAddresses = []
        return try Exporter(
            MetricSet([]),
            plugins: [
                Orders.plugin(stock: stock),
                .grdb(),
                .grpc(),
                .httpClient(),
                .hummingbird(),
                .lifecycle(),
                .nio(probing: ["web": loops]),
                .tracing(),
            ],
            configuration: configuration)
    }

    /// What Hummingbird's metrics are, which swift-metrics has no words for; two have the names of those of its plugin.
    private static var libraryMetrics: MetricsBridge.Options {
        var options = MetricsBridge.Options()
        options.labels = [
            "hb.requests": .init(
                kind: .counter, help: "Requests answered, by route, method and status code."),
            "hb.request.errors": .init(
                kind: .counter, help: "Requests that ended with an error, by route and method."),
            "http.server.request.duration": .init(
                kind: .timer, name: "hb_request_duration",
                help: "Time from a request to the end of its response."),
            "http.server.active_requests": .init(
                kind: .gauge, name: "hb_active_requests", help: "Requests that are being answered."),
        ]
        return options
    }

    /// Standard output belongs to the page.
    private static func handler(label: String) -> some LogHandler {
        var handler = StreamLogHandler.standardError(label: label)
        handler.logLevel = .notice
        return ObservedLogHandler(handler, label: label)
    }
}
