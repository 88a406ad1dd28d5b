/* SPDX-License-Identifier: MIT
 * ask.c - the request: what is sent, and what libcurl may do
 */
#include "fetch/internal.h"
#include "limits/limits.h"
#include <inttypes.h>
#include <stdlib.h>

#define NAMES_KEPT 60L /* s that a look-up is remembered */

#define CODINGS "Accept-Encoding: gzip, br, zstd, deflate"

static const struct {
    const char *accept, *codings;
} kinds[] = {
    [FETCH_FEED] =
        {"Accept: application/atom+xml, application/rss+xml, application/feed+json, "
         "application/rdf+xml;q=0.9, "
         "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1",
         CODINGS},
    [FETCH_PAGE] = {"Accept: text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5", CODINGS},
    [FETCH_PICTURE] = {"Accept: image/*, */*;q=0.1", "Accept-Encoding: identity"},
    [FETCH_ROBOTS] = {"Accept: text/plain, */*;q=0.1", CODINGS},
};

CURL *ask_new(void)
{
    static const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_FOLLOWLOCATION, 0}, /* redirects are followed by address.c */
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_QUICK_EXIT, 1}, /* a look-up that hangs holds nobody up */
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS},
        {CURLOPT_HTTP_CONTENT_DECODING, 0}, /* body.c does it */
        {CURLOPT_HTTP09_ALLOWED, 0},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_DISALLOW_USERNAME_IN_URL, 1},
        {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_HTTPAUTH, CURLAUTH_BASIC},
        {CURLOPT_PROXYAUTH, CURLAUTH_BASIC},
        {CURLOPT_PATH_AS_IS, 1},
        {CURLOPT_CONNECTTIMEOUT_MS, LIMIT_CONNECT_TIME},
        {CURLOPT_BUFFERSIZE, 16 * 1024},
        {CURLOPT_TCP_KEEPALIVE, 0},
        {CURLOPT_NOPROGRESS, 1},
    };
    CURL *easy = curl_easy_init();

    if (!easy)
        memory_exhausted();
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        curl_easy_setopt(easy, numbers[i].option, numbers[i].value);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    return easy;
}

bool ask_uses_proxy(const struct transfer *transfer)
{
    return transfer->request->settings->proxy.len > 0;
}

/* --- header lines --- */

static bool is_sound_header(span line)
{
    size_t colon = span_find_char(line, ':');

    for (size_t i = 0; i < line.len; i++)
        if ((unsigned char)line.at[i] < 0x20 && line.at[i] != '\t')
            return false;
    return colon != SPAN_NONE && colon > 0;
}

static void add_line(struct transfer *transfer, const char *line)
{
    struct curl_slist *lines = curl_slist_append(transfer->lines, line);

    if (!lines)
        memory_exhausted();
    transfer->lines = lines;
}

/* "Name: value" replaces what we or libcurl would send by that name. */
static bool is_given(const struct transfer *transfer, span name)
{
    for (const struct curl_slist *line = transfer->lines; line; line = line->next)
        if (span_starts_nocase(span_of(line->data), name) && strchr(":;", line->data[name.len]))
            return true;
    return false;
}

static void add_own_line(struct transfer *transfer, const char *line)
{
    span name = span_sub(span_of(line), 0, span_find_char(span_of(line), ':'));

    if (!is_given(transfer, name))
        add_line(transfer, line);
}

static struct error *add_given(struct transfer *transfer, const span *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        span name = span_trim(span_sub(lines[i], 0, span_find_char(lines[i], ':')));
        span value = span_trim(span_from(lines[i], span_find_char(lines[i], ':') + 1));
        LOCAL(buf) line = {.max = LIMIT_HEAD};

        if (!is_sound_header(lines[i]))
            return error_new(ERROR_USAGE, "a header is written \"Name: value\", not \"%.*s\"",
                             SPAN_ARG(lines[i]));
        if (value.len) /* libcurl takes "Name:" as a wish to leave it out, and "Name;" as an empty one */
            buf_printf(&line, "%.*s: %.*s", SPAN_ARG(name), SPAN_ARG(value));
        else
            buf_printf(&line, "%.*s;", SPAN_ARG(name));
        if (line.overflowed)
            return error_new(ERROR_USAGE, "the header %.*s is too long", SPAN_ARG(span_sub(name, 0, 80)));
        add_line(transfer, line.at);
    }
    return OK;
}

static void add_validator(struct transfer *transfer, const char *name, span value)
{
    LOCAL(buf) line = {.max = 2 * LIMIT_VALIDATOR};

    if (!value.len || memchr(value.at, '\0', value.len) || memchr(value.at, '\n', value.len))
        return;
    buf_printf(&line, "%s: %.*s", name, SPAN_ARG(value));
    if (!line.overflowed)
        add_line(transfer, line.at);
}

