/* SPDX-License-Identifier: MIT
 * said.c - what was said, weighed and kept
 */
#include "limits/limits.h"
#include "page/internal.h"
#include "text/date.h"
#include "text/escape.h"
#include "text/url.h"
#include "text/utf8.h"
#include "text/words.h"

/* --- names --- */

span essence_of(struct arena *arena, span text)
{
    LOCAL(buf) out = {.max = LIMIT_PAGE_LINE};
    span rest = utf8_fold(arena, utf8_repair(arena, utf8_cut(text, LIMIT_PAGE_LINE)));
    uint32_t character;

    while (utf8_next(&rest, &character))
        if (is_letter_or_digit(character) || is_mark(character))
            utf8_add(&out, character);
    return arena_keep(arena, buf_span(&out));
}

/* One half of "The Alder Post & Mail" */
static bool is_half_of_site(struct reader *reader, span letters)
{
    span site = reader->said[FACT_SITE].value, half;

    if (span_find_char(site, '&') == SPAN_NONE)
        return false;
    while (span_cut(&site, '&', &half))
        if (span_equal(letters, essence_of(reader->arena, half)))
            return true;
    return false;
}

bool is_site_name(struct reader *reader, span name)
{
    static const char *const endings[] = {".com", ".net", ".org", ".de", ".co.uk"};
    span letters = essence_of(reader->arena, name),
         site = essence_of(reader->arena, reader->said[FACT_SITE].value);

    for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
        if (name.len > strlen(endings[i]) &&
            span_equal_nocase(span_from(name, name.len - strlen(endings[i])), span_of(endings[i])))
            return true;
    if (span_starts(letters, S("the")))
        letters = span_from(letters, 3);
    if (span_starts(site, S("the")))
        site = span_from(site, 3);
    return letters.len &&
           (span_equal(letters, site) || span_equal(letters, reader->host) ||
            is_half_of_site(reader, letters) ||
            (span_starts(reader->host, S("the")) && span_equal(letters, span_from(reader->host, 3))));
}

/* A commentary is an article. */
static bool is_of_comments(const struct node *node)
{
    static const char *const words[] = {"comment"}, *const others[] = {"commentar", "kommentar"};

    return node_is_named(node, words, ARRAY_SIZE(words)) && !node_is_named(node, others, ARRAY_SIZE(others));
}

bool is_elsewhere(const struct reader *reader, const struct node *node)
{
    static const char *const words[] = {"related",  "recommend", "sidebar",   "footer", "popular", "latest-",
                                        "trending", "most-read", "copyright", "ticker", "teaser"};

    for (int up = 0; node && up < 12; node = node->parent, up++) {
        for (size_t i = 0; i < reader->around_count; i++)
            if (reader->around_heading[i] == node)
                return false;
        if (node->tag == TAG_aside || node->tag == TAG_nav || node->tag == TAG_footer ||
            node_is_named(node, words, ARRAY_SIZE(words)) || is_of_comments(node))
            return true;
    }
    return false;
}

/* --- facts --- */

span line_of(struct reader *reader, span text)
{
    text = utf8_cut(text, LIMIT_PAGE_LINE);
    if (has_reference(text)) /* twice encoded: &amp;quot; */
        text = unescape_html(reader->arena, text);
    return text_collapse(reader->arena, text);
}

void say(struct reader *reader, enum fact fact, enum rank rank, span value)
{
    struct said *said = &reader->said[fact];

    if (said->value.len && said->rank <= rank)
        return;
    value = line_of(reader, value);
    if (value.len)
        *said = (struct said){value, rank};
}

static bool is_web_address(span url)
{
    return span_starts(url, S("http://")) || span_starts(url, S("https://"));
}

void say_url(struct reader *reader, enum fact fact, enum rank rank, span value)
{
    value = span_trim(value);
    if (!value.len)
        return;
    value = url_resolve(reader->arena, reader->page->base, value);
    if (is_web_address(value))
        say(reader, fact, rank, value);
}

/* No page is older than the web, but what it reprints may be; none is from the year 2100. */
static bool is_plausible(int64_t at)
{
    return at >= date_days(1900, 1, 1) * DAY && at < date_days(2100, 1, 1) * DAY &&
           at != 0 /* nobody published at the epoch: a machine had no date */;
}

