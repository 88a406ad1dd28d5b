/* SPDX-License-Identifier: MIT
 * compress.c - the codings of HTTP bodies, each by its library, all by one loop
 *
 * A decoder takes bytes in and puts bytes out, a step at a time. The loop gives it room in the caller's
 * buffer, and where that is used up a single byte more: a bomb shows itself by filling it, and never grows
 * anything.
 */
#include "bytes/compress.h"
#include "bytes/dictionary.h"
#include "limits/limits.h"
#include <brotli/decode.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

enum { LARGEST_PIECE = 256 * 1024 };

enum progress {
    PROGRESS_MORE,    /* goes on: with more input, or more room */
    PROGRESS_END,     /* the stream's own end, its checksum right; more input may begin another */
    PROGRESS_DAMAGED, /* cannot go on */
};

/* `in` loses what was read; `out` has room, and loses what was written. */
struct step {
    span in;
    char *out;
    size_t out_len;
};

struct decoder {
    void *(*open)(void);
    enum progress (*step)(void *state, struct step *step);
    bool (*begins_another)(span rest); /* after an end: is that another member? NULL: never */
    void (*close)(void *state);
};

static const struct {
    const char *name;
    enum coding coding;
} names[] = {
    {"gzip", CODING_GZIP}, {"x-gzip", CODING_GZIP}, {"deflate", CODING_DEFLATE},
    {"br", CODING_BROTLI}, {"zstd", CODING_ZSTD},   {"identity", CODING_IDENTITY},
};

enum coding coding_of_name(span name)
{
    name = span_trim(name);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (span_is_nocase(name, names[i].name))
            return names[i].coding;
    return CODING_UNKNOWN;
}

static bool is_gzip(span bytes)
{
    return span_starts(bytes, S("\x1f\x8b\x08"));
}

static bool is_zstd(span bytes)
{
    return span_starts(bytes, S("\x28\xb5\x2f\xfd"));
}

enum coding coding_of_bytes(span bytes)
{
    return is_gzip(bytes) ? CODING_GZIP : is_zstd(bytes) ? CODING_ZSTD : CODING_IDENTITY;
}

static void *zlib_open(int window_bits)
{
    z_stream *stream = memory_new(sizeof *stream);

    if (inflateInit2(stream, window_bits) != Z_OK)
        memory_exhausted();
    return stream;
}

static void *gzip_open(void)
{
    return zlib_open(MAX_WBITS + 16);
}

static void *deflate_open(void)
{
    return zlib_open(MAX_WBITS);
}

static void *raw_deflate_open(void)
{
    return zlib_open(-MAX_WBITS);
}

static enum progress zlib_step(void *state, struct step *step)
{
    z_stream *stream = state;
    int result;

    stream->next_in = (Bytef *)step->in.at;
    stream->avail_in = (uInt)MIN(step->in.len, (size_t)1 << 30);
    stream->next_out = (Bytef *)step->out;
    stream->avail_out = (uInt)step->out_len;
    result = inflate(stream, Z_NO_FLUSH);
    step->in = span_from(step->in, (size_t)((const char *)stream->next_in - step->in.at));
    step->out_len = stream->avail_out;
    if (result == Z_STREAM_END) {
        inflateReset(stream);
        return PROGRESS_END;
    }
    return result == Z_OK || result == Z_BUF_ERROR ? PROGRESS_MORE : PROGRESS_DAMAGED;
}

static void zlib_close(void *state)
{
    inflateEnd(state);
    free(state);
}

static void *brotli_open(void)
{
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);

    if (!state)
        memory_exhausted();
    return state;
}

static enum progress brotli_step(void *state, struct step *step)
{
    const uint8_t *in = (const uint8_t *)step->in.at;
    uint8_t *out = (uint8_t *)step->out;
    BrotliDecoderResult result =
        BrotliDecoderDecompressStream(state, &step->in.len, &in, &step->out_len, &out, NULL);

    step->in.at = (const char *)in;
    if (result == BROTLI_DECODER_RESULT_ERROR)
        return PROGRESS_DAMAGED;
    return result == BROTLI_DECODER_RESULT_SUCCESS ? PROGRESS_END : PROGRESS_MORE;
}

static void brotli_close(void *state)
{
    BrotliDecoderDestroyInstance(state);
}

static void *zstd_open(void)
{
    ZSTD_DCtx *context = ZSTD_createDCtx();

    if (!context)
        memory_exhausted();
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, __builtin_ctz(LIMIT_ZSTD_WINDOW));
    return context;
}

static enum progress zstd_step(void *state, struct step *step)
{
    ZSTD_inBuffer in = {step->in.at, step->in.len, 0};
    ZSTD_outBuffer out = {step->out, step->out_len, 0};
    size_t result = ZSTD_decompressStream(state, &out, &in);

    step->in = span_from(step->in, in.pos);
    step->out_len -= out.pos;
    if (ZSTD_isError(result))
        return PROGRESS_DAMAGED;
    return result == 0 ? PROGRESS_END : PROGRESS_MORE;
}

