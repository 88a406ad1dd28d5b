/* SPDX-License-Identifier: MIT
 * page.h - a page taken as an article, without a source: `courant keep URL`
 */
#pragma once
#include "conf/conf.h"
#include "core/clock.h"
#include "gather/take.h"

#define KEPT_SOURCE "kept" /* what such articles belong to: id and folder */

struct keep_options {
    const char *newsroom;
    const struct conf *conf;
    const struct clock *clock;
};

/* Stores the article of `taken` (there is one), and its page where pages are kept; the archive owes it then.
 * A page that was kept before and says something else is a revision. ERROR_LOCKED: another process is at
 * work. */
struct error *keep_page(struct arena *arena, const struct keep_options *options, const struct taken *taken,
                        uint64_t *out_id) MUST_USE;
