/* SPDX-License-Identifier: MIT
 * check.c - everything in the store is looked at: pages, seals, texts, and what must agree
 */
#include "store/internal.h"
#include <stdlib.h>

/* Each answers with what is wrong: where, and what. */
static const enum sql questions[] = {
    SQL_CHECK_REFERENCES, SQL_CHECK_CURRENT, SQL_CHECK_REVISIONS, SQL_CHECK_COUNTS, SQL_CHECK_MONTHS,
    SQL_CHECK_NUMBERS,    SQL_CHECK_KNOWN,   SQL_CHECK_KEYS,      SQL_CHECK_MARKS,
};

struct checking {
    struct db *db;
    void (*tell)(void *context, span where, span what);
    void *context;
};

static void tell_error(struct checking *checking, const char *where, struct error *error)
{
    char *text = error_text(error);

    checking->tell(checking->context, span_of(where), span_of(text));
    free(text);
    error_free(error);
}

static struct error *ask(struct checking *checking, enum sql sql)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, checking->db, sql, NULL, 0));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            return OK;
        checking->tell(checking->context, query_bytes(&query, 0), query_bytes(&query, 1));
    }
}

static struct error *check_pages(struct checking *checking)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, checking->db, SQL_CHECK_PAGES, NULL, 0));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            return OK;
        if (!span_is(query_bytes(&query, 0), "ok"))
            checking->tell(checking->context, S("file"), query_bytes(&query, 0));
    }
}

/* Reading a revision looks at its seals and its text. */
static struct error *check_revisions(struct checking *checking)
{
    OWN(arena) arena = arena_new(256 * MiB);
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, checking->db, SQL_EVERY_REVISION, NULL, 0));
    while (true) {
        struct article article;
        struct error *error;
        TRY(query_next(&query, &has_row));
        if (!has_row)
            return OK;
        arena_reset(arena);
        error = article_read(&query, arena, &article);
        if (error && error->kind == ERROR_IO)
            return error;
        if (error)
            tell_error(
                checking,
                arena_printf(arena, "article %016" PRIx64 " revision %d", article.id, article.revision).at,
                error);
    }
}

static void tell_page(void *context, span where, struct error *error)
{
    tell_error(context, where.at, error);
}

/* A question that damage makes impossible is told like any other flaw; the rest is still asked. */
static struct error *told(struct checking *checking, const char *where, struct error *error)
{
    if (!error || error->kind == ERROR_IO)
        return error;
    tell_error(checking, where, error);
    return OK;
}

struct error *store_check(struct store_reader *reader, void (*tell)(void *context, span where, span what),
                          void *context)
{
    struct checking checking = {&reader->db, tell, context};

    TRY(told(&checking, "file", check_pages(&checking)));
    for (size_t i = 0; i < ARRAY_SIZE(questions); i++)
        TRY(told(&checking, "file", ask(&checking, questions[i])));
    TRY(told(&checking, "articles", check_revisions(&checking)));
    return told(&checking, "pages", pages_check(checking.db, tell_page, &checking));
}
