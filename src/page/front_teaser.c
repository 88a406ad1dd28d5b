/* SPDX-License-Identifier: MIT
 * front_teaser.c - what is said of a piece of news beside its link
 */
#include "limits/limits.h"
#include "markup/markup.h"
#include "page/front_parts.h"
#include "page/internal.h"
#include "text/date.h"
#include "text/utf8.h"

enum {
    MOST_NODES = 400, /* of a box: what is larger is no teaser */
    LONGEST_DATE = 120,
    SHORTEST_SUMMARY = 40, /* columns: a Chinese character takes two */
    SHORTEST_TITLE = 16,
};

static const char *const title_words[] = {"title", "headline", "heading", "subject",
                                          "titel", "titre",    "titul",   "titolo"};
static const char *const date_words[] = {"date", "time", "publish", "posted", "meta", "info", "clock"};

static bool is_heading(const struct node *node)
{
    return node->tag >= TAG_h1 && node->tag <= TAG_h6;
}

static size_t columns_of(span text)
{
    size_t columns = 0;
    uint32_t character;

    while (utf8_next(&text, &character))
        columns += is_unspaced(character) ? 2 : 1;
    return columns;
}

/* --- titles --- */

static const struct node *title_in(const struct node *link)
{
    const struct node *named = NULL;
    size_t nodes = 0;

    for (const struct node *node = link; node && nodes < MOST_NODES; node = node_next(node, link), nodes++) {
        if (node->type == NODE_ELEMENT && is_heading(node) && node->first)
            return node;
        if (node != link && node->type == NODE_ELEMENT && node->first && !named &&
            node_is_named(node, title_words, ARRAY_SIZE(title_words)))
            named = node;
    }
    return named;
}

/* A link around a whole box: the first of its paragraphs that is longer than a label, and no date. */
static span first_text(struct arena *arena, const struct node *link)
{
    LOCAL(buf) text = {.max = 16 * KiB};
    span rest, line, first = {0};

    text_write(link, &text);
    rest = buf_span(&text);
    while (span_cut(&rest, '\n', &line)) {
        line = text_collapse(arena, line);
        if (line.len < LONGEST_DATE && date_parse(line) != NO_TIME)
            continue;
        if (line.len && !first.len)
            first = line;
        if (columns_of(line) >= SHORTEST_TITLE)
            return arena_keep(arena, line);
    }
    return arena_keep(arena, first);
}

static bool is_cut(span text)
{
    return span_ends(text, S("...")) || span_ends(text, S("…"));
}

/* "A headline that is too lo…" with all of it in the title attribute; or more than it, with it alone there */
static span whole_title(struct arena *arena, const struct node *link, span shown)
{
    span whole = text_collapse(arena, node_attribute(link, "title"));
    span start = shown;

    if (!is_cut(shown))
        return !shown.len || (columns_of(whole) >= SHORTEST_TITLE && span_ends(shown, whole)) ? whole : shown;
    start.len -= 3; /* both are three bytes */
    return span_starts(whole, span_trim_end(start)) ? whole : shown;
}

static span picture_title(struct arena *arena, const struct node *link)
{
    const struct node *picture = node_find(link, TAG_img);

    return picture ? text_collapse(arena, node_attribute(picture, "alt")) : (span){0};
}

span front_title_of(struct arena *arena, const struct node *link)
{
    const struct node *heading = title_in(link);
    span title = heading ? node_text(arena, heading) : first_text(arena, link);

    title = whole_title(arena, link, title);
    return title.len ? title : picture_title(arena, link);
}

/* --- dates --- */

span front_date_of(struct arena *arena, const struct node *node)
{
    static const char *const names[] = {"datetime", "data-time", "data-date", "data-timestamp", "content"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        span value = node_attribute(node, names[i]);
        if (value.len && date_within(arena, value) != NO_TIME)
            return value;
    }
    return short_text(&(struct reader){.arena = arena}, node, LONGEST_DATE);
}

/* --- the rest of the box --- */

struct teaser {
    struct front_reader *reader;
    const struct node *link;
    struct front_item *item;
    size_t summary_columns;
    const struct node *measured; /* the last paragraph: what is in it is part of it */
    bool date_is_marked;         /* by <time> or a class that says so */
};

static void look_for_date(struct teaser *teaser, const struct node *node)
{
    struct arena *arena = teaser->reader->arena;
    bool is_marked = node->type == NODE_ELEMENT &&
                     (node->tag == TAG_time || node_is_named(node, date_words, ARRAY_SIZE(date_words)));
    bool is_text = node->type == NODE_TEXT && node->text.len <= LONGEST_DATE;
    int64_t at;

    if ((!is_marked && !is_text) || teaser->date_is_marked)
        return;
    if (is_text && (teaser->item->published_at != NO_TIME || node_is_within(node, teaser->link)))
        return;
    at = date_within(arena, is_marked ? front_date_of(arena, node) : node->text);
    if (at == NO_TIME)
        return;
    teaser->item->published_at = at;
    teaser->date_is_marked = is_marked;
}

/* The longest paragraph that is not the headline. */
static void look_for_summary(struct teaser *teaser, const struct node *node)
{
    span text;
    size_t columns;

    if (node->type != NODE_ELEMENT || !node->first || is_heading(node) ||
        (node->tag != TAG_p && node->tag != TAG_div && node->tag != TAG_span && node->tag != TAG_dd) ||
        (teaser->measured && node_is_within(node, teaser->measured)))
        return;
    for (const struct node *child = node->first; child; child = child->next)
        if (child->type == NODE_ELEMENT && (node_is_block(child) || child->tag == TAG_img))
            return;
    teaser->measured = node;
    text = node_text(teaser->reader->arena, node);
    columns = columns_of(span_sub(text, 0, LIMIT_FRONT_SUMMARY));
    if (columns < SHORTEST_SUMMARY || columns <= teaser->summary_columns ||
        span_equal(text, teaser->item->title) || span_find(text, teaser->item->title) == 0)
        return;
    teaser->item->summary = text;
    teaser->summary_columns = columns;
}

static void look_for_image(struct teaser *teaser, const struct node *node)
{
    span source = node->tag == TAG_img ? node_attribute(node, "src") : (span){0};
    int64_t width;

    if (!source.len || teaser->item->image.len || span_starts(source, S("data:")))
        return;
    if (span_to_int64(node_attribute(node, "width"), &width) && width < 50)
        return;
    teaser->item->image = front_link(teaser->reader, source);
}

void front_read_teaser(struct front_reader *reader, const struct node *box, const struct node *link,
                       struct front_item *item)
{
    struct teaser teaser = {.reader = reader, .link = link, .item = item};
    size_t nodes = 0;

    for (const struct node *node = box; node && nodes < MOST_NODES; nodes++) {
        if (node->type == NODE_ELEMENT && tag_is(node->tag, TAG_IS_SKIPPED)) {
            node = node_next_skipping(node, box);
            continue;
        }
        look_for_date(&teaser, node);
        look_for_summary(&teaser, node);
        look_for_image(&teaser, node);
        node = node_next(node, box);
    }
}
