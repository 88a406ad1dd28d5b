/* SPDX-License-Identifier: MIT
 * page.h - what a web page says of itself
 *
 * From bytes to a tree in the right encoding, and from the tree to title, authors, dates, language, lead
 * picture, canonical address and what else JSON-LD, OpenGraph, microdata, meta elements, bylines and the
 * address tell. Which source wins is a table with reasons (docs). Pure.
 */
#pragma once
#include "markup/html.h"
#include "model/item.h"

struct page_bytes {
    span bytes;          /* as they came over the wire, Content-Encoding undone */
    span url;            /* the page's address, absolute; {0}: not known */
    span content_type;   /* header, or {0} */
    const char *charset; /* that they were decoded from, and are UTF-8 since; NULL: they are as they came */
};

struct page {
    span url;            /* where it came from */
    span base;           /* what its references are resolved against: <base href>, else url */
    const char *charset; /* that it was read in: WHATWG's name */
    struct node
        *document; /* the whole tree; lazily loaded pictures already resolved (page_settle_pictures) */

    span title; /* the article's, not the site's */
    span site_name, language, canonical_url, amp_url;
    struct author *authors;
    size_t author_count;
    int64_t published_at, modified_at; /* NO_TIME: not said */
    int published_zone;                /* minutes east of UTC that the page wrote it in */
    bool published_has_time;
    span image;            /* lead picture, absolute */
    span section, excerpt; /* excerpt: the page's own description */
    span *tags;
    size_t tag_count;
    int is_free;           /* isAccessibleForFree: 1, 0, or -1: not said */
    span descriptions;     /* all of them, joined: for comparison */
    span body_in_data;     /* articleBody of JSON-LD, plain; {0} */
    span headline_in_data; /* og:title or JSON-LD headline, before the site's name was taken off */
    span next_url;         /* next page of the same article, absolute; {0} */
    span single_page_url;  /* "view all on one page", absolute; {0} */
    bool says_article;     /* machines are told that it is one: its data, or a date there */
    bool is_index;         /* og:type website, or the like: the page says it is no article */
};

/* Makes the bytes UTF-8. Encoding: BOM; bytes that are well-formed UTF-8 whatever the label; HTTP; meta
 * prescan (also a `content` that is only `charset=gbk`); guess. */
void page_decode(struct arena *arena, struct page_bytes *bytes);

/* Reads bytes into a page, decoded or not. ERROR_LIMIT: larger than can be looked at. */
struct error *page_read(struct arena *arena, const struct page_bytes *input, struct page **out_page) MUST_USE;

/* Lazy pictures (data-src, data-srcset, srcset, <noscript> twins, <picture>, data-attrs JSON, background
 * images) become plain <img> with the best real address. Part of page_read(); by itself for fragments. */
void page_settle_pictures(struct arena *arena, struct node *root, span base);

/* Names in a byline: "By Ann Lee and Bob Ray, staff writers" -> two authors. Shared by feeds' and pages'
 * authors. */
size_t page_split_byline(struct arena *arena, span byline, struct author **out_authors);
