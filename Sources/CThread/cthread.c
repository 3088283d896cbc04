#include "cthread.h"

_Thread_local struct cthread cthread_self __attribute__((tls_model("initial-exec")));
