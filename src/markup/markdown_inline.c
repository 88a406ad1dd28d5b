/* SPDX-License-Identifier: MIT
 *
 * markdown_inline.c - what stands in a line: each element as pieces of it
 */
#include "markup/markdown_line.h"
#include "text/utf8.h"

/* Elements */

enum treatment {
    THROUGH, /* its content stands for it */
    STRONG,
    EMPHASIS,
    DELETED,
    CODE,
    LINK,
    TAG, /* Markdown has no word for it */
    QUOTE,
    PICTURE,
    PLAYER,
    LINE_BREAK,
    NOTHING,
};

static enum treatment treatment_of(const struct node *node)
{
    switch (node->tag) {
    case TAG_b:
    case TAG_strong:
        return STRONG;
    case TAG_em:
    case TAG_i:
    case TAG_cite:
    case TAG_var:
    case TAG_dfn:
        return EMPHASIS;
    case TAG_s:
    case TAG_del:
    case TAG_strike:
        return DELETED;
    case TAG_code:
    case TAG_samp:
    case TAG_tt:
        return CODE;
    case TAG_a:
        return node_attribute(node, "href").len ? LINK : THROUGH;
    case TAG_sub:
    case TAG_sup:
    case TAG_u:
    case TAG_ins:
    case TAG_mark:
    case TAG_kbd:
    case TAG_ruby:
    case TAG_rb:
    case TAG_rt:
    case TAG_rp:
    case TAG_rtc:
        return TAG;
    case TAG_q:
        return QUOTE;
    case TAG_img:
        return PICTURE;
    case TAG_audio:
    case TAG_video:
        return PLAYER;
    case TAG_br:
        return LINE_BREAK;
    default:
        return tag_is(node->tag, TAG_IS_SKIPPED) || node->name_space == NAMESPACE_SVG ? NOTHING : THROUGH;
    }
}

static bool has_content(const struct node *node)
{
    for (const struct node *at = node; at; at = node_next(at, node))
        if (at->type == NODE_TEXT ? span_trim(at->text).len > 0 : at->tag == TAG_img)
            return true;
    return false;
}

static size_t longest_run(span s, char c)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < s.len; i++) {
        run = s.at[i] == c ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    return longest;
}

static void add_code(struct line *line, const struct node *node)
{
    span text = node_text(line->arena, node);
    size_t len = longest_run(text, '`') + 1;
    struct buf code = {.max = text.len + 2 * len + 2};
    bool is_padded = span_starts(text, S("`")) || span_ends(text, S("`"));

    if (text.len == 0)
        return;
    for (size_t i = 0; i < len; i++)
        buf_add_char(&code, '`');
    buf_add_text(&code, is_padded ? " " : "");
    buf_add(&code, text);
    buf_add_text(&code, is_padded ? " " : "");
    for (size_t i = 0; i < len; i++)
        buf_add_char(&code, '`');
    line_add_raw(line, arena_keep(line->arena, buf_span(&code)));
    buf_release(&code);
}

static void add_picture(struct line *line, const struct node *node)
{
    struct buf picture = {.max = 1 * MiB};

    if (node_attribute(node, "src").len == 0)
        return;
    buf_add(&picture, S("!["));
    markdown_escape_text(&picture, text_collapse(line->arena, node_attribute(node, "alt")), 1, 1, true);
    buf_add(&picture, S("]("));
    markdown_destination(&picture, node_attribute(node, "src"));
    markdown_add_title(&picture, text_collapse(line->arena, node_attribute(node, "title")));
    buf_add_char(&picture, ')');
    if (!picture.overflowed)
        line_add_raw(line, arena_keep(line->arena, buf_span(&picture)));
    buf_release(&picture);
}

/* A link to what would be played */
static void add_player(struct line *line, const struct node *node)
{
    span url = node_attribute(node, "src"), name = node_attribute(node, "title");
    const struct node *source = node_find(node, TAG_source);
    struct buf link = {.max = 64 * KiB};

    if (!url.len && source)
        url = node_attribute(source, "src");
    if (!url.len || line->is_in_link)
        return;
    if (!name.len) {
        name = span_sub(url, 0, MIN(span_find_char(url, '?'), span_find_char(url, '#')));
        name = span_from(name, span_find_last_char(name, '/') + 1);
    }
    buf_add(&link, S("[▶ "));
    markdown_escape_text(&link, text_collapse(line->arena, name), ' ', 1, true);
    buf_add(&link, S("]("));
    markdown_destination(&link, url);
    buf_add_char(&link, ')');
    if (!link.overflowed)
        line_add_raw(line, arena_keep(line->arena, buf_span(&link)));
    buf_release(&link);
}

