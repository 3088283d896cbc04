public import CThread

/// A fence that one thread has all others pass: what they do often needs no locked instruction, what it does seldom costs
/// a system call.
///
/// The system call is `membarrier(2)` with `PRIVATE_EXPEDITED`. While it runs, each running thread of the process passes a
/// full memory barrier. A thread that stores A and then loads B, with `order` in between, either did so after that barrier,
/// and loads what was stored to B before the call; or its A is seen by whoever loads it after the call.
public enum ThreadBarrier {
    /// Whether the kernel lets this process call `passAll`: since Linux 4.14, if no filter of system calls is in the way.
    ///
    /// The process was registered before `main`, or when it loaded this library.
    public static let isAvailable = cthread_register_barrier()

    /// The place in the order of a thread's accesses that the barrier is about: it costs nothing by itself.
    @inlinable
    @inline(__always)
    public static func order() { cthread_compiler_barrier() }

    /// Has all threads pass a barrier; false where the system call failed, and where `isAvailable` is false.
    public static func passAll() -> Bool { isAvailable && cthread_barrier() }
}
