/* SPDX-License-Identifier: MIT
 * compress.h - gzip, zlib, raw deflate, brotli, zstd; always with a limit, always with the end checked
 *
 * HTTP bodies are undone here and not in libcurl, which accepts a stream cut in half in silence.
 */
#pragma once
#include "core/core.h"

enum coding {
    CODING_IDENTITY,
    CODING_GZIP,
    CODING_DEFLATE /* zlib's form or raw, whichever it is */,
    CODING_BROTLI,
    CODING_ZSTD,
    CODING_UNKNOWN
};

/* A `Content-Encoding` token (RFC 9110 8.4.1), any case: gzip, x-gzip, deflate, br, zstd, identity. */
enum coding coding_of_name(span name);
/* By its first bytes: gzip and zstd have a magic number. CODING_IDENTITY if there is none. */
enum coding coding_of_bytes(span bytes);

/* Undoes one layer, appending to `out` (whose `max` is the limit on what comes out).
 * `*out_is_complete`: the stream's own end was there and its checksum right; false for a stream cut short,
 * whose readable part is in `out`. Members of gzip that follow one another are one stream (RFC 1952 2.2).
 * Fails with ERROR_LIMIT past the limit, ERROR_FORMAT where the bytes are not of that coding at all. */
struct error *decompress(enum coding coding, span bytes, struct buf *out, bool *out_is_complete) MUST_USE;

/* gzip, for what Courant writes. */
struct error *compress_gzip(span bytes, struct buf *out) MUST_USE;
/* zstd: kept pages and bodies in the store. */
struct error *compress_zstd(span bytes, int level, struct buf *out) MUST_USE;
