/* SPDX-License-Identifier: MIT
 * pages.c - what was fetched of articles' pages, and the text that was taken from it
 *
 * An article's form is always the feed's, so that a poll compares like with like; what a page gave has a form
 * of its own beside it. A page that comes before the article was archived replaces the feed's text in the
 * same revision; a later one is a revision if it says something else.
 */
#include "bytes/dictionary.h"
#include "bytes/digest.h"
#include "limits/limits.h"
#include "store/internal.h"

enum {
    PAGE_LEVEL = 6,
    PAGES_TO_LEARN = 16,
    LARGEST_DICTIONARY = 96 * 1024,
};

/* --- dictionaries --- */

struct dictionary {
    int64_t key; /* 0: none */
    span bytes;
};

static struct error *read_dictionary(struct db *db, struct arena *arena, enum sql sql, int64_t key,
                                     struct dictionary *out)
{
    LOCAL(query) query = {0};
    bool has_row;

    *out = (struct dictionary){0};
    TRY(query_open(&query, db, sql, VALUES(number(key))));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return OK;
    out->key = query_number(&query, 0);
    out->bytes = query_keep(&query, 2, arena);
    if ((int64_t)digest_fast(out->bytes) != query_number(&query, 1))
        return error_new(ERROR_DAMAGED, "a dictionary of kept pages is damaged");
    return OK;
}

/* --- reading --- */

static struct error *read_bytes(const struct query *query, struct arena *arena, span *out_bytes)
{
    LOCAL(buf) plain = {.max = LIMIT_STORED_PAGE};
    struct dictionary dictionary = {0};
    int64_t size = query_number(query, 6);
    struct error *error;

    if (!query_is_null(query, 7))
        TRY(read_dictionary(query->db, arena, SQL_DICTIONARY, query_number(query, 7), &dictionary));
    error = size < 0 || size > LIMIT_STORED_PAGE
                ? error_new(ERROR_FORMAT, "its size is wrong")
                : dictionary_decompress(dictionary.bytes, query_bytes(query, 8), (size_t)size, &plain);
    if (error || (int64_t)digest_fast(buf_span(&plain)) != query_number(query, 5)) {
        error_free(error);
        return error_new(ERROR_DAMAGED,
                         "the kept page of article %016" PRIx64
                         " is damaged (`courant verify --repair` takes it away)",
                         (uint64_t)query_number(query, 1));
    }
    *out_bytes = arena_keep(arena, buf_span(&plain));
    return OK;
}

static struct kept_page read_row(const struct query *query, struct arena *arena)
{
    return (struct kept_page){
        .key = query_number(query, 0),
        .article_id = (uint64_t)query_number(query, 1),
        .fetched_at = query_number(query, 2),
        .url = query_keep(query, 3, arena),
        .content_type = query_keep(query, 4, arena),
    };
}

/* A disk that fails is not the page's damage. */
static struct error *read_page(const struct query *query, struct arena *arena, struct kept_page *out_page)
{
    OWN(error) error = OK;

    *out_page = read_row(query, arena);
    error = read_bytes(query, arena, &out_page->bytes);
    if (!error || error->kind == ERROR_IO)
        return MOVE(error);
    out_page->damage = arena_keep(arena, span_of(error->message));
    return OK;
}

static struct error *read_pages(struct query *query, struct arena *arena, struct kept_page **out_pages,
                                size_t *out_count)
{
    VEC(struct kept_page) pages = {0};
    bool has_row;

    while (true) {
        struct kept_page page;
        TRY(query_next(query, &has_row));
        if (!has_row)
            break;
        TRY(read_page(query, arena, &page));
        *vec_add(arena, &pages) = page;
    }
    *out_pages = pages.at;
    *out_count = pages.len;
    return OK;
}

struct error *store_pages(struct store_reader *reader, struct arena *arena, span source_id, int64_t after_key,
                          size_t limit, struct kept_page **out_pages, size_t *out_count)
{
    LOCAL(query) query = {0};

    TRY(query_open(&query, &reader->db, SQL_NEWEST_PAGES,
                   VALUES(number(after_key), text(source_id), number((int64_t)limit))));
    return read_pages(&query, arena, out_pages, out_count);
}

/* --- what is broken --- */

