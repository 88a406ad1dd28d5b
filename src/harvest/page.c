/* SPDX-License-Identifier: MIT
 * page.c - the steps of a page: ask, extract, keep
 *
 * An article whose item is not the whole of it is owed its page, and a page that was taken is looked at again
 * later. Whatever goes wrong here, the text that the article has stands.
 */
#include "page/page.h"
#include "article/choice.h"
#include "harvest/internal.h"
#include <inttypes.h>
#include <stdlib.h>

static const size_t page_room = 256 * MiB; /* the page's tree, and what is made of it */

/* --- ask --- */

static void answered(struct fetch_request *request) /* on the network thread */
{
    struct job *job = request->context;

    admission_answer(&job->harvest->admission, job, request->response ? request->response->body.len : 0);
    job_next(job);
}

static void page_ask(struct job *job, struct worker *worker)
{
    (void)worker;
    job->request = (struct fetch_request){
        .kind = FETCH_PAGE,
        .url = job->page->task.url,
        .obeys_robots = true,
        .settings = job->page->settings,
        .arena = job->arena,
        .done = answered,
        .context = job,
    };
    fetcher_submit(job->harvest->fetcher, &job->request);
}

/* --- what came of it --- */

/* Tried again so long after the first, the second ... time; then never. */
static const int64_t retries[] = {10 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY};

static int64_t retry_at(const struct page_job *page, int64_t now)
{
    size_t attempt = (size_t)MAX(page->task.attempts, 1) - 1;

    return attempt < ARRAY_SIZE(retries) ? now + retries[attempt] : NO_TIME;
}

static int64_t next_look(const struct conf *conf, int64_t first_at, int64_t now)
{
    for (size_t i = 0; i < conf->recheck_count; i++)
        if (first_at + conf->rechecks[i] > now)
            return first_at + conf->rechecks[i];
    return NO_TIME;
}

static void fail_for_now(struct job *job, span reason)
{
    struct page_job *page = job->page;

    page->trouble = reason;
    page->outcome.retry_at = retry_at(page, page->outcome.looked_at);
}

static void fail_for_good(struct job *job, span reason)
{
    job->page->trouble = reason;
}

static void see_failure(struct job *job, struct error *error)
{
    bool is_final = error->kind == ERROR_REFUSED || error->kind == ERROR_LIMIT || error->kind == ERROR_FORMAT;
    char *text = error_text(error);
    span reason = arena_keep(job->arena, span_of(text));

    free(text);
    error_free(error);
    if (is_final)
        fail_for_good(job, reason);
    else
        fail_for_now(job, reason);
}

/* Gone: of a page that was there before, that is news by itself. */
static void see_refusal(struct job *job, int status)
{
    struct page_job *page = job->page;
    span reason = arena_printf(job->arena, "the server answered with status %d", status);

    if (status != 404 && status != 410) {
        fail_for_now(job, reason);
        return;
    }
    page->outcome.is_withdrawn = page->task.kind == TASK_RECHECK;
    fail_for_good(job, page->outcome.is_withdrawn ? S("the publisher has withdrawn it; it is kept") : reason);
}

/* A wall may be gone in an hour; what is no article will be none then, either. */
static bool may_pass(enum page_kind kind)
{
    return kind == PAGE_BOT_WALL || kind == PAGE_COOKIE_WALL || kind == PAGE_LOGIN || kind == PAGE_EMPTY;
}

static void choose(struct job *job, const struct article *article, const struct extraction *extraction,
                   const char *why_not)
{
    struct page_job *page = job->page;

    if (why_not && may_pass(extraction->kind)) {
        fail_for_now(job, arena_keep(job->arena, span_of(why_not)));
        return;
    }
    if (why_not) {
        fail_for_good(job, arena_keep(job->arena, span_of(why_not)));
    } else {
        page->item = item_with_page(job->arena, &article->item, extraction);
        page->outcome.item = &page->item;
        page->outcome.revision = article->revision;
    }
    page->is_article = extraction->kind == PAGE_ARTICLE;
}

static struct error *extract(struct job *job, struct arena *arena, const struct article *article)
{
    const struct kept_page *kept = &job->page->kept;
    struct page_bytes bytes = {.bytes = kept->bytes, .url = kept->url, .content_type = kept->content_type};
    struct extract_options options = {.rules = job->harvest->rules};
    struct extraction *extraction;
    const char *why_not;
    struct page *page;

