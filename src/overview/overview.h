/* SPDX-License-Identifier: MIT
 * overview.h - the archive's lists and READMEs, as the store has them
 *
 * The one place that says which listings stand on which of them: whoever writes them (harvest/) and whoever
 * looks whether they are what they should be (keep/) get the same bytes. Nothing is written here.
 */
#pragma once
#include "archive/archive.h"
#include "store/store.h"

struct overview {
    struct store_reader *reader;
    const struct conf *conf; /* title, layout, length of lists */
    const struct timezone_rules *timezone;
};

/* All sources that have a place in the archive, in their order, each with what the newsroom's README and the
 * list of another say of it: its line, where its own list lies, and a few of its articles. */
struct error *overview_sources(const struct overview *overview, struct arena *arena,
                               struct archive_source **out_sources, size_t *out_count) MUST_USE;

/* Adds what the source's own pages say: its newest articles, its months. */
struct error *overview_complete(const struct overview *overview, struct arena *arena,
                                struct archive_source *source) MUST_USE;

struct overview_page {
    span source_id; /* empty: the newsroom's */
    span path;      /* both, as the bytes, only until the function returns that is given them */
    span bytes;
};
typedef struct error *overview_take(void *context, const struct overview_page *page);

/* README.md */
struct error *overview_newsroom(const struct overview *overview, const struct archive_source *sources,
                                size_t count, overview_take *take, void *context) MUST_USE;
/* duty-machine: a completed source's list; dated: its README. */
struct error *overview_source(const struct overview *overview, const struct archive_source *source,
                              overview_take *take, void *context) MUST_USE;
/* dated: a month's README */
struct error *overview_month(const struct overview *overview, const struct archive_source *source, int year,
                             int month, overview_take *take, void *context) MUST_USE;
