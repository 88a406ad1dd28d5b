/* SPDX-License-Identifier: MIT
 * internal.h - what the files of harvest/ share: jobs, their steps, and the threads they go through
 */
#pragma once
#include "archive/archive.h"
#include "article/article.h"
#include "core/queue.h"
#include "fetch/fetch.h"
#include "filter/filter.h"
#include "gather/gather.h"
#include "harvest/harvest.h"
#include "harvest/memory.h"
#include "limits/limits.h"
#include "store/store.h"
#include <pthread.h>
#include <stdatomic.h>

/* --- jobs: who has one owns it, its arena and all in it --- */

enum role { ON_NETWORK, ON_WORKER, ON_LADDER, ON_WRITER };

struct job;
struct worker { /* what a worker's thread has of its own */
    struct harvest *harvest;
    struct store_reader *reader;
    pthread_t thread;
};

struct step {
    const char *name;
    enum role role;
    void (*run)(
        struct job *job,
        struct worker *worker); /* ON_WRITER, ON_LADDER: NULL, see there; ON_NETWORK: worker is NULL */
};

struct configuration { /* one reading of courant.conf; jobs point into it, so all live as long as the harvest
                        */
    struct configuration *older;
    struct arena *arena;
    struct conf *conf;
    struct filter *filter; /* its rules */
};

struct page_job { /* what a job has that looks at an article's page */
    struct task task;
    const struct conf_fetch *settings;
    struct page_outcome outcome;
    struct kept_page kept; /* what outcome.page and outcome.item point to */
    struct item item;
    struct page_verdict verdict;
    /* the article so far: it may stand on several pages */
    struct arena *room; /* what follows is in it; NULL: nothing was read yet */
    struct extraction *extraction;
    span next;      /* the page to be asked for; empty: that was all */
    bool is_joined; /* it is more than one page already */
    bool is_single; /* it is said to hold the whole article */
    span visited[LIMIT_ARTICLE_PAGES];
    size_t visited_count;
    span trouble;    /* why nothing was taken from it; empty: something was, or it says the same */
    bool is_damaged; /* that is the store's doing, and not the page's */
};

struct job {                 /* a poll; or, with `page`, an article's page */
    const struct step *step; /* the one it is in */
    const struct step *then; /* the one that follows, where it is not the next */
    struct harvest *harvest;
    const struct conf_source *wanted;
    const struct filter *filter; /* of the same configuration */
    struct arena *arena;
    struct source source; /* as it was; from poll_read() on as it shall be */
    struct memory memory; /* what is remembered of it, likewise */
    struct source before; /* as the store has it */
    enum rung rung;       /* what its answer is read as */
    bool is_upward;       /* the feed itself is tried again, where another way stands in for it */
    bool is_walk;         /* of an older document of the feed */
    bool is_stuck;        /* that one could not be had this time */
    bool is_held;         /* not asked: its host wants to be left alone */
    bool wants_rung;      /* its feed is dead: another way is to be looked for */
    struct fetch_request request;
    struct poll poll;
    struct poll_counts counts;
    struct poll_report report;
    struct page_job *page; /* NULL: a poll */
    struct error *error;   /* of this machine: the job could not be finished, nothing of it is stored */
    int64_t started_at;    /* monotonic */
    int64_t held_bytes;    /* of its body, while it is in memory */
    int generation;        /* of admission.c */
    bool is_dropped;       /* stopped before its answer: as if it had not been asked */
};

extern const struct step poll_steps[];
/* What the store has of the source's articles is damaged, in a row that this poll needs: it failed, and all
 * but that stays as it was. Takes over `error`. */
void poll_put_off(struct job *job, struct error *error);

/* What the rules say of an item that was read: false, it is dropped (and counted in the report). */
bool judge_item(struct job *job, struct item *item);
/* What they add to it, now that it has the text of its page; it is stored already, and not dropped any more.
 */
void judge_page(struct job *job, const struct article *article, struct item *item);

/* Makes a new job one that fulfils the task; its texts are copied. */
void page_prepare(struct job *job, const struct task *task, const struct conf_fetch *settings);
/* One that extracts the article from a kept page anew. */
void page_prepare_kept(struct job *job, const struct kept_page *kept);

void job_free(struct job *job);
DEFINE_FREE(job)

/* Hands the job to the thread of its step, or back to the harvesting thread after its last. */
void job_go(struct job *job);
void job_next(struct job *job); /* the step is done */

/* --- admission: how much may be in flight --- */

enum { CREDITS = 4096 };

