/* SPDX-License-Identifier: MIT
 * list.c - `courant list`: articles, newest first
 */
#include "cmd/cmd.h"
#include "cmd/terminal.h"
#include "cmd/words.h"
#include "filter/filter.h"
#include "store/store.h"
#include "text/json.h"
#include <inttypes.h>

/* A path begins with the source's id. */
static span source_of(const struct listing *listing)
{
    return span_sub(listing->path, 0, span_find_char(listing->path, '/'));
}

/* What `show` finds it by. */
static span name_of(struct arena *arena, const struct listing *listing)
{
    if (listing->number)
        return arena_printf(arena, "%.*s/%" PRId64, SPAN_ARG(source_of(listing)), listing->number);
    return arena_printf(arena, "%016" PRIx64, listing->id);
}

static const struct json *tags_of(struct arena *arena, const struct listing *listing)
{
    struct json_damage damage;
    struct json *tags = NULL;
    OWN(error) error = json_parse(arena, listing->tags, &tags, &damage);

    return error || tags->type != JSON_ARRAY ? NULL : tags->first;
}

static bool is_marked(struct arena *arena, const struct listing *listing)
{
    for (const struct json *tag = tags_of(arena, listing); tag; tag = tag->next)
        if (span_is(json_text(tag), FILTER_MARK))
            return true;
    return false;
}

static void write_tags(struct arena *arena, struct json_writer *json, const struct listing *listing)
{
    json_key(json, "tags");
    json_open_array(json);
    for (const struct json *tag = tags_of(arena, listing); tag; tag = tag->next)
        json_string(json, json_text(tag));
    json_close_array(json);
}

static void write_json(struct arena *arena, const struct listing *listings, size_t count, struct buf *out)
{
    struct json_writer json = {.out = out};

    json_open_array(&json);
    for (size_t i = 0; i < count; i++) {
        const struct listing *listing = &listings[i];
        json_open_object(&json);
        json_pair(&json, "id", arena_printf(arena, "%016" PRIx64, listing->id));
        json_pair(&json, "article", name_of(arena, listing));
        json_pair(&json, "source", source_of(listing));
        json_pair(&json, "title", listing->title);
        json_pair_date(&json, "published", listing->published_at);
        write_tags(arena, &json, listing);
        json_close_object(&json);
    }
    json_close_array(&json);
    buf_add_char(out, '\n');
}

/* What rules have marked has a column of its own, where there is any. */
static void write_table(struct arena *arena, const struct timezone_rules *zone,
                        const struct listing *listings, size_t count, struct buf *out)
{
    static const struct column with_marks[] = {{"ARTICLE", COLUMN_TEXT, false},
                                               {"PUBLISHED", COLUMN_TEXT, false},
                                               {"MARK", COLUMN_TEXT, false},
                                               {"TITLE", COLUMN_TEXT, true},
                                               {0}},
                               without[] = {{"ARTICLE", COLUMN_TEXT, false},
                                            {"PUBLISHED", COLUMN_TEXT, false},
                                            {"TITLE", COLUMN_TEXT, true},
                                            {0}};
    struct terminal terminal = terminal_find();
    span *cells = ARENA_ARRAY(arena, span, count * (ARRAY_SIZE(with_marks) - 1)), *cell = cells;
    bool *marks = ARENA_ARRAY(arena, bool, count), has_marks = false;

    for (size_t i = 0; i < count; i++)
        has_marks |= marks[i] = is_marked(arena, &listings[i]);
    for (size_t i = 0; i < count; i++) {
        *cell++ = name_of(arena, &listings[i]);
        *cell++ = time_write(arena, zone, listings[i].published_at);
        if (has_marks)
            *cell++ = marks[i] ? S("*") : S("");
        *cell++ = listings[i].title;
    }
    table_write(out, &terminal, has_marks ? with_marks : without, cells, count);
}

static struct error *read_filter(const struct courant *courant, const struct timezone_rules *zone,
                                 const struct arguments *arguments, struct article_filter *filter)
{
    static const struct {
        const char *option;
        size_t target;
    } times[] = {{"since", offsetof(struct article_filter, since)},
                 {"until", offsetof(struct article_filter, until)}};
    span limit = option_value(arguments, "limit");
    int64_t number = 0;

    *filter = (struct article_filter){.source_id = option_value(arguments, "source"),
                                      .tag = option_value(arguments, "tag"),
                                      .since = NO_TIME,
                                      .until = NO_TIME};
    for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
        span text = option_value(arguments, times[i].option);
        int64_t *time = (int64_t *)(void *)((char *)filter + times[i].target);
        if (!text.at)
            continue;
        *time = time_read(text, zone, clock_now(courant->clock));
        if (*time == NO_TIME)
            return error_new(ERROR_USAGE,
                             "--%s %.*s: this is neither a date (2024-11-08) nor how long ago (3d)",
                             times[i].option, SPAN_ARG(text));
    }
    if (limit.at && (!span_to_int64(limit, &number) || number < 1))
        return error_new(ERROR_USAGE, "--limit %.*s: this is no number of articles", SPAN_ARG(limit));
    filter->limit = (size_t)number;
    return OK;
}

/* One that was taken out of the configuration still has its articles. */
static struct error *check_source(const struct courant *courant, struct store_reader *reader, span id)
{
    struct source *sources = NULL;
    size_t count = 0;

    if (!id.at || conf_find_source(courant->conf, id))
        return OK;
    if (reader)
        TRY(store_sources(reader, courant->arena, &sources, &count));
    for (size_t i = 0; i < count; i++)
        if (span_equal(sources[i].id, id))
            return OK;
    return error_new(ERROR_USAGE, "there is no source \"%.*s\", neither in courant.conf nor in the store",
                     SPAN_ARG(id));
}

static struct error *list_run(struct courant *courant, const struct arguments *arguments)
{
    OPEN(store_reader) reader = NULL;
    LOCAL(buf) out = {.max = 1 * GiB};
    const struct timezone_rules *zone;
    struct listing *listings = NULL;
    struct article_filter filter;
    size_t count = 0;

    TRY(timezone_load(courant->arena, courant->conf->archive.timezone, &zone));
    TRY(read_filter(courant, zone, arguments, &filter));
    TRY(newsroom_open_store(courant, &reader));
    TRY(check_source(courant, reader, filter.source_id));
    if (reader)
        TRY(store_list(reader, courant->arena, &filter, &listings, &count));
    if (option_is_given(arguments, "json"))
        write_json(courant->arena, listings, count, &out);
    else if (count)
        write_table(courant->arena, zone, listings, count, &out);
    else
        log_info(courant->log, NULL, "no such articles");
    return output_write(&out);
}

const struct command cmd_list = {
    .name = "list",
    .arguments = "",
    .help = "list articles, newest first",
    .more = "WHEN is a date or time (2024-11-08, 2024-11-08T10:00Z; without a zone, in that of [archive] "
            "timezone), or how long ago "
            "(3d, 12h).",
    .needs = NEEDS_CONF | NEEDS_QUIET,
    .options =
        (const struct option[]){
            {"source", 's', "ID", "only this source's"},
            {"tag", 't', "TAG", "only what has this tag; \"marked\": what a rule has marked"},
            {"since", 0, "WHEN", "only what was published then or later"},
            {"until", 0, "WHEN", "only what was published before"},
            {"limit", 'n', "NUMBER", "no more than so many"},
            {"json", 'j', NULL, "print JSON instead of a table"},
            {0},
        },
    .run = list_run,
};
