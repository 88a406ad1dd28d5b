/* SPDX-License-Identifier: MIT
 * hook_backlog.h - what the hook has not been told yet
 *
 * All that came after a place, and some from before it whose page is still waited for: an article is told
 * when its text is settled, with the page's text if that was the better one, and does not hold up others.
 */
#pragma once
#include "core/log.h"
#include "model/article.h"
#include "store/store.h"

enum { BACKLOG_WAITING = 1024 }; /* while so many wait for their pages, nothing that came later is told */

struct hook_backlog {
    int64_t place;
    int64_t waiting[BACKLOG_WAITING]; /* places, ascending */
    size_t waiting_count;
    int64_t settles_at; /* when the first of them waits no longer, whatever happens; INT64_MAX: none does */
};

struct hook_news { /* what is to be told together */
    struct article **articles;
    size_t count;
    struct hook_backlog rest; /* ... after which this is left */
};

/* What is settled, the oldest first, some hundred of them; their texts are in `arena`. An article that was
 * damaged on disk is passed over, and told to `log`. */
struct error *hook_backlog_next(const struct hook_backlog *backlog, struct store_reader *reader,
                                struct arena *arena, int64_t now, struct log *log,
                                struct hook_news *out_news) MUST_USE;

/* As a note in the store. `has_all`: nothing but what waits is left; then what comes into the store before it
 * is read again is none of the hook's business. */
span hook_backlog_write(const struct hook_backlog *backlog, bool has_all, struct arena *arena);
/* `last`: the place of the newest article. An empty note: nothing was left. */
void hook_backlog_read(span note, int64_t last, struct hook_backlog *out_backlog);
