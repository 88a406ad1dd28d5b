/* SPDX-License-Identifier: MIT
 * fuzz_compress.c - any bytes as compressed content: never more than the limit; what is compressed comes back
 *
 * The first byte says which coding, the second how much may come out.
 */
#include "bytes/compress.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of compress.h */
{
    if (!is_kept)
        abort();
}

static void check_decompress(enum coding coding, span bytes, size_t max)
{
    LOCAL(buf) out = {.max = max};
    LOCAL(buf) wider = {.max = max * 2 + 1};
    bool is_complete = true, is_wider_complete = true;
    OWN(error) error = decompress(coding, bytes, &out, &is_complete);
    OWN(error) wider_error = decompress(coding, bytes, &wider, &is_wider_complete);

    check(out.len <= max && out.capacity <= max + 1);
    check(!error || !is_complete);
    check(!error || error->kind == ERROR_LIMIT || error->kind == ERROR_FORMAT);
    check(memcmp(buf_span(&out).at, buf_span(&wider).at, MIN(out.len, wider.len)) == 0);
    if (!error && is_complete) /* how much of a damaged stream can be read may depend on the room (zstd) */
        check(!wider_error && is_wider_complete && out.len == wider.len);
}

static void check_there_and_back(enum coding coding, span bytes)
{
    LOCAL(buf) small = {.max = 2 * bytes.len + 1024};
    LOCAL(buf) back = {.max = bytes.len};
    bool is_complete;

    check(!(coding == CODING_GZIP ? compress_gzip(bytes, &small) : compress_zstd(bytes, 3, &small)));
    check(coding_of_bytes(buf_span(&small)) == coding);
    check(!decompress(coding, buf_span(&small), &back, &is_complete));
    check(is_complete && span_equal(buf_span(&back), bytes));
    buf_clear(&back);
    error_free(decompress(coding, span_sub(buf_span(&small), 0, small.len - 1), &back, &is_complete));
    check(!is_complete);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span bytes = {(const char *)data, size};

    if (size < 2)
        return 0;
    bytes = span_from(bytes, 2);
    check_decompress((enum coding)(data[0] % (CODING_UNKNOWN + 1)), bytes, (size_t)data[1] << (data[0] >> 4));
    check_there_and_back(data[0] & 1 ? CODING_GZIP : CODING_ZSTD, bytes);
    return 0;
}