static void zstd_close(void *state)
{
    ZSTD_freeDCtx(state);
}

/* Another frame, or one that holds no content (RFC 8878 3.1.2). */
static bool zstd_begins(span bytes)
{
    return is_zstd(bytes) || (bytes.len >= 4 && (*bytes.at & 0xf0) == 0x50 &&
                              span_starts(span_from(bytes, 1), S("\x2a\x4d\x18")));
}

static const struct decoder decoders[] = {
    [CODING_GZIP] = {gzip_open, zlib_step, is_gzip, zlib_close},
    [CODING_DEFLATE] = {deflate_open, zlib_step, NULL, zlib_close},
    [CODING_BROTLI] = {brotli_open, brotli_step, NULL, brotli_close},
    [CODING_ZSTD] = {zstd_open, zstd_step, zstd_begins, zstd_close},
};
static const struct decoder raw_deflate = {raw_deflate_open, zlib_step, NULL, zlib_close};

/* Takes a step into `out`; sets its `overflowed` where the stream would go on past the limit. */
static enum progress step_into(const struct decoder *decoder, void *state, span *in, struct buf *out)
{
    char probe;
    size_t piece = MIN(in->len * 4 + 1024, (size_t)LARGEST_PIECE), room = MIN(out->max - out->len, piece);
    char *at = room ? buf_reserve(out, room) : &probe;
    struct step step = {*in, at, room ? room : 1};
    enum progress progress = decoder->step(state, &step);
    size_t written = (room ? room : 1) - step.out_len;

    *in = step.in;
    if (!room)
        out->overflowed = written > 0;
    else
        out->len += written;
    return progress;
}

static enum progress run(const struct decoder *decoder, void *state, span in, struct buf *out)
{
    for (;;) {
        size_t in_before = in.len, out_before = out->len;
        enum progress progress = step_into(decoder, state, &in, out);
        if (out->overflowed || progress == PROGRESS_DAMAGED)
            return progress;
        if (progress == PROGRESS_END) {
            if (!decoder->begins_another || !decoder->begins_another(in))
                return PROGRESS_END; /* whatever follows is no part of it */
        } else if (in.len == in_before && out->len == out_before) {
            return PROGRESS_MORE; /* all is read and written, and it waits for more: cut short */
        }
    }
}

static enum progress decode(const struct decoder *decoder, span bytes, struct buf *out)
{
    void *state = decoder->open();
    enum progress progress = run(decoder, state, bytes, out);

    decoder->close(state);
    return progress;
}

struct error *decompress(enum coding coding, span bytes, struct buf *out, bool *out_is_complete)
{
    size_t before = out->len;
    enum progress progress = PROGRESS_END;

    *out_is_complete = false;
    if (coding == CODING_UNKNOWN)
        return error_new(ERROR_FORMAT, "cannot undo an unknown content coding");
    if (coding == CODING_IDENTITY)
        buf_add(out, bytes);
    else
        progress = decode(&decoders[coding], bytes, out);
    if (coding == CODING_DEFLATE && progress == PROGRESS_DAMAGED && out->len == before)
        progress = decode(&raw_deflate, bytes, out); /* as many servers send it (RFC 9110 8.4.1.2) */
    if (out->overflowed)
        return error_new(ERROR_LIMIT, "content unfolds to more than %zu bytes", out->max);
    if (progress == PROGRESS_DAMAGED && out->len == before && coding_of_bytes(bytes) != coding)
        return error_new(ERROR_FORMAT, "content is not in the coding that it is said to be in");
    if (out->at)
        out->at[out->len] = '\0';
    *out_is_complete = progress == PROGRESS_END;
    return OK;
}

struct error *compress_gzip(span bytes, struct buf *out)
{
    enum { MEMORY_LEVEL = 8 };
    z_stream stream = {.next_in = (Bytef *)bytes.at};
    int result;

    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        memory_exhausted();
    do {
        size_t bound = MIN(deflateBound(&stream, bytes.len), (uLong)LARGEST_PIECE);
        size_t room = MIN(out->max - out->len, bound);
        char *at = buf_reserve(out, MAX(room, (size_t)1));
        if (!at)
            break;
        stream.avail_in = (uInt)MIN(bytes.len - stream.total_in, (size_t)1 << 30);
        stream.next_out = (Bytef *)at;
        stream.avail_out = (uInt)room;
        result = deflate(&stream, stream.total_in + stream.avail_in == bytes.len ? Z_FINISH : Z_NO_FLUSH);
        out->len += room - stream.avail_out;
    } while (result != Z_STREAM_END);
    deflateEnd(&stream);
    if (out->overflowed)
        return error_new(ERROR_LIMIT, "compressed bytes would be more than %zu", out->max);
    out->at[out->len] = '\0';
    return OK;
}

struct error *compress_zstd(span bytes, int level, struct buf *out)
{
    return dictionary_compress((span){0}, bytes, level, out);
}
