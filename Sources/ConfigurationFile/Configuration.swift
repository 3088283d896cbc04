/// What the configuration file of `heliograph serve` says; `init()` is what an empty file says.
package struct Configuration: Sendable, Equatable {
    /// What applies to every metric.
    package var global = GlobalConfiguration()
    /// The HTTP endpoint.
    package var web = WebConfiguration()
    /// The StatsD listeners, limits and mapping rules.
    package var statsd = StatsDConfiguration()
    /// The Unix socket for JSON events.
    package var events = EventsConfiguration()
    /// The metrics made from JSON events, in file order.
    package var metrics: [MetricConfiguration] = []

    /// The defaults, with the Unix sockets that `sockets` names.
    package init(sockets: DefaultSockets = .none) {
        statsd.unix = sockets.statsd
        events.unix = sockets.events
    }
}
