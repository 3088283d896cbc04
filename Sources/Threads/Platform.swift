// What of threads is Linux's, and what stands in for it elsewhere: docs/decisions/0022-telemetry-on-a-mac.md.
#if canImport(Glibc) && !HELIOGRAPH_PORTABLE
import CThread
import Glibc

/// What the kernel and the C library have for threads.
enum Platform {
    /// Its destructor runs at the end of each thread that set it.
    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        let code = unsafe pthread_key_create(&key) { _ in ThreadNumber.giveBack() }
        return code == 0 ? key : nil
    }()

    /// Has the running thread give its number back at its end; false where it can't.
    static func giveBackAtEndOfThread() -> Bool {
        // The value only has to be another one than nil.
        guard let key else { return false }
        return unsafe pthread_setspecific(key, UnsafeRawPointer(bitPattern: 1)) == 0
    }

    /// Asks the kernel for `passBarrier`; false where it does not have it.
    static func registerBarrier() -> Bool { cthread_register_barrier() }

    /// Has all threads of the process pass a memory barrier; false where it failed.
    static func passBarrier() -> Bool { cthread_barrier() }

    /// The running thread in /proc.
    static var kernelID: UInt32 { cthread_kernel_id() }
}
#else
/// No thread has a number, and there is no barrier.
enum Platform {
    /// No: on a Mac, a thread's variables may be gone before what runs at its end.
    static func giveBackAtEndOfThread() -> Bool { false }

    /// No: only Linux has `membarrier(2)`.
    static func registerBarrier() -> Bool { false }

    /// Never called, as nothing was registered.
    static func passBarrier() -> Bool { false }

    /// None: only Linux has /proc.
    static var kernelID: UInt32 { 0 }
}
#endif
