import ConfigurationFile
import Linux
import Logging
import Systemd

/// How many connections each door may have, so that all of them together fit the limit of open files.
struct DescriptorBudget: Equatable {
    /// Connections at once of each door.
    struct Connections: Equatable {
        var http: Int
        var events: Int
        var carbon: Int

        fileprivate var sum: Int { http + events + carbon }
    }

    /// What each door gets.
    let connections: Connections
    /// Whether that is less than was asked for.
    let isScaled: Bool

    /// What the process opens besides connections: listeners and what waits on them, threads of HTTP and connections that they
    /// are closing, the log, `/proc`, the files and the resolver of a reload.
    private static let overhead = 96
    /// What each door has at least; of those of HTTP some are always left for a scrape.
    private static let least = Connections(http: 16, events: 4, carbon: 4)

    /// Scales `wanted` down in proportion where it is too much.
    ///
    /// - Parameters:
    ///   - limit: of open files; nil for none.
    ///   - open: how many are open already.
    /// - Throws: where not even the least fits.
    init(_ wanted: Connections, limit: Int?, open: Int) throws(DescriptorShortage) {
        // No limit of open files is larger.
        let wanted = Connections(
            http: min(wanted.http, 1 << 30), events: min(wanted.events, 1 << 30),
            carbon: min(wanted.carbon, 1 << 30))
        let least = Connections(
            http: min(Self.least.http, wanted.http), events: min(Self.least.events, wanted.events),
            carbon: min(Self.least.carbon, wanted.carbon))
        let taken = open + Self.overhead
        guard let limit, limit - taken < wanted.sum else {
            connections = wanted
            isScaled = false
            return
        }
        let room = limit - taken - least.sum
        guard room >= 0 else { throw DescriptorShortage(limit: limit, needed: taken + least.sum) }
        let share = Double(room) / Double(wanted.sum - least.sum)
        func scaled(_ wanted: Int, _ least: Int) -> Int { least + Int(Double(wanted - least) * share) }
        connections = Connections(
            http: scaled(wanted.http, least.http), events: scaled(wanted.events, least.events),
            carbon: scaled(wanted.carbon, least.carbon))
        isScaled = true
    }
}

/// The limit of open files is too low to serve at all.
struct DescriptorShortage: Error, Equatable, CustomStringConvertible {
    let limit: Int
    let needed: Int

    var description: String {
        "The process may open \(limit) files, but needs \(needed): raise the limit with ulimit -n or LimitNOFILE=."
    }
}

extension DescriptorBudget {
    /// For what `configuration` asks for and systemd passed, in this process as it is now.
    init(_ configuration: Configuration, passed: [ActivatedDescriptor]) throws(DescriptorShortage) {
        try self.init(
            Connections(configuration, passed: passed), limit: ResourceLimit.openFiles.value,
            open: OpenFiles.count)
    }

    /// How many sockets of Graphite there are, at least one; each may have as many connections.
    static func carbonSockets(_ configuration: Configuration, passed: [ActivatedDescriptor]) -> Int {
        let count = passed.listeners(named: "carbon")
        return max(count > 0 ? count : configuration.carbon.tcp?.loopbacks.count ?? 0, 1)
    }

    /// Says that there is less than was asked for, if that is so.
    func log(to logger: Logger) {
        guard isScaled else { return }
        logger.warning(
            "Fewer connections than configured, as the process may open too few files",
            metadata: [
                "limit": "\(ResourceLimit.openFiles.value ?? 0)", "http": "\(connections.http)",
                "events": "\(connections.events)", "carbon": "\(connections.carbon)",
            ])
    }
}

extension DescriptorBudget.Connections {
    /// What the doors that there are ask for, those among them that systemd passed.
    init(_ configuration: Configuration, passed: [ActivatedDescriptor]) {
        let (events, carbon) = (configuration.events, configuration.carbon)
        http = configuration.web.maxConnections
        self.events = events.unix != nil || passed.listeners(named: "events") > 0 ? events.maxConnections : 0
        let hasCarbon = carbon.tcp != nil || passed.listeners(named: "carbon") > 0
        let sockets = DescriptorBudget.carbonSockets(configuration, passed: passed)
        self.carbon = hasCarbon ? sockets * carbon.maxConnections : 0
    }
}
