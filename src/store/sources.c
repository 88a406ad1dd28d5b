/* SPDX-License-Identifier: MIT
 * sources.c - what was learnt of each source
 *
 * The configuration says what is wanted; a row's learnt columns hold until its `feed` changes. A source that
 * was taken out of the configuration keeps its row and its articles.
 */
#include "store/internal.h"

/* --- wanted --- */

static struct error *want_source(struct store *store, const struct wanted_source *source)
{
    return db_run(&store->db, SQL_WANT_SOURCE,
                  VALUES(text(source->id), text(source->name), text(source->feed), number(source->is_paused),
                         number(FIRST_NUMBER)));
}

static struct error *want_all(struct store *store, const struct wanted_source *sources, size_t count)
{
    TRY(db_run(&store->db, SQL_WANT_NO_SOURCE, NULL, 0));
    for (size_t i = 0; i < count; i++) {
        struct value changed[] = {text(sources[i].id), text(sources[i].feed)};
        TRY(db_run(&store->db, SQL_FORGET_TRUST, changed, ARRAY_SIZE(changed)));
        TRY(db_run(&store->db, SQL_FORGET_LEARNT, changed, ARRAY_SIZE(changed)));
        TRY_OR(want_source(store, &sources[i]), "source \"%.*s\"", SPAN_ARG(sources[i].id));
    }
    return OK;
}

struct error *store_want_sources(struct store *store, const struct wanted_source *sources, size_t count)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, want_all(store, sources, count));
}

struct error *store_adopt_number(struct store *store, span source_id, int64_t lowest)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, db_run(&store->db, SQL_ADOPT_NUMBER, VALUES(text(source_id), number(lowest))));
}

/* --- read --- */

static void source_read(const struct query *row, struct arena *arena, struct source *out_source)
{
    *out_source = (struct source){
        .id = query_keep(row, 0, arena),
        .name = query_keep(row, 1, arena),
        .feed = query_keep(row, 2, arena),
        .is_wanted = query_number(row, 3),
        .address = query_keep(row, 5, arena),
        .state = query_number(row, 4) ? SOURCE_PAUSED : (enum source_state)query_number(row, 6),
        .validators = {.etag = query_keep(row, 7, arena), .last_modified = query_keep(row, 8, arena)},
        .body_hash = (uint64_t)query_number(row, 9),
        .last_poll_at = query_moment(row, 10),
        .last_success_at = query_moment(row, 11),
        .last_change_at = query_moment(row, 12),
        .next_poll_at = query_moment(row, 13),
        .interval = query_number(row, 14),
        .failures = query_number(row, 15),
        .last_status = (int)query_number(row, 16),
        .last_error = query_keep(row, 17, arena),
        .moved_to = query_keep(row, 18, arena),
        .moved_count = (int)query_number(row, 19),
        .memory = query_keep(row, 20, arena),
        .article_count = query_number(row, 21),
        .traits = (unsigned)query_number(row, 22),
    };
}

struct error *store_sources(struct store_reader *reader, struct arena *arena, struct source **out_sources,
                            size_t *out_count)
{
    VEC(struct source) sources = {0};
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &reader->db, SQL_SOURCES, NULL, 0));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            break;
        source_read(&query, arena, vec_add(arena, &sources));
    }
    *out_sources = sources.at;
    *out_count = sources.len;
    return OK;
}

struct error *store_source(struct store_reader *reader, struct arena *arena, span id,
                           struct source **out_source)
{
    LOCAL(query) query = {0};
    bool has_row;

    *out_source = NULL;
    TRY(query_open(&query, &reader->db, SQL_SOURCE, VALUES(text(id))));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return OK;
    *out_source = ARENA_NEW(arena, struct source);
    source_read(&query, arena, *out_source);
    return OK;
}

/* --- a poll's --- */

struct error *source_row_read(struct db *db, struct arena *arena, span id, struct source_row *out_row,
                              bool *out_is_there)
{
    LOCAL(query) query = {0};

    TRY(query_open(&query, db, SQL_SOURCE_ROW, VALUES(text(id))));
    TRY(query_next(&query, out_is_there));
    if (*out_is_there)
        *out_row = (struct source_row){
            .key = query_number(&query, 0),
            .id = arena_keep(arena, id),
            .feed = query_keep(&query, 1, arena),
            .address = query_keep(&query, 2, arena),
            .next_number = query_number(&query, 3),
            .article_count = query_number(&query, 4),
            .traits = query_number(&query, 5),
        };
    return OK;
}

static struct error *write_learnt(struct db *db, int64_t key, const struct source *learnt)
{
    /* paused is the configuration's word, kept beside what was learnt */
    struct value state = learnt->state == SOURCE_PAUSED ? (struct value){VALUE_NULL} : number(learnt->state);

    return db_run(db, SQL_WRITE_LEARNT,
                  VALUES(text(learnt->address.len ? learnt->address : learnt->feed), state,
                         blob(learnt->validators.etag), blob(learnt->validators.last_modified),
                         number((int64_t)learnt->body_hash), moment(learnt->last_poll_at),
                         moment(learnt->last_success_at), moment(learnt->next_poll_at),
                         number(learnt->interval), number(learnt->failures), number(learnt->last_status),
                         text(learnt->last_error), text(learnt->moved_to), number(learnt->moved_count),
                         text(learnt->memory), number(key)));
}

/* A poll that was under way while the user changed the source's feed says nothing of the new one. */
struct error *source_row_write(struct db *db, const struct source_row *row, const struct source *learnt,
                               int64_t changed_at)
{
    if (span_equal(row->feed, learnt->feed))
        TRY(write_learnt(db, row->key, learnt));
    return db_run(db, SQL_WRITE_SOURCE_ROW,
                  VALUES(number(row->next_number), number(row->article_count), number(row->traits),
                         moment(changed_at == NO_TIME ? learnt->last_change_at : changed_at),
                         number(row->key)));
}
