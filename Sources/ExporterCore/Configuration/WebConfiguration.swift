/// The `web` section: the HTTP endpoint.
package struct WebConfiguration: Sendable, Equatable {
    /// Where to listen for HTTP; at least one, each once.
    package var listenAddresses = [ListenAddress(host: "", port: 9568)]
    /// The path of the metrics page; begins with `/`.
    package var telemetryPath = "/metrics"
    /// Scrapes answered at once; 0 means no limit.
    package var maxRequests = 40

    /// The defaults.
    package init() {}
}
