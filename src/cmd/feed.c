/* SPDX-License-Identifier: MIT
 * feed.c - `courant feed`: one feed, or many, as JSON
 *
 * JSON goes out item by item as the feed is read, so that a feed of any length needs the room of one item.
 */
#include "feed/feed.h"
#include "cmd/cmd.h"
#include "cmd/line.h"
#include "cmd/session.h"
#include "core/file.h"
#include "limits/limits.h"
#include "text/json.h"
#include "text/url.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const size_t flush_size = 256 * KiB;

struct input {
    span bytes, base;
    struct feed_headers headers;
};

struct printer {
    struct buf out;
    struct json_writer json;
    struct arena *item_arena;
    bool with_raw;
    struct log *log;
    const char *name; /* of the input in hand, for messages */
};

static struct error *flush(struct printer *printer)
{
    TRY(output_write(&printer->out));
    buf_clear(&printer->out);
    return OK;
}

/* `*out_has_more`: there was an item */
static struct error *print_item(struct printer *printer, struct feed *feed, bool *out_has_more)
{
    struct feed_item *item = NULL;
    struct error *error;

    arena_reset(printer->item_arena);
    error = feed_next(feed, printer->item_arena, &item);
    if (!error && item && !printer->with_raw)
        error = feed_item_clean(printer->item_arena, item);
    *out_has_more = error || item;
    if (error && error->kind == ERROR_LIMIT) { /* one that is too large is left out, with a word */
        log_failure(printer->log, printer->name, error);
        error_free(error);
        return OK;
    }
    TRY(error);
    if (item)
        feed_write_json_item(&printer->json, item, printer->with_raw);
    return printer->out.len < flush_size ? OK : flush(printer);
}

/* Fails before anything is printed if this is no feed. */
static struct error *print_feed(struct printer *printer, const struct input *input)
{
    OPEN(feed) feed = NULL;
    bool has_more = true;

    TRY(feed_open(input->bytes, input->base, &input->headers, &feed));
    printer->json = (struct json_writer){.out = &printer->out};
    feed_write_json_head(&printer->json, feed);
    while (has_more)
        TRY(print_item(printer, feed, &has_more));
    feed_write_json_tail(&printer->json, feed);
    buf_add_char(&printer->out, '\n');
    return flush(printer);
}

/* --- one feed --- */

static void take_header(struct arena *arena, struct feed_headers *headers, span header)
{
    static const struct {
        const char *name;
        size_t target;
    } known[] = {{"content-type", offsetof(struct feed_headers, content_type)},
                 {"content-location", offsetof(struct feed_headers, content_location)},
                 {"content-language", offsetof(struct feed_headers, content_language)}};
    size_t colon = span_find_char(header, ':');
    span name = span_trim(span_sub(header, 0, colon)), value = span_trim(span_from(header, colon + 1));

    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (span_is_nocase(name, known[i].name))
            *(span *)(void *)((char *)headers + known[i].target) = value;
    if (span_is_nocase(name, "link")) {
        span *links = ARENA_ARRAY(arena, span, headers->link_count + 1);
        if (headers->link_count)
            memcpy(links, headers->links, headers->link_count * sizeof *links);
        links[headers->link_count++] = value;
        headers->links = links;
    }
}

static struct error *take_headers(struct arena *arena, const struct arguments *arguments,
                                  struct feed_headers *headers)
{
    span *given;
    size_t count = option_values(arena, arguments, "header", &given);

    for (size_t i = 0; i < count; i++) {
        if (span_find_char(given[i], ':') == SPAN_NONE)
            return error_new(ERROR_USAGE, "--header %.*s: a header is written Name: value",
                             SPAN_ARG(given[i]));
        take_header(arena, headers, given[i]);
    }
    return OK;
}

static bool is_web_address(span word)
{
    return span_starts_nocase(word, S("http://")) || span_starts_nocase(word, S("https://"));
}

/* The newsroom's [fetch], if there is a newsroom, else the defaults. */
static struct error *fetch_settings(struct courant *courant, const struct conf_fetch **out_settings)
{
    struct conf *conf;

    TRY(file_exists(newsroom_conf_path(courant)) ? newsroom_read_conf(courant, courant->arena, &conf)
                                                 : conf_parse(courant->arena, S(""), "defaults", &conf));
    *out_settings = &conf->fetch;
    return OK;
}

static struct error *get(struct courant *courant, span url, struct input *input)
{
    OPEN(session) session = NULL;
    struct fetch_request request = {.kind = FETCH_FEED, .url = url, .arena = courant->arena};
    const struct conf_fetch *settings;
    struct response *response;

    TRY(fetch_settings(courant, &settings));
    TRY(session_open(courant, settings, &session));
    request.settings = settings;
    TRY_OR(fetch_now(session_fetcher(session), &request, &response), "could not read %.*s", SPAN_ARG(url));
    if (response->status != 200)
        return error_new(ERROR_NETWORK, "could not read %.*s: the server answered with status %d",
                         SPAN_ARG(url), response->status);
    *input = (struct input){.bytes = response->body,
                            .base = response->url,
                            .headers = {.content_type = response->content_type,
                                        .content_location = response->content_location,
                                        .content_language = response->content_language,
                                        .links = response->links,
                                        .link_count = response->link_count}};
    return OK;
}

