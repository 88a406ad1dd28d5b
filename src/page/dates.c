/* SPDX-License-Identifier: MIT
 * dates.c - dates among what readers see, and in the address
 *
 * A <time> of the article, an element named so near the heading, the first date in the text around the
 * heading, and last the day in the address.
 */
#include "page/internal.h"
#include "text/date.h"
#include "text/url.h"
#include "text/utf8.h"
#include <stdio.h>

enum { LONGEST_TEXT = 240, BEFORE = 60, BEHIND = 260 /* nodes around the heading */ };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(span text, size_t at)
{
    size_t len = 0;

    while (at + len < text.len && is_digit(text.at[at + len]))
        len++;
    return len;
}

/* --- a date within a text --- */

/* "14:05", "14:05:09", "2.05 pm" right behind a date: its end, or `at` */
static size_t time_end(span text, size_t at)
{
    size_t start = at, len;

    while (start < text.len && start < at + 12 && !is_digit(text.at[start]) && text.at[start] != '\n')
        start++;
    len = digits_at(text, start);
    if (len < 1 || len > 2 || start + len >= text.len ||
        (text.at[start + len] != ':' && text.at[start + len] != 'h'))
        return at;
    size_t end = start + len + 1;
    len = digits_at(text, end);
    if (len != 2)
        return at;
    end += len;
    if (end < text.len && text.at[end] == ':' && digits_at(text, end + 1) == 2)
        end += 3;
    span rest = span_from(text, end);
    span word = span_trim(rest);
    if (span_starts_nocase(word, S("am")) || span_starts_nocase(word, S("pm")))
        end = (size_t)(word.at - text.at) + 2;
    return end;
}

static bool read_between(struct reader *reader, enum when when, enum rank rank, span text, size_t start,
                         size_t end)
{
    size_t with_time = time_end(text, end);

    if (with_time > end && say_moment(reader, when, rank, span_sub(text, start, with_time - start)))
        return true;
    return say_moment(reader, when, rank, span_sub(text, start, end - start));
}

/* 2024-05-06, 2024/5/6, 2024.05.06, 2024年5月6日: where it ends, or 0 */
static size_t numeric_end(span text, size_t at)
{
    static const char *const between[] = {"-",    "/",   ".",   "年", "月", " 年 ",
                                          " 月 ", "년 ", "월 ", "년", "월"};
    size_t end = at + 4;

    for (int part = 0; part < 2; part++) {
        size_t skip = 0, len;
        for (size_t i = 0; i < ARRAY_SIZE(between) && !skip; i++)
            if (span_starts(span_from(text, end), span_of(between[i])))
                skip = strlen(between[i]);
        len = skip ? digits_at(text, end + skip) : 0;
        if (len < 1 || len > 2)
            return 0;
        end += skip + len;
    }
    static const char *const days[] = {"日", " 日", "일"};
    for (size_t i = 0; i < ARRAY_SIZE(days); i++)
        if (span_starts(span_from(text, end), span_of(days[i])))
            return end + strlen(days[i]);
    return end;
}

/* Where the word before `at` begins */
static size_t word_before(span text, size_t at)
{
    while (at && text.at[at - 1] == ' ')
        at--;
    while (at && text.at[at - 1] != ' ' && text.at[at - 1] != '\n' && text.at[at - 1] != '|' &&
           text.at[at - 1] != '(')
        at--;
    return at;
}

static bool has_digit(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_digit(text.at[i]))
            return true;
    return false;
}

static bool day_and_month(struct reader *reader, enum when when, enum rank rank, span text, size_t at)
{
    size_t starts[5] = {word_before(text, at + 1)};

    for (size_t i = 1; i < ARRAY_SIZE(starts); i++)
        starts[i] = word_before(text, starts[i - 1]);
    for (size_t i = ARRAY_SIZE(starts); i-- > 0;)
        if (has_digit(span_sub(text, starts[i], at - starts[i])) && /* a month and a year are no day */
            read_between(reader, when, rank, text, starts[i], at + 4))
            return true;
    return false;
}

