import Glibc

/// What the kernel knows of this process, the values of the standard `process_*` metrics; nil where a file is missing.
package struct ProcessStatistics: Sendable, Equatable {
    /// User and system time in seconds.
    package var cpuSeconds: Double?
    /// Resident memory in bytes.
    package var residentBytes: UInt64?
    /// Virtual memory in bytes.
    package var virtualBytes: UInt64?
    /// Open descriptors, including those that are kept for counting them.
    package var openDescriptors: Int?
    /// The soft limit of open descriptors; infinity where unlimited.
    package var maximumDescriptors: Double?
    /// Start in seconds since the Unix epoch, to a clock tick (10 ms).
    package var startTime: Double?
    /// Threads.
    package var threads: Int?

    /// Reads `files`; blocks for some tens of microseconds, never fails.
    package init(_ files: ProcessFiles = .own) {
        self.init(
            files, ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
            pageSize: UInt64(sysconf(Int32(_SC_PAGESIZE))))
    }

    /// Whether nothing is missing.
    package var isComplete: Bool {
        cpuSeconds != nil && residentBytes != nil && virtualBytes != nil && openDescriptors != nil
            && maximumDescriptors != nil && startTime != nil && threads != nil
    }

    init(_ files: ProcessFiles, ticksPerSecond: Double, pageSize: UInt64) {
        let stat = files.stat.flatMap(ProcStat.init)
        if let user = stat?.userTicks, let system = stat?.systemTicks {
            cpuSeconds = (Double(user) + Double(system)) / ticksPerSecond
        }
        residentBytes = stat?.residentPages.flatMap { pages in
            let (bytes, overflow) = pages.multipliedReportingOverflow(by: pageSize)
            return overflow ? nil : bytes
        }
        virtualBytes = stat?.virtualBytes
        threads = stat?.threads
        openDescriptors = files.descriptorCount
        let limit = files.limits.flatMap { ProcLimit("Max open files", in: $0) }
        switch limit {
        case .value(let value): maximumDescriptors = Double(value)
        case .unlimited: maximumDescriptors = .infinity
        case nil: maximumDescriptors = nil
        }
        let boot = files.host.flatMap(BootTime.parse)
        if let ticks = stat?.startTicks, let boot {
            startTime = Double(boot) + Double(ticks) / ticksPerSecond
        }
    }
}
