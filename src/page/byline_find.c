/* SPDX-License-Identifier: MIT
 * byline_find.c - bylines among what readers see
 *
 * rel=author, then elements named so, near the heading, then text that begins with "By" or 作者.
 */
#include "page/internal.h"
#include "text/utf8.h"
#include "text/words.h"

enum { LONGEST_BYLINE = 200, SHORTEST_LINE = 8, NEAR = 400 /* nodes behind the heading */, FAR = 3000 };

static const char *const names[] = {"byline", "author", "writer", "autor", "reporter", "contributor"};
static const char *const not_names[] = {
    "comment", "bio",    "related", "about",   "recommend", "follow",   "avatar", "image",
    "photo",   "social", "share",   "popular", "authority", "describe", "desc",   "title-author"};
/* what an address of somebody's own page has in it */
static const char *const person_paths[] = {
    "/author/",  "/authors/", "/autor/",        "/autoren/",     "/by/",     "/staff/",
    "/writer/",  "/writers/", "/journalist/",   "/contributor/", "/people/", "/profile/",
    "/reporter", "/auteur/",  "/contributors/", "/redaktion/",   "/autores/"};

static bool has_relation(const struct node *node)
{
    span relations = node_attribute(node, "rel"), relation;

    while (span_cut_word(&relations, &relation))
        if (span_is_nocase(relation, "author"))
            return true;
    return false;
}

static bool leads_to_person(const struct node *node)
{
    span href = node_attribute(node, "href");

    if (has_relation(node))
        return true;
    return words_stand_in(href, person_paths, ARRAY_SIZE(person_paths));
}

/* "By Ann Lee" as a line of its own; "By" before an element that holds the name */
static bool is_by_line(span text)
{
    static const char *const starts[] = {
        "By ",   "BY ", "by ",  "作者：", "作者:", "作者 ",    "记者 ", "记者：",
        "记者:", "文/", "文／", "文｜",   "撰文",  "本报记者", "撰稿："};
    static const char *const alone[] = {"By",  "BY",  "by",     "By:",        "by:",       "Von",       "von",
                                        "Par", "Por", "作者：", "Written by", "Posted by", "Written By"};

    for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
        if (text.len > strlen(starts[i]) && span_starts(text, span_of(starts[i])))
            return true;
    for (size_t i = 0; i < ARRAY_SIZE(alone); i++)
        if (span_is(text, alone[i]))
            return true;
    /* "Morning Paper's reporter Li Si": short, and no sentence */
    return text.len <= 80 && span_has(text, "记者") && !span_has(text, "。") && !span_has(text, "，");
}

static bool is_capital(char c)
{
    return (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* A short text that begins so is a byline; the element around it has the rest of it. */
static span byline_at(struct reader *reader, const struct node *node)
{
    span line = js_trim(node->text), whole = {0};

    if (line.len > 100 || !is_by_line(line))
        return whole;
    for (const struct node *up = node->parent; up && up->type == NODE_ELEMENT; up = up->parent) {
        span text = short_text(reader, up, 400);
        if (!text.len || text.len > 160 || !is_by_line(text))
            break;
        whole = text;
        if (node_is_block(up) && text.len > line.len + 3)
            break;
    }
    if (whole.len || line.len < SHORTEST_LINE || (span_starts(line, S("by ")) && !is_capital(line.at[3])))
        return whole; /* "by mending" */
    return line;      /* among much else: the line alone */
}

static span found_at(struct reader *reader, const struct node *node)
{
    span text = {0};

    if (node->type == NODE_TEXT)
        return byline_at(reader, node);
    if (node->type != NODE_ELEMENT || tag_is(node->tag, TAG_IS_SKIPPED))
        return text;
    if (leads_to_person(node) || (node_is_named(node, names, ARRAY_SIZE(names)) &&
                                  !node_is_named(node, not_names, ARRAY_SIZE(not_names))))
        text = short_text(reader, node, LONGEST_BYLINE);
    return text.len <= LONGEST_BYLINE ? text : (span){0};
}

/* Where nothing stands by the heading: a link to somebody's page, or an element called just "author", within
 * the rest */
static void find_far_byline(struct reader *reader, const struct node *from, const struct node *body)
{
    static const char *const classes[] = {"author", "author-name", "byline", "byline-name", "article-author"};

    for (int seen = 0; from && seen < FAR && reader->author_rank > RANK_LAST; seen++) {
        bool is_named = leads_to_person(from);
        for (size_t i = 0; from->type == NODE_ELEMENT && i < ARRAY_SIZE(classes); i++)
            is_named |= span_is_nocase(node_attribute(from, "class"), classes[i]);
        if (is_named && !is_elsewhere(reader, from))
            say_byline(reader, RANK_LAST, short_text(reader, from, LONGEST_BYLINE));
        from = node_next(from, body);
    }
}

/* The first byline behind the heading, and what stands close by it */
void find_bylines(struct reader *reader)
{
    const struct node *body = node_find(reader->document, TAG_body), *found = NULL;
    int seen = 0;

    for (const struct node *node = reader->heading ? reader->heading : body; node && seen < NEAR;
         node = node_next(node, body), seen++) {
        if (reader->author_rank < RANK_WEAK)
            return;
        if (found && !node_is_within(node, found))
            return;
        span text = found_at(reader, node);
        if (!text.len || is_elsewhere(reader, node))
            continue;
        say_byline(reader, RANK_WEAK, text);
        if (reader->author_rank == RANK_WEAK && !found)
            found = node->parent && node->parent->parent && node->parent != body ? node->parent : node;
    }
    if (reader->heading && !found)
        find_far_byline(reader, reader->heading, body);
}