/* The first date in the text, found by its year */
static bool read_within(struct reader *reader, enum when when, enum rank rank, span text)
{
    for (size_t at = 0; at < text.len; at++) {
        size_t len = digits_at(text, at), end;
        if (!len)
            continue;
        if (len == 4 && (text.at[at] == '2' || text.at[at] == '1')) {
            end = numeric_end(text, at);
            if (end && read_between(reader, when, rank, text, at, end))
                return true;
            if (!end && day_and_month(reader, when, rank, text, at))
                return true;
        }
        at += len;
    }
    return false;
}

/* --- where to look --- */

static const char *const date_names[] = {"date",    "time", "publish", "posted", "datum", "fecha",
                                         "pubtime", "info", "meta",    "byline", "source"};
static const char *const update_words[] = {"updated",    "modified",   "aktualisiert", "actualizado",
                                           "mis à jour", "aggiornato", "更新时间",     "更新于",
                                           "最后更新",   "обновлено",  "geändert",     "last"};

static bool says_update(span text)
{
    span start = span_sub(text, 0, 40);

    for (size_t i = 0; i < ARRAY_SIZE(update_words); i++)
        if (span_find_nocase(start, span_of(update_words[i])) != SPAN_NONE)
            return true;
    return false;
}

static void read_time(struct reader *reader, const struct node *time, enum rank rank)
{
    static const char *const updates[] = {"updat", "modif"};
    span text = short_text(reader, time, LONGEST_TEXT), value = node_attribute(time, "datetime");
    enum when when =
        node_is_named(time, updates, ARRAY_SIZE(updates)) || says_update(text) ? MODIFIED : PUBLISHED;

    if (!value.len || !say_moment(reader, when, rank, value))
        read_within(reader, when, rank, span_sub(text, 0, LONGEST_TEXT));
}

static void read_around_heading(struct reader *reader, const struct node *from, const struct node *body,
                                int room)
{
    for (const struct node *node = from; node && room > 0; room--) {
        if (node->type == NODE_ELEMENT && tag_is(node->tag, TAG_IS_SKIPPED)) {
            node = node_next_skipping(node, body);
            continue;
        }
        if (node->tag == TAG_time && !is_elsewhere(reader, node))
            read_time(reader, node, RANK_WEAK);
        else if (node->type == NODE_ELEMENT && node_is_named(node, date_names, ARRAY_SIZE(date_names)) &&
                 !is_elsewhere(reader, node)) {
            span text = short_text(reader, node, LONGEST_TEXT);
            if (text.len <= LONGEST_TEXT)
                read_within(reader, PUBLISHED, RANK_LAST, text);
        } else if (node->type == NODE_TEXT && node->text.len <= LONGEST_TEXT &&
                   !is_elsewhere(reader, node->parent)) {
            read_within(reader, says_update(node->text) ? MODIFIED : PUBLISHED, RANK_LAST,
                        text_collapse(reader->arena, node->text));
        }
        node = node_next(node, body);
    }
}

static const struct node *stepped_back(const struct node *node, const struct node *body, int steps)
{
    while (steps-- > 0 && node && node != body) {
        if (node->previous) {
            node = node->previous;
            while (node->last)
                node = node->last;
        } else {
            node = node->parent;
        }
    }
    return node ? node : body;
}

/* --- the address --- */

/* A day in three parts behind a year: /2024/05/06/, /2024-05-06, /2024/may/06/, /20240506 */
static span day_in_address(span address, size_t at, size_t digits, char room[16])
{
    span year = span_sub(address, at, 4), rest = span_from(address, at + 4);
    size_t end = numeric_end(address, at);

    if (digits == 8) {
        const char day[] = {rest.at[-4], rest.at[-3], rest.at[-2], rest.at[-1], '-',
                            rest.at[0],  rest.at[1],  '-',         rest.at[2],  rest.at[3]};
        memcpy(room, day, sizeof day);
        return (span){room, sizeof day};
    }
    if (digits != 4)
        return (span){0};
    if (end)
        return span_sub(address, at, end - at);
    if (rest.len >= 7 && rest.at[0] == '/' && rest.at[4] == '/' && digits_at(rest, 5) == 2) {
        int len = snprintf(room, 16, "%.2s %.3s %.4s", rest.at + 5, rest.at + 1, year.at);
        return (span){room, (size_t)len};
    }
    return (span){0};
}

