/* SPDX-License-Identifier: MIT
 * stories.c - `courant stories`: what several sources tell, by how many of them
 */
#include "store/stories.h"
#include "cmd/cmd.h"
#include "cmd/terminal.h"
#include "cmd/words.h"
#include "text/json.h"
#include <inttypes.h>

enum { USUAL_LIMIT = 50, MOST_STORIES = 10000 };

struct wish {
    int64_t since, limit, outlets;
};

static const char *const kinships[] = {"own", "alike", "copy"};

static void write_teller(struct arena *arena, const struct teller *teller, struct json_writer *json)
{
    json_open_object(json);
    json_pair(json, "id", arena_printf(arena, "%016" PRIx64, teller->article_id));
    json_pair(json, "source", teller->source_id);
    json_pair(json, "name", teller->source_name);
    json_pair(json, "title", teller->title);
    json_pair_if(json, "url", teller->link);
    json_pair_date(json, "published", teller->published_at);
    json_pair(json, "kinship", span_of(kinships[teller->kinship]));
    json_close_object(json);
}

static void write_json(struct arena *arena, const struct told_story *stories, size_t count, struct buf *out)
{
    struct json_writer json = {.out = out};

    json_open_array(&json);
    for (size_t i = 0; i < count; i++) {
        json_open_object(&json);
        json_pair(&json, "title", stories[i].tellers[0].title);
        json_pair_integer(&json, "outlets", (int64_t)stories[i].outlets);
        json_key(&json, "articles");
        json_open_array(&json);
        for (size_t k = 0; k < stories[i].count; k++)
            write_teller(arena, &stories[i].tellers[k], &json);
        json_close_array(&json);
        json_close_object(&json);
    }
    json_close_array(&json);
    buf_add_char(out, '\n');
}

static void write_table(struct arena *arena, const struct timezone_rules *zone,
                        const struct told_story *stories, size_t count, struct buf *out)
{
    static const struct column columns[] = {{"OUTLETS", COLUMN_NUMBER, false},
                                            {"PUBLISHED", COLUMN_TEXT, false},
                                            {"SOURCE", COLUMN_TEXT, false},
                                            {"ARTICLE", COLUMN_TEXT, false},
                                            {"", COLUMN_TEXT, false},
                                            {"TITLE", COLUMN_TEXT, true},
                                            {0}};
    struct terminal terminal = terminal_find();
    size_t rows = 0;
    span *cells, *cell;

    for (size_t i = 0; i < count; i++)
        rows += stories[i].count;
    cells = cell = ARENA_ARRAY(arena, span, rows * (ARRAY_SIZE(columns) - 1));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < stories[i].count; k++) {
            const struct teller *teller = &stories[i].tellers[k];
            *cell++ = k ? S("") : arena_printf(arena, "%zu", stories[i].outlets);
            *cell++ = time_write(arena, zone, teller->published_at);
            *cell++ = teller->source_id;
            *cell++ = arena_printf(arena, "%016" PRIx64, teller->article_id);
            *cell++ = teller->kinship == KINSHIP_COPY ? S("copy") : S("");
            *cell++ = teller->title;
        }
    table_write(out, &terminal, columns, cells, rows);
}

static struct error *read_number(const struct arguments *arguments, const char *name, int64_t fallback,
                                 int64_t *out_number)
{
    span text = option_value(arguments, name);

    *out_number = fallback;
    if (text.at && (!span_to_int64(text, out_number) || *out_number < 1 || *out_number > MOST_STORIES))
        return error_new(ERROR_USAGE, "--%s %.*s: this is no number from 1 to %d", name, SPAN_ARG(text),
                         MOST_STORIES);
    return OK;
}

static struct error *read_wish(const struct courant *courant, const struct timezone_rules *zone,
                               const struct arguments *arguments, struct wish *wish)
{
    span since = option_value(arguments, "since");
    int64_t now = clock_now(courant->clock);

    TRY(read_number(arguments, "limit", USUAL_LIMIT, &wish->limit));
    TRY(read_number(arguments, "outlets", 1, &wish->outlets));
    wish->since = since.at ? time_read(since, zone, now) : now - DAY;
    if (wish->since == NO_TIME)
        return error_new(ERROR_USAGE,
                         "--since %.*s: this is neither a date (2024-11-08) nor how long ago (3d)",
                         SPAN_ARG(since));
    return OK;
}

static struct error *stories_run(struct courant *courant, const struct arguments *arguments)
{
    OPEN(store_reader) reader = NULL;
    LOCAL(buf) out = {.max = 1 * GiB};
    const struct timezone_rules *zone;
    struct told_story *stories = NULL;
    struct wish wish;
    size_t count = 0;

    TRY(timezone_load(courant->arena, courant->conf->archive.timezone, &zone));
    TRY(read_wish(courant, zone, arguments, &wish));
    TRY(newsroom_open_store(courant, &reader));
    if (reader)
        TRY(store_stories(reader, courant->arena, wish.since, (size_t)wish.outlets, (size_t)wish.limit,
                          &stories, &count));
    if (option_is_given(arguments, "json"))
        write_json(courant->arena, stories, count, &out);
    else if (count)
        write_table(courant->arena, zone, stories, count, &out);
    else
        log_info(courant->log, NULL, "no stories since then");
    return output_write(&out);
}

const struct command cmd_stories = {
    .name = "stories",
    .arguments = "",
    .help = "list what sources tell, by how many of them tell it",
    .more = "Articles of several sources that tell the same, in whole or in part with the same words, are "
            "one story; all "
            "of them are kept. One that repeats another source's word for word, under whatever headline, is "
            "marked as a "
            "copy: of an agency's text, mostly. Shown are the stories of the last 24 hours, those that most "
            "outlets carry "
            "first.\n\n"
            "With --json, an array of objects: title (of the first), outlets (how many sources), articles: "
            "objects with "
            "id, source, name, title, url, published, kinship (own: the story's first; alike; copy).",
    .needs = NEEDS_CONF | NEEDS_QUIET,
    .options =
        (const struct option[]){
            {"since", 0, "WHEN", "since that date or time, or so long ago (3d, 12h)"},
            {"outlets", 'o', "NUMBER", "only what so many sources tell, at least"},
            {"limit", 'n', "NUMBER", "no more than so many stories; 50 if not given"},
            {"json", 'j', NULL, "print JSON instead of a table"},
            {0},
        },
    .run = stories_run,
};
