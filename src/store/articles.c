/* SPDX-License-Identifier: MIT
 * articles.c - articles added and revised, inside a poll's transaction
 */
#include "bytes/digest.h"
#include "store/internal.h"

enum {
    MOST_PROBES = 1000,  /* articles whose first key is the same */
    FREE_REVISIONS = 24, /* beyond these an article takes one a day */
    LARGEST_PEOPLE = 1024 * 1024,
};

struct error *next_mark(struct db *db, int64_t *out_mark)
{
    return db_number(db, SQL_NEXT_MARK, NULL, 0, 0, out_mark);
}

/* --- ids --- */

static int64_t id_of(span source, span key, int64_t probe)
{
    span parts[] = {source, key, {(const char *)&probe, sizeof probe}};
    struct sha256 digest = digest_parts(parts, probe ? 3 : 2);
    uint64_t id = 0;

    for (size_t i = 0; i < sizeof id; i++)
        id = id << 8 | digest.at[i];
    return (int64_t)id;
}

/* Two harvests of one feed give the same ids: the first article of a key has the key's own, one that comes
 * later under the same key has it together with all that the item is known by. */
static struct error *free_id(struct store *store, const struct document *document,
                             const struct sighting *sighting, int64_t *out_id)
{
    span key = first_key(store->scratch, sighting->item);
    int64_t is_taken = 1;

    for (int64_t probe = 0; probe < MOST_PROBES && is_taken; probe++) {
        *out_id =
            id_of(document->source->id, key, probe ? (int64_t)sighting->keys.at[KEY_WHOLE] + probe - 1 : 0);
        if (*out_id)
            TRY(db_number(&store->db, SQL_HAS_ID, VALUES(number(*out_id)), 0, &is_taken));
    }
    return is_taken ? error_new(ERROR_LIMIT, "too many articles have its id") : OK;
}

/* --- revisions --- */

struct revision {
    int64_t article, number, fetched_at, published_at;
    bool is_dated;
    int64_t body;
};

/* A seal over all that a row says, so that damage on disk is found. */
static int64_t seal(const struct value *values, size_t count)
{
    LOCAL(buf) all = {.max = 64 * MiB};

    for (size_t i = 0; i < count; i++) {
        buf_printf(&all, "%d %" PRId64 " %zu ", values[i].type, values[i].number, values[i].bytes.len);
        buf_add(&all, values[i].bytes);
    }
    return (int64_t)digest_fast(buf_span(&all));
}

static struct error *revision_add(struct store *store, const struct revision *revision,
                                  const struct sighting *sighting)
{
    const struct item *item = sighting->item;
    LOCAL(buf) authors = {.max = LARGEST_PEOPLE};
    LOCAL(buf) tags = {.max = LARGEST_PEOPLE};

    authors_write(&authors, item);
    tags_write(&tags, item);
    if (authors.overflowed || tags.overflowed)
        return error_new(ERROR_LIMIT, "it has too many authors or tags");
    struct value values[] = {
        number(revision->article),
        number(revision->number),
        number(revision->fetched_at),
        number(revision->published_at),
        number(revision->is_dated),
        moment(item->modified_at),
        number(revision->body),
        number((int64_t)item->raw_hash),
        number((int64_t)sighting->form.whole),
        number((int64_t)sighting->form.body),
        number(item->is_full),
        text(item->feed_id),
        text(item->link),
        text_unless(item->raw_link, item->link),
        text(item->title),
        text_unless(item->raw_title, item->title),
        text(item->language),
        text(item->image),
        text(buf_span(&authors)),
        text(buf_span(&tags)),
        {0},
    };
    values[ARRAY_SIZE(values) - 1] = number(seal(values, ARRAY_SIZE(values) - 1));
    return db_run(&store->db, SQL_ADD_REVISION, values, ARRAY_SIZE(values));
}

static struct body body_of(const struct item *item)
{
    return (struct body){.raw = item->raw_body, .html = item->html, .summary = item->summary};
}

/* --- a new article --- */

static struct error *article_row_add(struct store *store, const struct document *document,
                                     struct sighting *sighting, const struct place *place,
                                     int64_t published_at, int64_t now, int64_t archive_after)
{
    int64_t last, mark, id;

    TRY(free_id(store, document, sighting, &id));
    TRY(db_number(&store->db, SQL_LAST_ARTICLE, NULL, 0, 0, &last));
    TRY(next_mark(&store->db, &mark));
    struct value sealed[] = {number(id), number(document->source->key), number(place->number),
                             text(place->path)};
    TRY(db_run(&store->db, SQL_ADD_ARTICLE,
               VALUES(number(last + 1), number(id), number(document->source->key), number(place->number),
                      text(S("")), text(place->path), number(now), number(MIN(published_at, now)),
                      number(mark), number(archive_after), number(seal(sealed, ARRAY_SIZE(sealed))))));
    sighting->article = last + 1;
    return OK;
}

