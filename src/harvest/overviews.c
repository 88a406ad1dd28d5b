/* SPDX-License-Identifier: MIT
 * overviews.c - the archive's lists and READMEs, from what the store has
 */
#include "harvest/archiver.h"

static struct error *newest(struct archiver *archiver, struct arena *arena, span source_id, bool by_number,
                            size_t limit, struct listing **out_listings, size_t *out_count)
{
    struct article_filter filter = {
        .source_id = source_id, .since = NO_TIME, .until = NO_TIME, .limit = limit, .by_number = by_number};

    return store_list(archiver->reader, arena, &filter, out_listings, out_count);
}

static struct error *describe_source(struct archiver *archiver, struct arena *arena,
                                     const struct source *source, struct archive_source *out_source)
{
    const struct conf_archive *settings = &archiver->conf->archive;
    struct month_count *months = NULL;
    struct archive_month *archive_months;
    struct listing *listings = NULL;

    *out_source = (struct archive_source){
        .id = source->id, .name = source->name, .feed = source->feed, .article_count = source->article_count};
    TRY(newest(archiver, arena, source->id, settings->layout == LAYOUT_DUTY_MACHINE,
               (size_t)settings->list_length, &listings, &out_source->newest_count));
    out_source->newest = listings;
    TRY(store_months(archiver->reader, arena, source->id, &months, &out_source->month_count));
    archive_months = ARENA_ARRAY(arena, struct archive_month, out_source->month_count);
    for (size_t i = 0; i < out_source->month_count; i++)
        archive_months[i] = (struct archive_month){months[i].year, months[i].month, months[i].article_count};
    out_source->months = archive_months;
    return OK;
}

static struct error *stage_overview(struct archiver *archiver, span source_id, span path, span text)
{
    return archiver_note_obstacle(archiver, source_id, archive_stage(archiver->archive, path, text));
}

static struct error *stage_list(struct archiver *archiver, const struct archive_source *source)
{
    LOCAL(buf) text = {.max = 64 * MiB};

    archive_render_list(archiver->harvest->timezone, source->id, source->name, source->newest,
                        source->newest_count, &text);
    return stage_overview(archiver, source->id, source->list_path, buf_span(&text));
}

static struct error *stage_months(struct archiver *archiver, const struct archive_source *source,
                                  const struct touched *touched)
{
    for (size_t i = 0; i < touched->months.len; i++) {
        OWN(arena) arena = arena_new(SIZE_MAX);
        LOCAL(buf) text = {.max = 64 * MiB};
        int year = touched->months.at[i] / 12, month = touched->months.at[i] % 12 + 1;
        struct listing *listings = NULL;
        size_t count = 0;
        TRY(store_month(archiver->reader, arena, source->id, year, month, &listings, &count));
        archive_render_month(archiver->harvest->timezone, source, year, month, listings, count, &text);
        TRY(stage_overview(archiver, source->id, archive_month_path(arena, source->id, year, month),
                           buf_span(&text)));
    }
    return OK;
}

static struct error *stage_source(struct archiver *archiver, struct arena *arena,
                                  const struct archive_source *source, const struct touched *touched)
{
    LOCAL(buf) text = {.max = 64 * MiB};

    if (archiver->conf->archive.layout == LAYOUT_DUTY_MACHINE)
        return stage_list(archiver, source);
    TRY(stage_months(archiver, source, touched));
    archive_render_source(archiver->harvest->timezone, source, &text);
    return stage_overview(archiver, source->id, archive_source_path(arena, source->id), buf_span(&text));
}

static struct error *stage_readme(struct archiver *archiver, const struct archive_source *sources,
                                  size_t count)
{
    const struct conf *conf = archiver->conf;
    LOCAL(buf) text = {.max = 64 * MiB};

    archive_render_newsroom(conf->archive.layout, conf->title, archiver->harvest->timezone, sources, count,
                            &text);
    return stage_overview(archiver, S(""), S("README.md"), buf_span(&text));
}

/* What a README says of a source that nothing happened to: its line and a few of its articles. */
static struct error *mention_source(struct archiver *archiver, struct arena *arena,
                                    const struct source *source, struct archive_source *out_source)
{
    enum { NEWEST_IN_README = 30 };
    struct listing *listings = NULL;

    *out_source = (struct archive_source){
        .id = source->id, .name = source->name, .feed = source->feed, .article_count = source->article_count};
    TRY(newest(archiver, arena, source->id, false, NEWEST_IN_README, &listings, &out_source->newest_count));
    out_source->newest = listings;
    return OK;
}

/* Of touched sources all their pages; the newsroom's README needs a line of every source. */
struct error *archiver_stage_overviews(struct archiver *archiver)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct source *sources = NULL;
    struct archive_source *described;
    size_t count = 0, described_count = 0;

    TRY(store_sources(archiver->reader, arena, &sources, &count));
    described = ARENA_ARRAY(arena, struct archive_source, count);
    for (size_t i = 0; i < count; i++) {
        struct archive_source *source = &described[described_count];
        if (sources[i].article_count == 0 && !sources[i].is_wanted)
            continue;
        if (map_get(&archiver->touched, sources[i].id))
            TRY(describe_source(archiver, arena, &sources[i], source));
        else
            TRY(mention_source(archiver, arena, &sources[i], source));
        described_count++;
    }
    archive_name_lists(arena, described, described_count);
    for (size_t i = 0; i < described_count; i++) {
        const struct touched *touched = map_get(&archiver->touched, described[i].id);
        if (touched)
            TRY(stage_source(archiver, arena, &described[i], touched));
    }
    return stage_readme(archiver, described, described_count);
}
