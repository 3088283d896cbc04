/// How an `Exporter` shows its metrics.
public struct ExporterConfiguration: Sendable {
    /// Where to listen: `host:port`, or `:port` for all interfaces; port 0 takes a free one.
    public var listenAddresses = [":9568"]
    /// The path of the metrics.
    public var telemetryPath = "/metrics"
    /// Scrapes that are answered at the same time, 0 for no limit; further ones get 503.
    public var maxRequests = 40
    /// Put before the name of every metric but the exporter's own.
    public var prefix = ""
    /// On every series but the exporter's own, in order.
    public var constantLabels: [(name: String, value: String)] = []

    /// The defaults.
    public init() {}
}
