/* SPDX-License-Identifier: MIT
 * address.c - what may be asked at all, and where a redirect leads
 *
 * Names and spellings are not judged here: what an address leads to is the guard's to say, of the connection
 * itself. Only behind a proxy, where we do not see that, are literal addresses looked at.
 */
#include "fetch/internal.h"
#include "limits/limits.h"

static int most_hops(const struct transfer *transfer)
{
    return transfer->request->kind == FETCH_PICTURE ? LIMIT_PICTURE_REDIRECTS : LIMIT_REDIRECTS;
}

/* The URL Standard drops TAB, CR and LF within an address; who sends them means to deceive somebody. */
static bool has_control(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f)
            return true;
    return false;
}

/* A name for this machine, which a proxy would take for itself. */
static bool is_local_name(span host)
{
    while (span_ends(host, S(".")))
        host.len--;
    return span_is(host, "localhost") || span_ends(host, S(".localhost"));
}

static bool literal_address(struct arena *arena, const struct url *url, uint8_t out_address[16])
{
    span host = url->host;

    if (url->host_kind == URL_HOST_IPV6)
        host = span_sub(host, 1, host.len - 2);
    else if (url->host_kind != URL_HOST_IPV4)
        return is_local_name(host) && guard_address_of_text("127.0.0.1", out_address);
    return guard_address_of_text(arena_string(arena, host), out_address);
}

static struct error *check_behind_proxy(const struct transfer *transfer, const struct url *url)
{
    static const uint8_t elsewhere[16] = {[10] = 0xff, 0xff, 1, 1, 1, 1}; /* for the port alone */
    const struct conf_fetch *settings = transfer->request->settings;
    uint8_t address[16];
    const char *why;

    if (!settings->proxy.len)
        return OK;
    if (!literal_address(transfer->request->arena, url, address))
        memcpy(address, elsewhere, sizeof address);
    why = guard_reason(address, url_port(url), settings, &transfer->fetcher->own);
    if (why)
        return error_new(ERROR_REFUSED, "refused: %.*s is %s ([fetch] allow_networks exempts it)",
                         SPAN_ARG(url->host), why);
    return OK;
}

static struct error *check(const struct transfer *transfer, const struct url *url)
{
    if (!url_is_of_web(url))
        return error_new(ERROR_REFUSED, "refused: %.*s: is no address of the web", SPAN_ARG(url->scheme));
    if (url->username.len || url->password.len)
        return error_new(ERROR_REFUSED,
                         "refused: the address holds a user name; [fetch] login is the place for it");
    if (url->host_kind == URL_HOST_EMPTY || url->host_kind == URL_HOST_NONE)
        return error_new(ERROR_REFUSED, "refused: the address names no host");
    if (url_port(url) <= 0)
        return error_new(ERROR_REFUSED, "refused: there is no port 0");
    return check_behind_proxy(transfer, url);
}

static bool was_visited(const struct trail *trail, span address)
{
    for (size_t i = 0; i < trail->count; i++)
        if (span_equal(trail->visited[i], address))
            return true;
    return false;
}

/* RFC 9110 15.4: a chain is permanent up to its first temporary step. One from https to http is followed, but
 * never remembered. */
static void note_permanence(struct transfer *transfer, const struct url *from, int status, span address)
{
    struct trail *trail = &transfer->trail;

    if ((status != 301 && status != 308) ||
        (span_is(from->scheme, "https") && span_is(transfer->url.scheme, "http")))
        trail->is_temporary = true;
    if (!trail->is_temporary)
        trail->permanent_url = address;
}

/* Login and headers are for the source's own host; its move from http to https is no other host. */
static bool is_same_home(const struct url *from, const struct url *to)
{
    if (!span_equal(from->host, to->host))
        return false;
    if (span_equal(from->scheme, to->scheme))
        return url_port(from) == url_port(to);
    return span_is(from->scheme, "http") && url_port(from) == 80 && url_port(to) == 443;
}

struct error *transfer_go(struct transfer *transfer, span text, int status)
{
    struct trail *trail = &transfer->trail;
    struct arena *arena = transfer->request->arena;
    struct url from = transfer->url, to;
    bool is_first = trail->count == 0;
    span address;

    text = span_trim(text);
    if (!is_first && trail->count > (size_t)most_hops(transfer))
        return error_new(ERROR_LIMIT, "redirected more than %d times", most_hops(transfer));
    if (has_control(text) || !url_parse(arena, text, is_first ? NULL : &from, &to))
        return error_new(ERROR_REFUSED,
                         is_first ? "cannot read the address" : "redirected to what is no address");
    TRY(check(transfer, &to));
    to.fragment = (span){0};
    address = url_serialize(arena, &to);
    if (was_visited(trail, address) && !transfer->request->settings->cookies.len)
        return error_new(ERROR_NETWORK, "redirected in a circle, to %.*s", SPAN_ARG(address));
    trail->visited[trail->count++] = address;
    transfer->url = to;
    if (is_first) {
        transfer->is_at_home = true;
        return OK;
    }
    transfer->is_at_home &= is_same_home(&from, &to);
    note_permanence(transfer, &from, status, address);
    return OK;
}

bool transfer_is_redirected(const struct transfer *transfer)
{
    static const int statuses[] = {301, 302, 303, 307, 308};

    for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
        if (transfer->status == statuses[i])
            return transfer->head.location.len > 0;
    return false;
}
