/* SPDX-License-Identifier: MIT */
#include "fetch/head.h"
#include "core/vec.h"
#include "limits/limits.h"

static const struct {
    const char *name;
    size_t target; /* a span of struct head */
} fields[] = {
    {"location", offsetof(struct head, location)},
    {"retry-after", offsetof(struct head, retry_after)},
    {"age", offsetof(struct head, age)},
    {"expires", offsetof(struct head, expires)},
    {"date", offsetof(struct head, date)},
    {"content-type", offsetof(struct head, content_type)},
    {"content-location", offsetof(struct head, content_location)},
    {"content-language", offsetof(struct head, content_language)},
    {"etag", offsetof(struct head, etag)},
    {"last-modified", offsetof(struct head, last_modified)},
};

struct reading {
    struct arena *arena;
    struct head *head;
    VEC(span) links;
    struct buf cache_control;
};

static bool read_length(span value, int64_t *out_length)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.at[i] < '0' || value.at[i] > '9')
            return false; /* a sign is none of its grammar */
    return span_to_int64(value, out_length);
}

/* "5, 5" is allowed, and the same as two lines that agree (RFC 9110 8.6). */
static void note_length(struct head *head, span value)
{
    span piece;
    int64_t length;

    while (span_cut(&value, ',', &piece)) {
        if (!read_length(span_trim(piece), &length) ||
            (head->content_length >= 0 && head->content_length != length))
            head->has_framing_conflict = true;
        else
            head->content_length = length;
        head->has_length = true;
    }
}

static void note_codings(struct head *head, span value)
{
    span piece;

    while (span_cut(&value, ',', &piece)) {
        piece = span_trim(piece);
        if (piece.len == 0 || span_is_nocase(piece, "identity"))
            continue;
        if (head->coding_count < LIMIT_CODINGS)
            head->codings[head->coding_count] = piece;
        head->coding_count++;
    }
}

static void note_field(struct reading *reading, span name, span value)
{
    struct head *head = reading->head;

    for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
        span *target = (span *)((char *)head + fields[i].target);
        if (span_is_nocase(name, fields[i].name)) {
            if (!target->at)
                *target = value;
            return;
        }
    }
    if (span_is_nocase(name, "content-length"))
        note_length(head, value);
    else if (span_is_nocase(name, "content-encoding"))
        note_codings(head, value);
    else if (span_is_nocase(name, "transfer-encoding"))
        head->is_chunked |= span_find_nocase(value, S("chunked")) != SPAN_NONE;
    else if (span_is_nocase(name, "cache-control"))
        buf_printf(&reading->cache_control, "%s%.*s", reading->cache_control.len ? ", " : "",
                   SPAN_ARG(value));
    else if (span_is_nocase(name, "link") && reading->links.len < LIMIT_LINK_HEADERS)
        *vec_add(reading->arena, &reading->links) = value;
}

void head_add_line(struct buf *lines, span line)
{
    bool is_fold = line.len && (*line.at == ' ' || *line.at == '\t') && lines->len;

    line = span_trim_end(line);
    if (is_fold) {
        buf_truncate(lines, lines->len - 1);
        buf_add_char(lines, ' ');
        line = span_trim(line);
    }
    buf_add(lines, line);
    buf_add_char(lines, '\n');
}

static bool can_be_sent_back(span validator)
{
    for (size_t i = 0; i < validator.len; i++)
        if ((unsigned char)validator.at[i] < 0x20 || validator.at[i] == 0x7f)
            return false;
    return validator.len > 0 && validator.len <= LIMIT_VALIDATOR;
}

void head_read(struct arena *arena, span lines, struct head *out_head)
{
    struct reading reading = {.arena = arena, .head = out_head, .cache_control = {.max = 8 * KiB}};
    span line;

    *out_head = (struct head){.content_length = -1};
    while (span_cut(&lines, '\n', &line)) {
        size_t colon = span_find_char(line, ':');
        if (colon != SPAN_NONE && !span_starts_nocase(line, S("HTTP/")))
            note_field(&reading, span_trim_end(span_sub(line, 0, colon)),
                       span_trim(span_from(line, colon + 1)));
    }
    out_head->cache_control = arena_keep(arena, buf_span(&reading.cache_control));
    buf_release(&reading.cache_control);
    out_head->links = reading.links.at;
    out_head->link_count = reading.links.len;
    if (!can_be_sent_back(out_head->etag))
        out_head->etag = (span){0};
    if (!can_be_sent_back(out_head->last_modified))
        out_head->last_modified = (span){0};
    if (out_head->has_length && out_head->is_chunked)
        out_head->has_framing_conflict = true;
}
