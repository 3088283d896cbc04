package import Linux

/// The `web` section: the HTTP endpoint.
package struct WebConfiguration: Sendable, Equatable {
    /// Where to listen for HTTP; at least one, each once.
    package var listenAddresses = [ListenAddress(host: "", port: 9568)]
    /// The path of the metrics page; begins with `/`.
    package var telemetryPath = "/metrics"
    /// Scrapes at once, until the last byte of the answer is sent; 0 means no limit.
    package var maxRequests = 40
    /// Bytes of all pages that wait to be sent; one page is always let through.
    package var maxResponseMemory = 64 << 20

    /// The defaults.
    package init() {}
}