static struct error *read_input(struct courant *courant, const struct arguments *arguments,
                                struct input *input)
{
    span word = arguments->words[0], base = option_value(arguments, "url");
    struct url url;

    if (base.len && !url_parse(courant->arena, base, NULL, &url))
        return error_new(ERROR_USAGE, "--url %.*s: this is no address", SPAN_ARG(base));
    if (is_web_address(word))
        TRY(get(courant, word, input));
    else
        TRY(file_read(word.at, LIMIT_FEED_FILE, courant->arena, &input->bytes));
    if (base.at) /* empty, as in a batch: there is none */
        input->base = base;
    return take_headers(courant->arena, arguments, &input->headers);
}

/* The feed's bytes are in memory: what fails with files now is what we print to. */
static bool is_of_output(const struct error *error)
{
    return error->kind == ERROR_IO || error->kind == ERROR_CANCELLED;
}

static struct error *print_one(struct courant *courant, const struct arguments *arguments,
                               struct printer *printer)
{
    struct input input = {0};
    struct error *error;

    if (arguments->word_count == 0)
        return error_new(ERROR_USAGE, "feed needs FILE or URL, or --batch");
    printer->name = arguments->words[0].at;
    TRY(read_input(courant, arguments, &input));
    error = print_feed(printer, &input);
    if (error && is_of_output(error))
        return error;
    return error_wrap(error, "could not read \"%s\"", printer->name);
}

/* --- a batch --- */

static void print_failure(struct printer *printer, span path, const struct error *error)
{
    struct json_writer json = {.out = &printer->out};
    char *text = error_text(error);

    json_open_object(&json);
    json_pair(&json, "file", path);
    json_pair(&json, "error", span_of(text));
    json_close_object(&json);
    buf_add_char(&printer->out, '\n');
    free(text);
}

/* PATH<TAB>BASE[<TAB>CONTENT-TYPE]. What is wrong with that feed stands in its place; an error is one of our
 * output. */
static struct error *print_line(struct courant *courant, struct printer *printer, struct arena *arena,
                                span line)
{
    span path = {0};
    struct input input = {0};
    struct error *failure, *error = OK;

    span_cut(&line, '\t', &path);
    span_cut(&line, '\t', &input.base);
    span_cut(&line, '\t', &input.headers.content_type);
    printer->name = arena_string(arena, path);
    failure = file_read(printer->name, LIMIT_FEED_FILE, arena, &input.bytes);
    if (!failure)
        error = print_feed(printer, &input);
    if (error && is_of_output(error))
        return error;
    if (error)
        failure = error;
    if (!failure)
        return OK;
    courant->has_failed = true;
    buf_clear(&printer->out);
    print_failure(printer, path, failure);
    error_free(failure);
    return flush(printer);
}

static struct error *print_batch(struct courant *courant, struct printer *printer)
{
    OWN(arena) arena = arena_new(SIZE_MAX); /* of one line */
    LOCAL(buf) line = {0};
    bool is_over = false;

    for (;;) {
        TRY(line_read(&line, &is_over));
        if (is_over)
            return OK;
        if (line.len)
            TRY(print_line(courant, printer, arena, buf_span(&line)));
        arena_reset(arena);
    }
}

static struct error *feed_run(struct courant *courant, const struct arguments *arguments)
{
    OWN(arena) item_arena = arena_new(LIMIT_FEED_ITEM_ROOM);
    struct printer printer = {.out = {.max = 1 * GiB},
                              .item_arena = item_arena,
                              .with_raw = option_is_given(arguments, "raw"),
                              .log = courant->log};
    struct error *error;

    if (option_is_given(arguments, "batch"))
        error = arguments->word_count
                    ? error_new(ERROR_USAGE, "--batch reads names from standard input, and takes none here")
                    : print_batch(courant, &printer);
    else
        error = print_one(courant, arguments, &printer);
    buf_release(&printer.out);
    return error;
}

const struct command cmd_feed = {
    .name = "feed",
    .arguments = "[FILE|URL]",
    .help = "read a feed and print it as JSON",
    .more = "FILE is the feed as it came over the wire; - is standard input. Names are those of JSON Feed "
            "1.1; what that has "
            "no name for stands in \"_courant\". With --batch, lines PATH<TAB>BASE[<TAB>CONTENT-TYPE] are "
            "read from standard "
            "input, and one line of JSON is printed for each, in that order. Exit status 1: it was no feed, "
            "or could not be "
            "read.",
    .options =
        (const struct option[]){
            {"url", 'u', "BASE", "where it came from: relative links are resolved against it"},
            {"header", 'H', "HEADER", "a response header it came with, \"Name: value\"; may be repeated"},
            {"raw", 'r', NULL, "leave HTML as published: not sanitised, links not resolved"},
            {"batch", 'b', NULL, "read many files, named on standard input"},
            {0},
        },
    .run = feed_run,
};
