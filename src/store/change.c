/* SPDX-License-Identifier: MIT
 * change.c - an article seen again: is it a change, and which?
 *
 * A revision is made where the form differs (normal.c). Bounds keep a feed that lies from filling the store:
 * a text that goes back and forth is followed once and then left alone; a date or an address that moves alone
 * makes one revision, not one after another; and an article that says something new at every poll gets one
 * revision a day after the first of them. What is passed over is remembered by its raw hash, so that the next
 * poll need not look at it again.
 */
#include "limits/limits.h"
#include "store/internal.h"

struct current { /* what an article says now */
    int64_t revision, flip_count, key_count, fetched_at, published_at;
    int64_t said_at; /* the date that its item gave last; NO_TIME: none */
    uint64_t form;
    bool is_dated;
    bool is_head_alone; /* the revision before said the same words */
    span link, raw_link;
    bool is_adopted; /* it was read from an archive, which does not hold all that a feed says */
    bool is_dated_file;
    span raw_title;
    uint64_t file_form;
};

static struct error *read_current(struct store *store, int64_t article, struct current *out_current)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &store->db, SQL_CURRENT, VALUES(number(article))));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return error_new(ERROR_DAMAGED, "an article has no revision (`courant verify --repair` mends what "
                                        "another copy holds)");
    *out_current = (struct current){
        .revision = query_number(&query, 0),
        .flip_count = query_number(&query, 1),
        .key_count = query_number(&query, 2),
        .form = (uint64_t)query_number(&query, 3),
        .published_at = query_number(&query, 4),
        .is_dated = query_number(&query, 5),
        .fetched_at = query_number(&query, 6),
        .link = query_keep(&query, 7, store->passing),
        .raw_link = query_keep(&query, 8, store->passing),
        .said_at = query_moment(&query, 9),
        .is_head_alone = query_number(&query, 10),
        .is_adopted = query_number(&query, 11),
        .is_dated_file = query_number(&query, 12),
        .raw_title = query_keep(&query, 13, store->passing),
        .file_form = (uint64_t)query_number(&query, 14),
    };
    return OK;
}

/* --- what has changed --- */

static bool is_date_moved(const struct item *item, const struct current *current)
{
    if (current->is_adopted && current->said_at == NO_TIME)
        return false; /* its file could not say */
    return item->published_at != NO_TIME && item->published_at != current->said_at;
}

/* A link that names nothing, or another item too, says nothing of this one. */
static bool has_own_link(const struct sighting *sighting)
{
    return sighting->keys.at[KEY_LINK] && !(sighting->shared & KEY_BIT(KEY_LINK));
}

static bool is_link_moved(struct arena *arena, const struct sighting *sighting, const struct current *current)
{
    return has_own_link(sighting) && !is_same_path(arena, sighting->item->link, current->link);
}

struct error *change_is_date_alone(struct store *store, const struct sighting *sighting, bool *out_is_so)
{
    struct current current;

    TRY(read_current(store, sighting->article, &current));
    *out_is_so = sighting->form.whole == current.form && is_date_moved(sighting->item, &current);
    return OK;
}

/* Of what was read from an archive title and body are compared, in the form that the archive keeps. */
static bool says_the_same(struct store *store, const struct sighting *sighting, const struct current *current)
{
    struct item before = {.raw_title = current->raw_title};

    if (!current->is_adopted)
        return sighting->form.whole == current->form;
    if (!span_equal(title_key(store->passing, sighting->item), title_key(store->passing, &before)))
        return false;
    if (current->is_dated_file && !sighting->item->is_full)
        return true; /* a summary says nothing against the whole text */
    return adopted_form(store->passing, sighting->item, current->is_dated_file) == current->file_form;
}

enum change {
    CHANGE_NONE,     /* to a reader it is the same */
    CHANGE_REAL,     /* a revision */
    CHANGE_BACK,     /* a revision that says what an earlier one said */
    CHANGE_FLIPS,    /* it did so before: no revision */
    CHANGE_RESTLESS, /* too many: not today */
};

