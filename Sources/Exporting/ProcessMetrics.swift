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
        if includesProcess {
            let success = try CollectorSuccess(store: store)
            try ProcessMetrics.register(in: store, success)
            try RuntimeMetrics.register(in: store, success)
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
        in store: MetricStore, _ success: CollectorSuccess, files: ProcessFiles = .own
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
            let process = ProcessStatistics(files)
            show(process.cpuSeconds, as: cpu)
            show(process.residentBytes, as: resident)
            show(process.virtualBytes, as: virtual)
            show(process.openDescriptors, as: open)
            show(process.maximumDescriptors, as: maximum)
            show(process.startTime, as: start)
            show(process.threads, as: threads)
            success.note(process.isComplete, of: "process")
        }
    }

    private static func show(_ value: (some MeasurementValue)?, as family: Family) {
        family.show(value?.measurement)
    }
}