static struct error *try_page(const struct query *query, struct arena *arena)
{
    span bytes;

    return read_bytes(query, arena, &bytes);
}

static struct error *try_dictionary(const struct query *query, struct arena *arena)
{
    (void)arena;
    if ((int64_t)digest_fast(query_bytes(query, 2)) == query_number(query, 1))
        return OK;
    return error_new(ERROR_DAMAGED, "a dictionary of kept pages is damaged");
}

/* Pages and dictionaries, in the order in which they can be dropped. */
static const struct {
    enum sql all, drop;
    struct error *(*try)(const struct query *query, struct arena *arena);
} kinds[] = {{SQL_CHECK_KEPT, SQL_DROP_PAGE, try_page},
             {SQL_CHECK_DICTIONARIES, SQL_DROP_DICTIONARY, try_dictionary}};

/* `each` gets the key of each broken one, and owns the error. Fails where the disk does. */
static struct error *find_broken(struct db *db, size_t kind,
                                 void (*each)(void *context, int64_t key, struct error *error), void *context)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, db, kinds[kind].all, NULL, 0));
    while (true) {
        struct error *error;
        TRY(query_next(&query, &has_row));
        if (!has_row)
            return OK;
        arena_reset(arena);
        error = kinds[kind].try(&query, arena);
        if (error && error->kind == ERROR_IO)
            return error;
        if (error)
            each(context, query_number(&query, 0), error);
    }
}

struct telling {
    void (*tell)(void *context, span where, struct error *error);
    void *context;
};

static void tell_broken(void *context, int64_t key, struct error *error)
{
    const struct telling *telling = context;

    (void)key;
    telling->tell(telling->context, S("pages"), error);
}

struct error *pages_check(struct db *db, void (*tell)(void *context, span where, struct error *error),
                          void *context)
{
    struct telling telling = {tell, context};

    for (size_t kind = 0; kind < ARRAY_SIZE(kinds); kind++)
        TRY(find_broken(db, kind, tell_broken, &telling));
    return OK;
}

struct broken {
    struct arena *arena;
    VEC(int64_t) keys;
};

static void note_broken(void *context, int64_t key, struct error *error)
{
    struct broken *broken = context;

    error_free(error);
    *vec_add(broken->arena, &broken->keys) = key;
}

/* They are collected first: what is read is not changed meanwhile. */
struct error *pages_drop_broken(struct db *db)
{
    OWN(arena) arena = arena_new(SIZE_MAX);

    for (size_t kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
        struct broken broken = {.arena = arena};
        TRY(find_broken(db, kind, note_broken, &broken));
        for (size_t i = 0; i < broken.keys.len; i++)
            TRY(db_run(db, kinds[kind].drop, VALUES(number(broken.keys.at[i]))));
    }
    return OK;
}

/* --- keeping --- */

struct state { /* what an article is when somebody has looked at its page */
    int64_t article, source;
    int64_t revision, page_form, body, fetched_at, published_at;
    struct form form; /* the feed's */
    bool is_there, waits, is_dated, has_page;
};

static struct error *read_state(struct db *db, uint64_t id, struct state *out_state)
{
    LOCAL(query) query = {0};

    *out_state = (struct state){0};
    TRY(query_open(&query, db, SQL_PAGE_STATE, VALUES(number((int64_t)id))));
    TRY(query_next(&query, &out_state->is_there));
    if (!out_state->is_there)
        return OK;
    *out_state = (struct state){
        .is_there = true,
        .article = query_number(&query, 0),
        .source = query_number(&query, 1),
        .revision = query_number(&query, 2),
        .waits = query_number(&query, 3),
        .form = {.whole = (uint64_t)query_number(&query, 4), .body = (uint64_t)query_number(&query, 5)},
        .page_form = query_number(&query, 6),
        .body = query_number(&query, 7),
        .fetched_at = query_number(&query, 8),
        .published_at = query_number(&query, 9),
        .is_dated = query_number(&query, 10),
        .has_page = query_number(&query, 11),
    };
    return OK;
}

