/* SPDX-License-Identifier: MIT
 * edit.c - changes to the file's text that leave the user's own words where they are
 *
 * A [source] group reaches from its head to its last key, with the comments that follow it up to a blank
 * line. What stands between that and the next head belongs to the next group; so do comments above a head.
 */
#include "conf/internal.h"
#include "conf/nearest.h"

struct place { /* of a [source ID] group; offsets in the text */
    size_t start;
    size_t keys_end; /* after the last key's line, or the head's */
    size_t end;
    bool ends_in_crlf; /* its head does */
};

static size_t offset_of(span text, const struct line *line)
{
    return (size_t)(line->whole.at - text.at);
}

static bool find_head(struct line_reader *lines, span text, span id, struct place *place)
{
    struct line line;

    while (line_next(lines, &line)) {
        if (line.kind != LINE_GROUP || !span_is(line.group, "source") || !span_equal(line.argument, id))
            continue;
        place->start = offset_of(text, &line);
        place->keys_end = place->end = place->start + line.whole.len;
        place->ends_in_crlf = span_ends(line.whole, S("\r\n"));
        return true;
    }
    return false;
}

static bool find_group(span text, span id, struct place *place)
{
    struct line_reader lines = {.rest = text};
    bool is_open = true; /* no blank line since the last key */
    struct line line;

    if (!find_head(&lines, text, id, place))
        return false;
    while (line_next(&lines, &line)) {
        size_t line_end = offset_of(text, &line) + line.whole.len;
        if (line.kind == LINE_GROUP) {
            if (is_open)
                place->end = place->keys_end; /* a comment right above the next head is the next group's */
            return true;
        }
        if (line.kind == LINE_SETTING || line.kind == LINE_MISTAKE) {
            place->keys_end = line_end;
            is_open = true;
        } else if (line.kind == LINE_BLANK) {
            is_open = false;
        }
        if (is_open)
            place->end = line_end;
    }
    return true;
}

span conf_group(struct arena *arena, span text, span id)
{
    struct place place;

    if (!find_group(text, id, &place))
        return (span){0};
    return arena_keep(arena, span_sub(text, place.start, place.end - place.start));
}

static struct error *check_settings(const struct conf_setting *settings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct nearest nearest = {.word = settings[i].key};
        if (conf_find_key("source", settings[i].key))
            continue;
        for (const struct key *key = conf_key_table; key->name; key++)
            if (conf_key_is_in(key, "source"))
                nearest_try(&nearest, key->name);
        return error_new(ERROR_USAGE, "a source has no key \"%.*s\"; the nearest is \"%s\"",
                         SPAN_ARG(settings[i].key), nearest.found);
    }
    return OK;
}

static struct error *write_value(struct buf *out, const struct conf_setting *setting)
{
    if (!line_write_value(out, setting->value))
        return error_new(ERROR_USAGE, "no line of courant.conf can hold this value of \"%.*s\"",
                         SPAN_ARG(setting->key));
    return OK;
}

static struct error *write_setting(struct buf *out, const struct conf_setting *setting, const char *line_end)
{
    if (!setting->value.at)
        return OK;
    buf_printf(out, "%.*s = ", SPAN_ARG(setting->key));
    TRY(write_value(out, setting));
    buf_add_text(out, line_end);
    return OK;
}

/* The line with another value; its key, spaces and comment stay. */
static struct error *rewrite_line(struct buf *out, const struct line *line,
                                  const struct conf_setting *setting)
{
    span before = span_between(line->whole.at, line->written.at);
    span after = span_from(line->whole, before.len + line->written.len);

    buf_add(out, before);
    if (line->written.len == 0 && span_ends(before, S("=")))
        buf_add_char(out, ' ');
    TRY(write_value(out, setting));
    if (after.len && *after.at == '#')
        buf_add_char(out, ' ');
    buf_add(out, after);
    if (!span_ends(after, S("\n")))
        buf_add_char(out, '\n');
    return OK;
}

struct edit {
    const struct conf_setting *settings;
    size_t count;
    bool *is_written; /* for each of them */
    const char *line_end;
};

/* A key's line: the first of its settings takes its place, the others follow. Further lines of a key that may
 * stand several times go. */
static struct error *edit_line(struct edit *edit, const struct line *line, struct buf *out)
{
    bool is_ours = false, is_replaced = false;

    for (size_t i = 0; i < edit->count; i++) {
        if (!span_equal(edit->settings[i].key, line->key))
            continue;
        is_ours = true;
        if (edit->is_written[i])
            continue;
        edit->is_written[i] = true;
        if (is_replaced || !edit->settings[i].value.at)
            TRY(write_setting(out, &edit->settings[i], edit->line_end));
        else
            TRY(rewrite_line(out, line, &edit->settings[i]));
        is_replaced = true;
    }
    if (!is_ours)
        buf_add(out, line->whole);
    return OK;
}

