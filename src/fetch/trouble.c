/* SPDX-License-Identifier: MIT
 * trouble.c - what went wrong, in words
 */
#include "fetch/internal.h"
#include "limits/limits.h"
#include <inttypes.h>

enum { WITH_DETAIL = 1, WITH_ERRNO, HEADER_TOO_LARGE = 100 /* CURLE_TOO_LARGE, new in libcurl 8.6 */ };

static const struct {
    CURLcode code;
    enum error_kind kind;
    const char *words; /* %.*s is the host */
    int with;
} causes[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ERROR_NETWORK, "could not resolve %.*s", 0},
    {CURLE_COULDNT_RESOLVE_PROXY, ERROR_NETWORK, "could not resolve the proxy for %.*s", 0},
    {CURLE_COULDNT_CONNECT, ERROR_NETWORK, "could not connect to %.*s", WITH_ERRNO},
    {CURLE_GOT_NOTHING, ERROR_NETWORK, "%.*s closed the connection without an answer", 0},
    {CURLE_PARTIAL_FILE, ERROR_NETWORK, "%.*s cut its answer short", 0},
    {CURLE_RECV_ERROR, ERROR_NETWORK, "the connection to %.*s broke", 0},
    {CURLE_SEND_ERROR, ERROR_NETWORK, "the connection to %.*s broke", 0},
    {CURLE_PEER_FAILED_VERIFICATION, ERROR_NETWORK, "cannot trust %.*s", WITH_DETAIL},
    {CURLE_SSL_CONNECT_ERROR, ERROR_NETWORK, "could not agree with %.*s on TLS", WITH_DETAIL},
    {CURLE_UNSUPPORTED_PROTOCOL, ERROR_NETWORK, "%.*s does not answer in HTTP", 0},
    {CURLE_WEIRD_SERVER_REPLY, ERROR_NETWORK, "%.*s answers what is no HTTP", WITH_DETAIL},
    {CURLE_HTTP2, ERROR_NETWORK, "%.*s breaks the rules of HTTP/2", 0},
    {CURLE_HTTP2_STREAM, ERROR_NETWORK, "%.*s broke off its answer", 0},
    {(CURLcode)HEADER_TOO_LARGE, ERROR_LIMIT, "%.*s sends a header that is too large", 0},
    {CURLE_OUT_OF_MEMORY, ERROR_LIMIT, "%.*s sends a header that is too large", 0},
    {CURLE_PROXY, ERROR_NETWORK, "the proxy does not reach %.*s", WITH_DETAIL},
    {CURLE_URL_MALFORMAT, ERROR_REFUSED, "cannot read the address of %.*s", 0},
};

static struct error *refused(const struct transfer *transfer)
{
    char text[GUARD_TEXT_SIZE];

    return error_new(ERROR_REFUSED, "refused: %s is %s ([fetch] allow_networks exempts it)",
                     guard_address_text(transfer->address, text), transfer->refusal);
}

/* Which of the limits on time was it? */
static struct error *too_slow(const struct transfer *transfer)
{
    span host = transfer->url.host;
    int64_t timeout = transfer->request->settings->timeout / SECOND;

    if (!transfer->opened_at || transfer->is_resolving)
        return error_new(ERROR_NETWORK, "could not resolve %.*s in time", SPAN_ARG(host));
    if (!transfer->is_sent)
        return error_new(ERROR_NETWORK, "could not connect to %.*s in time", SPAN_ARG(host));
    if (transfer->head_size == 0)
        return error_new(ERROR_NETWORK, "%.*s did not answer within %" PRId64 " s", SPAN_ARG(host), timeout);
    if (fetcher_time(transfer->fetcher) < transfer->deadline)
        return error_new(ERROR_NETWORK, "no byte from %.*s for %d s", SPAN_ARG(host),
                         LIMIT_STALL_TIME / 1000);
    return error_new(ERROR_NETWORK, "%.*s was not done within %" PRId64 " s", SPAN_ARG(host), timeout);
}

static const char *detail(const struct transfer *transfer, int with)
{
    const char *reason = NULL;
    long number = 0;

    if (with == WITH_ERRNO && transfer->easy &&
        !curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &number) && number)
        reason = strerrordesc_np((int)number);
    if (reason || with == 0)
        return reason;
    return transfer->says[0] ? transfer->says : NULL;
}

struct error *trouble(const struct transfer *transfer, CURLcode code)
{
    span host = transfer->url.host;
    const char *why;

    if (transfer->refusal)
        return refused(transfer);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return too_slow(transfer);
    for (size_t i = 0; i < ARRAY_SIZE(causes); i++) {
        if (causes[i].code != code)
            continue;
        why = detail(transfer, causes[i].with);
        if (why)
            return error_wrap(error_new(causes[i].kind, "%s", why), causes[i].words, SPAN_ARG(host));
        return error_new(causes[i].kind, causes[i].words, SPAN_ARG(host));
    }
    return error_new(ERROR_NETWORK, "could not fetch from %.*s: %s", SPAN_ARG(host),
                     transfer->says[0] ? transfer->says : curl_easy_strerror(code));
}
