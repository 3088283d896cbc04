import Linux
import Synchronization

extension Arena {
    /// Gives pages that stayed free since the last call back to the system; to be called after each sweep.
    ///
    /// Seldom, where far less is in use than before, the heap of malloc gives its free memory back too.
    package func trim() {
        // Without the lock: the system takes a millisecond for some hundred pages.
        while let run = memory.withLock({ $0.takeIdle() }) {
            let isGivenBack = unsafe SharedMemory.giveBack(
                base + run.lowerBound * Pages.size, byteCount: run.count * Pages.size)
            memory.withLock { $0.giveBack(run, isBacked: !isGivenBack) }
            // The next call tries again.
            if !isGivenBack { break }
        }
        let used = used
        let isHeapDue = memory.withLock { memory in
            memory.age()
            return memory.heap.isDue(used: used, at: .now)
        }
        if isHeapDue { Heap.trim() }
    }
}
