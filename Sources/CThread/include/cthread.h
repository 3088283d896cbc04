#pragma once

// What Swift has not: thread-local variables that are read without a call, and barriers across threads.
//
// Also compiled for a Mac, without its headers: what is Linux's stands behind __linux__.

#include <stdint.h>

struct cthread {
    // See Threads.ThreadNumber.
    uint32_t number;
    // Updates until the next one that is looked at.
    uint32_t countdown;
    // Handlers that are running, one within the other.
    uint32_t depth;
    // The kernel's number of the thread; 0 until somebody asks.
    uint32_t kernel_id;
};

// initial-exec: one load relative to the thread's register, also in position-independent code. On a Mac it means nothing, and
// each access is a call.
extern _Thread_local struct cthread cthread_self __attribute__((tls_model("initial-exec")));

static inline uint32_t cthread_number(void) { return cthread_self.number; }

static inline void cthread_set_number(uint32_t number) { cthread_self.number = number; }

// True once in `period` calls of this thread, and in its first one.
static inline _Bool cthread_is_turn(uint32_t period) {
    if (__builtin_expect(cthread_self.countdown != 0, 1)) {
        cthread_self.countdown -= 1;
        return 0;
    }
    cthread_self.countdown = period - 1;
    return 1;
}

// Enters a handler, and tells within how many others; leave it again.
static inline uint32_t cthread_enter(void) { return cthread_self.depth++; }

static inline void cthread_leave(void) { cthread_self.depth -= 1; }

// Keeps the compiler from moving accesses of memory across it; the processor may still do so.
static inline void cthread_compiler_barrier(void) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }

#ifdef __linux__

uint32_t cthread_find_kernel_id(void);

// The kernel's number of the running thread, as in /proc.
static inline uint32_t cthread_kernel_id(void) {
    return __builtin_expect(cthread_self.kernel_id != 0, 1) ? cthread_self.kernel_id : cthread_find_kernel_id();
}

// See Threads.Platform.
_Bool cthread_register_barrier(void);
_Bool cthread_barrier(void);

// Has SIGABRT that another process sends write `value` to `word` first, as the service manager's watchdog does; NULL ends
// that. The word lives until then. One call at a time.
void cthread_mark_abort(uint64_t *word, uint64_t value);

#endif