static void enter_emphasis(struct line *line, enum delimiter_kind kind)
{
    if (line->open_count[kind]++ == 0)
        line_enter(line, (struct level){.kind = LEVEL_EMPHASIS, .delimiter = kind});
}

static void leave_emphasis(struct line *line, enum delimiter_kind kind)
{
    if (--line->open_count[kind] == 0)
        line_leave(line);
}

static void enter_link(struct line *line, const struct node *node)
{
    line->is_in_link = true;
    line_enter(line, (struct level){.kind = LEVEL_LINK, .node = node});
}

/* Of an element with nothing in it but white space, that is kept. */
static bool is_blank_element(struct line *line, const struct node *node)
{
    if (has_content(node))
        return false;
    line->has_space |= node->first != NULL;
    return true;
}

/* False: what is in the element is dealt with already. */
static bool enter_element(struct line *line, const struct node *node, enum treatment treatment)
{
    switch (treatment) {
    case STRONG:
        enter_emphasis(line, DELIMITER_STRONG);
        return true;
    case EMPHASIS:
        enter_emphasis(line, DELIMITER_EMPHASIS);
        return true;
    case DELETED:
        enter_emphasis(line, DELIMITER_DELETED);
        return true;
    case LINK:
        if (is_blank_element(line, node))
            return false;
        if (!line->is_in_link)
            enter_link(line, node);
        return true;
    case TAG:
        if (is_blank_element(line, node))
            return false;
        line_catch_up(line, 'x');
        line_enter(line, (struct level){.kind = LEVEL_TAG, .node = node});
        return true;
    case QUOTE:
        line_add_text(line, S("“"));
        return true;
    case CODE:
        add_code(line, node);
        return false;
    case PICTURE:
        add_picture(line, node);
        return false;
    case PLAYER:
        add_player(line, node);
        return false;
    case LINE_BREAK:
        line->breaks++;
        return false;
    case NOTHING:
        return false;
    case THROUGH:
        if (node_is_block(node))
            line_add_space(line, false);
        return true;
    }
    return true;
}

static bool is_open_link(const struct line *line, const struct node *node)
{
    const struct level *level = &line->levels.at[line->levels.len - 1];

    return line->levels.len && level->kind == LEVEL_LINK && level->node == node;
}

static void leave_element(struct line *line, const struct node *node)
{
    switch (treatment_of(node)) {
    case STRONG:
        leave_emphasis(line, DELIMITER_STRONG);
        break;
    case EMPHASIS:
        leave_emphasis(line, DELIMITER_EMPHASIS);
        break;
    case DELETED:
        leave_emphasis(line, DELIMITER_DELETED);
        break;
    case LINK:
        if (!is_open_link(line, node))
            break;
        line_leave(line);
        line->is_in_link = false;
        break;
    case TAG:
        line_leave(line);
        break;
    case QUOTE:
        line->has_space = false;
        line_add_text(line, S("”"));
        break;
    default:
        if (node_is_block(node))
            line_add_space(line, false);
        break;
    }
}

static void add_nodes(struct line *line, const struct node *first, const struct node *end)
{
    const struct node *node = first, *parent = first ? first->parent : NULL;

    while (node && node != end) {
        bool is_entered = false;

        if (node->type == NODE_TEXT)
            line_add_text(line, node->text);
        else if (node->type == NODE_ELEMENT)
            is_entered = enter_element(line, node, treatment_of(node));
        if (is_entered && node->first) {
            node = node->first;
            continue;
        }
        if (is_entered)
            leave_element(line, node);
        while (!node->next && node->parent != parent) {
            node = node->parent;
            leave_element(line, node);
        }
        node = node->next;
    }
}

void markdown_inline(const struct markdown *markdown, const struct node *first, const struct node *end,
                     const struct inline_style *style, enum inline_place place, struct buf *out)
{
    struct line line = {.markdown = markdown, .arena = markdown->arena, .place = place, .out = out};

    if (style->link)
        enter_link(&line, style->link);
    if (style->is_strong)
        enter_emphasis(&line, DELIMITER_STRONG);
    if (style->is_emphasis)
        enter_emphasis(&line, DELIMITER_EMPHASIS);
    if (style->is_deleted)
        enter_emphasis(&line, DELIMITER_DELETED);
    add_nodes(&line, first, end);
    while (line.levels.len)
        line_leave(&line);
    line_end(&line);
}

bool markdown_is_blank(const struct node *node)
{
    return node->type == NODE_COMMENT || (node->type == NODE_TEXT && span_trim(node->text).len == 0);
}
