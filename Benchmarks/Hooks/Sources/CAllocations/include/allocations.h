#include <stddef.h>

/// How often the process has allocated.
size_t callocations(void);
