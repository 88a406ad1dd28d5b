/* SPDX-License-Identifier: MIT
 * salvage_settle.c - rows that were saved made into a store that agrees with itself
 *
 * Articles whose row is damaged go: their file, in the archive, has what they said. Revisions that are
 * damaged are asked for elsewhere, and counted as missing where nobody has them. What can be counted is
 * counted anew.
 */
#include "store/salvaging.h"
#include <stdlib.h>

enum { FURTHEST = 1000 }; /* revisions that an article may claim beyond those that are there */

struct row { /* of an article */
    int64_t key, id, revision, last;
};

struct settling {
    struct salvaging *salvaging;
    struct arena *arena; /* of the article in hand */
    int64_t good, good_count, key_count;
    bool has_changed;
};

static void tell(const struct settling *settling, uint64_t id, const char *what)
{
    struct salvage *salvage = settling->salvaging->salvage;

    salvage->tell(salvage->context, arena_printf(settling->arena, "article %016" PRIx64, id), span_of(what));
}

/* --- revisions --- */

enum state { REVISION_WHOLE, REVISION_DAMAGED, REVISION_ABSENT };

static struct error *read_revision(struct settling *settling, const struct row *row, int64_t revision,
                                   struct article *out_article, enum state *out_state)
{
    struct db *db = &settling->salvaging->store.db;
    LOCAL(query) query = {0};
    bool has_row;

    *out_state = REVISION_ABSENT;
    *out_article = (struct article){.id = (uint64_t)row->id};
    TRY(query_open(&query, db, SQL_REVISION, VALUES(number(row->id), number(revision))));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return OK;
    OWN(error) error = article_read(&query, settling->arena, out_article);
    *out_state = error ? REVISION_DAMAGED : REVISION_WHOLE;
    return OK;
}

static struct error *read_place(struct settling *settling, const struct row *row, struct article *out_article)
{
    LOCAL(query) query = {0};
    bool has_row;

    *out_article = (struct article){.id = (uint64_t)row->id};
    TRY(query_open(&query, &settling->salvaging->store.db, SQL_ARTICLE_PLACE, VALUES(number(row->key))));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return OK;
    out_article->source_id = query_keep(&query, 0, settling->arena);
    out_article->number = query_number(&query, 1);
    out_article->file_name = query_keep(&query, 2, settling->arena);
    out_article->path = query_keep(&query, 3, settling->arena);
    return OK;
}

/* The article's row, its place, and the last whole revision are told to whoever looks for the text. */
static struct error *find_revision(struct settling *settling, const struct row *row, int64_t revision)
{
    struct salvaging *salvaging = settling->salvaging;
    struct salvage *salvage = salvaging->salvage;
    struct article asked = {0}, *text = NULL;
    uint64_t hash = 0;

    TRY(db_run(&salvaging->store.db, SQL_DROP_REVISION, VALUES(number(row->key), number(revision))));
    settling->has_changed = true;
    TRY(read_place(settling, row, &asked));
    asked.revision = (int)revision;
    if (salvage->find)
        TRY(salvage->find(salvage->context, &asked, revision == row->last, settling->arena, &text, &hash));
    if (!text) {
        salvage->lost_count++;
        tell(settling, asked.id, "a revision is damaged, and nobody else has it");
        return OK;
    }
    text->source_id = asked.source_id;
    arena_reset(salvaging->store.passing);
    TRY(adopt_lost(&salvaging->store, row->key, text, revision, hash, &settling->key_count));
    salvage->restored_count++;
    settling->good = revision;
    settling->good_count++;
    tell(settling, asked.id, "a damaged revision was read back from the archive");
    return OK;
}

/* Where the counts agree, what is not there never was: an archive that was imported did not hold it. */
static struct error *settle_revisions(struct settling *settling, const struct row *row, bool is_complete)
{
    for (int64_t revision = 1; revision <= row->last; revision++) {
        struct article article;
        enum state state;
        TRY(read_revision(settling, row, revision, &article, &state));
        if (state == REVISION_WHOLE) {
            settling->good = revision;
            settling->good_count++;
        } else if (state == REVISION_DAMAGED || !is_complete) {
            TRY(find_revision(settling, row, revision));
        }
    }
    return OK;
}

/* --- an article --- */

