/* SPDX-License-Identifier: MIT
 * json.c - JSON Feed and RSS-in-JSON, item by item
 *
 * A tree of a large feed takes many times its size. So a small scanner walks over the document and only looks
 * where values end; members of the feed and items are then read one at a time, and go the same way as XML
 * does: a member is an element.
 */
#include "text/json.h"
#include "feed/internal.h"
#include "limits/limits.h"
#include <stdlib.h>

enum { STEP_ITEMS = 16 };

struct json_source {
    span text;
    size_t at;
    struct arena *arena; /* of the value being read */
    int depth;           /* objects around: the document, in RSS-in-JSON also rss and channel */
    bool in_items;
    bool has_stray_comma; /* one was passed over that separates nothing */
    size_t line_at;       /* where line number `line` begins */
    int line;
};

/* ---- the scanner */

static void damaged(struct feed *feed, const char *code, const char *message)
{
    struct json_source *source = feed->json;
    const char *start = source->text.at;

    while (source->line_at < source->at) {
        const char *found = memchr(start + source->line_at, '\n', source->at - source->line_at);
        if (!found)
            break;
        source->line_at = (size_t)(found + 1 - start);
        source->line++;
    }
    feed->draft.about.is_well_formed = false;
    feed_warn(feed, source->line, (int)MIN(source->at - source->line_at + 1, (size_t)INT32_MAX), code, "%s",
              message);
}

static size_t skip_space(span text, size_t at)
{
    while (at < text.len) {
        span rest = span_from(text, at);
        if (strchr(" \t\r\n\f\v", text.at[at]) && text.at[at])
            at++;
        else if (span_starts(rest, S("//")))
            at = text.len - span_from(rest, MIN(span_find_char(rest, '\n'), rest.len)).len;
        else if (span_starts(rest, S("/*")))
            at = text.len - span_from(rest, MIN(span_find(rest, S("*/")), rest.len - 2) + 2).len;
        else
            break;
    }
    return at;
}

/* Behind the string that begins at `at`. */
static size_t string_end(span text, size_t at)
{
    for (at++; at < text.len; at++) {
        size_t quote = span_find_char(span_from(text, at), '"');
        if (quote == SPAN_NONE)
            return text.len;
        at += quote;
        size_t backslashes = 0;
        while (text.at[at - 1 - backslashes] == '\\')
            backslashes++;
        if (backslashes % 2 == 0)
            return at + 1;
    }
    return text.len;
}

/* Behind the value that begins at `at`; brackets are counted, not matched. */
static size_t value_end(span text, size_t at)
{
    size_t depth = 0;

    while (at < text.len) {
        switch (text.at[at]) {
        case '"':
            at = string_end(text, at);
            if (depth == 0)
                return at;
            continue;
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            if (depth == 0)
                return at;
            if (--depth == 0)
                return at + 1;
            break;
        case ',':
            if (depth == 0)
                return at;
            break;
        default:
            break;
        }
        at++;
    }
    return text.len;
}

static void skip_one(struct json_source *source)
{
    source->at = MIN(source->at + 1, source->text.len);
}

static char peek(const struct json_source *source)
{
    return source->at < source->text.len ? source->text.at[source->at] : '\0';
}

/* Goes behind commas; JSON allows one, and one only between two values. */
static void skip_commas(struct json_source *source)
{
    size_t count = 0;

    for (source->at = skip_space(source->text, source->at); peek(source) == ','; count++)
        source->at = skip_space(source->text, source->at + 1);
    source->has_stray_comma |= count > 1 || (count && strchr("}]", peek(source)));
}

/* The key of the next member of the object around; the cursor is at its value then. False at the object's
 * end. */
static bool next_member(struct json_source *source, span *out_key)
{
    skip_commas(source);
    if (peek(source) != '"')
        return false;
    size_t end = string_end(source->text, source->at);
    *out_key = span_sub(source->text, source->at + 1, end - source->at - 2);
    source->at = skip_space(source->text, end);
    if (peek(source) != ':')
        return false;
    source->at = skip_space(source->text, source->at + 1);
    return source->at < source->text.len;
}

/* ---- is it a feed? */

/* Looks at the members until one tells. */
static bool recognise(span text, enum feed_format *out_format)
{
    struct json_source probe = {.text = text, .at = skip_space(text, 0) + 1};
    span key;

    while (next_member(&probe, &key)) {
        size_t end = value_end(text, probe.at);
        span value = span_sub(text, probe.at, end - probe.at);
        *out_format = span_is(key, "rss") || span_is(key, "channel") ? FEED_RSS_IN_JSON : FEED_JSON;
        if ((span_is(key, "items") && span_starts(value, S("["))) ||
            (span_is(key, "version") && span_has(value, "jsonfeed.org/")) ||
            (*out_format == FEED_RSS_IN_JSON && span_starts(value, S("{"))))
            return true;
        probe.at = end;
    }
    return false;
}

/* ---- members become elements */

enum {
    STRING = 1 << JSON_STRING,
    NUMBER = 1 << JSON_NUMBER,
    TRUE = 1 << JSON_TRUE,
    OBJECT = 1 << JSON_OBJECT,
    ARRAY = 1 << JSON_ARRAY
};