struct error *article_add(struct store *store, const struct document *document, struct sighting *sighting,
                          int64_t now, bool wants_page)
{
    const struct item *item = sighting->item;
    struct body body = body_of(item);
    int64_t published_at = item->published_at == NO_TIME ? now : item->published_at;
    bool waits = wants_page && !item->is_full && item->link.len;
    struct revision revision = {0, 1, now, published_at, item->published_at != NO_TIME, 0};
    struct place place;
    int64_t key_count = 0;

    TRY(place_allot(store, document->source, item, published_at, &place));
    TRY(article_row_add(store, document, sighting, &place, published_at, now,
                        waits ? now + store->options.wait : 0));
    revision.article = sighting->article;
    TRY(body_write(store, 0, &body, &revision.body));
    TRY(revision_add(store, &revision, sighting));
    TRY(db_run(&store->db, SQL_COUNT_MONTH, VALUES(number(document->source->key), number(place.month))));
    if (waits)
        TRY(task_want(store, TASK_PAGE, sighting->article, item->link, now));
    TRY(remember_keys(store, document, sighting, 1, &key_count));
    TRY(db_run(&store->db, SQL_SET_KEY_COUNT, VALUES(number(sighting->article), number(key_count))));
    document->source->article_count++;
    return OK;
}

/* --- a known one, seen again --- */

struct current {
    int64_t revision, flip_count, key_count;
    uint64_t form;
    int64_t published_at;
    bool is_dated;
    int64_t fetched_at;
    span link;
};

static struct error *read_current(struct store *store, int64_t article, struct current *out_current)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &store->db, SQL_CURRENT, VALUES(number(article))));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return error_new(ERROR_DAMAGED,
                         "an article has no revision (`courant verify --repair` mends what another "
                         "copy holds)");
    *out_current = (struct current){
        .revision = query_number(&query, 0),
        .flip_count = query_number(&query, 1),
        .key_count = query_number(&query, 2),
        .form = (uint64_t)query_number(&query, 3),
        .published_at = query_number(&query, 4),
        .is_dated = query_number(&query, 5),
        .fetched_at = query_number(&query, 6),
        .link = query_keep(&query, 7, store->scratch),
    };
    return OK;
}

static bool is_date_moved(const struct item *item, const struct current *current)
{
    return item->published_at != NO_TIME &&
           (!current->is_dated || item->published_at != current->published_at);
}

struct error *article_date_moved(struct store *store, const struct sighting *sighting,
                                 bool *out_is_moved_alone)
{
    struct current current;

    TRY(read_current(store, sighting->article, &current));
    *out_is_moved_alone = sighting->form.whole == current.form && is_date_moved(sighting->item, &current);
    return OK;
}

enum change { CHANGE_NONE, CHANGE_REAL, CHANGE_BACK, CHANGE_FLIPS, CHANGE_RESTLESS };

/* What is to be made of a sighting whose raw bytes are new */
static struct error *judge_change(struct store *store, const struct sighting *sighting,
                                  const struct current *current, int64_t now, bool dates_wander,
                                  enum change *out_change)
{
    bool is_moved = is_date_moved(sighting->item, current) && !dates_wander;
    int64_t earlier = 0;

    *out_change = CHANGE_NONE;
    if (sighting->form.whole == current->form && !is_moved)
        return OK;
    *out_change = CHANGE_REAL;
    if (sighting->form.whole != current->form)
        TRY(db_number(&store->db, SQL_REVISION_OF_FORM,
                      VALUES(number(sighting->article), number((int64_t)sighting->form.whole)), 0, &earlier));
    if (earlier)
        *out_change = current->flip_count ? CHANGE_FLIPS : CHANGE_BACK;
    else if (current->revision >= FREE_REVISIONS && now - current->fetched_at < DAY &&
             now >= current->fetched_at)
        *out_change = CHANGE_RESTLESS;
    return OK;
}

static struct error *revise(struct store *store, const struct sighting *sighting,
                            const struct current *current, int64_t now, bool is_back, bool waits)
{
    const struct item *item = sighting->item;
    struct body body = body_of(item);
    bool is_dated = item->published_at != NO_TIME;
    struct revision revision = {
        .article = sighting->article,
        .number = current->revision + 1,
        .fetched_at = now,
        .published_at = is_dated ? item->published_at : current->published_at,
        .is_dated = is_dated || current->is_dated,
    };
    int64_t mark;

    TRY(body_write(store, sighting->article, &body, &revision.body));
    TRY(revision_add(store, &revision, sighting));
    TRY(next_mark(&store->db, &mark));
    return db_run(&store->db, SQL_SET_REVISION,
                  VALUES(number(sighting->article), number(revision.number), number(revision.published_at),
                         number(mark), number(waits ? now + store->options.wait : 0), number(is_back)));
}

struct error *article_revise(struct store *store, const struct document *document, struct sighting *sighting,
                             int64_t now, bool wants_page, bool dates_wander, bool *out_is_revised)
{
    bool waits = wants_page && !sighting->item->is_full && sighting->item->link.len;
    struct current current;
    enum change change;
    int64_t key_count;

    TRY(read_current(store, sighting->article, &current));
    TRY(judge_change(store, sighting, &current, now, dates_wander, &change));
    *out_is_revised = change == CHANGE_REAL || change == CHANGE_BACK;
    if (change == CHANGE_FLIPS)
        document->source->traits |= SOURCE_FLIPS;
    if (change == CHANGE_RESTLESS) {
        document->source->traits |= SOURCE_RESTLESS;
        return OK; /* its raw hash is not remembered: it is taken when its day has come */
    }
    if (*out_is_revised)
        TRY(revise(store, sighting, &current, now, change == CHANGE_BACK, waits));
    if (*out_is_revised && waits)
        TRY(task_want(store, TASK_PAGE, sighting->article, sighting->item->link, now));
    key_count = current.key_count;
    TRY(remember_keys(store, document, sighting, current.revision + *out_is_revised, &key_count));
    return key_count == current.key_count
               ? OK
               : db_run(&store->db, SQL_SET_KEY_COUNT, VALUES(number(sighting->article), number(key_count)));
}
