/* SPDX-License-Identifier: MIT
 * store.h - the truth about sources, articles, revisions and what is still owed
 *
 * SQLite in the newsroom's folder (WAL, synchronous=FULL). One thread writes, through `struct store`; any
 * thread may hold a `struct store_reader`. The interface is made so that another back end (PostgreSQL) can
 * stand behind it: no SQL outside this folder, ids are hashes, leases carry an epoch. The unit is the poll:
 * store_poll() is one transaction with items, numbers, paths, validators, next poll, marks and tasks; so a
 * kill costs at most the polls in flight, and never leaves a new ETag with old articles.
 */
#pragma once
#include "conf/conf.h"
#include "core/clock.h"
#include "model/article.h"
#include "model/source.h"

struct store;
struct store_reader;
struct timezone_rules;

struct store_options {
    const struct timezone_rules *timezone; /* for the day in paths */
    int64_t wait;                          /* [archive] wait: how long an article waits for its page */
    int64_t
        max_interval; /* [fetch] max_interval: a next poll 7 times as far ahead is a wrong clock's; 0: 1 d */
};

/* `folder`: the newsroom. Opens or makes courant.db, migrates an older version forward. ERROR_DAMAGED: not a
 * store, broken, or newer than this program (the message says what to do); ERROR_LOCKED. */
struct error *store_open(const char *folder, const struct store_options *options, const struct clock *clock,
                         struct store **out_store) MUST_USE;
/* What a wrong clock left behind: nothing is planned, or waits, beyond what the right one would have said.
 * Done at opening; to be done when the clock was set back since. */
struct error *store_mend_times(struct store *store) MUST_USE;
/* Of an ERROR_DAMAGED: true, it was the file that is damaged; false, a row of it, which costs only what it is
 * needed for. */
bool store_is_broken(const struct store *store);
void store_close(struct store *store);
DEFINE_CLOSE(store)

/* A newsroom that was never run reads as empty. Each answer is of the last commit, and whole; what was
 * damaged on disk is ERROR_DAMAGED and never news. */
struct error *store_reader_open(const char *folder, struct store_reader **out_reader) MUST_USE;
bool store_reader_is_broken(const struct store_reader *reader); /* as store_is_broken() */
void store_reader_close(struct store_reader *reader);
DEFINE_CLOSE(store_reader)

/* From now on all answers are of this moment, until the reader is closed. */
struct error *store_hold(struct store_reader *reader) MUST_USE;
/* Writes what a held reader sees to a new file, whole and checked, while others may write to the store.
 * ERROR_DAMAGED: the store is; ERROR_CANCELLED. */
struct error *store_copy(struct store_reader *reader, const char *path, bool (*is_cancelled)(void *context),
                         void *context) MUST_USE;

/* --- sources --- */

struct wanted_source { /* what the configuration says */
    span id, name, feed;
    bool is_paused;
};
/* Makes rows for new sources, marks those taken out as not wanted (their articles stay), and forgets what was
 * learnt of one whose feed changed (but not by what its articles are known). */
struct error *store_want_sources(struct store *store, const struct wanted_source *sources,
                                 size_t count) MUST_USE;

/* An archive is adopted whose lowest number of this source is `lowest`: new articles count down from there.
 */
struct error *store_adopt_number(struct store *store, span source_id, int64_t lowest) MUST_USE;

struct error *store_sources(struct store_reader *reader, struct arena *arena, struct source **out_sources,
                            size_t *out_count) MUST_USE;
/* NULL if there is none of that id. */
struct error *store_source(struct store_reader *reader, struct arena *arena, span id,
                           struct source **out_source) MUST_USE;

/* --- polls --- */

/* Is there nothing to do about an item with this raw hash: what its article says now, or a form of it that
 * was found to be no change? Most items of a poll: nothing need be cleaned then. May be out of date by one
 * poll; store_poll() decides. */
struct error *store_knows(struct store_reader *reader, span source_id, uint64_t raw_hash,
                          bool *out_is_known) MUST_USE;

/* Is any of a document's items known by any of its names? */
struct error *store_recognises(struct store_reader *reader, const struct source *source,
                               const struct item *items, size_t count, bool *out_is_known) MUST_USE;

struct poll {
    struct source
        source; /* the row as it shall be after the poll: state, validators, times, failures, error, memory */
    struct item
        *items; /* all of them, in document order: which keys two items share is seen from the whole document.
                 * Those that store_knows() has may be is_known, and then need no clean parts. */
    size_t item_count;
    bool is_complete; /* the document has all there is: an article that is not in it was withdrawn (RFC 5005
                         2) */
    bool wants_pages; /* an article whose item is not the whole text gets a PAGE task and waits to be archived
                       */
};
struct poll_counts {
    int64_t new_count, revised_count, failed_count, unchanged_count;
    span failures; /* the items that could not be stored, each with the reason; empty: none */
};
/* One transaction: all of it or nothing. A single item that cannot be stored is counted as failed and named
 * in `failures` (in `arena`), the rest is stored. An item that is_known and yet is not, since another poll
 * came between, is counted so too, and the validators are not kept: it will come again. */
