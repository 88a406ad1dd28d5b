/* SPDX-License-Identifier: MIT
 * article.h - an article as the store keeps it and the archive writes it: one revision of it
 */
#pragma once
#include "model/item.h"

struct article {
    uint64_t
        id; /* hash of the source's id and the first identity key: two harvests of one feed give the same */
    span source_id, source_name;
    int revision;         /* 1: the first */
    int64_t fetched_at;   /* when this revision was got */
    int64_t published_at; /* what the feed said, else the first sighting: never NO_TIME */
    int64_t modified_at;  /* NO_TIME: not said */
    bool is_dated;        /* published_at is the publisher's word */
    struct item item;     /* raw and clean */
    int64_t number;       /* duty-machine's, counting down; 0: none yet */
    span file_name;       /* duty-machine: an adopted file's own name, or where it lies elsewhere than in
                           * "articles/<source>/" its path (with a `/` in it or before it); else empty:
                           * "<number>.md" */
    span path;            /* dated: "<source>/2024/11/08-slug.md" */
    int64_t archive_mark; /* which change the archive is owed; 0: none */
    int64_t withdrawn_at; /* the publisher took it away; NO_TIME: no */
    bool is_of_page;      /* item.html is what stood in its page, not in the feed */
    span file_text;       /* an adopted file's own bytes, where rendering would give others; else empty */
    bool is_dated_file;   /* they are a file of the dated layout, else of duty-machine's or an older form */
};

struct listing { /* what lists and READMEs need of an article */
    uint64_t id;
    int64_t number, published_at;
    span file_name, path;
    span raw_title, title;
    span tags; /* a JSON array of strings */
};
