import CLinux
import Glibc
import Synchronization

/// The threads that the system lets this process have.
package enum ThreadSupply {
    /// What the stack of a thread takes: as much as where `ulimit -s` sets no limit.
    package static let stackSize = 2 << 20

    /// Gives all threads begun from now on a stack of `stackSize`, those of libraries included, whatever `ulimit -s` says.
    package static func fixStackSize() {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe _ = pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackSize)
        unsafe _ = pthread_setattr_default_np(&attributes)
    }

    /// What so many threads take for their stacks, each with its guard page.
    package static func stacks(ofThreads count: Int) -> Int {
        let (bytes, overflow) = count.multipliedReportingOverflow(
            by: stackSize + Int(sysconf(Int32(_SC_PAGESIZE))))
        return overflow ? .max : bytes
    }

    /// How many threads may run beside those that there are, up to `count`: found out by starting them, as limits of the user,
    /// of control groups and of the machine tell nothing else.
    package static func available(upTo count: Int) -> Int {
        let gate = Gate()
        // They wait until all have begun.
        let threads = gate.closed.withLock { _ in
            var threads: [JoinableThread] = []
            while threads.count < count,
                let thread = try? DedicatedThread.start(name: "rehearsal", { gate.closed.withLock { _ in } })
            {
                threads.append(thread)
            }
            return threads
        }
        for thread in threads { thread.join() }
        return threads.count
    }

    private final class Gate: Sendable {
        let closed = Mutex(())
    }
}