struct error *store_poll(struct store *store, struct arena *arena, const struct poll *poll,
                         struct poll_counts *out_counts) MUST_USE;

/* Several polls in one transaction (one fsync); counts[i] belongs to polls[i]. */
struct error *store_polls(struct store *store, struct arena *arena, const struct poll *const *polls,
                          size_t count, struct poll_counts *out_counts) MUST_USE;

/* --- tasks: what is owed and can be done by anybody --- */

enum task_kind { TASK_PAGE, TASK_PICTURE, TASK_RECHECK };
struct task {
    int64_t id;
    enum task_kind kind;
    uint64_t article_id;
    span url, source_id;
    int64_t epoch; /* grows with each lease: completion under an older one is refused */
    int attempts;
    int64_t due_at;
    int64_t paged_at; /* when a page of the article was first got; NO_TIME: never */
};
/* Leases up to `limit` due tasks for `lease_ms`, to `holder` (a process's name). */
struct error *store_lease_tasks(struct store *store, struct arena *arena, span holder, int64_t lease_ms,
                                size_t limit, struct task **out_tasks, size_t *out_count) MUST_USE;
/* Done, or to be tried again at `retry_at` (NO_TIME: never). `*out_is_ours` false: the lease had run out and
 * another has it. */
struct error *store_finish_task(struct store *store, const struct task *task, int64_t retry_at,
                                bool *out_is_ours) MUST_USE;
/* At start, when the lock on the newsroom is ours alone: leases of a process that is gone are void. */
struct error *store_void_leases(struct store *store) MUST_USE;

/* When the next task is due, or its lease runs out; NO_TIME: there is none. */
struct error *store_next_task_at(struct store_reader *reader, int64_t *out_at) MUST_USE;

/* --- pages: what was fetched of articles, and what came of it --- */

struct kept_page { /* as it came; zstd in the store, with a dictionary learnt from the source's pages */
    int64_t key;   /* the store's own, growing */
    uint64_t article_id;
    int64_t fetched_at;
    span url; /* where it was found at last */
    span content_type, bytes;
    span damage; /* read: why its bytes cannot be had, then `bytes` is empty; empty: they are whole */
};

struct page_outcome { /* somebody looked at an article's page */
    uint64_t article_id;
    int64_t looked_at;
    const struct task *task;      /* that this fulfils; NULL: nobody's */
    int64_t retry_at;             /* the task shall be tried again then; NO_TIME: it is done */
    int64_t recheck_at;           /* the page shall be looked at again then; NO_TIME: not */
    span recheck_url;             /* where, if there is no task that says it */
    const struct kept_page *page; /* NULL: it is not to be kept */
    const struct item *item; /* what the article shall say: the feed's item with the page's text in it; NULL:
                              * it says what it said */
    int revision;      /* the article's that `item` was made of: if it has another by now, the item is let
                        * go, and the task comes again at once */
    bool is_withdrawn; /* the publisher took it away */
};
struct page_verdict {
    bool is_ours;  /* false: the task's lease had run out and another has it; nothing was done */
    bool is_taken; /* the article says what the item says: it was not archived yet, so this is no revision */
    bool is_revised; /* the same, as a new revision */
};
/* One transaction. A page is kept with its article's first text and with each that differs. However it ended,
 * the article waits no longer to be archived. */
struct error *store_take_pages(struct store *store, const struct page_outcome *outcomes, size_t count,
                               struct page_verdict *out_verdicts) MUST_USE;

/* The newest page of each article, in order of key, from behind `after_key`; `source_id` empty: of all. A
 * damaged one costs none of the others, and says so in `damage`. */
struct error *store_pages(struct store_reader *reader, struct arena *arena, span source_id, int64_t after_key,
                          size_t limit, struct kept_page **out_pages, size_t *out_count) MUST_USE;

/* --- articles --- */

struct error *store_article(struct store_reader *reader, struct arena *arena, uint64_t id,
                            struct article **out_article) MUST_USE; /* NULL: none */
struct error *store_revision(struct store_reader *reader, struct arena *arena, uint64_t id, int revision,
                             struct article **out_article) MUST_USE;

struct article_filter {
    span source_id;       /* empty: all */
    int64_t since, until; /* published; NO_TIME: open */
    span tag;             /* empty: whatever its tags; case counts outside ASCII */
    size_t limit;         /* 0: all */
    bool by_number;       /* newest number first (lists of the archive), else newest published first */
};
struct error *store_list(struct store_reader *reader, struct arena *arena,
                         const struct article_filter *filter, struct listing **out_listings,
                         size_t *out_count) MUST_USE;
