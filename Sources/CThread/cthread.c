#define _GNU_SOURCE

#include "cthread.h"

_Thread_local struct cthread cthread_self __attribute__((tls_model("initial-exec")));

#ifdef __linux__

#include <linux/membarrier.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

_Bool cthread_register_barrier(void) {
    return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

// The kernel waits for an RCU grace period, 8 to 18 ms, to register a process that has threads. Before main it has none.
__attribute__((constructor)) static void register_early(void) { (void)cthread_register_barrier(); }

uint32_t cthread_find_kernel_id(void) { return cthread_self.kernel_id = (uint32_t)syscall(SYS_gettid); }

_Bool cthread_barrier(void) { return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0; }

static _Atomic(_Atomic uint64_t *) abort_word;
static uint64_t abort_value;
static struct sigaction abort_action;

// Calls only what signal-safety(7) lists. What the watchdog ends has to end: nothing else sees its signal. The signal is blocked while it runs: what is raised here comes after its end.
static void note_abort(int signal, siginfo_t *info, void *context) {
    (void)context;
    _Atomic uint64_t *word = atomic_load(&abort_word);
    // abort(3) in this process has its own number as the sender's, and goes on to what noted it before.
    struct sigaction next = abort_action;
    if (word != NULL && info->si_pid != getpid()) {
        atomic_store(word, abort_value);
        next = (struct sigaction){.sa_handler = SIG_DFL};
    }
    sigaction(signal, &next, NULL);
    raise(signal);
}

void cthread_mark_abort(uint64_t *word, uint64_t value) {
    _Bool is_set = atomic_load(&abort_word) != NULL;
    abort_value = value;
    atomic_store(&abort_word, (_Atomic uint64_t *)word);
    if (is_set == (word != NULL)) return;
    if (word == NULL) {
        sigaction(SIGABRT, &abort_action, NULL);
        return;
    }
    struct sigaction action = {.sa_sigaction = note_abort, .sa_flags = SA_SIGINFO};
    sigfillset(&action.sa_mask);
    sigaction(SIGABRT, &action, &abort_action);
}

#endif
