/* SPDX-License-Identifier: MIT
 * page.c - the steps of a page: ask, extract, keep
 *
 * An article whose item is not the whole of it is owed its page, and a page that was taken is looked at again
 * later. Whatever goes wrong here, the text that the article has stands.
 */
#include "article/choice.h"
#include "gather/take.h"
#include "harvest/internal.h"
#include "limits/limits.h"
#include <inttypes.h>
#include <stdlib.h>

static const struct step page_steps[];

static void free_room(void *room)
{
    arena_free(room);
}

/* --- ask --- */

static void answered(struct fetch_request *request) /* on the network thread */
{
    struct job *job = request->context;

    if (!job->page->extraction) /* a further page is not counted anew */
        admission_answer(&job->harvest->admission, job, request->response ? request->response->body.len : 0);
    job_next(job);
}

static void page_ask(struct job *job, struct worker *worker)
{
    struct page_job *page = job->page;
    span *headers = NULL;

    (void)worker;
    page->visited[page->visited_count++] = page->next;
    job->request = (struct fetch_request){
        .kind = FETCH_PAGE,
        .url = page->next,
        .obeys_robots = true,
        .settings = page->settings,
        .arena = job->arena,
        .done = answered,
        .context = job,
    };
    if (job->harvest->rules)
        job->request.header_count = rules_headers(job->arena, job->harvest->rules, page->next, &headers);
    job->request.headers = headers;
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
        judge_page(job, article, &page->item);
        page->outcome.item = &page->item;
        page->outcome.revision = article->revision;
    }
}

/* --- the article, which may stand on several pages --- */

static struct error *read_page(struct job *job, const struct kept_page *kept,
                               struct extraction **out_extraction)
{
    struct page_bytes bytes = {.bytes = kept->bytes, .url = kept->url, .content_type = kept->content_type};
    struct extract_options options = {.rules = job->harvest->rules};
    struct page_job *page = job->page;

    if (!page->room) {
        page->room = arena_new(LIMIT_PAGE_ROOM);
        arena_defer(job->arena, free_room, page->room);
    }
    return article_from(page->room, &bytes, &options, out_extraction);
}

static struct kept_page answer_of(const struct job *job)
{
    const struct response *response = job->request.response;

    return (struct kept_page){.article_id = job->page->outcome.article_id,
                              .fetched_at = job->page->outcome.looked_at,
                              .url = response->url,
                              .content_type = response->content_type,
                              .bytes = response->body};
}

static bool was_visited(const struct page_job *page, span url)
{
    for (size_t i = 0; i < page->visited_count; i++)
        if (span_equal(page->visited[i], url))
            return true;
    return false;
}

static void go_on_to(struct job *job, span url, bool is_single)
{
    struct page_job *page = job->page;
    bool is_new = url.len && page->visited_count < LIMIT_ARTICLE_PAGES && !was_visited(page, url);

    page->next = is_new ? arena_keep(job->arena, url) : (span){0};
    page->is_single = is_new && is_single;
}

static void read_first(struct job *job)
{
    struct page_job *page = job->page;
    struct error *error;

    page->next = (span){0};
    page->kept = answer_of(job);
    error = read_page(job, &page->kept, &page->extraction);
    if (error) {
        see_failure(job, error);
        return;
    }
    if (page->extraction->kind != PAGE_ARTICLE)
        return;
    go_on_to(job, page->extraction->single_page_url, true);
    if (!page->next.len)
        go_on_to(job, page->extraction->next_url, false);
}

/* Whatever is wrong with a further page costs only itself. */
static void read_further(struct job *job)
{
    const struct response *response = job->request.response;
    struct page_job *page = job->page;
    struct extraction *further = NULL;
    bool is_joined = false, was_single = page->is_single;
    OWN(error) error = MOVE(job->request.error);

    page->next = (span){0};
    if (!error && response->status == 200 && page_is_whole(response)) {
        struct kept_page kept = answer_of(job);
        error = read_page(job, &kept, &further);
    }
    if (was_single) {
        if (!error && further && further->kind == PAGE_ARTICLE &&
            further->word_count >= page->extraction->word_count) {
            page->extraction = further;
            page->kept = answer_of(job);
        }
        go_on_to(job, page->extraction->next_url, false);
        return;
    }
    if (!error && further)
        error = extraction_join(page->room, page->extraction, further, &is_joined);
    page->is_joined |= is_joined;
    if (!error && is_joined)
        go_on_to(job, further->next_url, false);
}

/* --- which text it shall be --- */

static struct error *settle(struct job *job, struct worker *worker)
{
    struct page_job *page = job->page;
    struct article *article;
    bool is_article = page->extraction->kind == PAGE_ARTICLE;

    TRY(store_article(worker->reader, job->arena, page->outcome.article_id, &article));
    if (article)
        choose(job, article, page->extraction,
               article->is_of_page && is_article
                   ? NULL /* it was the better one before: now what it says is news */
                   : page_is_worse(page->room, &article->item, page->extraction));
    return OK;
}

/* It is kept, but not one page of several; and looked at again. */
static void note_look(struct job *job)
{
    struct page_job *page = job->page;
    const struct conf *conf = harvest_conf(job->harvest);
    int64_t now = page->outcome.looked_at, first_at = page->task.paged_at;

    page->outcome.page = conf->keep_pages && !page->is_joined ? &page->kept : NULL;
    page->outcome.recheck_at = next_look(conf, first_at == NO_TIME ? now : first_at, now);
}

static void look_at_first(struct job *job)
{
    const struct response *response = job->request.response;

    job->page->outcome.looked_at = clock_now(job->harvest->options.clock);
    if (job->request.error)
        see_failure(job, MOVE(job->request.error));
    else if (response->status != 200)
        see_refusal(job, response->status);
    else if (!page_is_whole(response))
        fail_for_now(job, S("the answer was cut short"));
    else
        read_first(job);
}

/* What the disk did to the text that the article has costs none of the others: it is told, and tried again
 * later, when it may be mended. */
static void see_damage(struct job *job, struct error *error)
{
    job->page->is_damaged = true;
    see_failure(job, error);
}

static void page_extract(struct job *job, struct worker *worker)
{
    struct page_job *page = job->page;
    struct error *error;

    if (job->request.error && job->request.error->kind == ERROR_CANCELLED) {
        error_free(MOVE(job->request.error));
        job->is_dropped = true;
        return;
    }
    if (page->extraction)
        read_further(job);
    else
        look_at_first(job);
    if (page->extraction && page->next.len) {
        job->then = page_steps;
        return;
    }
    if (!page->extraction)
        return;
    error = settle(job, worker);
    if (error && error->kind == ERROR_DAMAGED)
        see_damage(job, error);
    else if (error)
        job->error = error;
    else if (page->extraction->kind == PAGE_ARTICLE)
        note_look(job);
}

/* With the rules and tables of today, from the page as it was kept. */
static void page_extract_anew(struct job *job, struct worker *worker)
{
    struct error *error;

    job->page->outcome.looked_at = clock_now(job->harvest->options.clock);
    error = read_page(job, &job->page->kept, &job->page->extraction);
    if (!error)
        error = settle(job, worker);
    if (error && error->kind == ERROR_IO)
        job->error = error;
    else if (error && error->kind == ERROR_DAMAGED)
        see_damage(job, error);
    else if (error)
        see_failure(job, error);
}

static const struct step page_steps[] = {
    {"ask", ON_NETWORK, page_ask},        /* robots.txt first, where it is not known */
    {"extract", ON_WORKER, page_extract}, /* the article in it; where it goes on elsewhere, back to "ask" */
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
    page->next = page->task.url;
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
