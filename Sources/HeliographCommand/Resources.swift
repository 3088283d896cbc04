import Glibc
import Linux

/// What the system lets this process have, found out before anything starts.
///
/// Where a thread or memory can't be had later, neither Swift's runtime nor the libraries below it can go on: they end the
/// process or wait for ever. So nothing starts where they would lack it.
enum Resources {
    /// What a command needs.
    struct Needs {
        /// Threads at once.
        let threads: Int
        /// For everything on the heap but series and names.
        let heap: Int
        /// Whether there is a store of series.
        let hasStore: Bool

        private static let processors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

        /// The service: threads of listeners, HTTP with two groups of daemons that are retired, passwords and the log, and
        /// Swift's pool.
        static let service = Needs(threads: 26 + processors, heap: 64 << 20, hasStore: true)
        /// All other commands.
        static let other = Needs(threads: 4 + processors, heap: 8 << 20, hasStore: false)

        private var heapAndStacks: Int { heap + ThreadSupply.stacks(ofThreads: threads) }

        /// Bytes of addresses: a store sets a quarter aside, and with names in the heap takes less than a fifth besides.
        var addressSpace: Int {
            hasStore ? max(4 * SharedMemory.smallestReservation, 2 * heapAndStacks) : heapAndStacks
        }

        /// Bytes of data: names in the heap take less than a fifth.
        var data: Int { hasStore ? heapAndStacks / 3 * 4 : heapAndStacks }

        /// Bytes of a file.
        var fileSize: Int { hasStore ? 8 << 20 : 0 }
    }

    /// Of the main thread, which does little.
    private static let stack = 256 << 10

    /// Raises the limit of open files as far as possible, and prepares for others; to be called before any thread is started.
    ///
    /// - Throws: where one is too low to run in.
    static func prepare(for needs: Needs) throws(ResourceShortage) {
        if let limit = ResourceLimit.stack.value, limit < stack {
            throw .stack(needed: stack, limit: limit)
        }
        ResourceLimit.failWritesPastFileSize()
        ResourceLimit.openFiles.raise()
        Heap.giveLargeBlocksBack()
        ThreadSupply.fixStackSize()
        try checkMemory(for: needs)
        let available = ThreadSupply.available(upTo: needs.threads)
        guard available == needs.threads else {
            throw .threads(needed: needs.threads, available: available)
        }
    }

    private static func checkMemory(for needs: Needs) throws(ResourceShortage) {
        let (addresses, data) = (ResourceLimit.addressSpace.left, ResourceLimit.data.left)
        if addresses != nil || data != nil { Heap.shareAmongThreads() }
        if let addresses, addresses < needs.addressSpace {
            throw .addressSpace(needed: needs.addressSpace, left: addresses)
        }
        if let data, data < needs.data { throw .data(needed: needs.data, left: data) }
        if let limit = ResourceLimit.fileSize.value, limit < needs.fileSize {
            throw .fileSize(needed: needs.fileSize, limit: limit)
        }
    }
}

/// A limit of the system is too low to run in.
enum ResourceShortage: Error, Equatable, CustomStringConvertible {
    case addressSpace(needed: Int, left: Int)
    case data(needed: Int, left: Int)
    case fileSize(needed: Int, limit: Int)
    case stack(needed: Int, limit: Int)
    case threads(needed: Int, available: Int)

    var description: String {
        switch self {
        case .addressSpace(let needed, let left):
            "The process may map \(left >> 20) MiB more, but needs \(needed >> 20) MiB: raise the limit with ulimit -v or LimitAS=."
        case .data(let needed, let left):
            "The process may take \(left >> 20) MiB more for its data, but needs \(needed >> 20) MiB: raise the limit with ulimit -d or LimitDATA=."
        case .fileSize(let needed, let limit):
            "A file may have \(limit >> 10) KiB, but the store of series needs one of \(needed >> 10) KiB: raise the limit with ulimit -f or LimitFSIZE=."
        case .stack(let needed, let limit):
            "The stack may have \(limit >> 10) KiB, but needs \(needed >> 10) KiB: raise the limit with ulimit -s or LimitSTACK=."
        case .threads(let needed, let available):
            "The process may start \(available) threads more, but needs \(needed): raise the limit with ulimit -u, LimitNPROC= or TasksMax=."
        }
    }
}