static void read_address(struct reader *reader)
{
    span address = reader->page->url;

    for (size_t at = 0, digits; at < address.len; at += digits + 1) {
        char room[16];
        digits = digits_at(address, at);
        if (digits < 4 ||
            !(span_starts(span_from(address, at), S("19")) || span_starts(span_from(address, at), S("20"))))
            continue;
        span day = day_in_address(address, at, digits, room);
        if (say_moment(reader, PUBLISHED, RANK_LAST, day))
            return;
    }
}

/* What stands around the heading may be another's date; the day in the address is the article's, if it has
 * one. Where both are as good as the same day, the text has the time, too. */
static void weigh_address(struct reader *reader)
{
    struct moment *published = &reader->moments[PUBLISHED], shown = *published;

    if (shown.at != NO_TIME && shown.rank < RANK_LAST)
        return;
    published->at = NO_TIME;
    read_address(reader);
    if (published->at == NO_TIME ||
        (shown.at != NO_TIME && shown.at - published->at <= 2 * DAY && published->at - shown.at <= DAY))
        *published = shown;
}

/* A machine says it in UTC, the page shows it in its own time: 03:00Z and "December 22, 10:00 PM" are the
 * same moment, five hours west. Only where the two differ by a zone that there is. */
static void find_zone(struct reader *reader, const struct node *body)
{
    struct moment said = reader->moments[PUBLISHED], modified = reader->moments[MODIFIED], shown;

    reader->moments[PUBLISHED] = (struct moment){.at = NO_TIME};
    read_around_heading(reader, reader->heading, body, BEHIND);
    shown = reader->moments[PUBLISHED];
    reader->moments[PUBLISHED] = said;
    reader->moments[MODIFIED] = modified;
    if (shown.at == NO_TIME || !shown.has_time)
        return;
    int64_t shift = (shown.at / MINUTE + shown.zone) - said.at / MINUTE;
    if (shift >= -12 * 60 && shift <= 14 * 60 && shift % 30 == 0)
        reader->moments[PUBLISHED].zone = (int)shift;
}

void find_dates(struct reader *reader)
{
    const struct node *body = node_find(reader->document, TAG_body);
    const struct node *heading = reader->heading;

    const struct moment *published = &reader->moments[PUBLISHED];
    if (published->rank && published->rank <= RANK_FAIR) {
        if (heading && published->has_time && !published->zone)
            find_zone(reader, body);
        return;
    }
    if (heading) {
        read_around_heading(reader, heading, body, BEHIND);
        read_around_heading(reader, stepped_back(heading, body, BEFORE), body, BEFORE);
    }
    for (const struct node *node = body; node; node = node_next(node, body))
        if (node->tag == TAG_time && node_attribute(node, "datetime").len && !is_elsewhere(reader, node))
            read_time(reader, node, RANK_LAST);
    weigh_address(reader);
    if (!heading)
        read_around_heading(reader, body, body, 4000);
}

/* --- for pages that list others --- */

int64_t date_within(struct arena *arena, span text)
{
    struct page page = {0};
    struct reader reader = {.arena = arena, .page = &page};

    reader.moments[PUBLISHED].at = NO_TIME;
    if (!say_moment(&reader, PUBLISHED, RANK_SURE, text))
        read_within(&reader, PUBLISHED, RANK_SURE, text);
    return reader.moments[PUBLISHED].at;
}

int64_t date_of_address(struct arena *arena, span address)
{
    struct page page = {.url = address};
    struct reader reader = {.arena = arena, .page = &page};

    reader.moments[PUBLISHED].at = NO_TIME;
    read_address(&reader);
    return reader.moments[PUBLISHED].at;
}
