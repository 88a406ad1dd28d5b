/* SPDX-License-Identifier: MIT
 * places.c - where the archive has an article: numbers that count down, paths that stay
 *
 * Both are allotted once, in the transaction that stores the article, in whichever layout the archive is
 * kept. A later title or date moves no file.
 */
#include "store/internal.h"
#include "text/date.h"
#include "text/slug.h"
#include "text/timezone.h"
#include "text/utf8.h"

enum { SLUG_SIZE = 80 };

static struct date_parts local_day(const struct store *store, int64_t at)
{
    const struct timezone_rules *rules = store->options.timezone;
    const int64_t first = date_days(1, 1, 1) * DAY, last = date_days(9999, 12, 31) * DAY;

    at = MIN(MAX(at, first + DAY), last - DAY); /* a year has four digits, whatever the publisher says */
    return date_split(at + (rules ? timezone_offset(rules, at) * SECOND : 0));
}

static struct error *is_free(struct store *store, span path, bool *out_is_free)
{
    int64_t is_taken;

    TRY(db_number(&store->db, SQL_HAS_PATH, VALUES(text(path)), 0, &is_taken));
    *out_is_free = !is_taken;
    return OK;
}

static span numbered(struct arena *arena, span stem, int64_t n)
{
    return n == 1 ? arena_printf(arena, "%.*s.md", SPAN_ARG(stem))
                  : arena_printf(arena, "%.*s-%" PRId64 ".md", SPAN_ARG(stem), n);
}

/* The first free one of "stem", "stem-2", "stem-3" ... They are dense, so it is found by doubling and then
 * halving: ten thousand items of one title cost no more than a few questions each. */
struct error *place_free_path(struct store *store, span stem, int64_t first, span *out_path)
{
    int64_t taken = first - 1, open = first;
    bool is_open;

    while (true) {
        TRY(is_free(store, numbered(store->passing, stem, open), &is_open));
        if (is_open)
            break;
        taken = open;
        open *= 2;
    }
    while (open - taken > 1) {
        int64_t middle = taken + (open - taken) / 2;
        TRY(is_free(store, numbered(store->passing, stem, middle), &is_open));
        if (is_open)
            open = middle;
        else
            taken = middle;
    }
    *out_path = numbered(store->passing, stem, open);
    return OK;
}

span place_stem(struct store *store, span source_id, const struct item *item, int64_t published_at)
{
    struct date_parts day = local_day(store, published_at);
    span slug = slug_of_title(store->passing, item->title.len ? item->title : item->raw_title, SLUG_SIZE);

    return arena_printf(store->passing, "%.*s/%04d/%02d/%02d-%.*s", SPAN_ARG(source_id), day.year, day.month,
                        day.day, SPAN_ARG(slug));
}

struct error *place_find_path(struct store *store, const struct source_row *source, const struct item *item,
                              int64_t published_at, struct place *out_place)
{
    struct date_parts day = local_day(store, published_at);
    span stem = place_stem(store, source->id, item, published_at);

    *out_place = (struct place){.month = day.year * 12 + day.month - 1};
    return place_free_path(store, stem, 1, &out_place->path);
}

struct error *place_allot(struct store *store, struct source_row *source, const struct item *item,
                          int64_t published_at, struct place *out_place)
{
    TRY(place_find_path(store, source, item, published_at, out_place));
    if (source->next_number > 0) /* a million articles later there are no more: 0 */
        out_place->number = source->next_number--;
    return OK;
}