    TRY(page_read(arena, &bytes, &page));
    TRY(article_extract(arena, page, &options, &extraction));
    why_not = article->is_of_page && extraction->kind == PAGE_ARTICLE
                  ? NULL /* it was the better one before: now what it says is news */
                  : page_is_worse(arena, &article->item, extraction);
    choose(job, article, extraction, why_not);
    return OK;
}

static struct error *look(struct job *job, struct worker *worker)
{
    OWN(arena) arena = arena_new(page_room);
    struct article *article;
    struct error *error;

    TRY(store_article(worker->reader, job->arena, job->page->outcome.article_id, &article));
    if (!article)
        return OK;
    error = extract(job, arena, article);
    if (error && error->kind != ERROR_IO)
        see_failure(job, MOVE(error));
    return error;
}

/* The page is kept, and looked at again. */
static void note_look(struct job *job)
{
    struct page_job *page = job->page;
    const struct conf *conf = harvest_conf(job->harvest);
    int64_t now = page->outcome.looked_at, first_at = page->task.paged_at;

    page->outcome.page = conf->keep_pages ? &page->kept : NULL;
    page->outcome.recheck_at = next_look(conf, first_at == NO_TIME ? now : first_at, now);
}

static void look_at_answer(struct job *job, struct worker *worker)
{
    const struct response *response = job->request.response;
    struct page_job *page = job->page;

    page->kept = (struct kept_page){.article_id = page->outcome.article_id,
                                    .fetched_at = page->outcome.looked_at,
                                    .url = response->url,
                                    .content_type = response->content_type,
                                    .bytes = response->body};
    job->error = look(job, worker);
    if (!job->error && page->is_article)
        note_look(job);
}

static void page_extract(struct job *job, struct worker *worker)
{
    const struct response *response = job->request.response;

    if (job->request.error && job->request.error->kind == ERROR_CANCELLED) {
        error_free(MOVE(job->request.error));
        job->is_dropped = true;
        return;
    }
    job->page->outcome.looked_at = clock_now(job->harvest->options.clock);
    if (job->request.error)
        see_failure(job, MOVE(job->request.error));
    else if (response->status != 200)
        see_refusal(job, response->status);
    else if (!response->is_complete)
        fail_for_now(job, S("the answer was cut short"));
    else
        look_at_answer(job, worker);
}

/* With the rules and tables of today, from the page as it was kept. */
static void page_extract_anew(struct job *job, struct worker *worker)
{
    job->page->outcome.looked_at = clock_now(job->harvest->options.clock);
    job->error = look(job, worker);
}

static const struct step page_steps[] = {
    {"ask", ON_NETWORK, page_ask},        /* robots.txt first, where it is not known */
    {"extract", ON_WORKER, page_extract}, /* the article in it, and whether it is the better one */
    {"keep", ON_WRITER, NULL},            /* writer.c: the text, the page, when to look again */
    {0},
};

static const struct step kept_steps[] = {
    {"extract", ON_WORKER, page_extract_anew},
    {"keep", ON_WRITER, NULL},
    {0},
};

static struct page_job *prepare(struct job *job, uint64_t article_id, const struct step *steps)
{
    struct page_job *page = ARENA_NEW(job->arena, struct page_job);

    page->outcome =
        (struct page_outcome){.article_id = article_id, .retry_at = NO_TIME, .recheck_at = NO_TIME};
    job->page = page;
    job->step = steps;
    return page;
}

void page_prepare(struct job *job, const struct task *task, const struct conf_fetch *settings)
{
    struct page_job *page = prepare(job, task->article_id, page_steps);

    page->task = *task;
    page->task.url = arena_keep(job->arena, task->url);
    page->task.source_id = arena_keep(job->arena, task->source_id);
    page->settings = settings;
    page->outcome.task = &page->task;
}

void page_prepare_kept(struct job *job, const struct kept_page *kept)
{
    struct page_job *page = prepare(job, kept->article_id, kept_steps);

    page->kept = *kept;
    page->kept.url = arena_keep(job->arena, kept->url);
    page->kept.content_type = arena_keep(job->arena, kept->content_type);
    page->kept.bytes = arena_keep(job->arena, kept->bytes);
}
