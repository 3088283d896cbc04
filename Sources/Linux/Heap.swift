import CLinux

/// The heap of malloc.
package enum Heap {
    /// Gives whole free pages back to the system; walks over the heap and holds up other threads that allocate meanwhile.
    package static func trim() { _ = malloc_trim(0) }
}