static void end_line(struct buf *out, const char *line_end)
{
    if (out->len && out->at[out->len - 1] != '\n')
        buf_add_text(out, line_end);
}

static struct error *edit_group(struct edit *edit, span keys, struct buf *out)
{
    struct line_reader lines = {.rest = keys};
    struct line line;

    while (line_next(&lines, &line)) {
        if (line.kind == LINE_SETTING)
            TRY(edit_line(edit, &line, out));
        else
            buf_add(out, line.whole);
    }
    end_line(out, edit->line_end);
    for (size_t i = 0; i < edit->count; i++)
        if (!edit->is_written[i])
            TRY(write_setting(out, &edit->settings[i], edit->line_end));
    return OK;
}

/* Nothing is written that could not be read. */
static struct error *check(struct arena *arena, const struct buf *text, span *out_text)
{
    struct conf *conf;

    if (text->overflowed)
        return error_new(ERROR_LIMIT, "courant.conf would be too large");
    TRY_OR(conf_parse(arena, buf_span(text), "courant.conf", &conf), "nothing was changed");
    *out_text = arena_keep(arena, buf_span(text));
    return OK;
}

/* The original, and this much for what is added */
static size_t room_for(span text, const struct conf_setting *settings, size_t count)
{
    size_t room = text.len + 4 * KiB;

    for (size_t i = 0; i < count; i++)
        room += settings[i].key.len + settings[i].value.len + 16;
    return room;
}

struct error *conf_edit_source(struct arena *arena, span text, span id, const struct conf_setting *settings,
                               size_t count, span *out_text)
{
    LOCAL(buf) out = {.max = room_for(text, settings, count)};
    struct edit edit = {settings, count, ARENA_ARRAY(arena, bool, count), "\n"};
    struct place place;

    if (!find_group(text, id, &place))
        return error_new(ERROR_USAGE, "there is no [source %.*s] in courant.conf", SPAN_ARG(id));
    TRY(check_settings(settings, count));
    if (place.ends_in_crlf)
        edit.line_end = "\r\n";
    buf_add(&out, span_sub(text, 0, place.start));
    TRY(edit_group(&edit, span_sub(text, place.start, place.keys_end - place.start), &out));
    buf_add(&out, span_from(text, place.keys_end));
    return check(arena, &out, out_text);
}

static struct error *add_group(struct buf *out, const struct conf_addition *addition, const char *line_end)
{
    if (!conf_id_is_valid(addition->id))
        return error_new(ERROR_USAGE, "\"%.*s\" cannot be an id: at most 64 of a-z, 0-9 and \"-\"",
                         SPAN_ARG(addition->id));
    TRY(check_settings(addition->settings, addition->count));
    end_line(out, line_end);
    if (out->len)
        buf_add_text(out, line_end);
    buf_printf(out, "[source %.*s]%s", SPAN_ARG(addition->id), line_end);
    for (size_t i = 0; i < addition->count; i++)
        TRY(write_setting(out, &addition->settings[i], line_end));
    return OK;
}

struct error *conf_add_sources(struct arena *arena, span text, const struct conf_addition *additions,
                               size_t count, span *out_text)
{
    LOCAL(buf) out = {.max = text.len + 4 * KiB};
    const char *line_end = span_has(text, "\r\n") ? "\r\n" : "\n";

    for (size_t i = 0; i < count; i++)
        out.max += room_for((span){0}, additions[i].settings, additions[i].count);
    buf_add(&out, span_trim_end(text));
    for (size_t i = 0; i < count; i++)
        TRY(add_group(&out, &additions[i], line_end));
    return check(arena, &out, out_text);
}

struct error *conf_add_source(struct arena *arena, span text, span id, const struct conf_setting *settings,
                              size_t count, span *out_text)
{
    struct place place;

    if (find_group(text, id, &place))
        return error_new(ERROR_USAGE, "there is a [source %.*s] already", SPAN_ARG(id));
    return conf_add_sources(arena, text, &(struct conf_addition){id, settings, count}, 1, out_text);
}

struct error *conf_remove_source(struct arena *arena, span text, span id, span *out_text)
{
    LOCAL(buf) out = {.max = text.len + 2};
    span after;
    struct place place;

    if (!find_group(text, id, &place))
        return error_new(ERROR_USAGE, "there is no [source %.*s] in courant.conf", SPAN_ARG(id));
    after = span_from(text, place.end);
    buf_add(&out, span_sub(text, 0, place.start));
    if (out.len == 0 || span_ends(buf_span(&out), S("\n\n")) || span_ends(buf_span(&out), S("\n\r\n")))
        while (after.len && (*after.at == '\n' || *after.at == '\r'))
            after = span_from(after, 1); /* one blank line, not two */
    if (span_trim(after).len == 0)
        buf_truncate(&out, span_trim_end(buf_span(&out)).len);
    buf_add(&out, after);
    end_line(&out, place.ends_in_crlf ? "\r\n" : "\n");
    return check(arena, &out, out_text);
}
