import CLinux
import Glibc

/// A counting semaphore for threads that may block: never to be awaited on the cooperative pool.
///
/// `sem_t` would do but for its timed wait, which follows the wall clock and so breaks when that is set.
@safe
package final class Semaphore: Sendable {
    @unsafe private struct Storage {
        var mutex = unsafe pthread_mutex_t()
        var condition = pthread_cond_t()
        var signals = 0
    }

    // The pointer never changes and is valid until `deinit`; `signals` is touched under `mutex` only.
    private nonisolated(unsafe) let storage: UnsafeMutablePointer<Storage>

    /// Without a signal.
    package init() {
        unsafe storage = .allocate(capacity: 1)
        unsafe storage.initialize(to: Storage())
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(&storage.pointee.condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
        unsafe pthread_mutex_init(&storage.pointee.mutex, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(&storage.pointee.condition)
        unsafe pthread_mutex_destroy(&storage.pointee.mutex)
        unsafe storage.deallocate()
    }

    /// Lets one waiter go on, now or later; never blocks for long.
    package func signal() {
        unsafe pthread_mutex_lock(&storage.pointee.mutex)
        unsafe storage.pointee.signals += 1
        unsafe pthread_mutex_unlock(&storage.pointee.mutex)
        // After the unlock, so that the thread that wakes finds the mutex free.
        unsafe pthread_cond_signal(&storage.pointee.condition)
    }

    /// Blocks until a signal is there and takes it.
    package func wait() {
        unsafe pthread_mutex_lock(&storage.pointee.mutex)
        defer { unsafe pthread_mutex_unlock(&storage.pointee.mutex) }
        while unsafe storage.pointee.signals == 0 {
            unsafe pthread_cond_wait(&storage.pointee.condition, &storage.pointee.mutex)
        }
        unsafe storage.pointee.signals -= 1
    }

    /// Blocks at most this long for a signal, a day at the most; false when none came.
    package func wait(timeout: Duration) -> Bool {
        var deadline = Self.deadline(after: timeout)
        unsafe pthread_mutex_lock(&storage.pointee.mutex)
        defer { unsafe pthread_mutex_unlock(&storage.pointee.mutex) }
        while unsafe storage.pointee.signals == 0 {
            let result = unsafe pthread_cond_timedwait(
                &storage.pointee.condition, &storage.pointee.mutex, &deadline)
            guard result == 0 else { return false }
        }
        unsafe storage.pointee.signals -= 1
        return true
    }

    private static func deadline(after duration: Duration) -> timespec {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let ahead = min(max(.zero, duration), .seconds(86_400)).components
        let nanoseconds = Int(ahead.attoseconds / 1_000_000_000) + time.tv_nsec
        time.tv_sec += Int(ahead.seconds) + nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        return time
    }
}
