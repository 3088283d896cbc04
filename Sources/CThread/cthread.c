#define _GNU_SOURCE

#include "cthread.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

_Thread_local struct cthread cthread_self __attribute__((tls_model("initial-exec")));

_Bool cthread_register_barrier(void) {
    return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

// The kernel waits for an RCU grace period, 8 to 18 ms, to register a process that has threads. Before main it has none.
__attribute__((constructor)) static void register_early(void) { (void)cthread_register_barrier(); }

_Bool cthread_barrier(void) { return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0; }
