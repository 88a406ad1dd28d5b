/* SPDX-License-Identifier: MIT
 * parked.c - pages that stand where a domain has no site
 *
 * They are told by what they say: that the name is for sale, or parked. A site may write of such things, too,
 * so the page must be small, and say it where it says everything: near its beginning.
 */
#include "gather/internal.h"

enum { LARGEST_PAGE = 256 * 1024, NEAR_BEGINNING = 16 * 1024, MOST_LINKS = 60 };

static const char *const sayings[] = {
    "domain is for sale",
    "domain name is for sale",
    "domain may be for sale",
    "domain for sale",
    "buy this domain",
    "buy this name",
    "domain is parked",
    "domain has been parked",
    "parked domain",
    "parked free",
    "domain parking",
    "this domain has expired",
    "domain has recently been registered",
    "domain is available for purchase",
    "域名出售",
    "域名转让",
    "此域名可出售",
    "该域名正在出售",
    "domain steht zum verkauf",
    "domaine est à vendre",
    "dominio está en venta",
    "домен продается",
    "домен продаётся",
    "このドメインは販売",
};

static size_t count_links(span body)
{
    size_t count = 0, at;

    while (count <= MOST_LINKS && (at = span_find_nocase(body, S("<a "))) != SPAN_NONE) {
        body = span_from(body, at + 3);
        count++;
    }
    return count;
}

bool is_parked(span body)
{
    span start = span_sub(body, 0, NEAR_BEGINNING);

    if (body.len > LARGEST_PAGE || count_links(body) > MOST_LINKS)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(sayings); i++)
        if (span_find_nocase(start, span_of(sayings[i])) != SPAN_NONE)
            return true;
    return false;
}
