import Collectors
import TelemetryMetrics

extension ExporterConfiguration {
    /// A poller of its polls, and of those of the process that it asks for.
    func makePoller() throws(PollerError) -> Poller {
        try Poller {
            polls
            if includesProcess { SchedulingDelay.poll }
            if includesHeap { HeapStatistics.poll }
        }
    }

    /// Registers the metrics of the process that it asks for; returns the ids of their handlers.
    func registerProcess(in store: MetricStore, id: String) throws(DefinitionErrors) -> [String] {
        var handlers: [String] = []
        let collectors = try CollectorMetrics(store: store)
        store.reportCollectors(to: collectors)
        if includesProcess {
            try ProcessMetrics.register(in: store, collectors)
            try RuntimeMetrics.register(in: store, collectors)
            handlers += try SchedulingDelay.metrics.register(
                in: store, id: "\(id).scheduling", isInternal: true)
        }
        if includesHeap {
            handlers += try HeapStatistics.metrics.register(in: store, id: "\(id).heap", isInternal: true)
        }
        return handlers
    }
}

/// The standard metrics of the process, read once a second at most; what `/proc` doesn't tell is left out.
enum ProcessMetrics {
    static func register(
        in store: MetricStore, _ collectors: CollectorMetrics, files: ProcessFiles = .own
    ) throws(DefinitionErrors) {
        func metric(_ kind: MetricKind, _ name: String, _ help: String) throws(DefinitionErrors) -> Family {
            try store.register(
                MetricDefinition(kind, ofThisProcess: name, help: help), isInternal: true)
        }
        let cpu = try metric(
            .counter, "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.")
        let resident = try metric(
            .gauge, "process_resident_memory_bytes", "Resident memory size in bytes.")
        let virtual = try metric(.gauge, "process_virtual_memory_bytes", "Virtual memory size in bytes.")
        let open = try metric(.gauge, "process_open_fds", "Number of open file descriptors.")
        let maximum = try metric(.gauge, "process_max_fds", "Maximum number of open file descriptors.")
        let start = try metric(
            .gauge, "process_start_time_seconds", "Start time of the process since unix epoch in seconds.")
        let threads = try metric(.gauge, "process_threads", "Number of OS threads in the process.")
        store.addCollector(pausing: .seconds(1)) {
            collectors.measure("process") {
                let process = ProcessStatistics(files)
                show(process.cpuSeconds, as: cpu)
                show(process.residentBytes, as: resident)
                show(process.virtualBytes, as: virtual)
                show(process.openDescriptors, as: open)
                show(process.maximumDescriptors, as: maximum)
                show(process.startTime, as: start)
                show(process.threads, as: threads)
                return process.isComplete
            }
        }
    }

    private static func show(_ value: (some MeasurementValue)?, as family: Family) {
        family.show(value?.measurement)
    }
}
