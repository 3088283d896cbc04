import Glibc

/// What the kernel counted for all threads of this process, those that ended included; see getrusage(2).
package struct ResourceUsage: Sendable, Equatable {
    /// Page faults that needed no input or output.
    package let minorFaults: UInt64
    /// Page faults that needed to read from a disk.
    package let majorFaults: UInt64
    /// Switches from a thread that waited for something.
    package let voluntarySwitches: UInt64
    /// Switches from a thread whose time was up, or that a more urgent one displaced.
    package let involuntarySwitches: UInt64
    /// The most memory that was ever resident, in bytes.
    package let peakResidentBytes: UInt64

    /// Asks the kernel; nil where it doesn't tell.
    package init?() {
        var usage = rusage()
        guard unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
        self.init(usage)
    }

    init?(_ usage: rusage) {
        guard let minorFaults = UInt64(exactly: usage.ru_minflt),
            let majorFaults = UInt64(exactly: usage.ru_majflt),
            let voluntarySwitches = UInt64(exactly: usage.ru_nvcsw),
            let involuntarySwitches = UInt64(exactly: usage.ru_nivcsw),
            let peak = UInt64(exactly: usage.ru_maxrss)
        else { return nil }
        self.minorFaults = minorFaults
        self.majorFaults = majorFaults
        self.voluntarySwitches = voluntarySwitches
        self.involuntarySwitches = involuntarySwitches
        // Linux counts it in KiB.
        peakResidentBytes = peak << 10
    }
}
