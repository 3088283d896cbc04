import Heliograph
import HeliographHummingbird
import Hummingbird

/// What is around the one route of a router.
enum RouterKind: String, CaseIterable {
    /// Nothing.
    case bare
    /// `TelemetryMiddleware`, with the metrics of `Plugin.hummingbird()`.
    case hooked
    /// The same, where short bodies are not collected.
    case wrapping
    /// Hummingbird's own metrics, on a swift-metrics that counts nothing.
    case own

    func router<Context: RequestContext>(_ context: Context.Type) -> Router<Context> {
        let router = Router(context: context)
        switch self {
        case .bare: break
        case .hooked: router.add(middleware: TelemetryMiddleware())
        case .wrapping: router.add(middleware: TelemetryMiddleware(collectingUpTo: -1))
        case .own: router.add(middleware: MetricsMiddleware())
        }
        router.get("users/{id}") { _, context in "Hello \(context.parameters.get("id") ?? "")" }
        return router
    }

    /// What counts the requests of a hooked router.
    func exporter() throws -> Exporter {
        var configuration = ExporterConfiguration()
        configuration.listenAddresses = []
        return try Exporter(
            MetricSet([]), plugins: self == .hooked || self == .wrapping ? [.hummingbird()] : [],
            configuration: configuration)
    }
}
