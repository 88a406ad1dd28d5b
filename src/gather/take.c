/* SPDX-License-Identifier: MIT
 * take.c - an article from an address
 */
#include "gather/take.h"
#include "core/file.h"
#include "limits/limits.h"

struct error *gather_rules(struct arena *arena, const char *newsroom, const struct conf *conf,
                           struct log *log, const struct rules **out_rules)
{
    size_t count = 0;
    const char **folders = ARENA_ARRAY(arena, const char *, conf->rules_dir_count + 2);
    const char *own = arena_printf(arena, "%s/rules", newsroom).at;
    struct rules *rules;
    span warnings = {0}, line;

    *out_rules = NULL;
    if (file_exists(own))
        folders[count++] = own;
    for (size_t i = 0; i < conf->rules_dir_count; i++)
        folders[count++] = arena_string(arena, conf->rules_dirs[i]);
    if (file_exists(COURANT_RULES))
        folders[count++] = COURANT_RULES;
    if (count == 0)
        return OK;
    TRY(rules_read(arena, folders, count, &rules, &warnings));
    while (span_cut(&warnings, '\n', &line))
        if (line.len)
            log_warn(log, NULL, "%.*s", SPAN_ARG(line));
    *out_rules = rules;
    return OK;
}

bool page_is_whole(const struct response *response)
{
    enum { TAIL = 4096 };
    span tail = span_from(response->body, response->body.len - MIN(response->body.len, (size_t)TAIL));

    return response->is_complete || span_find_nocase(tail, S("</html")) != SPAN_NONE;
}

/* --- pages --- */

struct take { /* one article on its way */
    const struct gatherer *gatherer;
    const struct extract_options *options;
    span visited[LIMIT_ARTICLE_PAGES + 1];
    size_t visited_count;
};

static bool was_visited(const struct take *take, span url)
{
    for (size_t i = 0; i < take->visited_count; i++)
        if (span_equal(take->visited[i], url))
            return true;
    return false;
}

static struct error *ask(struct take *take, span url, struct response **out_response)
{
    const struct gatherer *gatherer = take->gatherer;
    struct fetch_request request = {.kind = FETCH_PAGE,
                                    .url = url,
                                    .obeys_robots = true,
                                    .settings = gatherer->settings,
                                    .arena = gatherer->arena};
    span *headers = NULL;

    if (take->options->rules) {
        request.header_count = rules_headers(gatherer->arena, take->options->rules, url, &headers);
        request.headers = headers;
    }
    take->visited[take->visited_count++] = url;
    TRY(fetch_now(gatherer->fetcher, &request, out_response));
    if ((*out_response)->status != 200)
        return error_new(ERROR_NETWORK, "the server answered with status %d", (*out_response)->status);
    if (!page_is_whole(*out_response))
        return error_new(ERROR_NETWORK, "the answer was cut short");
    return OK;
}

static struct error *look(struct take *take, span url, struct response **out_response,
                          struct extraction **out_extraction)
{
    TRY(ask(take, url, out_response));
    struct page_bytes bytes = {.bytes = (*out_response)->body,
                               .url = (*out_response)->url,
                               .content_type = (*out_response)->content_type};
    return article_from(take->gatherer->arena, &bytes, take->options, out_extraction);
}

/* The same article on one page, where the page says that there is one and it can be had. */
static struct error *prefer_single_page(struct take *take, struct taken *taken)
{
    span url = taken->extraction->single_page_url;
    struct extraction *whole = NULL;
    struct response *response = NULL;

    if (!url.len || was_visited(take, url))
        return OK;
    OWN(error) error = look(take, url, &response, &whole);
    if (error && error->kind == ERROR_CANCELLED)
        return MOVE(error);
    if (error || whole->kind != PAGE_ARTICLE || whole->word_count < taken->extraction->word_count)
        return OK;
    taken->extraction = whole;
    taken->response = response;
    return OK;
}

/* What cannot be had of the further pages is left out: the article has what came. */
static struct error *join_pages(struct take *take, struct taken *taken)
{
    span url = taken->extraction->next_url;

    while (url.len && !was_visited(take, url) && take->visited_count < LIMIT_ARTICLE_PAGES) {
        struct extraction *next = NULL;
        struct response *response = NULL;
        bool is_joined = false;
        OWN(error) error = look(take, url, &response, &next);
        if (error && error->kind == ERROR_CANCELLED)
            return MOVE(error);
        if (error)
            return OK;
        TRY(extraction_join(take->gatherer->arena, taken->extraction, next, &is_joined));
        if (!is_joined)
            return OK;
        taken->page_count++;
        url = next->next_url;
    }
    return OK;
}

struct error *gather_take(const struct gatherer *gatherer, const struct extract_options *options, span url,
                          struct taken *out_taken)
{
    struct take take = {.gatherer = gatherer, .options = options};

    *out_taken = (struct taken){.page_count = 1};
    TRY(look(&take, url, &out_taken->response, &out_taken->extraction));
    if (out_taken->extraction->kind != PAGE_ARTICLE)
        return OK;
    TRY(prefer_single_page(&take, out_taken));
    return join_pages(&take, out_taken);
}