/* What a member may be; a member of another type is as if it were absent. Those not named are strings. */
static const struct {
    const char *name;
    unsigned types, inner; /* of it, and of what an array holds */
} member_types[] = {
    {"id", STRING | NUMBER, 0},
    {"expired", TRUE, 0},
    {"author", OBJECT, 0},
    {"authors", ARRAY | OBJECT, OBJECT},
    {"attachments", ARRAY, OBJECT},
    {"hubs", ARRAY, OBJECT},
    {"tags", ARRAY, STRING},
    {"size_in_bytes", STRING | NUMBER, 0},
    {"duration_in_seconds", STRING | NUMBER, 0},
};

static bool is_of_right_type(span name, const struct json *value, bool is_inner)
{
    for (size_t i = 0; i < ARRAY_SIZE(member_types); i++)
        if (span_is(name, member_types[i].name))
            return (is_inner ? member_types[i].inner : member_types[i].types) & 1u << value->type;
    return value->type == JSON_STRING;
}

/* Without control characters, which JSON allows and no text needs. */
static void write_text(struct feed *feed, span text)
{
    size_t start = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (((uint8_t)c >= ' ' && c != 0x7F) || c == '\t' || c == '\n' || c == '\r')
            continue;
        tape_text(&feed->tape, span_sub(text, start, i - start));
        start = i + 1;
    }
    tape_text(&feed->tape, span_from(text, start));
}

static void write_feed_member(struct feed *feed, span name, const struct json *value, bool is_inner)
{
    if (!is_of_right_type(name, value, is_inner))
        return;
    if (value->type == JSON_ARRAY) {
        for (const struct json *item = value->first; item; item = item->next)
            write_feed_member(feed, name, item, true);
        return;
    }
    tape_start(&feed->tape, SPACE_JSON, name);
    for (const struct json *member = value->type == JSON_OBJECT ? value->first : NULL; member;
         member = member->next)
        write_feed_member(feed, member->key, member, false);
    write_text(feed, value->type == JSON_TRUE ? S("true") : json_text(value));
    tape_end(&feed->tape);
}

/* RSS in JSON: "#value" is an element's text, other members are attributes, but for those that hold elements.
 * Programs that make JSON of any XML have other names for the text, and mark attributes or gather them. */
