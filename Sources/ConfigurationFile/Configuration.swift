package import ConfigurationKeys
import Bytes

/// What the configuration file of `heliograph serve` says; `init()` is what an empty file says.
package struct Configuration: Sendable, Equatable {
    /// What applies to every metric.
    package var global = GlobalConfiguration()
    /// What all metrics together may take.
    package var limits = LimitsConfiguration()
    /// What outlives the process.
    package var state = StateConfiguration()
    /// The HTTP endpoint.
    package var web = WebConfiguration()
    /// The StatsD listeners, limits and mapping rules.
    package var statsd = StatsDConfiguration()
    /// The Unix socket for JSON events.
    package var events = EventsConfiguration()
    /// Graphite's plaintext protocol.
    package var carbon = CarbonConfiguration()
    /// What is logged.
    package var log = LogConfiguration()
    /// The socket that a reload is asked over.
    package var control = ControlConfiguration()
    /// The metrics made from JSON events, in file order.
    package var metrics: [MetricConfiguration] = []
    /// Where the file says what only a restart can change.
    var places = KeyPlaces(file: "")

    /// The defaults, with the Unix sockets that `sockets` names.
    package init(sockets: DefaultSockets = .none) {
        statsd.unix = sockets.statsd
        events.unix = sockets.events
        control = ControlConfiguration(standard: sockets.control)
    }
}

extension Configuration: KeyedSection {
    package static let keys: [Key<Configuration>] = [
        // First, since names and labels further down are checked against it.
        Key("global", \.global, "What applies to every metric."),
        Key("limits", \.limits, "What all metrics together may take."),
        Key(
            "state", \.state,
            "What of the series [outlives the process](operations.md#what-outlives-the-process)."),
        Key("web", \.web, "The HTTP endpoint."),
        Key("statsd", \.statsd, "StatsD listeners, limits and mapping rules."),
        Key("events", \.events, "The socket for JSON events."),
        Key("carbon", \.carbon, "Graphite's plaintext protocol over TCP, limits and mapping rules."),
        Key("log", \.log, "What is logged, and in which form; a reload changes all of it."),
        Key("control", \.control, "The socket that the service is asked to reload over."),
        Key("metrics", \.metrics, .metrics, "The metrics made from JSON events."),
    ]

    package func finish(_ fields: SectionFields) -> Bool {
        var owners: [String: String] = [:]
        for (name, path) in [("statsd", statsd.unix), ("events", events.unix), ("control", control.unix)] {
            guard let path else { continue }
            if let owner = owners.updateValue(name, forKey: path) {
                (fields[name] ?? fields.section).fail("\(name) and \(owner) share the socket \(path.quoted)")
                return false
            }
        }
        return true
    }

    /// Why a service that runs with this configuration can't take `new` without a restart: each key that is not the same.
    ///
    /// - Throws: such keys, `web.max-requests` among them, by their place in the file of `new`, or that of the section that lacks them.
    package func checkReload(to new: Configuration) throws(ConfigurationErrors) {
        let changed = Self.keys.flatMap(\.leaves).filter { $0.needsRestart && !$0.isSame(self, new) }
        guard !changed.isEmpty else { return }
        throw ConfigurationErrors(
            changed.map { key in
                .invalid(
                    new.places[key.name], key: key.name,
                    reason: "a reload can't change this: restart the service for that")
            })
    }
}
