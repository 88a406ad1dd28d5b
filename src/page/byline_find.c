/* SPDX-License-Identifier: MIT
 * byline_find.c - bylines among what readers see
 *
 * rel=author, then elements named so, near the heading, then text that begins with "By" or 作者.
 */
#include "page/internal.h"
#include "text/utf8.h"

enum { LONGEST_BYLINE = 200, NEAR = 400 /* nodes behind the heading */ };

static const char *const names[] = {"byline", "author",   "writer",        "autor",
                                    "redakt", "reporter", "dateline-name", "contributor"};
static const char *const not_names[] = {"comment", "bio",       "related", "about",   "footer",
                                        "sidebar", "recommend", "follow",  "avatar",  "image",
                                        "photo",   "social",    "share",   "popular", "authority"};

static bool is_elsewhere(const struct node *node)
{
    for (int up = 0; node && up < 8; node = node->parent, up++)
        if (node->tag == TAG_aside || node->tag == TAG_nav || node->tag == TAG_footer ||
            node_is_named(node, not_names, ARRAY_SIZE(not_names)))
            return true;
    return false;
}

static bool has_relation(const struct node *node)
{
    span relations = node_attribute(node, "rel"), relation;

    while (span_cut_word(&relations, &relation))
        if (span_is_nocase(relation, "author"))
            return true;
    return false;
}

/* "By Ann Lee" as a line of its own */
static bool is_by_line(span text)
{
    static const char *const starts[] = {"By ", "BY ",  "作者：", "作者:", "记者 ",   "记者：",
                                         "文/", "文／", "文｜",   "撰文",  "本报记者"};

    for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
        if (span_starts(text, span_of(starts[i])))
            return true;
    return false;
}

void find_bylines(struct reader *reader)
{
    const struct node *body = node_find(reader->document, TAG_body);
    const struct node *start = reader->heading ? reader->heading : body;
    int seen = 0;

    for (const struct node *node = start; node && seen < NEAR; node = node_next(node, body), seen++) {
        if (node->type == NODE_TEXT) {
            span line = js_trim(node->text);
            if (line.len > 4 && line.len <= 100 && is_by_line(line) && !is_elsewhere(node->parent))
                say_byline(reader, RANK_LAST, line);
            continue;
        }
        if (node->type != NODE_ELEMENT || tag_is(node->tag, TAG_IS_SKIPPED) ||
            reader->author_rank < RANK_WEAK)
            continue;
        bool is_related = has_relation(node);
        if ((!is_related && !node_is_named(node, names, ARRAY_SIZE(names))) || is_elsewhere(node))
            continue;
        span text = node_text(reader->arena, node);
        if (text.len && text.len <= LONGEST_BYLINE)
            say_byline(reader, is_related ? RANK_WEAK : RANK_LAST, text);
    }
}