/* Finds by a start of the id in hexadecimal, by link, or by "source/number". `*out_count` > 1: ambiguous. */
struct error *store_find(struct store_reader *reader, struct arena *arena, span text, uint64_t *out_ids,
                         size_t max, size_t *out_count) MUST_USE;

/* --- marks: what archive and search are behind with --- */

/* Articles that the archive owes with a mark above `after_mark` (0: all), in order of mark; so that one round
 * goes through them once, whatever comes in meanwhile. Those that wait for a page are left out until their
 * time (`now`). Whole articles, at most `limit` of them or about `max_bytes` of text. */
struct error *store_archive_owed(struct store_reader *reader, struct arena *arena, int64_t now,
                                 int64_t after_mark, size_t limit, size_t max_bytes,
                                 struct article **out_articles, size_t *out_count) MUST_USE;
/* Clears the marks of articles whose mark is still the one that was archived. */
struct error *store_archive_done(struct store *store, const struct article *articles, size_t count) MUST_USE;
/* The archive shall be written anew, wholly. */
struct error *store_archive_owe_all(struct store *store) MUST_USE;

/* The article's place in the archive of that layout is somebody else's file: it gets the next one ("-2", the
 * next number). */
struct error *store_replace(struct store *store, enum layout layout, const struct article *article) MUST_USE;

/* Months of a source that have articles: for its README. */
struct month_count {
    int year, month;
    int64_t article_count;
};
struct error *store_months(struct store_reader *reader, struct arena *arena, span source_id,
                           struct month_count **out_months, size_t *out_count) MUST_USE;
struct error *store_month(struct store_reader *reader, struct arena *arena, span source_id, int year,
                          int month, struct listing **out_listings, size_t *out_count) MUST_USE;

/* --- small values of the newsroom: last harvest, remotes' retry state --- */
struct error *store_get(struct store_reader *reader, struct arena *arena, span key,
                        span *out_value) MUST_USE; /* {0}: none */
struct error *store_put(struct store *store, span key, span value) MUST_USE;

struct store_totals {
    int64_t sources, articles, revisions, archive_owed, tasks;
};
struct error *store_count(struct store_reader *reader, struct store_totals *out_totals) MUST_USE;

/* --- articles of an archive that is read into the store --- */

struct adopted_source {
    struct wanted_source source; /* `id`: any name that is a folder's */
    bool is_wanted;
};
/* Makes rows for those that have none. */
struct error *store_adopt_sources(struct store *store, const struct adopted_source *sources,
                                  size_t count) MUST_USE;

enum adopt_outcome {
    ADOPT_NEW,
    ADOPT_REVISED, /* it was read before, and its file has changed */
    ADOPT_SAME,    /* it was read before, or the file is one that this store wrote */
    ADOPT_KNOWN,   /* the store has it, but not from this file: a feed or another archive brought it */
    ADOPT_FAILED,  /* see `reason` */
};
struct adoption {                    /* a file, and its contents in the order of time */
    const struct article *revisions; /* of each: source_id, fetched_at, item (raw and clean), file_text and
                                      * is_dated_file, revision (0: one more than the one before),
                                      * published_at (NO_TIME: the file does not say) */
    const uint64_t *hashes;          /* of each file's bytes; not 0 */
    size_t revision_count;
    uint64_t id;      /* 0: it follows from what the item is known by */
    int64_t number;   /* 0: the next of the source */
    span file_name;   /* its own, or its path, as in model/article.h */
    span path;        /* empty: it is allotted */
    bool is_archived; /* the newsroom's own archive has this file: nothing is owed */

    enum adopt_outcome outcome;
    int64_t taken_count; /* revisions that were new */
    span file_name_now;  /* where its place is another article's: the name that it got; else {0} */
    span reason;
};
/* One transaction. Numbers of new articles go on below the lowest. What cannot be stored is undone by itself
 * and says so. */
struct error *store_adopt(struct store *store, struct arena *arena, struct adoption *adoptions,
                          size_t count) MUST_USE;

/* Was a file of these bytes read into the store from that place? (An answer of yes may be relied on.) */
struct error *store_has_adopted(struct store_reader *reader, span source_id, const struct adoption *adoption,
                                uint64_t hash, bool *out_has) MUST_USE;

/* --- is it whole? --- */

/* Looks at all there is: the file's pages, the seal of every row, every text, and what must agree. Each flaw
 * is told: where ("source voa", "article 3fa0... revision 2", "file") and what. Fails only where the disk
 * does. */
struct error *store_check(struct store_reader *reader, void (*tell)(void *context, span where, span what),
                          void *context) MUST_USE;
