import CLinux
import Glibc

/// A limit that the system sets to this process; see getrlimit(2).
package enum ResourceLimit: Sendable {
    /// Bytes that may be mapped, as by `ulimit -v`.
    case addressSpace
    /// Bytes of what is mapped writable and for this process alone, such as the heap and stacks, as by `ulimit -d`.
    case data
    /// Bytes of a file, shared memory included, as by `ulimit -f`.
    case fileSize
    /// Bytes of the main thread's stack, and of others where nothing else is said, as by `ulimit -s`.
    case stack
    /// Open descriptors, as by `ulimit -n`.
    case openFiles

    /// The soft limit; nil for none.
    package var value: Int? {
        let limit = bounds.rlim_cur
        return limit == rlim_t.max ? nil : Int(clamping: limit)
    }

    /// What may still be taken of a limit of the address space or of data; nil where there is no such limit, or where nothing
    /// tells what is taken.
    package var left: Int? {
        guard let value, let used else { return nil }
        return max(0, value - used)
    }

    /// Raises the soft limit as far as the process may by itself; answers whether that was more.
    @discardableResult
    package func raise() -> Bool {
        var bounds = bounds
        guard bounds.rlim_cur < bounds.rlim_max else { return false }
        bounds.rlim_cur = bounds.rlim_max
        return unsafe setrlimit(resource, &bounds) == 0
    }

    /// Has a write past the limit of a file's size fail, instead of ending the process by SIGXFSZ.
    package static func failWritesPastFileSize() {
        signal(SIGXFSZ, SIG_IGN)
    }

    private var bounds: rlimit {
        var bounds = rlimit()
        unsafe _ = getrlimit(resource, &bounds)
        return bounds
    }

    private var resource: __rlimit_resource_t {
        switch self {
        case .addressSpace: __rlimit_resource_t(RLIMIT_AS.rawValue)
        case .data: __rlimit_resource_t(RLIMIT_DATA.rawValue)
        case .fileSize: __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        case .stack: __rlimit_resource_t(RLIMIT_STACK.rawValue)
        case .openFiles: __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        }
    }

    /// A number of proc_pid_statm(5), in bytes; its data has the main thread's stack in it, which is little.
    private var used: Int? {
        let place: Int
        switch self {
        case .addressSpace: place = 0
        case .data: place = 5
        case .fileSize, .stack, .openFiles: return nil
        }
        guard let contents = try? WholeFile.read("/proc/self/statm", limit: 4096) else { return nil }
        let numbers = String(decoding: contents, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard place < numbers.count else { return nil }
        return Int(numbers[place]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
    }
}
