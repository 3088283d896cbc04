package import Endpoint
package import Linux
import Microhttpd
package import StateFiles
public import TelemetryMetrics

/// How an `Exporter` shows its metrics.
public struct ExporterConfiguration: Sendable {
    /// Where to listen: `host:port`, or `:port` for all interfaces; port 0 takes a free one; or `unix:/path`.
    ///
    /// None where the application shows the page itself: then `run` serves nothing, but does all the rest.
    public var listenAddresses: [String]
    /// The same where somebody has parsed them already; then `listenAddresses` counts for nothing.
    package var parsedAddresses: [ListenAddress]?
    /// The permission bits of Unix sockets among `listenAddresses`: a client needs to write to connect.
    public var unixMode: UInt32 = 0o660
    /// Sockets that listen already, in the place of all addresses.
    package var passedListeners: [SharedDescriptor] = []
    /// The path of the metrics, behind `routePrefix`.
    public var telemetryPath = "/metrics"
    /// Put before the path of every route, as `/heliograph`; empty for none.
    ///
    /// For a reverse proxy that passes paths on as they come.
    public var routePrefix = ""
    /// The path, as `/heliograph`, at which browsers reach the server through a reverse proxy: links begin with it.
    ///
    /// Nil where it is the prefix of the routes.
    public var externalPath: String?
    /// The exporters' web configuration file: TLS, authentication and limits; nil serves everybody in plain text.
    ///
    /// It is read again when it changes, or a file that it names does. What is wrong with it is thrown where the exporter
    /// is made; later on it is logged, and what was read before stays in use.
    public var webConfigFile: String?
    /// Scrapes at the same time, each until its last byte is sent; below one there is no limit.
    ///
    /// A further one takes the place of a client that takes nothing of its page, or gets 503.
    public var maxRequests = 40
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
    /// Which names metrics and labels may have.
    public var nameValidation = NameValidation.legacy
    /// How long counters, monotonic sums, histograms and summaries show a new series as zero, where their definition says
    /// nothing of it; none by default.
    ///
    /// A Prometheus that scrapes at least that often then sees the first increments of a series as growth. It is not for the
    /// exporter's own metrics, nor for totals that exist elsewhere.
    public var initialZero = Duration.zero
    /// Whether OpenMetrics pages have a `_created` line for each series that adds up.
    ///
    /// Prometheus 2 stores each as one more series. Protobuf always says when a series began, and the text format never.
    public var showsCreatedLines = false

    /// Bytes of memory that all series and names may take, from 4 MiB to 32 GiB; what is beyond counts as the nearest of them.
    ///
    /// Nil means a quarter of the machine's memory or of what the process's control group has, whichever is less, and at
    /// most 512 MiB. Where limits of the process, as by `ulimit -v`, `-d` or `-f`, leave less, it is less. Near the limit
    /// new label sets fall into the overflow series of their metric, and new names of swift-metrics are rejected. Pages
    /// that are made or wait to be sent come on top.
    public var memoryLimit: Int?
    /// Samples on a page, at least 1; past them it is as near the limit of memory.
    public var samplesLimit = 1_000_000

    /// Where series go on after the end of the process; nil where they begin anew with each.
    public var state: ExporterState?
    /// The same where somebody else keeps them; then `state` counts for nothing.
    package var keeper: StateKeeper?

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

    /// The defaults, on all interfaces: `["127.0.0.1:9568"]` is for this machine alone.
    public init(listenAddresses: [String] = [":9568"]) {
        self.listenAddresses = listenAddresses
    }

    /// The limits, within their ranges.
    package var storeLimits: StoreLimits {
        let memory = memoryLimit ?? StoreLimits.standardMemory(of: MemoryAllowance.bytes())
        let most = MemoryAllowance.store ?? 32 << 30
        return StoreLimits(memory: min(max(memory, 4 << 20), most), samples: max(samplesLimit, 1))
    }

    /// The bounds on what HTTP clients can take.
    var httpLimits: HTTPServer.Limits {
        var limits = HTTPServer.Limits()
        // Sums of connections are far from overflowing then.
        limits.connections = min(maxConnections, 1 << 30)
        limits.connectionsPerAddress = min(maxConnectionsPerAddress, 1 << 30)
        limits.inactivity = idleTimeout
        limits.requestDeadline = requestTimeout
        limits.responseDeadline = responseTimeout
        return limits
    }

    /// Where to listen, parsed.
    func addresses() throws(ListenAddressError) -> [ListenAddress] {
        if let parsedAddresses { return parsedAddresses }
        var addresses: [ListenAddress] = []
        for text in listenAddresses { addresses.append(try ListenAddress(stream: text)) }
        return addresses
    }
}

extension StoreLimits {
    /// The limit of memory where none is set, for a process that may use so many bytes; nil where nobody knows.
    static func standardMemory(of available: Int?) -> Int {
        let most = 512 << 20
        return available.map { min($0 / 4, most) } ?? most
    }
}
