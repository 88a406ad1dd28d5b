/* SPDX-License-Identifier: MIT
 * overviews.c - the archive's lists and READMEs are staged: of touched sources all, and the newsroom's own
 */
#include "harvest/archiver.h"
#include "overview/overview.h"

static struct error *stage(void *context, const struct overview_page *page)
{
    struct archiver *archiver = context;

    return archiver_note_obstacle(archiver, page->source_id,
                                  archive_stage(archiver->archive, page->path, page->bytes));
}

static struct error *stage_source(struct archiver *archiver, const struct overview *overview,
                                  const struct touched *touched, const struct archive_source *mentioned)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct archive_source source = *mentioned;

    TRY(overview_complete(overview, arena, &source));
    for (size_t i = 0; i < touched->months.len && archiver->conf->archive.layout == LAYOUT_DATED; i++)
        TRY(overview_month(overview, &source, touched->months.at[i] / 12, touched->months.at[i] % 12 + 1,
                           stage, archiver));
    return overview_source(overview, &source, stage, archiver);
}

/* The newsroom's README needs a line of every source. */
struct error *archiver_stage_overviews(struct archiver *archiver)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct overview overview = {archiver->reader, archiver->conf, archiver->harvest->timezone};
    struct archive_source *sources = NULL;
    size_t count = 0;

    TRY(overview_sources(&overview, arena, &sources, &count));
    for (size_t i = 0; i < count; i++) {
        const struct touched *touched = map_get(&archiver->touched, sources[i].id);
        if (touched)
            TRY(stage_source(archiver, &overview, touched, &sources[i]));
    }
    return overview_newsroom(&overview, sources, count, stage, archiver);
}
