import CLinux
import Glibc

/// The address space of this process where it is limited, as by `ulimit -v`.
package enum AddressSpace {
    /// Bytes that may still be mapped; nil where there is no limit, or where nothing tells what is mapped.
    package static var left: Int? {
        var bounds = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &bounds) == 0,
            bounds.rlim_cur != rlim_t.max, let used
        else { return nil }
        return max(0, Int(clamping: bounds.rlim_cur) - used)
    }

    /// What so many threads take for their stacks, each with its guard page.
    package static func stacks(ofThreads count: Int) -> Int {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe _ = pthread_attr_destroy(&attributes) }
        var size = 0
        unsafe pthread_attr_getstacksize(&attributes, &size)
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size + pageSize)
        return overflow ? .max : bytes
    }

    /// Has the allocator use one heap for all threads: otherwise each takes 64 MiB of addresses for one of its own.
    package static func shareHeap() {
        mallopt(M_ARENA_MAX, 1)
    }

    private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// The first number of proc_pid_statm(5), in bytes.
    private static var used: Int? {
        guard let contents = try? WholeFile.read("/proc/self/statm", limit: 4096) else { return nil }
        let digits = contents.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        return Int(String(decoding: digits, as: UTF8.self)).map { $0 * pageSize }
    }
}