static struct error *drop_article(struct settling *settling, const struct row *row, const char *why)
{
    tell(settling, (uint64_t)row->id, why);
    return db_run(&settling->salvaging->store.db, SQL_DROP_ARTICLE, VALUES(number(row->key)));
}

static struct error *is_row_whole(struct settling *settling, const struct row *row, bool *out_is_whole)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &settling->salvaging->store.db, SQL_ARTICLE_SEALED, VALUES(number(row->key))));
    TRY(query_next(&query, &has_row));
    *out_is_whole = has_row && is_sealed(&query, 0, SEALED_OF_ARTICLE);
    return OK;
}

/* What the archive shall write again, where the text is not the one it has. */
static struct error *set_current(struct settling *settling, const struct row *row)
{
    struct db *db = &settling->salvaging->store.db;
    struct article current;
    int64_t mark = 0;
    enum state state;

    TRY(read_revision(settling, row, settling->good, &current, &state));
    if (settling->salvaging->has_lost_keys && state == REVISION_WHOLE) {
        arena_reset(settling->salvaging->store.passing);
        TRY(adopt_keys(&settling->salvaging->store, row->key, &current, settling->good));
    }
    if (!settling->has_changed && settling->good == row->revision)
        return OK;
    TRY(next_mark(db, &mark));
    TRY(db_run(db, SQL_SET_REVISION,
               VALUES(number(row->key), number(settling->good), number(current.published_at), number(mark),
                      number(0), number(0))));
    return db_run(db, SQL_MISSING_NOW,
                  VALUES(number(row->key), number(settling->good - settling->good_count)));
}

static struct error *settle_article(struct salvaging *salvaging, struct arena *arena, struct row *row)
{
    struct settling settling = {.salvaging = salvaging, .arena = arena};
    int64_t absent = 0;
    bool is_whole;

    TRY(is_row_whole(&settling, row, &is_whole));
    if (!is_whole)
        return drop_article(&settling, row, "its row is damaged; its file is looked for in the archive");
    TRY(db_number(&salvaging->store.db, SQL_LAST_REVISION, VALUES(number(row->key)), 0, &row->last));
    if (row->revision > row->last && row->revision - row->last <= FURTHEST)
        row->last = row->revision;
    TRY(db_number(&salvaging->store.db, SQL_ABSENT_REVISIONS, VALUES(number(row->key)), 0, &absent));
    TRY(settle_revisions(&settling, row, absent <= 0));
    if (!settling.good_count)
        return drop_article(&settling, row,
                            "nothing is left of what it said; its file is looked for in the archive");
    salvaging->salvage->article_count++;
    salvaging->salvage->revision_count += settling.good_count;
    return set_current(&settling, row);
}

static struct error *next_article(struct salvaging *salvaging, int64_t after, struct row *out_row,
                                  bool *out_has_row)
{
    LOCAL(query) query = {0};

    TRY(query_open(&query, &salvaging->store.db, SQL_ARTICLE_AFTER, VALUES(number(after))));
    TRY(query_next(&query, out_has_row));
    if (*out_has_row)
        *out_row = (struct row){query_number(&query, 0), query_number(&query, 1), query_number(&query, 2), 0};
    return OK;
}

static struct error *settle_articles(struct salvaging *salvaging)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct row row = {.key = INT64_MIN};
    bool has_row;

    for (;;) {
        TRY(next_article(salvaging, row.key, &row, &has_row));
        if (!has_row)
            return OK;
        arena_reset(arena);
        TRY(settle_article(salvaging, arena, &row));
    }
}

/* --- what must agree --- */

/* A source whose row is lost has its id in its articles' paths; its name and feed come from the configuration
 * with the next run. A text that is read back must not get the key of one that is lost, to which another
 * revision may still point: keys go on behind all that are named. */
