/* SPDX-License-Identifier: MIT
 * bodies.c - long texts: what the feed sent, what was made of it, and the summary
 *
 * The three are kept in one piece, since the clean form repeats the raw one almost to the letter: compressed
 * together it costs next to nothing. Revisions of an article that say the same share a body.
 */
#include "bytes/compress.h"
#include "bytes/digest.h"
#include "limits/limits.h"
#include "store/internal.h"

enum { WORTH_COMPRESSING = 128, LEVEL = 1 };

static struct error *pack(span plain, struct buf *packed, span *out_bytes)
{
    *out_bytes = plain;
    if (plain.len < WORTH_COMPRESSING)
        return OK;
    TRY(compress_zstd(plain, LEVEL, packed));
    if (packed->len < plain.len && !packed->overflowed)
        *out_bytes = buf_span(packed);
    return OK;
}

static struct error *body_add(struct store *store, const struct body *body, span plain, int64_t hash,
                              int64_t *out_key)
{
    LOCAL(buf) packed = {.max = LIMIT_STORED_TEXT + 1 * MiB};
    LOCAL(query) query = {0};
    span bytes;
    bool has_row;

    TRY(pack(plain, &packed, &bytes));
    TRY(query_open(&query, &store->db, SQL_ADD_BODY,
                   VALUES(number(hash), number((int64_t)body->raw.len), number((int64_t)body->html.len),
                          number((int64_t)body->summary.len), blob(bytes))));
    TRY(query_next(&query, &has_row));
    *out_key = query_number(&query, 0);
    return OK;
}

struct error *body_write(struct store *store, int64_t article, const struct body *body, int64_t *out_key)
{
    LOCAL(buf) plain = {.max = LIMIT_STORED_TEXT};
    int64_t hash;

    buf_add(&plain, body->raw);
    buf_add(&plain, body->html);
    buf_add(&plain, body->summary);
    if (plain.overflowed)
        return error_new(ERROR_LIMIT, "its text is longer than %d MiB", LIMIT_STORED_TEXT / 1024 / 1024);
    hash = (int64_t)digest_fast(buf_span(&plain));
    if (article) {
        TRY(db_number(&store->db, SQL_BODY_OF_HASH, VALUES(number(article), number(hash)), 0, out_key));
        if (*out_key)
            return OK;
    }
    return body_add(store, body, buf_span(&plain), hash, out_key);
}

static struct error *unpack(struct arena *arena, span bytes, size_t size, span *out_plain)
{
    LOCAL(buf) plain = {.max = size};
    bool is_complete = true;

    if (bytes.len == size) {
        *out_plain = arena_keep(arena, bytes);
        return OK;
    }
    TRY(decompress(CODING_ZSTD, bytes, &plain, &is_complete));
    if (!is_complete || plain.len != size)
        return error_new(ERROR_FORMAT, "it is cut short");
    *out_plain = arena_keep(arena, buf_span(&plain));
    return OK;
}

/* Every text is checked as it is read: what was damaged on disk is never passed on as if it were whole. */
struct error *body_read(struct db *db, struct arena *arena, int64_t key, struct body *out_body)
{
    LOCAL(query) query = {0};
    bool has_row;
    span plain = {0};

    TRY(query_open(&query, db, SQL_BODY, VALUES(number(key))));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return error_new(ERROR_DAMAGED,
                         "a text is missing (`courant verify --repair` mends what another copy holds)");
    size_t raw = (size_t)query_number(&query, 1), html = (size_t)query_number(&query, 2),
           summary = (size_t)query_number(&query, 3);
    OWN(error) error = raw > LIMIT_STORED_TEXT || html > LIMIT_STORED_TEXT || summary > LIMIT_STORED_TEXT
                           ? error_new(ERROR_FORMAT, "its sizes are wrong")
                           : unpack(arena, query_bytes(&query, 4), raw + html + summary, &plain);
    if (error || (int64_t)digest_fast(plain) != query_number(&query, 0))
        return error_new(ERROR_DAMAGED,
                         "a text is damaged (`courant verify --repair` mends what another copy holds)");
    *out_body =
        (struct body){span_sub(plain, 0, raw), span_sub(plain, raw, html), span_from(plain, raw + html)};
    return OK;
}
