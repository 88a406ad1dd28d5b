/* SPDX-License-Identifier: MIT
 * feed.c - the reader: opens, goes on step by step, hands out items
 */
#include "feed/feed.h"
#include "feed/internal.h"
#include "limits/limits.h"
#include "text/utf8.h"
#include <stdarg.h>
#include <stdlib.h>

enum {
    STEP_BYTES =
        32 * 1024, /* of the document at a time: what its items hold stays in the processor's cache */
};

const char *feed_format_name(enum feed_format format)
{
    static const char *const names[] = {
        [FEED_RSS] = "rss",
        [FEED_ATOM] = "atom",
        [FEED_JSON] = "json",
        [FEED_CDF] = "cdf",
        [FEED_OPML] = "opml",
        [FEED_SITEMAP] = "sitemap",
        [FEED_SITEMAP_INDEX] = "sitemap-index",
        [FEED_RSS_IN_JSON] = "rss-in-json",
        [FEED_PAGE] = "page",
    };

    return names[format];
}

void feed_warn(struct feed *feed, int line, int column, const char *code, const char *format, ...)
{
    LOCAL(buf) message = {.max = 300};
    va_list arguments;

    if (feed->warnings.len == LIMIT_FEED_WARNINGS)
        return;
    va_start(arguments, format);
    buf_vprintf(&message, format, arguments);
    va_end(arguments);
    *vec_add(feed->arena, &feed->warnings) = (struct feed_warning){
        .line = line,
        .column = column,
        .code = span_of(code),
        .message = utf8_repair(feed->arena, arena_keep(feed->arena, buf_span(&message))),
    };
    feed->draft.about.warnings = feed->warnings.at;
    feed->draft.about.warning_count = feed->warnings.len;
}

/* ---- opening */

static struct error *no_feed(struct feed *feed, const struct sniffed *sniffed)
{
    struct feed_hint *hints;

    if (!sniffed->is_html)
        return error_new(ERROR_FORMAT, "no feed: neither XML nor JSON of a kind that is known");
    size_t count = feed_hints(feed->arena, feed->text, feed->base, &hints);
    if (count == 0)
        return error_new(ERROR_FORMAT, "no feed, but an HTML page that links to none");
    LOCAL(buf) list = {.max = 1000};
    for (size_t i = 0; i < MIN(count, (size_t)5); i++)
        buf_printf(&list, "%s%.*s", i ? ", " : "", SPAN_ARG(hints[i].url));
    return error_new(ERROR_FORMAT, "no feed, but an HTML page; it links to %.*s", (int)list.len, list.at);
}

static void note_junk(struct feed *feed, size_t start)
{
    span junk = span_sub(feed->text, 0, start), line;

    feed->draft.about.is_well_formed = false;
    feed_warn(feed, 1, 1, "text-outside", "something stands before the document");
    for (; span_cut(&junk, '\n', &line); feed->junk_lines++)
        if (junk.len == 0 && !span_ends(span_sub(feed->text, 0, start), S("\n")))
            break;
}

static struct error *open_xml(struct feed *feed)
{
    struct sniffed sniffed;

    if (!sniff_format(feed->text, &sniffed))
        return no_feed(feed, &sniffed);
    feed->draft.about.format = sniffed.format;
    feed->draft.about.format_version = span_of(sniffed.version);
    feed->home = sniffed.home;
    if (sniffed.has_junk)
        note_junk(feed, sniffed.start);
    feed->tape.source = feed->text;
    feed->xml = xml_open(span_from(feed->text, sniffed.start), &outline_handler, feed);
    return OK;
}

static struct error *open_document(struct feed *feed, span bytes, const struct feed_headers *headers)
{
    TRY(input_read(feed, bytes, headers));
    feed->arena_start = arena_used(feed->arena);
    span text = span_trim(feed->text);
    if (text.len == 0)
        return error_new(ERROR_FORMAT, "no feed: the document is empty");
    return span_starts(text, S("{")) ? json_source_open(feed) : open_xml(feed);
}