static const char before[] =
    "INSERT OR IGNORE INTO body (key, hash, raw_size, html_size, summary_size, bytes)"
    "  SELECT max(key) + 1, 0, 0, 0, 0, x'' FROM (SELECT max(body) AS key FROM revision WHERE body < 1 << 60"
    "  UNION ALL SELECT max(file) FROM revision WHERE file < 1 << 60) HAVING max(key) > 0;"
    "INSERT OR IGNORE INTO newsroom VALUES (1, 0);"
    "UPDATE newsroom SET mark = max(mark, coalesce((SELECT max(mark) FROM article), 0), 0)"
    "  WHERE mark < 1 << 60;"
    "UPDATE newsroom SET mark = (SELECT count(*) FROM article) + 1 WHERE mark >= 1 << 60 OR mark < 0;"
    "UPDATE article SET mark = (SELECT mark FROM newsroom) WHERE mark > (SELECT mark FROM newsroom) OR mark "
    "< 0;"
    "INSERT OR IGNORE INTO source (key, id, name, feed, address, is_wanted, is_paused, next_number)"
    "  SELECT source, substr(path, 1, instr(path, '/') - 1), '', '', '', 0, 0, 1048574 FROM article"
    "  WHERE source NOT IN (SELECT key FROM source) AND instr(path, '/') > 1 GROUP BY source;"
    "DELETE FROM article WHERE source NOT IN (SELECT key FROM source);";

static const char broken_keys[] =
    "DELETE FROM known WHERE seal <> known_seal(source, hash, article, revision, is_shared);";

static const char after[] =
    "DELETE FROM revision WHERE article NOT IN (SELECT key FROM article);"
    "DELETE FROM known WHERE NOT EXISTS"
    "  (SELECT 1 FROM article a WHERE a.key = known.article AND a.source = known.source);"
    "DELETE FROM task WHERE article NOT IN (SELECT key FROM article);"
    "DELETE FROM page WHERE article NOT IN (SELECT key FROM article) OR source NOT IN (SELECT key FROM "
    "source);"
    "DELETE FROM page WHERE dictionary IS NOT NULL AND dictionary NOT IN (SELECT key FROM dictionary);"
    "DELETE FROM dictionary WHERE source NOT IN (SELECT key FROM source);"
    "DELETE FROM trust WHERE source NOT IN (SELECT key FROM source);"
    "DELETE FROM month WHERE source NOT IN (SELECT key FROM source);"
    "UPDATE revision SET file = NULL WHERE file IS NOT NULL AND file NOT IN (SELECT key FROM body);"
    "DELETE FROM body WHERE key NOT IN (SELECT body FROM revision)"
    "  AND key NOT IN (SELECT file FROM revision WHERE file IS NOT NULL);"
    "UPDATE source SET article_count = (SELECT count(*) FROM article a WHERE a.source = source.key);"
    "UPDATE source SET next_number = max(0, min(next_number, (SELECT min(number) - 1 FROM article a"
    "  WHERE a.source = source.key AND a.number > 0)))"
    "  WHERE EXISTS (SELECT 1 FROM article a WHERE a.source = source.key AND a.number > 0);"
    "DELETE FROM month WHERE source IN (SELECT s.key FROM source s WHERE s.article_count <>"
    "  (SELECT coalesce(sum(article_count), 0) FROM month m WHERE m.source = s.key));"
    "INSERT OR IGNORE INTO month (source, month, article_count)"
    "  SELECT source, CAST(substr(path, instr(path, '/') + 1, 4) AS INTEGER) * 12"
    "    + CAST(substr(path, instr(path, '/') + 6, 2) AS INTEGER) - 1 AS month, count(*) FROM article"
    "  WHERE source NOT IN (SELECT source FROM month) GROUP BY source, month;";

/* A key that is another leads to nothing, or to the wrong article. */
static struct error *drop_broken_keys(struct salvaging *salvaging)
{
    struct salvage *salvage = salvaging->salvage;
    int64_t count;

    TRY(db_execute(&salvaging->store.db, broken_keys));
    count = db_changes(&salvaging->store.db);
    if (!count)
        return OK;
    salvaging->has_lost_keys = true;
    salvage->tell(salvage->context, S("courant.db"),
                  arena_printf(salvaging->arena,
                               "%" PRId64 " keys by which articles were known are damaged, and are made anew "
                               "from the articles",
                               count));
    return OK;
}

struct error *salvage_settle(struct salvaging *salvaging)
{
    TRY(db_execute(&salvaging->store.db, before));
    TRY(drop_broken_keys(salvaging));
    TRY(settle_articles(salvaging));
    TRY(db_execute(&salvaging->store.db, after));
    return pages_drop_broken(&salvaging->store.db);
}
