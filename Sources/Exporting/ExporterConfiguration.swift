package import Endpoint
package import Linux
import Microhttpd
public import TelemetryMetrics

/// How an `Exporter` shows its metrics.
public struct ExporterConfiguration: Sendable {
    /// Where to listen: `host:port`, or `:port` for all interfaces; port 0 takes a free one.
    ///
    /// None where the application shows the page itself: then `run` serves nothing, but does all the rest.
    public var listenAddresses = [":9568"]
    /// The same where somebody has parsed them already; then `listenAddresses` counts for nothing.
    package var parsedAddresses: [ListenAddress]?
    /// The path of the metrics.
    public var telemetryPath = "/metrics"
    /// Scrapes at the same time, each until its last byte is sent; further ones get 503, and below one there is no limit.
    public var maxRequests = 40
    /// Bytes of all pages together that wait to be sent, as sent; a scrape past them gets 503.
    ///
    /// One page is always let through, however large, so that 0 and less mean one page at a time.
    public var maxResponseMemory = 64 << 20
    /// HTTP connections at the same time, at least one; for a further one the one that is idle longest is closed, and without
    /// any it is answered 503.
    public var maxConnections = 256
    /// The same from one client: an IPv4 address, or an IPv6 network of 64 bits.
    public var maxConnectionsPerAddress = 64
    /// How long an HTTP connection may be without a request.
    public var idleTimeout = Duration.seconds(30)
    /// How long a request may take from its first byte to its last.
    public var requestTimeout = Duration.seconds(10)
    /// How long an answer may take from the end of the request until its last byte is taken.
    public var responseTimeout = Duration.seconds(60)
    /// Put before the name of every metric but the exporter's own.
    public var prefix = ""
    /// On every series but the exporter's own, in order; each name once, and none of `le`, `quantile` and
    /// `heliograph_overflow`.
    public var constantLabels: [(name: String, value: String)] = []

    /// What windows, expiry and exemplars read the time from; another one only in tests.
    public var clock = CoarseClock.system

    /// Measurements that are taken while the exporter runs.
    public var polls: [Poll] = []
    /// Whether the page has the `process_*` and `swift_runtime_*` metrics; the scheduling delay among them is measured
    /// while the exporter runs.
    public var includesProcess = true
    /// Whether the heap is measured, while the exporter runs; it can take long where much of it is fragmented.
    public var includesHeap = false

    /// What other rooms add to the HTTP endpoint.
    package var contributions: [RouteContribution] = []

    /// The defaults.
    public init() {}

    /// The bounds on what HTTP clients can take.
    var httpLimits: HTTPServer.Limits {
        var limits = HTTPServer.Limits()
        limits.connections = maxConnections
        limits.connectionsPerAddress = maxConnectionsPerAddress
        limits.inactivity = idleTimeout
        limits.requestDeadline = requestTimeout
        limits.responseDeadline = responseTimeout
        return limits
    }

    /// Where to listen, parsed.
    func addresses() throws(ListenAddressError) -> [ListenAddress] {
        if let parsedAddresses { return parsedAddresses }
        var addresses: [ListenAddress] = []
        for text in listenAddresses { addresses.append(try ListenAddress(text)) }
        return addresses
    }
}
