/* SPDX-License-Identifier: MIT
 * internal.h - an expression as a tree, and what it is asked of
 */
#pragma once
#include "filter/filter.h"

enum node_kind { NODE_OR, NODE_AND, NODE_NOT, NODE_TEST };
enum field {
    FIELD_TITLE,
    FIELD_TEXT,
    FIELD_ANY,
    FIELD_AUTHOR,
    FIELD_CATEGORY,
    FIELD_LINK,
    FIELD_SOURCE,
    FIELD_LANGUAGE,
    FIELD_COUNT
};
enum test { TEST_PATTERN, TEST_EQUAL, TEST_HAS };

struct filter_match {
    enum node_kind kind;
    const struct filter_match *left, *right; /* right: of NODE_OR and NODE_AND */
    enum field field;
    enum test test;
    struct pattern *pattern; /* TEST_PATTERN */
    span folded;             /* TEST_EQUAL, TEST_HAS */
};

/* --- asking: what several tests need is made once --- */

struct question {
    struct arena *arena;
    const struct filter_subject *subject;
    struct {
        span plain, folded;
        bool has_plain, has_folded;
    } title, text;
    bool reached_limit;
};

bool match_fits(const struct filter_match *match, struct question *question);

/* --- pattern.c: PCRE2 --- */

struct pattern;

/* `flags`: of "imsx". `*out_offset`: where in `text` it is wrong; `*out_what`: how, in `arena`. False then.
 * Goes with the arena. */
bool pattern_compile(struct arena *arena, span text, span flags, struct pattern **out_pattern,
                     size_t *out_offset, span *out_what);
/* Looks at the first 256 KiB. `*out_is_limited` true: the search took too long, and was given up. */
bool pattern_fits(const struct pattern *pattern, span text, bool *out_is_limited);
