/* SPDX-License-Identifier: MIT
 * answer.c - what comes: header lines and bytes as libcurl hands them over, and the response made of them
 */
#include "fetch/body.h"
#include "fetch/internal.h"
#include "limits/limits.h"
#include <inttypes.h>

size_t answer_max_size(const struct transfer *transfer)
{
    const struct fetch_request *request = transfer->request;

    return request->max_size ? request->max_size : (size_t)request->settings->max_size;
}

static void fail(struct transfer *transfer, struct error *error)
{
    error_free(transfer->error);
    transfer->error = error;
}

static struct error *too_large(const struct transfer *transfer)
{
    size_t max = answer_max_size(transfer);
    bool is_round = max % MiB == 0;

    return error_new(ERROR_LIMIT, "%.*s sends more than %zu %s", SPAN_ARG(transfer->url.host),
                     is_round ? max / MiB : max, is_round ? "MiB" : "bytes");
}

/* --- the head --- */

/* "HTTP/1.1 200 OK": the three digits; 0 if there are none. */
static int status_of(span line)
{
    size_t space = span_find_char(line, ' ');
    span digits = space == SPAN_NONE ? (span){0} : span_trim(span_sub(line, space, 5));
    int64_t status;

    digits = span_sub(digits, 0, 3);
    return span_to_int64(digits, &status) && status > 0 ? (int)status : 0;
}

static void begin_head(struct transfer *transfer, span line)
{
    transfer->status = status_of(line);
    buf_clear(&transfer->lines_in);
}

/* What is unchanged has no pages to fetch, so nothing follows it for a while. A connection kept for nothing
 * burdens both sides: of 10,000 sources, libcurl looked through all that it kept after each (a fifth of the
 * time). */
static void forget_connection_if_idle(struct transfer *transfer)
{
    if (transfer->status == 304 && politeness_is_alone(&transfer->visit))
        curl_easy_setopt(transfer->easy, CURLOPT_FORBID_REUSE, 1L);
}

static bool end_head(struct transfer *transfer)
{
    struct head *head = &transfer->head;

    if (transfer->status >= 100 && transfer->status < 200 && transfer->status != 101) {
        if (++transfer->interim_count <= LIMIT_INTERIM_ANSWERS)
            return true;
        fail(transfer, error_new(ERROR_LIMIT, "%.*s sends %d interim answers and no real one",
                                 SPAN_ARG(transfer->url.host), LIMIT_INTERIM_ANSWERS));
        return false;
    }
    forget_connection_if_idle(transfer);
    head_read(transfer->request->arena, buf_span(&transfer->lines_in), head);
    transfer->is_head_done = true;
    if (transfer->status < 300 && head->content_length > 0 &&
        (uint64_t)head->content_length > answer_max_size(transfer)) {
        fail(transfer, too_large(transfer));
        return false;
    }
    return true;
}

static size_t on_line(char *at, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    span line = {at, size * count};

    transfer_heard(transfer);
    transfer->fetcher->bytes_received += (int64_t)line.len;
    transfer->head_size += line.len;
    if (transfer->head_size > LIMIT_HEAD) {
        fail(transfer, error_new(ERROR_LIMIT, "%.*s sends more than %d KiB of headers",
                                 SPAN_ARG(transfer->url.host), LIMIT_HEAD / 1024));
        return 0;
    }
    if (transfer->is_head_done)
        return line.len; /* a trailer */
    if (span_starts_nocase(line, S("HTTP/")))
        begin_head(transfer, line);
    else if (span_trim(line).len == 0)
        return end_head(transfer) ? line.len : 0;
    else
        head_add_line(&transfer->lines_in, line);
    return line.len;
}

/* --- the body --- */

static void limit_speed(struct transfer *transfer, int64_t speed)
{
    curl_easy_setopt(transfer->easy, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)speed);
}

/* What is large comes after what is small, but fast enough to be done in time. */
static void slow_down(struct transfer *transfer)
{
    int64_t needed = (int64_t)answer_max_size(transfer) / MAX(transfer->request->settings->timeout / 2000, 1);

    if (transfer->is_slowed || transfer->wire.len <= FAIR_SHARE || transfer->fetcher->open < BUSY ||
        transfer->request->kind == FETCH_PICTURE)
        return;
    transfer->is_slowed = true;
    limit_speed(transfer, MAX(needed, SLOW_SPEED));
}

/* What a body may hold though all together hold too much. */
static size_t fair_share(const struct fetcher *fetcher)
{
    size_t share = LIMIT_BODIES / (size_t)MAX(fetcher->bodies, 1);

    return MAX(MIN(share, (size_t)FAIR_SHARE), (size_t)LEAST_SHARE);
}

/* Many floods at once would fill the memory. */
static bool has_to_wait(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;

    if (fetcher->held <= LIMIT_BODIES || transfer->wire.len <= fair_share(fetcher) || transfer->is_ahead)
        return false;
    if (fetcher->ahead >= MOST_AHEAD)
        return true;
    fetcher->ahead++;
    transfer->is_ahead = true;
    limit_speed(transfer, AHEAD_SPEED);
    return false;
}

