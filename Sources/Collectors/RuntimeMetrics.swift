package import TelemetryMetrics

/// What an operator asks of a Swift process beyond the standard metrics, read once a second at most.
///
/// What the system doesn't tell is left out.
package enum RuntimeMetrics {
    /// Registers them in `store`, except for those of `SchedulingDelay` and `HeapStatistics`, which need a
    /// poller.
    ///
    /// - Throws: `DefinitionErrors` where a name is taken.
    package static func register(
        in store: MetricStore, _ collectors: CollectorMetrics,
        usage: @escaping @Sendable () -> ResourceUsage? = { ResourceUsage() },
        usableProcessors: @escaping @Sendable () -> Int? = { Processors.usable() }
    ) throws(DefinitionErrors) {
        let showUsage = try showsUsage(in: store)
        let showProcessors = try showsProcessors(in: store)
        store.addCollector(pausing: .seconds(1)) {
            collectors.measure("runtime") {
                let (usage, processors) = (usage(), usableProcessors())
                showUsage(usage)
                showProcessors(processors)
                return usage != nil && processors != nil
            }
        }
    }

    private static func showsProcessors(
        in store: MetricStore
    ) throws(DefinitionErrors) -> @Sendable (Int?) -> Void {
        let threads = try family(
            .gauge, "swift_runtime_pool_threads",
            "Threads that Swift's pool runs tasks on at most, one for each CPU of the host.", in: store)
        let usable = try family(
            .gauge, "swift_runtime_usable_cpus", "CPUs that the process may run on.", in: store)
        if let count = Processors.online { threads.replace(with: Double(count), labels: []) }
        return { usable.show($0.map { Double($0) }) }
    }

    private static func showsUsage(
        in store: MetricStore
    ) throws(DefinitionErrors) -> @Sendable (ResourceUsage?) -> Void {
        let faults = try family(
            .counter, "process_page_faults_total", "Page faults; major ones read from a disk.",
            labels: ["type"], in: store)
        let switches = try family(
            .counter, "process_context_switches_total",
            "Context switches; involuntary ones took the processor from a thread that had more to do.",
            labels: ["type"], in: store)
        let peak = try family(
            .gauge, "process_resident_memory_peak_bytes", "Most memory that was ever resident in bytes.",
            in: store)
        return { usage in
            faults.show((usage?.minorFaults).map { Double($0) }, labels: ["minor"])
            faults.show((usage?.majorFaults).map { Double($0) }, labels: ["major"])
            switches.show((usage?.voluntarySwitches).map { Double($0) }, labels: ["voluntary"])
            switches.show((usage?.involuntarySwitches).map { Double($0) }, labels: ["involuntary"])
            peak.show((usage?.peakResidentBytes).map { Double($0) })
        }
    }

    private static func family(
        _ kind: MetricKind, _ name: String, _ help: String, labels: [String] = [], in store: MetricStore
    ) throws(DefinitionErrors) -> Family {
        try store.register(
            MetricDefinition(kind, ofThisProcess: name, help: help, labels: labels), isInternal: true)
    }
}

extension MetricDefinition {
    /// Of a metric that says something of the process, so that it begins anew with the next one.
    package init(_ kind: MetricKind, ofThisProcess name: String, help: String, labels: [String] = []) {
        self.init(kind, name: name, help: help, labels: labels)
        persistence = .none
    }
}
