/* SPDX-License-Identifier: MIT
 * readme.c - what stands on top of folders: the newsroom, a source, a month
 *
 * Lists and no tables: they read as well in an editor as on a forge, and a diff of one shows just what came
 * in.
 */
#include "archive/internal.h"
#include "text/date.h"
#include "text/url.h"
#include <inttypes.h>

#define NEWEST_LIMIT 30 /* articles on the newsroom's README */

static void add_heading(struct buf *out, span text)
{
    buf_add(out, S("# "));
    escape_words(out, text);
    buf_add_char(out, '\n');
}

static void add_count(struct buf *out, int64_t count)
{
    buf_printf(out, "%" PRId64 " article%s", count, count == 1 ? "" : "s");
}

/* [words](address), the address relative to the folder `base` ("voa/2024/11/"), in which it must lie */
static void add_link(struct buf *out, span words, span path, size_t base_len)
{
    buf_add_char(out, '[');
    escape_words(out, words);
    buf_add(out, S("]("));
    escape_path(out, span_from(path, base_len));
    buf_add_char(out, ')');
}

static span title_of(const struct listing *listing)
{
    return listing->title.len ? listing->title : S("(no title)");
}

static void add_day(struct buf *out, const struct date_parts *date)
{
    buf_printf(out, "%04d-%02d-%02d", date->year, date->month, date->day);
}

/* - 2024-11-08 [title](path) · source; the source only where entries of several stand together */
static void add_entry(struct buf *out, const struct timezone_rules *timezone, const struct listing *listing,
                      size_t base_len, span source_name)
{
    struct date_parts date = local_date(timezone, listing->published_at);

    buf_add(out, S("- "));
    add_day(out, &date);
    buf_add_char(out, ' ');
    add_link(out, title_of(listing), listing->path, base_len);
    if (source_name.len) {
        buf_add(out, S(" · "));
        escape_words(out, source_name);
    }
    buf_add_char(out, '\n');
}

span archive_month_path(struct arena *arena, span source_id, int year, int month)
{
    return arena_printf(arena, "%.*s/%04d/%02d/README.md", SPAN_ARG(source_id), year, month);
}

/* "voa/2024/11/08-slug.md" */
bool archive_month_of_path(span path, int *out_year, int *out_month)
{
    int64_t year = 0, month = 0;
    span name;

    span_cut(&path, '/', &name); /* the source */
    if (!span_cut(&path, '/', &name) || name.len != 4 || !span_to_int64(name, &year) ||
        !span_cut(&path, '/', &name) || name.len != 2 || !span_to_int64(name, &month) || !path.len)
        return false;
    *out_year = (int)year;
    *out_month = (int)month;
    return year >= 1 && month >= 1 && month <= 12;
}

span archive_source_path(struct arena *arena, span source_id)
{
    return arena_printf(arena, "%.*s/README.md", SPAN_ARG(source_id));
}

/* The way up: [newsroom](../../../README.md) / [source](../../README.md) */
static void add_way_up(struct buf *out, const struct archive_source *source, const char *up)
{
    buf_printf(out, "\n[Newsroom](%s../README.md)", up);
    if (*up) {
        buf_add(out, S(" / ["));
        escape_words(out, name_of(source));
        buf_printf(out, "](%sREADME.md)", up);
    }
    buf_add_char(out, '\n');
}

void archive_render_month(const struct timezone_rules *timezone, const struct archive_source *source,
                          int year, int month, const struct listing *listings, size_t count, struct buf *out)
{
    OWN(arena) arena = arena_new(64 * KiB);
    size_t base_len = archive_month_path(arena, source->id, year, month).len - strlen("README.md");
    int day = 0;

    add_heading(out, name_of(source));
    buf_truncate(out, out->len - 1);
    buf_printf(out, ", %04d-%02d\n", year, month);
    add_way_up(out, source, "../../");
    buf_add_char(out, '\n');
    add_count(out, (int64_t)count);
    buf_add_char(out, '\n');
    for (size_t i = 0; i < count; i++) {
        struct date_parts date = local_date(timezone, listings[i].published_at);
        if (date.day != day) {
            buf_add(out, S("\n## "));
            add_day(out, &date);
            buf_add(out, S("\n\n"));
            day = date.day;
        }
        buf_printf(out, "- %02d:%02d ", date.hour, date.minute);
        add_link(out, title_of(&listings[i]), listings[i].path, base_len);
        buf_add_char(out, '\n');
    }
}

