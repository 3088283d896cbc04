#define _GNU_SOURCE

#include "cthread.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

_Thread_local struct cthread cthread_self __attribute__((tls_model("initial-exec")));

_Bool cthread_register_barrier(void) {
    return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

_Bool cthread_barrier(void) { return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0; }
