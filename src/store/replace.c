/* SPDX-License-Identifier: MIT
 * replace.c - another place for an article whose own turned out to be somebody's
 *
 * The store knows which places its articles have, and not what else a person keeps in the archive. Whoever
 * finds such a file asks for the next place, and the next, until one is free on disk too.
 */
#include "store/internal.h"

enum place_column { P_ID, P_SOURCE, P_FILE_NAME, P_PATH, P_FIRST_SEEN_AT, P_NUMBER, PLACE_COLUMNS };
_Static_assert((int)PLACE_COLUMNS == (int)SEALED_OF_ARTICLE, "the seal is over just these");

/* "voa/2024/11/08-slug-2.md" is "voa/2024/11/08-slug" and 2, where the article's title gives that slug. */
static int64_t split_path(span path, span stem, span *out_stem)
{
    span rest;
    int64_t n = 0;

    *out_stem = span_sub(path, 0, path.len - (span_ends(path, S(".md")) ? 3 : 0));
    if (!span_starts(path, stem))
        return 1;
    rest = span_from(*out_stem, stem.len);
    if (!rest.len || *rest.at != '-' || !span_to_int64(span_from(rest, 1), &n) || n < 2)
        return 1;
    *out_stem = stem;
    return n;
}

static struct error *next_path(struct store *store, const struct article *article, span *out_path)
{
    span stem = place_stem(store, article->source_id, &article->item, article->published_at);
    int64_t n = split_path(article->path, stem, &stem);

    return place_free_path(store, stem, n + 1, out_path);
}

/* Numbers come to an end: then the file is called by its article, which is nobody else's name. */
static struct error *next_number(struct store *store, const struct value *row, struct value *number_of_file,
                                 struct value *file_name)
{
    int64_t next = 0;

    TRY(db_number(&store->db, SQL_TAKE_NUMBER, VALUES(row[P_SOURCE]), 0, &next));
    *number_of_file = number(next);
    *file_name =
        text(next ? S("") : arena_printf(store->passing, "0_%016" PRIx64 ".md", (uint64_t)row[P_ID].number));
    return OK;
}

static struct error *replace(struct store *store, enum layout layout, const struct article *article)
{
    struct value values[PLACE_COLUMNS + 1] = {0};
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &store->db, SQL_PLACE, VALUES(number((int64_t)article->id))));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return OK;
    for (int column = 0; column < PLACE_COLUMNS; column++) {
        values[column] = query_value(&query, column);
        values[column].bytes = arena_keep(store->passing, values[column].bytes);
    }
    query_release(&query);
    if (layout == LAYOUT_DUTY_MACHINE) {
        TRY(next_number(store, values, &values[P_NUMBER], &values[P_FILE_NAME]));
    } else {
        span path;
        TRY(next_path(store, article, &path));
        values[P_PATH] = text(path);
    }
    values[PLACE_COLUMNS] = number(seal(values, PLACE_COLUMNS));
    return db_run(
        &store->db, SQL_SET_PLACE,
        VALUES(values[P_ID], values[P_FILE_NAME], values[P_PATH], values[P_NUMBER], values[PLACE_COLUMNS]));
}

struct error *store_replace(struct store *store, enum layout layout, const struct article *article)
{
    arena_reset(store->passing);
    TRY(db_begin(&store->db));
    return db_end(&store->db, replace(store, layout, article));
}