struct admission {              /* counters touched by several threads; the rest is the harvesting thread's */
    _Atomic int64_t held_bytes; /* bodies in memory, with what is made of them */
    _Atomic int64_t unanswered[64]; /* by generation: two seconds each */
    _Atomic int64_t answered, answered_bytes;
    int64_t credits_used;
};
bool admission_is_open(const struct admission *admission, int64_t monotonic);
void admission_take(struct admission *admission, struct job *job, int64_t monotonic);
void admission_answer(struct admission *admission, struct job *job, size_t body_size); /* network thread */
void admission_give_back(struct admission *admission, struct job *job);

/* --- the hook: see hook.h --- */

struct hook;

/* --- the ladder: looks for what a dead feed's source can be read from (ladder.c) --- */

struct ladder;
struct error *ladder_open(struct harvest *harvest, struct ladder **out_ladder) MUST_USE;
void ladder_close(struct ladder *ladder);
void ladder_put(struct ladder *ladder, struct job *job);

/* --- the writer: the one thread that changes the store --- */

struct writer;
struct error *writer_open(struct harvest *harvest, struct writer **out_writer) MUST_USE;
void writer_close(struct writer *writer); /* after what was put has been written */
void writer_put(struct writer *writer, struct job *job);
/* What the store failed with, which it does for good; whoever asked for that may have been told, or nobody.
 */
struct error *writer_failure(struct writer *writer) MUST_USE;
/* Runs a change on the writer's thread and waits for it. Not from a worker or the network thread. */
struct error *writer_run(struct writer *writer, struct error *(*run)(struct store *, struct arena *, void *),
                         void *context) MUST_USE;

/* --- workers: reading, cleaning, rendering, on all cores --- */

struct errand { /* a piece of the archiver's work */
    void (*run)(struct errand *errand);
    struct queue *back; /* where it goes when it is done */
};
struct workers;
struct error *workers_open(struct harvest *harvest, struct workers **out_workers) MUST_USE;
void workers_close(struct workers *workers);
void workers_put(struct workers *workers, struct job *job);
void workers_put_errand(struct workers *workers, struct errand *errand);
size_t workers_count(const struct workers *workers);

/* --- the archiver: follows the store's marks --- */

struct archiver;
struct error *archiver_open(struct harvest *harvest, struct archiver **out_archiver) MUST_USE;
void archiver_wake(struct archiver *archiver);   /* something is owed; never waits */
void archiver_commit(struct archiver *archiver); /* write what is owed, commit and push; never waits */
void archiver_hurry(
    struct archiver *archiver); /* what failed is tried again at once, and not after its pause */
/* The last that is asked of it: waits until all that is owed is written and committed. Its failure, or the
 * first that was not told. */
struct error *archiver_finish(struct archiver *archiver, bool *out_has_committed) MUST_USE;
void archiver_close(struct archiver *archiver);

/* Where the article's file goes: its place, or the next that is nobody else's, which is then its own (and so
 * says `article`). ERROR_REFUSED: something is in its way; it alone cannot be written. (place.c) */
struct placing {
    struct harvest *harvest;
    struct archive *archive;
    struct store_reader *reader;
    enum layout layout;
};
struct error *place_article(const struct placing *placing, struct arena *arena, struct article *article,
                            span text, span *out_path) MUST_USE;

/* Pushes to each [remote] that is behind and whose time has come; failures are told and remembered, not
 * returned. */
struct error *push_remotes(struct harvest *harvest, struct archive *archive,
                           struct store_reader *reader) MUST_USE;

/* same_story.c: what came since is put to the stories that it tells */
struct error *stories_follow(struct harvest *harvest) MUST_USE;

/* --- the whole --- */

struct harvest {
    struct harvest_options options;
    struct file_lock *lock;
    struct configuration *_Atomic configuration; /* the newest; only the harvesting thread changes it */
    struct arena *arena;                         /* what lasts as long as the harvest */
    const struct timezone_rules *timezone;
    const struct rules *rules;   /* of sites; NULL: none */
    struct store_reader *reader; /* the harvesting thread's */
    struct fetcher *fetcher;
    struct workers *workers;
    struct ladder *ladder;
    struct hook *_Atomic hook; /* NULL: this is no harvest of sources */
    struct writer *writer;
    struct archiver *archiver;
    struct queue *ended; /* jobs on their way back to the harvesting thread */
    struct admission admission;
    _Atomic bool is_stopping, wants_reload;
    _Atomic int64_t archived_count;
    _Atomic int64_t failing_remotes;  /* that are behind since a push failed */
    _Atomic int64_t obstructed_count; /* files that the archiver's last round could not write */
};

const struct conf *harvest_conf(const struct harvest *harvest);
/* Reads courant.conf; one with errors changes nothing. For the harvesting thread. */
struct error *harvest_configure(struct harvest *harvest) MUST_USE;
