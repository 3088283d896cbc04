#pragma once
#include <isa-l/igzip_lib.h>
#include <stdlib.h>

// Swift sees no arrays as long as those of the structure, so it is made here.

/// Begins a gzip member at level 1.
///
/// isal_deflate_reset of 2.30 would leave out the header of the next member.
static inline void cisal_begin(struct isal_zstream *stream) {
    isal_deflate_init(stream);
    stream->level = 1;
    stream->level_buf = (uint8_t *)(stream + 1);
    stream->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
    stream->gzip_flag = IGZIP_GZIP;
}

/// A state that has begun a member, with the buffer that the level needs behind it; NULL when memory is short.
static inline struct isal_zstream *cisal_make(void) {
    struct isal_zstream *stream = malloc(sizeof(struct isal_zstream) + ISAL_DEF_LVL1_DEFAULT);
    if (stream) cisal_begin(stream);
    return stream;
}

static inline void cisal_free(struct isal_zstream *stream) { free(stream); }
