/* SPDX-License-Identifier: MIT
 * article.h - the article in the page
 *
 * By site rule if there is one that finds something, else by scoring: the page as a row of blocks (blocks.h),
 * each in numbers (measures.h), a small learned table (forest.h) and a few rules with reasons (choose.c).
 * What was chosen becomes a clean tree (clean.c): headings, lists, tables, quotations, code, figures with
 * captions, embeds as links; and it is judged: is this an article at all? Pure: no clock, network, store.
 */
#pragma once
#include "page/page.h"

struct rules; /* a folder of site rules, read: rules.c */

enum page_kind {
    PAGE_ARTICLE,
    PAGE_INDEX,
    PAGE_BOT_WALL,
    PAGE_LOGIN,
    PAGE_COOKIE_WALL,
    PAGE_SOFT_404,
    PAGE_PAYWALL_STUB,
    PAGE_EMPTY
};

struct extraction_image {
    span url, alt, caption;
    int width, height; /* 0: not said */
};

struct extraction {
    enum page_kind kind;
    const char *reason; /* why it is no article, a sentence; NULL for PAGE_ARTICLE */
    span title, byline, site_name, language, image, excerpt;
    struct author *authors;
    size_t author_count;
    int64_t published_at, modified_at;
    int published_zone; /* minutes east of UTC */
    bool published_has_time;
    struct node *content;      /* sanitised; NULL: no article */
    span html, markdown, text; /* of the content; {0}: no article */
    struct extraction_image *images;
    size_t image_count;
    span *links;
    size_t link_count;
    size_t word_count;
    span rule;                      /* name of the site rule used, or {0} */
    float confidence;               /* 0..1 */
    span next_url, single_page_url; /* of the same article, absolute, or {0} */
};

struct extract_options {
    const struct rules *rules; /* NULL: none */
    struct buf *explain;       /* why each block was taken or not is written here; NULL: nowhere */
    bool explains_as_html;     /* as a page that shows the blocks, marked, instead of lines */
};

/* `page` is used up: its tree is taken apart. A page without an article is no failure: kind and reason tell.
 * ERROR_LIMIT: too large. */
struct error *article_extract(struct arena *arena, struct page *page, const struct extract_options *options,
                              struct extraction **out_extraction) MUST_USE;

/* From bytes to the article: what a site rule changes in the source is changed, the page read, and its
 * article extracted. */
struct error *article_from(struct arena *arena, const struct page_bytes *bytes,
                           const struct extract_options *options,
                           struct extraction **out_extraction) MUST_USE;

/* Another page of the same article is put behind `first`. False: it is none, or says what was said already;
 * nothing was changed, and what follows it is of no interest. */
struct error *extraction_join(struct arena *arena, struct extraction *first, struct extraction *next,
                              bool *out_is_joined) MUST_USE;

/* Folders of site rules in the format of ftr-site-config (NAME.txt by host); the first folder wins. A file
 * that cannot be read is told in
 * `*out_warnings` (may be NULL) and left out. Lives in `arena`. */
struct error *rules_read(struct arena *arena, const char *const *folders, size_t count,
                         struct rules **out_rules, span *out_warnings) MUST_USE;

/* Headers ("Name: value") that the rule for this address wants the page to be asked for with; their number.
 */
size_t rules_headers(struct arena *arena, const struct rules *rules, span url, span **out_headers);

/* A page's source with what the rule for its address replaces (find_string, replace_string). */
span rules_edit_source(struct arena *arena, const struct rules *rules, span url, span source);

/* JSON of an extraction, as `courant extract --format json` prints it; says all that the struct does. */
struct json_writer;
void extraction_write_json(struct json_writer *json, span url, const struct extraction *extraction);

const char *page_kind_name(enum page_kind kind);

/* What the learned table sees of a page's blocks, for data/train-extraction.py, which learns it. */
void article_write_feature_names(struct json_writer *json); /* an array */
struct error *article_write_features(struct arena *arena, struct page *page,
                                     struct json_writer *json) MUST_USE; /* an object of arrays, by block */
