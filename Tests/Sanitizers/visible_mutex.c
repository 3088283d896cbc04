// Preloaded into tests under ThreadSanitizer, so that it sees Synchronization.Mutex as the lock that it is.
//
// The uncontended path of Mutex is a compare-and-exchange that is compiled into the test, where ThreadSanitizer sees it. Under
// contention the test calls these three functions of libswiftSynchronization, which is not instrumented and goes to the
// kernel (FUTEX_LOCK_PI, FUTEX_UNLOCK_PI): who gets the lock there seems never to have waited for who had it, and all
// that the lock guards is reported as a race. Here each of them does what it always does, and says so. Nothing is
// suppressed: a race on what the lock guards is still reported, and so is one beside it.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

// The interface of ThreadSanitizer; missing in other processes that this is preloaded into.
void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

// Synchronization._MutexHandle, with self in the register of Swift's calling convention.
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

typedef SWIFT void lock_function(uint32_t thread, SELF);
typedef SWIFT bool try_lock_function(SELF);
typedef SWIFT void unlock_function(SELF);

SWIFT void lock(uint32_t thread, SELF) __asm__(LOCK);
SWIFT bool try_lock(SELF) __asm__(TRY_LOCK);
SWIFT void unlock(SELF) __asm__(UNLOCK);

static void *original(_Atomic(void *) *known, const char *symbol) {
    void *function = atomic_load(known);
    if (function) return function;
    function = dlsym(RTLD_NEXT, symbol);
    if (!function) abort();
    atomic_store(known, function);
    return function;
}

SWIFT void lock(uint32_t thread, SELF) {
    static _Atomic(void *) known;
    ((lock_function *)original(&known, LOCK))(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT bool try_lock(SELF) {
    static _Atomic(void *) known;
    bool is_locked = ((try_lock_function *)original(&known, TRY_LOCK))(self);
    if (is_locked && __tsan_acquire) __tsan_acquire(self);
    return is_locked;
}

SWIFT void unlock(SELF) {
    static _Atomic(void *) known;
    // Before the unlock: after it, the lock is another thread's.
    if (__tsan_release) __tsan_release(self);
    ((unlock_function *)original(&known, UNLOCK))(self);
}
