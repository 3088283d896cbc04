import CLinux

/// The heap of malloc.
package enum Heap {
    /// Gives whole free pages back to the system; walks over the heap and holds up other threads that allocate meanwhile.
    package static func trim() { _ = malloc_trim(0) }

    /// The same where at least so many bytes of the heap are free; says whether they were.
    @discardableResult
    package static func trim(whereFree byteCount: Int) -> Bool {
        guard mallinfo2().fordblks >= byteCount else { return false }
        trim()
        return true
    }

    /// Has the system give each block from 4 MiB on, and take it back once it is freed, for the rest of the process' life.
    ///
    /// Otherwise malloc raises this limit up to 32 MiB by what was freed, and what was large for a moment stays in the heap.
    /// See https://man7.org/linux/man-pages/man3/mallopt.3.html
    package static func giveLargeBlocksBack() { _ = mallopt(M_MMAP_THRESHOLD, 4 << 20) }

    /// Has all threads use one heap: otherwise each takes 64 MiB of addresses for one of its own.
    package static func shareAmongThreads() { _ = mallopt(M_ARENA_MAX, 1) }
}
