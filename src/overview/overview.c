/* SPDX-License-Identifier: MIT
 * overview.c - the archive's lists and READMEs, from what the store has
 */
#include "overview/overview.h"
#include "conf/conf.h"

enum { NEWEST_IN_README = 30, LONGEST_PAGE = 64 * MiB };

static struct error *newest(const struct overview *overview, struct arena *arena,
                            struct archive_source *source, bool by_number, size_t limit)
{
    struct article_filter filter = {
        .source_id = source->id, .since = NO_TIME, .until = NO_TIME, .limit = limit, .by_number = by_number};
    struct listing *listings = NULL;

    TRY(store_list(overview->reader, arena, &filter, &listings, &source->newest_count));
    source->newest = listings;
    return OK;
}

struct error *overview_sources(const struct overview *overview, struct arena *arena,
                               struct archive_source **out_sources, size_t *out_count)
{
    struct source *sources = NULL;
    struct archive_source *found;
    size_t count = 0, found_count = 0;

    TRY(store_sources(overview->reader, arena, &sources, &count));
    found = ARENA_ARRAY(arena, struct archive_source, count);
    for (size_t i = 0; i < count; i++) {
        if (sources[i].article_count == 0 && !sources[i].is_wanted)
            continue;
        found[found_count] = (struct archive_source){.id = sources[i].id,
                                                     .name = sources[i].name,
                                                     .feed = sources[i].feed,
                                                     .article_count = sources[i].article_count};
        TRY(newest(overview, arena, &found[found_count++], false, NEWEST_IN_README));
    }
    archive_name_lists(arena, found, found_count);
    *out_sources = found;
    *out_count = found_count;
    return OK;
}

struct error *overview_complete(const struct overview *overview, struct arena *arena,
                                struct archive_source *source)
{
    const struct conf_archive *settings = &overview->conf->archive;
    struct month_count *months = NULL;
    struct archive_month *archive_months;

    TRY(newest(overview, arena, source, settings->layout == LAYOUT_DUTY_MACHINE,
               (size_t)settings->list_length));
    TRY(store_months(overview->reader, arena, source->id, &months, &source->month_count));
    archive_months = ARENA_ARRAY(arena, struct archive_month, source->month_count);
    for (size_t i = 0; i < source->month_count; i++)
        archive_months[i] = (struct archive_month){months[i].year, months[i].month, months[i].article_count};
    source->months = archive_months;
    return OK;
}

struct error *overview_newsroom(const struct overview *overview, const struct archive_source *sources,
                                size_t count, overview_take *take, void *context)
{
    LOCAL(buf) text = {.max = LONGEST_PAGE};

    archive_render_newsroom(overview->conf->archive.layout, overview->conf->title, overview->timezone,
                            sources, count, &text);
    return take(context, &(struct overview_page){{0}, S("README.md"), buf_span(&text)});
}

struct error *overview_source(const struct overview *overview, const struct archive_source *source,
                              overview_take *take, void *context)
{
    OWN(arena) arena = arena_new(64 * KiB);
    LOCAL(buf) text = {.max = LONGEST_PAGE};
    struct overview_page page = {.source_id = source->id};

    if (overview->conf->archive.layout == LAYOUT_DUTY_MACHINE) {
        archive_render_list(overview->timezone, source->id, source->name, source->newest,
                            source->newest_count, &text);
        page.path = source->list_path;
    } else {
        archive_render_source(overview->timezone, source, &text);
        page.path = archive_source_path(arena, source->id);
    }
    page.bytes = buf_span(&text);
    return take(context, &page);
}

struct error *overview_month(const struct overview *overview, const struct archive_source *source, int year,
                             int month, overview_take *take, void *context)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    LOCAL(buf) text = {.max = LONGEST_PAGE};
    struct listing *listings = NULL;
    size_t count = 0;

    TRY(store_month(overview->reader, arena, source->id, year, month, &listings, &count));
    archive_render_month(overview->timezone, source, year, month, listings, count, &text);
    return take(context,
                &(struct overview_page){source->id, archive_month_path(arena, source->id, year, month),
                                        buf_span(&text)});
}
