/* SPDX-License-Identifier: MIT
 * pages.c - which articles' pages are looked at: those that the store says are owed, and, to be extracted
 * anew, those that were kept
 */
#include "harvest/loop.h"

/* --- pages that are owed and due --- */

/* A lease outlives the slowest host: all pages that may be under way, each with the longest gap before it. */
enum { MOST_PAGES = 128 };
static const int64_t page_lease = 2 * HOUR;

struct leasing {
    struct arena *arena;
    size_t limit;
    struct task *tasks;
    size_t count;
};

static struct error *lease_pages(struct store *store, struct arena *arena, void *context)
{
    struct leasing *leasing = context;

    (void)arena;
    return store_lease_tasks(store, leasing->arena, S("harvest"), page_lease, leasing->limit, &leasing->tasks,
                             &leasing->count);
}

static void start_page(struct loop *loop, const struct task *task)
{
    const struct conf *conf = harvest_conf(loop->harvest);
    const struct conf_source *wanted = conf_find_source(conf, task->source_id);
    struct job *job = loop_make_job(loop);

    job->wanted = wanted;
    page_prepare(job, task, wanted ? &wanted->fetch : &conf->fetch);
    if (wanted)
        loop->progress.current = wanted->id;
    loop->pages.under_way++;
    loop_start_job(loop, job);
}

static struct error *find_next_page(struct loop *loop)
{
    TRY(store_next_task_at(loop->harvest->reader, &loop->pages.due_at));
    if (loop->pages.due_at == NO_TIME)
        loop->pages.due_at = INT64_MAX;
    return OK;
}

static struct error *lease_and_start(struct loop *loop)
{
    OWN(arena) arena = arena_new(16 * MiB);
    int64_t most = MIN(MOST_PAGES - loop->pages.under_way, CREDITS - loop->harvest->admission.credits_used);
    struct leasing leasing = {.arena = arena, .limit = (size_t)most};

    TRY(writer_run(loop->harvest->writer, lease_pages, &leasing));
    for (size_t i = 0; i < leasing.count; i++)
        start_page(loop, &leasing.tasks[i]);
    return OK;
}

struct error *loop_admit_pages(struct loop *loop)
{
    int64_t now = clock_now(loop->harvest->options.clock);

    if (loop->pages.due_at > now || loop->pages.under_way == MOST_PAGES ||
        !admission_is_open(&loop->harvest->admission, clock_monotonic(loop->harvest->options.clock)))
        return OK;
    TRY(find_next_page(loop));
    if (loop->pages.due_at > now)
        return OK;
    TRY(lease_and_start(loop));
    return find_next_page(loop);
}

/* --- kept pages, extracted anew --- */

enum { KEPT_AT_ONCE = 16 };

/* What the disk did to one costs none of the others. */
static void pass_over(struct loop *loop, span url, span why)
{
    log_warn(loop->harvest->options.log, NULL, "%.*s: passed over: %.*s", SPAN_ARG(url), SPAN_ARG(why));
    loop->totals.damaged_pages++;
}

static void start_kept(struct loop *loop, const struct kept_page *page)
{
    struct job *job = loop_make_job(loop);

    page_prepare_kept(job, page);
    loop->pages.under_way++;
    loop_start_job(loop, job);
}

struct error *loop_admit_kept(struct loop *loop)
{
    const struct harvest_options *options = &loop->harvest->options;

    while (loop->under_way < KEPT_AT_ONCE && loop->pages.source < MAX(options->only_count, 1)) {
        OWN(arena) arena = arena_new(SIZE_MAX);
        span source = options->only_count ? options->only[loop->pages.source] : (span){0};
        struct kept_page *page = NULL;
        size_t count = 0;
        TRY(store_pages(loop->harvest->reader, arena, source, loop->pages.kept_key, 1, &page, &count));
        if (count == 0) {
            loop->pages.source++;
            loop->pages.kept_key = 0;
            continue;
        }
        loop->pages.kept_key = page->key;
        loop->totals.pages++;
        if (page->damage.len)
            pass_over(loop, page->url, page->damage);
        else
            start_kept(loop, page);
    }
    return OK;
}

/* --- back --- */

void loop_end_page(struct loop *loop, const struct job *job)
{
    const struct page_job *page = job->page;
    struct log *log = loop->harvest->options.log;
    const char *source = arena_string(job->arena, page->task.source_id);

    loop->pages.under_way--;
    loop->pages.due_at = NO_TIME; /* to be asked: what it left behind may be due at once */
    if (job->error || job->is_dropped)
        return;
    if (page->is_damaged)
        pass_over(loop, page->kept.url, page->trouble);
    else if (page->trouble.len)
        log_line(log, page->outcome.task ? LOG_INFO : LOG_DEBUG, source, "%.*s: %.*s",
                 SPAN_ARG(page->outcome.task ? page->task.url : page->kept.url), SPAN_ARG(page->trouble));
    loop->totals.revised_count += page->verdict.is_revised;
    loop->progress.revised_count = loop->totals.revised_count;
    if (page->verdict.is_ours)
        loop->is_committed = false; /* it waits no longer, whatever came of it */
}