static size_t pause_it(struct transfer *transfer)
{
    transfer->is_paused = true;
    TAILQ_INSERT_TAIL(&transfer->fetcher->paused, transfer, paused);
    return CURL_WRITEFUNC_PAUSE;
}

/* Of a redirect or an error, only so much as is of use. */
static bool has_enough(const struct transfer *transfer)
{
    if (transfer_is_redirected(transfer))
        return transfer->wire.len > LIMIT_REDIRECT_BODY;
    return transfer->status >= 300 && transfer->wire.len > LIMIT_ERROR_BODY;
}

static size_t on_body(char *at, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    span bytes = {at, size * count};

    if (has_to_wait(transfer))
        return pause_it(transfer);
    transfer_heard(transfer);
    transfer->fetcher->bytes_received += (int64_t)bytes.len;
    transfer->fetcher->bodies += transfer->wire.held == 0;
    transfer->fetcher->held -= transfer->wire.held;
    wire_add(&transfer->wire, bytes, (size_t)MAX(transfer->head.content_length, 0));
    transfer->fetcher->held += transfer->wire.held;
    slow_down(transfer);
    if (has_enough(transfer)) {
        transfer->is_enough = true;
        return CURL_WRITEFUNC_ERROR;
    }
    if (transfer->wire.overflowed) {
        fail(transfer, too_large(transfer));
        return CURL_WRITEFUNC_ERROR;
    }
    return bytes.len;
}

void answer_prepare(struct transfer *transfer)
{
    CURL *easy = transfer->easy;

    answer_release(transfer);
    transfer->lines_in = (struct buf){.max = 2 * LIMIT_HEAD};
    transfer->wire = (struct wire){.max = answer_max_size(transfer)};
    transfer->head = (struct head){.content_length = -1};
    transfer->status = transfer->interim_count = 0;
    transfer->head_size = 0;
    transfer->is_head_done = transfer->is_enough = transfer->is_slowed = false;
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 0L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
}

void answer_release(struct transfer *transfer)
{
    buf_release(&transfer->lines_in);
    wire_release(&transfer->wire);
}

/* --- the response --- */

/* libcurl is content with a body that a closed connection ends, and with lengths that contradict each other.
 */
static enum body_end end_of(const struct transfer *transfer, CURLcode code, long version)
{
    const struct head *head = &transfer->head;

    if (code != CURLE_OK || transfer->is_enough || head->has_framing_conflict)
        return BODY_CUT;
    if (transfer->status == 304 || transfer->status == 204 || version >= CURL_HTTP_VERSION_2_0)
        return BODY_WHOLE;
    return head->is_chunked || head->content_length >= 0 ? BODY_WHOLE : BODY_UNKNOWN;
}

static span *keep_links(struct arena *arena, const struct head *head)
{
    span *links = ARENA_ARRAY(arena, span, head->link_count);

    for (size_t i = 0; i < head->link_count; i++)
        links[i] = arena_keep(arena, head->links[i]);
    return links;
}

static void keep_fields(struct arena *arena, const struct head *head, struct response *response)
{
    const struct {
        const span *from;
        span *to;
    } fields[] = {
        {&head->content_type, &response->content_type},
        {&head->content_location, &response->content_location},
        {&head->content_language, &response->content_language},
        {&head->retry_after, &response->retry_after},
        {&head->cache_control, &response->cache_control},
        {&head->expires, &response->expires},
        {&head->age, &response->age},
        {&head->date, &response->date},
        {&head->etag, &response->validators.etag},
        {&head->last_modified, &response->validators.last_modified},
    };

    for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
        if (fields[i].from->at)
            *fields[i].to = arena_keep(arena, *fields[i].from);
    response->links = keep_links(arena, head);
    response->link_count = head->link_count;
}

struct error *answer_response(struct transfer *transfer, CURLcode code)
{
    const struct trail *trail = &transfer->trail;
    struct arena *arena = transfer->request->arena;
    struct response *response = ARENA_NEW(arena, struct response);
    enum body_end end = end_of(transfer, code, transfer->version);
    bool has_own_end = false;
    struct buf wire;

    wire_join(&transfer->wire, &wire);
    TRY(body_decode(arena, &wire, &transfer->head, answer_max_size(transfer), &end, &has_own_end,
                    &response->body));
    response->status = transfer->status;
    response->url = trail->visited[trail->count - 1];
    response->permanent_url = trail->permanent_url;
    response->is_complete = end == BODY_WHOLE || has_own_end;
    response->received_at = clock_now(transfer->fetcher->clock);
    response->took_ms = transfer->spent;
    keep_fields(arena, &transfer->head, response);
    if (end == BODY_CUT)
        response->validators = (struct validators){0};
    transfer->request->response = response;
    return OK;
}