/* They belong to one address, and are sent nowhere else. */
static void add_validators(struct transfer *transfer)
{
    const struct fetch_request *request = transfer->request;
    const struct trail *trail = &transfer->trail;
    span here = trail->visited[trail->count - 1];

    if (request->validators_url.len ? !span_equal(request->validators_url, here) : trail->count > 1)
        return;
    add_validator(transfer, "If-None-Match", request->validators.etag);
    add_validator(transfer, "If-Modified-Since", request->validators.last_modified);
    if (request->accepts_delta && request->validators.etag.len)
        add_own_line(transfer, "A-IM: feed");
}

/* "; 12 subscribers" goes before the bracket that closes the comment. */
static void add_user_agent(struct transfer *transfer)
{
    span name = transfer->request->settings->user_agent;
    int64_t subscribers = transfer->request->subscribers;
    size_t close = span_find_last_char(name, ')');
    LOCAL(buf) line = {.max = 4 * KiB};

    buf_add(&line, S("User-Agent: "));
    if (subscribers <= 0)
        buf_add(&line, name);
    else if (close == SPAN_NONE)
        buf_printf(&line, "%.*s (%" PRId64 " subscribers)", SPAN_ARG(name), subscribers);
    else
        buf_printf(&line, "%.*s; %" PRId64 " subscribers%.*s", SPAN_ARG(span_sub(name, 0, close)),
                   subscribers, SPAN_ARG(span_from(name, close)));
    if (name.len)
        add_own_line(transfer, line.at);
}

static struct error *add_lines(struct transfer *transfer)
{
    const struct fetch_request *request = transfer->request;

    if (transfer->is_at_home) {
        TRY(add_given(transfer, request->headers, request->header_count));
        TRY(add_given(transfer, request->settings->headers, request->settings->header_count));
    }
    add_user_agent(transfer);
    add_own_line(transfer, kinds[request->kind].accept);
    add_own_line(transfer, kinds[request->kind].codings);
    add_validators(transfer);
    return OK;
}

/* --- options --- */

/* A proxy that is given an address instead of a name would be one that we looked up, past the guard. */
static char *proxy_address(struct arena *arena, span proxy)
{
    static const struct {
        const char *local, *remote;
    } schemes[] = {{"socks5://", "socks5h://"}, {"socks4://", "socks4a://"}};

    for (size_t i = 0; i < ARRAY_SIZE(schemes); i++)
        if (span_starts_nocase(proxy, span_of(schemes[i].local)))
            return (char *)arena_printf(arena, "%s%.*s", schemes[i].remote,
                                        SPAN_ARG(span_from(proxy, strlen(schemes[i].local))))
                .at;
    return arena_string(arena, proxy);
}

/* The environment's proxies and exceptions are not asked: an empty string says so to libcurl. */
static void set_proxy(struct transfer *transfer)
{
    span proxy = transfer->request->settings->proxy;

    curl_easy_setopt(transfer->easy, CURLOPT_PROXY, proxy_address(transfer->request->arena, proxy));
    curl_easy_setopt(transfer->easy, CURLOPT_NOPROXY, proxy.len ? "" : "*");
}

static void set_identity(struct transfer *transfer)
{
    const struct conf_fetch *settings = transfer->request->settings;
    struct arena *arena = transfer->request->arena;
    bool has_login = settings->login.len && transfer->is_at_home;

    curl_easy_setopt(transfer->easy, CURLOPT_USERPWD,
                     has_login ? arena_string(arena, settings->login) : NULL);
    if (settings->cookies.len)
        curl_easy_setopt(transfer->easy, CURLOPT_COOKIEFILE, arena_string(arena, settings->cookies));
}

/* A literal address needs no look-up, and libcurl walks through all that it remembers after each transfer:
 * with 10,000 of them that was half of the time. */
static bool is_literal(const struct url *url)
{
    return url->host_kind == URL_HOST_IPV4 || url->host_kind == URL_HOST_IPV6;
}

struct error *ask_prepare(struct transfer *transfer)
{
    const struct trail *trail = &transfer->trail;
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->says);
    curl_easy_setopt(easy, CURLOPT_URL,
                     arena_string(transfer->request->arena, trail->visited[trail->count - 1]));
    curl_easy_setopt(easy, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)0);
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, is_literal(&transfer->url) ? 0L : NAMES_KEPT);
    connect_prepare(transfer);
    set_proxy(transfer);
    set_identity(transfer);
    TRY(add_lines(transfer));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->lines);
    return OK;
}
