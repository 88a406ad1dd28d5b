/* SPDX-License-Identifier: MIT
 * dictionary.c - zstd with a dictionary learnt from a source's pages
 */
#include "bytes/dictionary.h"
#include <stdlib.h>
#include <zdict.h>
#include <zstd.h>

enum { LARGEST_SAMPLE = 128 * 1024 }; /* what learning looks at of each: zstd's own advice for its size */

bool dictionary_learn(const span *samples, size_t count, size_t max_size, struct buf *out)
{
    LOCAL(buf) all = {.max = SIZE_MAX};
    size_t *sizes = memory_new((count + 1) * sizeof *sizes);
    char *at = buf_reserve(out, max_size);
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        sizes[i] = MIN(samples[i].len, (size_t)LARGEST_SAMPLE);
        buf_add(&all, span_sub(samples[i], 0, sizes[i]));
    }
    if (at && all.len)
        size = ZDICT_trainFromBuffer(at, max_size, all.at, sizes, (unsigned)count);
    free(sizes);
    if (size == 0 || ZDICT_isError(size))
        return false;
    out->len += size;
    out->at[out->len] = '\0';
    return true;
}

struct error *dictionary_compress(span dictionary, span bytes, int level, struct buf *out)
{
    size_t room = MIN(ZSTD_compressBound(bytes.len), out->max - MIN(out->len, out->max)), size;
    char *at = buf_reserve(out, MAX(room, (size_t)1));
    ZSTD_CCtx *context = ZSTD_createCCtx();

    if (!context)
        memory_exhausted();
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size = ZSTD_CCtx_loadDictionary(context, dictionary.at, dictionary.len);
    if (at && !ZSTD_isError(size))
        size = ZSTD_compress2(context, at, room, bytes.at, bytes.len);
    ZSTD_freeCCtx(context);
    if (!at || ZSTD_isError(size)) {
        out->overflowed = true;
        return error_new(ERROR_LIMIT, "compressed bytes would be more than %zu", out->max);
    }
    out->len += size;
    out->at[out->len] = '\0';
    return OK;
}

struct error *dictionary_decompress(span dictionary, span bytes, size_t size, struct buf *out)
{
    ZSTD_DCtx *context;
    size_t got;
    char *at;

    if (ZSTD_getFrameContentSize(bytes.at, bytes.len) != size)
        return error_new(ERROR_FORMAT, "it is not %zu bytes long", size);
    if (!(at = buf_reserve(out, MAX(size, (size_t)1))))
        return error_new(ERROR_LIMIT, "it is longer than %zu bytes", out->max);
    if (!(context = ZSTD_createDCtx()))
        memory_exhausted();
    got = ZSTD_decompress_usingDict(context, at, size, bytes.at, bytes.len, dictionary.at, dictionary.len);
    ZSTD_freeDCtx(context);
    if (ZSTD_isError(got) || got != size)
        return error_new(ERROR_FORMAT, "it is damaged, or was made with another dictionary");
    out->len += size;
    out->at[out->len] = '\0';
    return OK;
}
