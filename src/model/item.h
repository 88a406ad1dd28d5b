/* SPDX-License-Identifier: MIT
 * item.h - one item of a poll: what the publisher sent, and beside it what Courant made of it
 */
#pragma once
#include "core/core.h"

struct author {
    span name, url, email, avatar;
};

struct item {
    /* raw: as the XML or JSON parser gave it */
    span feed_id;         /* guid, atom:id, ...; empty: the feed gave none */
    span raw_title;       /* may hold markup, line feeds */
    span raw_link;        /* as it stood there; empty: the same as `link` */
    span raw_body;        /* content:encoded or Atom content, else the description */
    uint64_t raw_hash;    /* of all the feed said of it: equal means nothing to do */
    int64_t published_at; /* NO_TIME: the feed did not say, or said nothing that can be read */
    int64_t modified_at;

    /* clean; filled by feed_item_clean(), only for items that are new or changed */
    span link;     /* absolute, WHATWG-serialised; or empty */
    span title;    /* plain text */
    span html;     /* sanitised, references absolute */
    span summary;  /* plain text; empty where the body says it all */
    span language; /* BCP 47, or empty */
    span image;    /* absolute URL, or empty */
    struct author *authors;
    size_t author_count;
    span *tags;
    size_t tag_count;
    bool is_known;   /* store_knows() said so: nothing of it was made clean, nothing need be done */
    bool is_deleted; /* the publisher took it away (RFC 6721): it names an article and says nothing */
    bool is_full;    /* the feed promised the whole text (content:encoded, Atom content, content_html) */
};