struct error *feed_open(span bytes, span base, const struct feed_headers *headers, struct feed **out_feed)
{
    struct feed *feed = memory_new(sizeof *feed);

    feed->arena = arena_new(SIZE_MAX); /* what goes into it is counted: see about.c */
    feed->base = arena_keep(feed->arena, base);
    feed->draft.about.feed_url = feed->base; /* until it says better */
    if (headers && headers->content_location.len)
        feed->base = url_of_base(feed->arena, feed->base, headers->content_location);
    feed->containers[0].base = feed->base;
    about_begin(feed, headers);
    struct error *error = open_document(feed, bytes, headers);
    if (error) {
        feed_close(feed);
        return error;
    }
    *out_feed = feed;
    return OK;
}

void feed_close(struct feed *feed)
{
    if (!feed)
        return;
    xml_close(feed->xml);
    json_source_close(feed->json);
    tape_release(&feed->tape);
    buf_release(&feed->unpacked);
    buf_release(&feed->unpacked_text);
    buf_release(&feed->outline_titles);
    arena_free(feed->arena);
    free(feed);
}

/* ---- reading */

/* All items that were ready are read; the one that is being written moves to the tape's start. */
static void rewind_tape(struct feed *feed)
{
    struct tape *tape = &feed->tape;
    bool is_writing = feed->unit_depth > 0;

    tape_forget(tape, is_writing ? tape->unit_marks : tape->mark_count,
                is_writing ? tape->unit_bytes : tape->bytes.len);
    feed->ready.len = feed->next_ready = 0;
}

static void step(struct feed *feed)
{
    OWN(error) error = NULL;

    rewind_tape(feed);
    if (feed->json) {
        feed->is_done = !json_source_step(feed);
        return;
    }
    error = xml_step(feed->xml, STEP_BYTES, &feed->is_done);
    if (!error)
        return;
    feed->is_done = true;
    feed->draft.about.is_well_formed = false;
    feed_warn(feed, 0, 0, "too-deep", "%s", error->message);
    if (feed->unit_depth)
        outline_close_unit(feed);
}

static const struct unit *next_unit(struct feed *feed)
{
    while (feed->next_ready == feed->ready.len && !feed->is_done)
        step(feed);
    return feed->next_ready < feed->ready.len ? &feed->ready.at[feed->next_ready++] : NULL;
}

static const struct unit *next_chosen(struct feed *feed)
{
    const struct unit *unit = next_unit(feed);

    for (; unit && feed->place < feed->chosen_count && !feed->chosen[feed->place]; feed->place++)
        unit = next_unit(feed);
    feed->place++;
    return unit;
}

void feed_choose(struct feed *feed, const bool *chosen, size_t count)
{
    bool *copy = ARENA_ARRAY(feed->arena, bool, count);

    memcpy(copy, chosen, count * sizeof *copy);
    feed->chosen = copy;
    feed->chosen_count = count;
}

struct error *feed_next(struct feed *feed, struct arena *arena, struct feed_item **out_item)
{
    if (feed->listed) {
        *out_item = listed_next(feed, arena);
        return arena_is_full(arena) ? error_new(ERROR_LIMIT, "an item is larger than is read") : OK;
    }
    const struct unit *unit = next_chosen(feed);
    if (!unit) {
        *out_item = NULL;
        return OK;
    }
    struct feed_item *item = unit->overflowed ? NULL : item_read(feed, unit, arena);
    if (!item || arena_is_full(arena)) {
        feed_warn(feed, 0, 0, "item-too-large", "an item is larger than is read");
        return error_new(ERROR_LIMIT, "an item is larger than is read");
    }
    *out_item = item;
    return OK;
}

const struct feed_about *feed_about(const struct feed *feed)
{
    return &feed->draft.about;
}