static struct error *judge(struct store *store, const struct sighting *sighting,
                           const struct current *current, int64_t now, bool dates_wander,
                           enum change *out_change)
{
    bool is_head_changed = (is_date_moved(sighting->item, current) && !dates_wander) ||
                           is_link_moved(store->passing, sighting, current);
    bool is_text_changed = !says_the_same(store, sighting, current);
    bool is_today = now >= current->fetched_at && now - current->fetched_at < DAY;
    int64_t earlier = 0;

    *out_change = CHANGE_NONE;
    if (!is_text_changed && (!is_head_changed || current->is_head_alone))
        return OK;
    if (is_text_changed)
        TRY(db_number(&store->db, SQL_REVISION_OF_FORM,
                      VALUES(number(sighting->article), number((int64_t)sighting->form.whole)), 0, &earlier));
    if (earlier && current->flip_count)
        *out_change = CHANGE_FLIPS;
    else if (current->revision >= LIMIT_REVISIONS && is_today)
        *out_change = CHANGE_RESTLESS;
    else
        *out_change = earlier ? CHANGE_BACK : CHANGE_REAL;
    return OK;
}

/* --- what is made of it --- */

static struct error *revise(struct store *store, const struct sighting *sighting,
                            const struct current *current, int64_t now, bool is_back, bool waits)
{
    struct item item = *sighting->item;
    bool is_dated = item.published_at != NO_TIME;
    struct revision revision = {
        .article = sighting->article,
        .number = current->revision + 1,
        .fetched_at = now,
        .published_at = is_dated ? item.published_at : current->published_at,
        .is_dated = is_dated || current->is_dated,
    };
    int64_t mark;

    if (!has_own_link(sighting) && current->link.len) {
        item.link = current->link;
        item.raw_link = current->raw_link;
    }
    TRY(revision_add(store, &revision, &item, &sighting->form));
    TRY(next_mark(&store->db, &mark));
    TRY(db_run(&store->db, SQL_SET_REVISION,
               VALUES(number(sighting->article), number(revision.number), number(revision.published_at),
                      number(mark), number(waits ? now + store->options.wait : 0), number(is_back))));
    return waits ? task_want(store, TASK_PAGE, sighting->article, item.link, now) : OK;
}

static struct error *note_seen(struct store *store, const struct document *document,
                               const struct sighting *sighting, const struct current *current,
                               bool is_revised)
{
    int64_t key_count = current->key_count;
    int64_t said_at =
        sighting->item->published_at == NO_TIME ? current->said_at : sighting->item->published_at;

    TRY(known_add(&store->db, document, sighting, current->revision + is_revised, &key_count));
    if (key_count == current->key_count && said_at == current->said_at)
        return OK;
    return db_run(&store->db, SQL_SET_SEEN,
                  VALUES(number(sighting->article), number(key_count), moment(said_at)));
}

struct error *article_see_again(struct store *store, const struct document *document,
                                const struct sighting *sighting, int64_t now, bool wants_page,
                                bool dates_wander, bool *out_is_revised)
{
    bool waits = wants_page && !sighting->item->is_full && sighting->item->link.len;
    struct current current;
    enum change change;

    TRY(read_current(store, sighting->article, &current));
    TRY(judge(store, sighting, &current, now, dates_wander, &change));
    *out_is_revised = change == CHANGE_REAL || change == CHANGE_BACK;
    document->source->traits |= change == CHANGE_FLIPS      ? SOURCE_FLIPS
                                : change == CHANGE_RESTLESS ? SOURCE_RESTLESS
                                                            : 0;
    if (change == CHANGE_RESTLESS)
        return OK; /* not remembered: it is taken when its day has come */
    if (*out_is_revised)
        TRY(revise(store, sighting, &current, now, change == CHANGE_BACK, waits));
    return note_seen(store, document, sighting, &current, *out_is_revised);
}
