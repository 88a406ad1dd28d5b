/* SPDX-License-Identifier: MIT
 * trust.c - how ids, links and story numbers have done in a source
 *
 * A poll counts once for or against each, whatever is in it, so that one odd poll changes nothing.
 */
#include "store/internal.h"

enum {
    MOST_BREAKS = 3,   /* polls that must have spoken against a kind before it is distrusted */
    MOST_POLLS = 1000, /* counted; then both counts are halved, so that what was long ago fades */
    LARGE_SHARE = 4,   /* one in so many items of a poll, and two at least or all, were led astray */
};

static const enum key_kind judged[] = {KEY_ID, KEY_LINK, KEY_STORY};

struct error *trust_read(struct db *db, struct document *document)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, db, SQL_TRUST, VALUES(number(document->source->key))));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            return OK;
        int64_t held = query_number(&query, 1), broke = query_number(&query, 2);
        if (broke >= MOST_BREAKS && 2 * broke > held)
            document->distrusted |= KEY_BIT(query_number(&query, 0));
    }
}

static bool has_held(const struct sighting *sighting, enum key_kind kind)
{
    return sighting->article && (sighting->is_settled || sighting->known[kind] == sighting->article);
}

/* Another item had the same key, or it led to an article that this item is not, or it was never seen while
 * title, date and body all were. */
static bool has_broken(const struct sighting *sighting, enum key_kind kind)
{
    if (sighting->shared & KEY_BIT(kind))
        return true;
    if (sighting->is_settled)
        return false;
    if (sighting->known[kind])
        return sighting->known[kind] != sighting->article;
    return sighting->known[KEY_CONTENT];
}

static struct error *judge(struct db *db, const struct document *document, enum key_kind kind)
{
    int64_t seen = 0, held = 0, broken = 0;
    bool is_broken;

    for (size_t i = 0; i < document->count; i++) {
        const struct sighting *sighting = &document->sightings[i];
        if (sighting->first || !sighting->keys.at[kind])
            continue;
        seen++;
        held += has_held(sighting, kind);
        broken += has_broken(sighting, kind);
    }
    is_broken = (broken >= 2 || broken == seen) && LARGE_SHARE * broken > seen;
    if (!is_broken && !held)
        return OK;
    return db_run(db, SQL_JUDGE_KIND,
                  VALUES(number(document->source->key), number(kind), number(!is_broken), number(is_broken),
                         number(MOST_POLLS)));
}

struct error *trust_judge(struct db *db, const struct document *document)
{
    for (size_t i = 0; i < ARRAY_SIZE(judged); i++)
        TRY(judge(db, document, judged[i]));
    return OK;
}
