import Glibc
import Linux

/// What the system lets this process have, found out before anything starts.
///
/// Where a thread or memory can't be had later, neither Swift's runtime nor the libraries below it can go on: they end the
/// process or wait for ever. So the service doesn't start where they would lack it.
enum Resources {
    /// Threads at once: of listeners, HTTP and the log, and those of Swift's pool but one for each processor.
    private static let threads = 20
    /// For everything on the heap.
    private static let heap = 64 << 20

    private static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Raises the limit of open files as far as possible, and prepares for one of the address space.
    ///
    /// - Throws: where the address space is too small to run in.
    static func prepare() throws(ResourceShortage) {
        OpenFiles.raiseLimit()
        Heap.giveLargeBlocksBack()
        guard let left = AddressSpace.left else { return }
        AddressSpace.shareHeap()
        let needed = needed(stacks: AddressSpace.stacks(ofThreads: threads + processors))
        guard left >= needed else { throw ResourceShortage(needed: needed, left: left) }
    }

    /// The store of series takes a quarter of the address space, and 64 MiB at least.
    static func needed(stacks: Int) -> Int {
        let (others, overflow) = stacks.addingReportingOverflow(heap)
        guard !overflow, others < Int.max / 4 else { return .max }
        return max(4 * SharedMemory.smallestReservation, others / 3 * 4)
    }
}

/// The limit of the address space is too low to run in.
struct ResourceShortage: Error, Equatable, CustomStringConvertible {
    let needed: Int
    let left: Int

    var description: String {
        "The process may map \(left >> 20) MiB more, but needs \(needed >> 20) MiB: raise the limit with ulimit -v or LimitAS=."
    }
}
