/* SPDX-License-Identifier: MIT
 * url.h - addresses, as the WHATWG URL Standard parses and serialises them
 *
 * The archive needs its bytes: what browsers and Node write for `href`. A pure-ASCII host never goes through
 * IDNA; others go through ICU's uidna (UTS 46, non-transitional).
 */
#pragma once
#include "core/core.h"

enum url_host {
    URL_HOST_NONE,
    URL_HOST_EMPTY,
    URL_HOST_DOMAIN,
    URL_HOST_IPV4,
    URL_HOST_IPV6,
    URL_HOST_OPAQUE
};

struct url {
    span scheme; /* without ':' */
    span username, password;
    span host;     /* serialised; an IPv6 address in brackets */
    span path;     /* serialised: "/a/b", or opaque ("x@y") */
    span query;    /* without '?'; at == NULL: none */
    span fragment; /* without '#'; at == NULL: none */
    int port;      /* -1: the scheme's own */
    enum url_host host_kind;
    bool has_opaque_path;
    bool is_special; /* http, https, ftp, ws, wss, file */
};

/* Parses `input` (UTF-8; white space and controls around it are dropped) against `base`, or NULL.
 * False: the Standard says failure. All spans are in `arena`. */
bool url_parse(struct arena *arena, span input, const struct url *base, struct url *out_url);
span url_serialize(struct arena *arena, const struct url *url);

/* http or https */
static inline bool url_is_of_web(const struct url *url)
{
    return span_is(url->scheme, "http") || span_is(url->scheme, "https");
}

/* The same with the document's charset for the query (HTML links in pages that are not UTF-8). */
bool url_parse_in(struct arena *arena, span input, const struct url *base, const char *charset,
                  struct url *out_url);

/* `input` resolved against `base` (absolute URL or {0}) and serialised, with a NUL behind it; {0} on failure.
 * A base that is no URL counts as none. */
span url_resolve(struct arena *arena, span base, span input);

int url_port(const struct url *url); /* the port in force: given or the scheme's; -1 if none is known */
/* "https://host:8443", without the default port; "null" where the Standard has an opaque one. */
span url_origin(struct arena *arena, const struct url *url);

/* Domain to ASCII (UTS 46): lower-case, Punycode; {0} if the Standard refuses it. `domain` itself where
 * nothing has to change. */
span url_domain_to_ascii(struct arena *arena, span domain);
/* The registrable domain ("example.co.uk" of "www.example.co.uk") by the public suffix list; the host itself
 * if none. */
span url_registrable_domain(struct arena *arena, span host);

/* An article's address made comparable: scheme and "www." dropped, fragment dropped, tracking parameters
 * (utm_*, fbclid, gclid, ...) and sessions (PHPSESSID, ;jsessionid=, ...) dropped, remaining ones kept in
 * order, a trailing slash dropped. Not for fetching. {0} if it is no http(s) URL. */
span url_canonical_key(struct arena *arena, span url);

/* May this be shown as a link: http, https, mailto, tel, ftp, magnet, tag... false for javascript:, data:,
 * vbscript:, blob:, file: and whatever else could run code or read this machine. Relative ones may. */
bool url_is_safe_link(span url);
/* A relative reference that nobody takes for one with a scheme, whatever blanks he drops at its start: "./"
 * is put before a first segment with a colon (RFC 3986, 4.2). What has a scheme stays as it is. */
span url_plainly_relative(struct arena *arena, span reference);

span url_percent_decode(struct arena *arena, span s); /* `s` itself where there is nothing to decode */