static bool holds_elements(span name)
{
    static const char *const names[] = {"item", "image", "skipHours", "skipDays", "media:group"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (span_is(name, names[i]))
            return true;
    return false;
}

static bool is_name_of_text(span name)
{
    static const char *const names[] = {"#value", "#text", "#cdata-section", "$t", "_", "__text", "__cdata"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (span_is(name, names[i]))
            return true;
    return false;
}

static const struct json *text_member(const struct json *value)
{
    const struct json *member = value->first;

    while (member && !is_name_of_text(member->key))
        member = member->next;
    return member;
}

static void write_rss_attributes(struct feed *feed, const struct json *value)
{
    for (const struct json *member = value->first; member; member = member->next) {
        span name = member->key;

        if (is_name_of_text(name))
            continue;
        if (member->type == JSON_OBJECT && (span_is(name, "$") || span_is(name, "@attributes")))
            for (const struct json *inner = member->first; inner; inner = inner->next)
                tape_attribute(&feed->tape, SPACE_NONE, inner->key, json_text(inner));
        else
            tape_attribute(&feed->tape, SPACE_NONE, span_starts(name, S("@")) ? span_from(name, 1) : name,
                           json_text(member));
    }
}

static enum space split_name(span *name)
{
    size_t colon = span_find_char(*name, ':');

    if (colon == SPAN_NONE)
        return SPACE_RSS;
    enum space space = space_of_prefix(span_sub(*name, 0, colon));
    *name = span_from(*name, colon + 1);
    return space;
}

static void write_rss_member(struct feed *feed, span name, const struct json *value)
{
    span local = name;
    enum space space = split_name(&local);
    bool has_elements = holds_elements(name);

    if (value->type == JSON_ARRAY) {
        for (const struct json *item = value->first; item; item = item->next)
            if (item->type != JSON_ARRAY)
                write_rss_member(feed, name, item);
        return;
    }
    bool is_object = value->type == JSON_OBJECT;
    tape_start(&feed->tape, space, local);
    if (is_object && !has_elements)
        write_rss_attributes(feed, value);
    for (const struct json *member = is_object && has_elements ? value->first : NULL; member;
         member = member->next)
        write_rss_member(feed, member->key, member);
    write_text(feed, json_text(is_object ? text_member(value) : value));
    tape_end(&feed->tape);
}

static const struct json *parse_value(struct feed *feed, span text)
{
    struct json_damage damage = {0};
    struct json *value = NULL;

    arena_reset(feed->json->arena);
    OWN(error) error = json_parse(feed->json->arena, text, &value, &damage);
    if (error)
        damaged(feed, "bad-json", error->message);
    else if (damage.what)
        damaged(feed, "bad-json", damage.what);
    return error ? NULL : value;
}

/* ---- the walk */

static void read_version(struct feed *feed, const struct json *value)
{
    span text = json_text(value);

    if (span_has(text, "/version/1.1"))
        feed->draft.about.format_version = S("1.1");
    else if (span_has(text, "/version/1"))
        feed->draft.about.format_version = S("1.0");
}

static void read_member(struct feed *feed, span key, span text)
{
    bool is_rss = feed->draft.about.format == FEED_RSS_IN_JSON;
    bool is_version = span_is(key, "version");
    span local = key;
    enum space space = is_rss ? split_name(&local) : SPACE_JSON;

    if (!is_version && !about_knows(space, local))
        return;
    const struct json *value = parse_value(feed, text);
    if (!value)
        return;
    if (is_version && is_rss && feed->json->depth == 2) {
        feed->draft.about.format_version = arena_keep(feed->arena, json_text(value));
    } else if (is_version && !is_rss) {
        read_version(feed, value);
    } else if (value->type == JSON_ARRAY) { /* each is a unit of its own */
        for (struct json *item = value->first; item; item = item->next) {
            outline_begin(feed, false);
            is_rss ? write_rss_member(feed, key, item) : write_feed_member(feed, key, item, true);
            outline_end(feed);
        }
    } else {
        outline_begin(feed, false);
        is_rss ? write_rss_member(feed, key, value) : write_feed_member(feed, key, value, false);
        outline_end(feed);
    }
}

static void read_item(struct feed *feed, span text)
{
    const struct json *value = parse_value(feed, text);

    if (!value || value->type != JSON_OBJECT) {
        damaged(feed, "bad-item", "an item is no object");
        return;
    }
    outline_begin(feed, true);
    if (feed->draft.about.format == FEED_RSS_IN_JSON) {
        write_rss_member(feed, S("item"), value);
    } else {
        tape_start(&feed->tape, SPACE_JSON, S("item"));
        for (const struct json *member = value->first; member; member = member->next)
            write_feed_member(feed, member->key, member, false);
        tape_end(&feed->tape);
    }
    outline_end(feed);
}

/* One member, or the way into an object or the items. False at the end. */
static bool step_member(struct feed *feed)
{
    struct json_source *source = feed->json;
    bool is_rss = feed->draft.about.format == FEED_RSS_IN_JSON;
    span key;

    if (!next_member(source, &key)) {
        if (source->at >= source->text.len)
            damaged(feed, "cut", "the document ends in the middle");
        else if (peek(source) != '}')
            damaged(feed, "bad-json", "something that is no member");
        skip_one(source);
        return --source->depth > 0 && source->at < source->text.len;
    }
    bool is_object = peek(source) == '{';
    if (is_rss && is_object && (span_is(key, "rss") || span_is(key, "channel"))) {
        source->depth++;
        skip_one(source);
        return true;
    }
    if (peek(source) == '[' && span_is(key, is_rss ? "item" : "items")) {
        source->in_items = true;
        skip_one(source);
        return true;
    }
    size_t end = value_end(source->text, source->at);
    span value = span_sub(source->text, source->at, end - source->at);
    if (is_rss && is_object && span_is(key, "item"))
        read_item(feed, value);
    else
        read_member(feed, key, value);
    source->at = end;
    return true;
}

static void step_item(struct feed *feed)
{
    struct json_source *source = feed->json;

    skip_commas(source);
    if (peek(source) == ']') {
        source->in_items = false;
        skip_one(source);
        return;
    }
    size_t end = value_end(source->text, source->at);
    if (end == source->at) { /* a bracket that opens nothing */
        damaged(feed, "bad-json", "a bracket too many");
        skip_one(source);
        return;
    }
    if (end == source->text.len) {
        damaged(feed, "cut", "the document ends in the middle of an item");
        source->at = end;
        return;
    }
    read_item(feed, span_sub(source->text, source->at, end - source->at));
    source->at = end;
}

struct error *json_source_open(struct feed *feed)
{
    if (!recognise(feed->text, &feed->draft.about.format))
        return error_new(ERROR_FORMAT, "no feed: JSON that has neither items nor the version of a JSON Feed");
    feed->home = feed->draft.about.format == FEED_JSON ? SPACE_JSON : SPACE_RSS;
    feed->json = memory_new(sizeof *feed->json);
    feed->json->text = feed->text;
    feed->json->at = skip_space(feed->text, 0) + 1;
    feed->json->arena = arena_new(LIMIT_FEED_JSON_ITEM);
    feed->json->depth = 1;
    feed->json->line = 1;
    return OK;
}

void json_source_close(struct json_source *source)
{
    if (!source)
        return;
    arena_free(source->arena);
    free(source);
}

bool json_source_step(struct feed *feed)
{
    struct json_source *source = feed->json;
    bool goes_on = true;

    for (int i = 0; i < STEP_ITEMS && goes_on; i++) {
        if (source->in_items && source->at < source->text.len)
            step_item(feed);
        else
            goes_on = step_member(feed);
        if (source->has_stray_comma)
            damaged(feed, "bad-json", "a comma too many");
        source->has_stray_comma = false;
    }
    return goes_on;
}
