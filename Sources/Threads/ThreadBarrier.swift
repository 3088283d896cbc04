public import CThread

/// A fence that one thread makes all others pass, so that their frequent path needs no locked instruction.
///
/// It is the system call `membarrier(2)` with `PRIVATE_EXPEDITED`: while it runs, each running thread of the process passes a
/// full memory barrier. Take a thread that stores A and then loads B, with `order` in between. Either it does so after that
/// barrier, and loads what was stored to B before the call. Or a load of A after the call sees its store.
public enum ThreadBarrier {
    /// Whether the kernel lets this process call `passAll`: since Linux 4.14, if no filter of system calls is in the way; on no
    /// other system.
    ///
    /// The process was registered before `main`, or when it loaded this library.
    public static let isAvailable = Platform.registerBarrier()

    /// Keeps the compiler from moving accesses across this place; it costs no instruction.
    @inlinable
    @inline(__always)
    public static func order() { cthread_compiler_barrier() }

    /// Has all threads pass a barrier; false where the system call failed, and where `isAvailable` is false.
    public static func passAll() -> Bool { isAvailable && Platform.passBarrier() }
}
