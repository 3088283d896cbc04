#pragma once
#include <crypt.h>
#include <stdlib.h>
#include <string.h>

/// crypt_rn(3) with a scratch area of its own, which is wiped; 0 if the hash is in `output`, CRYPT_OUTPUT_SIZE bytes.
static inline int ccrypt_hash(const char *phrase, const char *setting, char *output) {
    struct crypt_data *data = calloc(1, sizeof *data);
    if (data == NULL)
        return -1;
    const char *hash = crypt_rn(phrase, setting, data, sizeof *data);
    if (hash != NULL)
        memcpy(output, hash, strlen(hash) + 1);
    explicit_bzero(data, sizeof *data);
    free(data);
    return hash == NULL ? -1 : 0;
}