/* As soon as a source has enough pages, what they have in common is learnt; once. */
static struct error *learn(struct store *store, int64_t source, struct dictionary *out)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    LOCAL(buf) learnt = {.max = LARGEST_DICTIONARY};
    LOCAL(query) query = {0};
    span samples[PAGES_TO_LEARN];
    size_t count = 0;

    TRY(query_open(&query, &store->db, SQL_SAMPLE_PAGES, VALUES(number(source), number(PAGES_TO_LEARN))));
    while (count < PAGES_TO_LEARN) {
        struct kept_page page;
        bool has_row;
        TRY(query_next(&query, &has_row));
        if (!has_row)
            break;
        OWN(error) error = read_page(&query, arena, &page);
        if (error && error->kind == ERROR_IO)
            return MOVE(error);
        if (!error) /* a damaged one teaches nothing */
            samples[count++] = page.bytes;
    }
    if (!dictionary_learn(samples, count, LARGEST_DICTIONARY - 1, &learnt))
        buf_clear(&learnt); /* they have nothing in common: an empty one says that this was tried */
    TRY(db_run(
        &store->db, SQL_ADD_DICTIONARY,
        VALUES(number(source), number((int64_t)digest_fast(buf_span(&learnt))), blob(buf_span(&learnt)))));
    return read_dictionary(&store->db, store->passing, SQL_DICTIONARY_OF_SOURCE, source, out);
}

static struct error *find_dictionary(struct store *store, int64_t source, struct dictionary *out)
{
    int64_t is_enough;

    TRY(read_dictionary(&store->db, store->passing, SQL_DICTIONARY_OF_SOURCE, source, out));
    if (out->key)
        return OK;
    TRY(db_number(&store->db, SQL_HAS_PAGES, VALUES(number(source), number(PAGES_TO_LEARN - 1)), 0,
                  &is_enough));
    return is_enough ? learn(store, source, out) : OK;
}

static struct error *keep(struct store *store, const struct state *state, const struct kept_page *page)
{
    LOCAL(buf) packed = {.max = LIMIT_STORED_PAGE + 1 * MiB};
    struct dictionary dictionary;

    if (page->bytes.len > LIMIT_STORED_PAGE)
        return OK; /* the text was taken; the page itself is more than anybody could use */
    TRY(find_dictionary(store, state->source, &dictionary));
    TRY(dictionary_compress(dictionary.bytes, page->bytes, PAGE_LEVEL, &packed));
    return db_run(&store->db, SQL_ADD_PAGE,
                  VALUES(number(state->article), number(state->source), number(page->fetched_at),
                         text(page->url), text(page->content_type), number((int64_t)digest_fast(page->bytes)),
                         number((int64_t)page->bytes.len), moment(dictionary.key ? dictionary.key : NO_TIME),
                         blob(buf_span(&packed))));
}

/* --- the text --- */

static struct error *write_revision(struct store *store, const struct state *state, struct revision *revision,
                                    const struct item *item, uint64_t page_form)
{
    revision->article = state->article;
    revision->published_at = state->published_at;
    revision->is_dated = state->is_dated;
    TRY(revision_add(store, revision, item, &state->form));
    return db_run(&store->db, SQL_SET_PAGE_FORM,
                  VALUES(number(state->article), number(revision->number), number((int64_t)page_form)));
}

/* Nobody has seen it yet: the page's text takes the place of the feed's. */
static struct error *replace(struct store *store, const struct state *state, const struct item *item,
                             uint64_t page_form)
{
    struct revision revision = {.number = state->revision, .fetched_at = state->fetched_at};

    TRY(db_run(&store->db, SQL_DROP_REVISION, VALUES(number(state->article), number(state->revision))));
    TRY(write_revision(store, state, &revision, item, page_form));
    return db_run(&store->db, SQL_DROP_BODY, VALUES(number(state->article), number(state->body)));
}

static struct error *revise(struct store *store, const struct state *state, const struct item *item,
                            uint64_t page_form, int64_t now)
{
    struct revision revision = {.number = state->revision + 1, .fetched_at = now};
    int64_t mark;

    TRY(write_revision(store, state, &revision, item, page_form));
    TRY(next_mark(&store->db, &mark));
    return db_run(&store->db, SQL_SET_REVISION,
                  VALUES(number(state->article), number(revision.number), number(state->published_at),
                         number(mark), number(0), number(0)));
}

