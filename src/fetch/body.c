/* SPDX-License-Identifier: MIT */
#include "fetch/body.h"
#include "bytes/compress.h"
#include "limits/limits.h"
#include <inttypes.h>
#include <stdlib.h>

struct decoding {
    struct buf bytes;
    size_t max;
    bool was_coded; /* at least one coding was undone */
    bool is_cut;    /* one of them ended too early */
};

/* Undoes one coding. One that the bytes are not of is no failure: the header was wrong, the bytes stand. */
static struct error *undo(struct decoding *decoding, enum coding coding)
{
    LOCAL(buf) out = {.max = decoding->max};
    struct buf in = decoding->bytes;
    bool is_complete = false;
    struct error *error = decompress(coding, buf_span(&in), &out, &is_complete);

    if (error && error->kind == ERROR_FORMAT) {
        error_free(error);
        return OK;
    }
    if (error)
        return error;
    decoding->was_coded = true;
    decoding->is_cut |= !is_complete;
    decoding->bytes = out;
    out = in; /* released here */
    return OK;
}

static struct error *undo_named(struct decoding *decoding, const struct head *head)
{
    if (head->coding_count > LIMIT_CODINGS)
        return error_new(ERROR_LIMIT, "cannot undo %zu codings, one upon another", head->coding_count);
    for (size_t i = head->coding_count; i-- > 0 && decoding->bytes.len;) {
        enum coding coding = coding_of_name(head->codings[i]);
        if (coding != CODING_UNKNOWN && coding != CODING_IDENTITY)
            TRY(undo(decoding, coding));
    }
    return OK;
}

/* gzip and zstd show themselves; neither begins anything that is read here. */
static struct error *undo_unsaid(struct decoding *decoding)
{
    for (int i = 0; i < LIMIT_UNSAID_CODINGS; i++) {
        enum coding coding = coding_of_bytes(buf_span(&decoding->bytes));
        if (coding == CODING_IDENTITY || coding == CODING_UNKNOWN)
            break;
        TRY(undo(decoding, coding));
    }
    return OK;
}

/* Hands the bytes to the arena as they are: a body is the largest thing of a job, so it is not copied. */
static span keep_bytes(struct arena *arena, struct buf *bytes)
{
    span kept = S("");

    if (bytes->len) {
        bytes->at = memory_resize(bytes->at, bytes->len + 1);
        arena_defer(arena, free, bytes->at);
        kept = (span){bytes->at, bytes->len};
    } else {
        buf_release(bytes);
    }
    *bytes = (struct buf){0};
    return kept;
}

struct error *body_decode(struct arena *arena, struct buf *wire, const struct head *head, size_t max,
                          enum body_end *end, bool *out_has_own_end, span *out_body)
{
    struct decoding decoding = {.bytes = *wire, .max = max};
    struct error *error = undo_named(&decoding, head);

    *wire = (struct buf){0};
    if (!error)
        error = undo_unsaid(&decoding);
    if (error) {
        buf_release(&decoding.bytes);
        return error;
    }
    *out_has_own_end = decoding.was_coded && !decoding.is_cut;
    if (decoding.is_cut)
        *end = BODY_CUT;
    else if (*end == BODY_UNKNOWN && *out_has_own_end)
        *end = BODY_WHOLE;
    *out_body = keep_bytes(arena, &decoding.bytes);
    return OK;
}