/* The feed's address without a login that it may hold: an archive is for others to read. */
static void add_feed(struct buf *out, span feed)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct url url;

    if (!url_parse(arena, feed, NULL, &url) || !url_is_safe_link(feed))
        return;
    url.username = url.password = (span){0};
    buf_add(out, S("\nFeed: <"));
    escape_link(out, url_serialize(arena, &url));
    buf_add(out, S(">\n"));
}

static void add_months(struct buf *out, const struct archive_source *source)
{
    int year = 0;

    for (size_t i = 0; i < source->month_count; i++) {
        const struct archive_month *month = &source->months[i];
        if (i == 0 || month->year != year)
            buf_printf(out, "\n## %04d\n\n", month->year);
        year = month->year;
        buf_printf(out, "- [%04d-%02d](%04d/%02d/README.md): ", month->year, month->month, month->year,
                   month->month);
        add_count(out, month->article_count);
        buf_add_char(out, '\n');
    }
}

void archive_render_source(const struct timezone_rules *timezone, const struct archive_source *source,
                           struct buf *out)
{
    add_heading(out, name_of(source));
    add_way_up(out, source, "");
    add_feed(out, source->feed);
    buf_add_char(out, '\n');
    add_count(out, source->article_count);
    buf_add_char(out, '\n');
    if (source->newest_count)
        buf_add(out, S("\n## Newest\n\n"));
    for (size_t i = 0; i < source->newest_count; i++)
        add_entry(out, timezone, &source->newest[i], source->id.len + 1, S(""));
    add_months(out, source);
}

/* The newest of all sources, each of whose listings come newest first: the heads are compared. */
static void add_newest(struct buf *out, const struct timezone_rules *timezone,
                       const struct archive_source *sources, size_t count)
{
    OWN(arena) arena = arena_new(1 * MiB);
    size_t *taken = ARENA_ARRAY(arena, size_t, count);

    for (size_t n = 0; n < NEWEST_LIMIT; n++) {
        const struct listing *best = NULL;
        size_t from = 0;
        for (size_t i = 0; i < count; i++) {
            const struct archive_source *source = &sources[i];
            if (taken[i] == source->newest_count)
                continue;
            if (best && source->newest[taken[i]].published_at <= best->published_at)
                continue;
            best = &source->newest[taken[i]];
            from = i;
        }
        if (!best)
            return;
        if (n == 0)
            buf_add(out, S("\n## Newest\n\n"));
        taken[from]++;
        add_entry(out, timezone, best, 0, name_of(&sources[from]));
    }
}

static void render_dated(const struct timezone_rules *timezone, const struct archive_source *sources,
                         size_t count, struct buf *out)
{
    OWN(arena) arena = arena_new(1 * MiB);
    int64_t total = 0;

    for (size_t i = 0; i < count; i++)
        total += sources[i].article_count;
    add_count(out, total);
    buf_printf(out, " from %zu source%s\n\n## Sources\n\n", count, count == 1 ? "" : "s");
    for (size_t i = 0; i < count; i++) {
        buf_add(out, S("- "));
        add_link(out, name_of(&sources[i]), archive_source_path(arena, sources[i].id), 0);
        buf_add(out, S(": "));
        add_count(out, sources[i].article_count);
        if (sources[i].newest_count) {
            struct date_parts date = local_date(timezone, sources[i].newest->published_at);
            buf_add(out, S(", newest "));
            add_day(out, &date);
        }
        buf_add_char(out, '\n');
    }
    add_newest(out, timezone, sources, count);
}

/* As the format's makers had it: a heading, and a paragraph with a link for each list. */
static void render_duty_machine(const struct archive_source *sources, size_t count, struct buf *out)
{
    OWN(arena) arena = arena_new(1 * MiB);

    for (size_t i = 0; i < count; i++) {
        span name = name_of(&sources[i]);
        if (i > 0)
            buf_add_char(out, '\n');
        buf_add_char(out, '[');
        escape_title(out, name, TITLE_IN_LIST);
        buf_add(out, S("]("));
        escape_path(out, sources[i].list_path.len ? sources[i].list_path : archive_list_path(arena, name));
        buf_add(out, S(")\n"));
    }
}

void archive_render_newsroom(enum layout layout, span title, const struct timezone_rules *timezone,
                             const struct archive_source *sources, size_t count, struct buf *out)
{
    if (layout == LAYOUT_DUTY_MACHINE) {
        add_line(out, title.len ? title : S("News"));
        buf_add(out, S("\n------\n\n"));
        render_duty_machine(sources, count, out);
        return;
    }
    add_heading(out, title.len ? title : S("News"));
    buf_add_char(out, '\n');
    render_dated(timezone, sources, count, out);
}
