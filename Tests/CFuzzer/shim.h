#pragma once

#include <stddef.h>
#include <stdint.h>

// Of libFuzzer, which is linked by -sanitize=fuzzer: makes inputs until it is told to end, and gives the exit code.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));
