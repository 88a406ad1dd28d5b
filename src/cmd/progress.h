/* SPDX-License-Identifier: MIT
 * progress.h - a bar on standard error while a harvest runs; nothing where that is no terminal
 */
#pragma once
#include "core/log.h"
#include "harvest/harvest.h"

struct progress;

struct progress *progress_new(struct log *log, bool is_wanted) MUST_USE; /* NULL: none is shown */
void progress_free(struct progress *progress);                           /* takes the bar away */
void progress_show(struct progress *progress, const struct harvest_progress *now);
/* `words` stand behind the bar, and need no escape. */
void progress_show_count(struct progress *progress, int64_t done, int64_t wanted, span words);
void progress_hide(
    struct progress *progress); /* before something else is written; it comes back with the next show */