static struct error *take_text(struct store *store, const struct page_outcome *outcome,
                               const struct state *state, struct page_verdict *verdict)
{
    struct form form;
    struct item item = *outcome->item;
    uint64_t said = state->page_form ? (uint64_t)state->page_form : state->form.whole;

    item.raw_body = item.html; /* a form is of raw words; those of a page are what was taken from it */
    item_form(store->passing, &item, &form);
    if (form.whole == said)
        return OK;
    verdict->is_taken = state->waits;
    verdict->is_revised = !state->waits;
    return state->waits ? replace(store, state, outcome->item, form.whole)
                        : revise(store, state, outcome->item, form.whole, outcome->looked_at);
}

/* --- the outcome --- */

static struct error *settle_task(struct store *store, const struct page_outcome *outcome,
                                 const struct state *state, bool is_outdated)
{
    const struct task *task = outcome->task;

    if (is_outdated)
        return db_run(&store->db, SQL_TASK_LATER, VALUES(number(task->id), number(outcome->looked_at)));
    if (outcome->retry_at != NO_TIME)
        return db_run(&store->db, SQL_TASK_LATER, VALUES(number(task->id), number(outcome->retry_at)));
    if (outcome->recheck_at != NO_TIME && task->kind == TASK_RECHECK)
        return db_run(&store->db, SQL_TASK_AGAIN, VALUES(number(task->id), number(outcome->recheck_at)));
    TRY(db_run(&store->db, SQL_TASK_DONE, VALUES(number(task->id))));
    return outcome->recheck_at == NO_TIME
               ? OK
               : task_want(store, TASK_RECHECK, state->article, task->url, outcome->recheck_at);
}

/* It waits no longer. Its mark is a new one, for the archiver goes by them, and has passed the old one. */
static struct error *release(struct store *store, const struct state *state)
{
    int64_t mark;

    TRY(next_mark(&store->db, &mark));
    return db_run(&store->db, SQL_RELEASE_ARTICLE, VALUES(number(state->article), number(mark)));
}

static struct error *take_outcome(struct store *store, const struct page_outcome *outcome,
                                  struct page_verdict *verdict)
{
    struct state state;
    bool is_outdated;

    arena_reset(store->passing);
    TRY(read_state(&store->db, outcome->article_id, &state));
    verdict->is_ours = state.is_there;
    if (state.is_there && outcome->task) {
        int64_t article;
        TRY(db_number(&store->db, SQL_TASK_IS_HELD,
                      VALUES(number(outcome->task->id), number(outcome->task->epoch)), 0, &article));
        verdict->is_ours = article == state.article;
    }
    if (!verdict->is_ours)
        return OK;
    is_outdated = outcome->item && outcome->revision != state.revision;
    if (outcome->item && !is_outdated)
        TRY(take_text(store, outcome, &state, verdict));
    if (outcome->page && !is_outdated && (verdict->is_taken || verdict->is_revised || !state.has_page))
        TRY(keep(store, &state, outcome->page));
    if (outcome->page || outcome->recheck_at != NO_TIME)
        TRY(db_run(&store->db, SQL_SET_PAGED, VALUES(number(state.article), number(outcome->looked_at))));
    if (outcome->is_withdrawn)
        TRY(db_run(&store->db, SQL_WITHDRAW, VALUES(number(state.article), number(outcome->looked_at))));
    if (state.waits && !is_outdated)
        TRY(release(store, &state));
    if (outcome->task)
        return settle_task(store, outcome, &state, is_outdated);
    return outcome->recheck_at == NO_TIME
               ? OK
               : task_want(store, TASK_RECHECK, state.article, outcome->recheck_url, outcome->recheck_at);
}

static struct error *take_outcomes(struct store *store, const struct page_outcome *outcomes, size_t count,
                                   struct page_verdict *verdicts)
{
    for (size_t i = 0; i < count; i++) {
        verdicts[i] = (struct page_verdict){0};
        TRY_OR(take_outcome(store, &outcomes[i], &verdicts[i]), "article %016" PRIx64,
               outcomes[i].article_id);
    }
    return OK;
}

struct error *store_take_pages(struct store *store, const struct page_outcome *outcomes, size_t count,
                               struct page_verdict *out_verdicts)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, take_outcomes(store, outcomes, count, out_verdicts));
}
