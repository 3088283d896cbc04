import Glibc

/// What the kernel knows of this process, the values of the standard `process_*` metrics; nil where a file is missing.
package struct ProcessStatistics: Sendable, Equatable {
    /// User and system time in seconds.
    package var cpuSeconds: Double?
    /// Resident memory in bytes.
    package var residentBytes: UInt64?
    /// Virtual memory in bytes.
    package var virtualBytes: UInt64?
    /// Open descriptors, including the one that counts them.
    package var openDescriptors: Int?
    /// The soft limit of open descriptors; infinity where unlimited.
    package var maximumDescriptors: Double?
    /// Start in seconds since the Unix epoch, to a clock tick (10 ms).
    package var startTime: Double?
    /// Threads.
    package var threads: Int?

    /// Reads the proc file system at `root`; blocks for some tens of microseconds, never fails.
    package init(root: String = "/proc") {
        self.init(
            root: root, ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
            pageSize: UInt64(sysconf(Int32(_SC_PAGESIZE))))
    }

    init(root: String, ticksPerSecond: Double, pageSize: UInt64) {
        let stat = ProcFile.read("\(root)/self/stat").flatMap(ProcStat.init)
        if let user = stat?.userTicks, let system = stat?.systemTicks {
            cpuSeconds = (Double(user) + Double(system)) / ticksPerSecond
        }
        residentBytes = stat?.residentPages.flatMap { pages in
            let (bytes, overflow) = pages.multipliedReportingOverflow(by: pageSize)
            return overflow ? nil : bytes
        }
        virtualBytes = stat?.virtualBytes
        threads = stat?.threads
        openDescriptors = ProcFile.entryCount("\(root)/self/fd")
        let limit = ProcFile.read("\(root)/self/limits").flatMap { ProcLimit("Max open files", in: $0) }
        switch limit {
        case .value(let value): maximumDescriptors = Double(value)
        case .unlimited: maximumDescriptors = .infinity
        case nil: maximumDescriptors = nil
        }
        let boot = ProcFile.read("\(root)/stat").flatMap(BootTime.parse)
        if let ticks = stat?.startTicks, let boot {
            startTime = Double(boot) + Double(ticks) / ticksPerSecond
        }
    }
}
