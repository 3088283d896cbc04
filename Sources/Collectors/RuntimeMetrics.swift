package import TelemetryMetrics

/// What an operator asks of a Swift process beyond the standard metrics, read once for every scrape.
///
/// What the system doesn't tell is left out.
package enum RuntimeMetrics {
    /// Registers them in `store`, except for those of `SchedulingDelay` and `HeapStatistics`, which need a
    /// poller.
    ///
    /// - Throws: `DefinitionErrors` where a name is taken.
    package static func register(in store: MetricStore) throws(DefinitionErrors) {
        try registerUsage(in: store)
        try registerProcessors(in: store)
    }

    private static func registerProcessors(in store: MetricStore) throws(DefinitionErrors) {
        let threads = try family(
            .gauge, "swift_runtime_pool_threads",
            "Threads that Swift's pool runs tasks on at most, one for each CPU of the host.", in: store)
        let usable = try family(
            .gauge, "swift_runtime_usable_cpus", "CPUs that the process may run on.", in: store)
        if let count = Processors.online { threads.replace(with: Double(count), labels: []) }
        store.addCollector {
            if let count = Processors.usable() { usable.replace(with: Double(count), labels: []) }
        }
    }

    private static func registerUsage(in store: MetricStore) throws(DefinitionErrors) {
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
        store.addCollector {
            guard let usage = ResourceUsage() else { return }
            faults.replace(with: Double(usage.minorFaults), labels: ["minor"])
            faults.replace(with: Double(usage.majorFaults), labels: ["major"])
            switches.replace(with: Double(usage.voluntarySwitches), labels: ["voluntary"])
            switches.replace(with: Double(usage.involuntarySwitches), labels: ["involuntary"])
            peak.replace(with: Double(usage.peakResidentBytes), labels: [])
        }
    }

    private static func family(
        _ kind: MetricKind, _ name: String, _ help: String, labels: [String] = [], in store: MetricStore
    ) throws(DefinitionErrors) -> Family {
        try store.register(MetricDefinition(kind, name: name, help: help, labels: labels), isInternal: true)
    }
}
