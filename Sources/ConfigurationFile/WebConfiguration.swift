package import ConfigurationKeys
package import Linux

/// The `web` section: the HTTP endpoint.
package struct WebConfiguration: Sendable, Equatable {
    /// Where to listen for HTTP; at least one, each once.
    package var listenAddresses = [ListenAddress(host: "", port: 9568)]
    /// The permission bits of Unix sockets among them.
    package var unixMode: UInt32 = 0o660
    /// Whether the listening sockets have to come from systemd.
    package var systemdSocket = false
    /// Put before the path of every route; begins with `/` or is empty.
    package var routePrefix: String?
    /// Where browsers reach the server; nil where nobody says.
    package var externalURL: String?
    /// Whether `POST /-/reload` and `POST /-/quit` do something.
    package var enablesLifecycle = false
    /// The path of the metrics page; begins with `/`.
    package var telemetryPath = "/metrics"
    /// The exporters' web configuration file; nil serves everybody in plain text.
    package var configFile: String?
    /// Scrapes at once, until the last byte of the answer is sent; 0 means no limit.
    package var maxRequests = 40
    /// Whether OpenMetrics has a line for when each series began.
    package var createdLines = false

    /// HTTP connections at once; idle ones give way to new ones.
    package var maxConnections = 256
    /// The same from one client.
    package var maxConnectionsPerAddress = 64
    /// How long a connection may be without a request.
    package var idleTimeout = Duration.seconds(30)
    /// From the first byte of a request to its last.
    package var requestTimeout = Duration.seconds(10)
    /// From the end of a request until the last byte of its answer is taken.
    package var responseTimeout = Duration.seconds(60)

    /// The defaults.
    package init() {}
}

extension WebConfiguration: KeyedSection {
    package static let keys: [Key<WebConfiguration>] = [
        Key(
            "listen-addresses", \.listenAddresses, .addresses, flag: "web.listen-address", needsRestart: true,
            "Where to serve metrics: `:9568`, `127.0.0.1:9568`, `[::1]:9568`; port 0 lets the kernel choose; `unix:/path` is a Unix socket."
        ),
        Key(
            "unix-mode", \.unixMode, .mode, flag: "web.unix-mode", needsRestart: true,
            "The permissions of Unix sockets among them: a client needs to write to connect."),
        Key(
            "systemd-socket", \.systemdSocket, .boolean, flag: "web.systemd-socket", needsRestart: true,
            "`true` is an error where systemd passes no socket named `web`; one that it passes is always used."
        ),
        Key(
            "route-prefix", \.routePrefix, ValueType<String>.routePrefix.ifWritten, flag: "web.route-prefix",
            default: "the path of `web.external-url`", needsRestart: true,
            "Put before the path of every route, for a reverse proxy that passes paths on as they come."),
        Key(
            "external-url", \.externalURL, ValueType<String>.externalURL.ifWritten, flag: "web.external-url",
            default: "none", needsRestart: true,
            "Where browsers reach the server, through a reverse proxy: links begin with its path."),
        Key(
            "enable-lifecycle", \.enablesLifecycle, .boolean, flag: "web.enable-lifecycle",
            needsRestart: true,
            "Lets `POST /-/reload` reload the configuration, `POST /-/quit` end the service and `PUT /-/log-level` change the log, for whoever may reach them."
        ),
        Key(
            "telemetry-path", \.telemetryPath, .text("path", without: TelemetryPath.mistake(in:)),
            flag: "web.telemetry-path", needsRestart: true,
            "The path of the metrics page; `/`, `/-/…` and `/api/…` are taken."),
        Key(
            "config-file", \.configFile, ValueType<String>.fileName.ifWritten, flag: "web.config.file",
            default: "none", needsRestart: true,
            "The exporters' web configuration file, with TLS, authentication and limits; it is read again when it changes."
        ),
        Key(
            "max-requests", \.maxRequests, .whole(atLeast: 0), flag: "web.max-requests", needsRestart: true,
            "Scrapes at once, each until its last byte is sent or its connection is gone; 0 is no limit."),
        Key(
            "created-lines", \.createdLines, .boolean, needsRestart: true,
            "Adds a `_created` line to what adds up, in OpenMetrics only: Prometheus 2 stores each as one more series."
        ),
        Key(
            "max-connections", \.maxConnections, .whole(atLeast: 1), flag: "web.max-connections",
            needsRestart: true,
            "HTTP connections at once; for a further one an idle one is closed, and without any it gets 503."),
        Key(
            "max-connections-per-address", \.maxConnectionsPerAddress, .whole(atLeast: 1),
            flag: "web.max-connections-per-address", needsRestart: true,
            "The same from one client: an IPv4 address, or an IPv6 network of 64 bits."),
        Key(
            "idle-timeout", \.idleTimeout, .positiveDuration, flag: "web.idle-timeout", needsRestart: true,
            "How long a connection may be without a request; longer than the scrape interval keeps it open."),
        Key(
            "request-timeout", \.requestTimeout, .positiveDuration, flag: "web.request-timeout",
            needsRestart: true, "How long a request may take from its first byte to its last."),
        Key(
            "response-timeout", \.responseTimeout, .positiveDuration, flag: "web.response-timeout",
            needsRestart: true,
            "How long an answer may take from the end of the request until its last byte is taken."),
    ]
}