bool say_moment(struct reader *reader, enum when when, enum rank rank, span text)
{
    struct moment *moment = &reader->moments[when];
    struct date date;

    if (moment->at != NO_TIME && moment->rank <= rank)
        return false;
    text = span_trim(text);
    if (text.len <= strlen("1988") || text.len > 200 || !date_read(text, &date) || !is_plausible(date.at))
        return false;
    *moment = (struct moment){.at = date.at,
                              .zone = date.has_zone ? date.zone_minutes : 0,
                              .has_time = date.has_time,
                              .rank = rank};
    return true;
}

void say_author(struct reader *reader, enum rank rank, struct author author)
{
    if (!author.name.len)
        return;
    if (is_site_name(reader, author.name) || (rank > RANK_SURE && is_role(reader->arena, author.name)))
        rank = RANK_SPARE;
    if (rank > reader->author_rank)
        return;
    if (rank < reader->author_rank) {
        reader->authors.len = 0;
        reader->author_rank = rank;
    }
    for (size_t i = 0; i < reader->authors.len; i++) {
        struct author *known = &reader->authors.at[i];
        if (span_find_nocase(author.name, known->name) !=
            SPAN_NONE) /* "ByAnn Lee", "Ann Lee Editor": no other */
            return;
        if (span_find_nocase(known->name, author.name) != SPAN_NONE) {
            *known = author;
            return;
        }
    }
    if (reader->authors.len < LIMIT_PAGE_AUTHORS)
        *vec_add(reader->arena, &reader->authors) = author;
}

size_t split_byline(struct reader *reader, enum rank rank, span text, struct author **out_authors)
{
    if (rank > reader->author_rank || reader->bylines_read++ >= LIMIT_PAGE_BYLINES)
        return 0;
    return page_split_byline(reader->arena, text, out_authors);
}

void say_byline(struct reader *reader, enum rank rank, span text)
{
    struct author *authors;
    size_t count = split_byline(reader, rank, text, &authors);

    for (size_t i = 0; i < count; i++)
        say_author(reader, rank, authors[i]);
}

static void say_tag(struct reader *reader, span tag)
{
    tag = line_of(reader, tag);
    if (!tag.len || tag.len > 100 || reader->tags.len >= LIMIT_PAGE_TAGS)
        return;
    for (size_t i = 0; i < reader->tags.len; i++)
        if (span_equal_nocase(reader->tags.at[i], tag))
            return;
    *vec_add(reader->arena, &reader->tags) = tag;
}

/* A comma of ASCII or of Chinese, or a semicolon */
void say_tags(struct reader *reader, span text, bool is_list)
{
    static const char *const commas[] = {",", ";", "\xEF\xBC\x8C", "\xE3\x80\x81"};

    text = utf8_cut(text, LIMIT_PAGE_LINE);
    while (is_list && text.len && reader->tags.len < LIMIT_PAGE_TAGS) {
        size_t end = text.len, skip = 0;
        for (size_t i = 0; i < ARRAY_SIZE(commas); i++) {
            size_t at = span_find(span_sub(text, 0, end), span_of(commas[i]));
            if (at < end) {
                end = at;
                skip = strlen(commas[i]);
            }
        }
        say_tag(reader, span_sub(text, 0, end));
        text = span_from(text, end + skip);
    }
    if (!is_list)
        say_tag(reader, text);
}

void say_description(struct reader *reader, span text)
{
    text = line_of(reader, text);
    if (!text.len || span_find(buf_span(&reader->descriptions), text) != SPAN_NONE)
        return;
    if (reader->descriptions.len)
        buf_add_char(&reader->descriptions, '\n');
    buf_add(&reader->descriptions, text);
}

void say_headline(struct reader *reader, enum rank rank, span text)
{
    text = line_of(reader, text);
    if (!text.len)
        return;
    say(reader, FACT_HEADLINE, rank, text);
    if (reader->headlines.len < LIMIT_PAGE_HEADLINES)
        *vec_add(reader->arena, &reader->headlines) = text;
}

span short_text(struct reader *reader, const struct node *node, size_t longest)
{
    size_t nodes = 0, bytes = 0;

    for (const struct node *below = node; below; below = node_next(below, node)) {
        bytes += below->type == NODE_TEXT ? below->text.len : 0;
        if (++nodes > 400 || bytes > 8 * longest) /* much of it may be white space */
            return (span){0};
    }
    span text = node_text(reader->arena, node);
    return text.len <= longest ? text : (span){0};
}

bool node_is_named(const struct node *node, const char *const *words, size_t count)
{
    return node->attribute_count &&
           (words_stand_in(span_sub(node_attribute(node, "class"), 0, 512), words, count) ||
            words_stand_in(span_sub(node_attribute(node, "id"), 0, 512), words, count));
}
