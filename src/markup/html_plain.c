/* SPDX-License-Identifier: MIT
 *
 * html_plain.c - a fragment in which the parser has nothing to decide, read without it
 *
 * Most of what feeds hold was written by a program: each start tag has its end tag, attributes are quoted,
 * and nothing stands where it may not. Of such a fragment there is but one tree, so it is made here in one
 * pass, whose texts are pieces of the source. At the first thing that could be read in more than one way (a
 * `<` that begins no tag, an end tag of another element than the last one opened, a reference without
 * semicolon, an element that is read by rules of its own), this gives up, and MyHTML begins anew. Nothing is
 * ever mended here; tests compare both trees.
 */
#include "limits/limits.h"
#include "markup/internal.h"
#include "text/escape.h"
#include <ctype.h>

enum {
    DEPTH_MAX = 100,
    ATTRIBUTES_MAX = 24,
    TAG_MAX = 4096, /* bytes of a start tag */
};

enum manner {
    NOT_PLAIN, /* or not known */
    HOLDER,    /* has content, and an end tag */
    EMPTY,     /* has none */
    LISTING,   /* a line feed that it begins with is dropped */
    RAW,       /* text up to the end tag, without references */
};

static const uint8_t manners[TAG_COUNT] = {
    [TAG_a] = HOLDER,       [TAG_abbr] = HOLDER,    [TAG_acronym] = HOLDER,  [TAG_address] = HOLDER,
    [TAG_article] = HOLDER, [TAG_aside] = HOLDER,   [TAG_audio] = HOLDER,    [TAG_b] = HOLDER,
    [TAG_bdi] = HOLDER,     [TAG_bdo] = HOLDER,     [TAG_big] = HOLDER,      [TAG_blockquote] = HOLDER,
    [TAG_br] = EMPTY,       [TAG_caption] = HOLDER, [TAG_center] = HOLDER,   [TAG_cite] = HOLDER,
    [TAG_code] = HOLDER,    [TAG_col] = EMPTY,      [TAG_colgroup] = HOLDER, [TAG_dd] = HOLDER,
    [TAG_del] = HOLDER,     [TAG_details] = HOLDER, [TAG_dfn] = HOLDER,      [TAG_div] = HOLDER,
    [TAG_dl] = HOLDER,      [TAG_dt] = HOLDER,      [TAG_em] = HOLDER,       [TAG_figcaption] = HOLDER,
    [TAG_figure] = HOLDER,  [TAG_font] = HOLDER,    [TAG_footer] = HOLDER,   [TAG_h1] = HOLDER,
    [TAG_h2] = HOLDER,      [TAG_h3] = HOLDER,      [TAG_h4] = HOLDER,       [TAG_h5] = HOLDER,
    [TAG_h6] = HOLDER,      [TAG_header] = HOLDER,  [TAG_hr] = EMPTY,        [TAG_i] = HOLDER,
    [TAG_iframe] = RAW,     [TAG_img] = EMPTY,      [TAG_ins] = HOLDER,      [TAG_kbd] = HOLDER,
    [TAG_label] = HOLDER,   [TAG_li] = HOLDER,      [TAG_main] = HOLDER,     [TAG_mark] = HOLDER,
    [TAG_nav] = HOLDER,     [TAG_ol] = HOLDER,      [TAG_p] = HOLDER,        [TAG_picture] = HOLDER,
    [TAG_pre] = LISTING,    [TAG_q] = HOLDER,       [TAG_rp] = HOLDER,       [TAG_rt] = HOLDER,
    [TAG_ruby] = HOLDER,    [TAG_s] = HOLDER,       [TAG_samp] = HOLDER,     [TAG_script] = RAW,
    [TAG_section] = HOLDER, [TAG_small] = HOLDER,   [TAG_source] = EMPTY,    [TAG_span] = HOLDER,
    [TAG_strike] = HOLDER,  [TAG_strong] = HOLDER,  [TAG_style] = RAW,       [TAG_sub] = HOLDER,
    [TAG_summary] = HOLDER, [TAG_sup] = HOLDER,     [TAG_table] = HOLDER,    [TAG_tbody] = HOLDER,
    [TAG_td] = HOLDER,      [TAG_tfoot] = HOLDER,   [TAG_th] = HOLDER,       [TAG_thead] = HOLDER,
    [TAG_time] = HOLDER,    [TAG_tr] = HOLDER,      [TAG_tt] = HOLDER,       [TAG_u] = HOLDER,
    [TAG_ul] = HOLDER,      [TAG_var] = HOLDER,     [TAG_video] = HOLDER,    [TAG_wbr] = EMPTY,
};

struct plain {
    struct arena *arena;
    span rest;         /* of the source */
    struct node *open; /* the innermost element that is; at first the fragment itself */
    size_t depth, nodes_left;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f';
}

/* ---- text and references */

/* Offset of the first byte that ends text, or needs a look; `s.len`: there is none */
static size_t text_len(span s)
{
    size_t i = 0;

    for (; s.len - i >= sizeof(block); i += sizeof(block)) {
        block bytes, special;
        size_t first;

        memcpy(&bytes, s.at + i, sizeof bytes);
        special = (block)((bytes == '<') | (bytes == '&') | (bytes == '\r') | (bytes == 0));
        first = block_first(special);
        if (first < sizeof(block))
            return i + first;
    }
    while (i < s.len && s.at[i] != '<' && s.at[i] != '&' && s.at[i] != '\r' && s.at[i] != 0)
        i++;
    return i;
}

/* What is put in counts against the limit. */
static bool add_node(struct plain *plain, struct node *node)
{
    if (plain->nodes_left == 0)
        return false;
    plain->nodes_left--;
    node_append(plain->open, node);
    return true;
}

/* In a part of a table in which text would be put in front of the table, but white space that stands as such
 */
static bool may_hold(const struct node *open, span source)
{
    return open->type != NODE_ELEMENT || !(html_is_table_frame(open->tag) || open->tag == TAG_table) ||
           span_trim(source).len == 0;
}

/* Takes the text up to the next '<'. False: it holds what cannot be read here. */
static bool take_text(struct plain *plain)
{
    span text = plain->rest;
    size_t len = text_len(text);
    bool has_reference = false;

    while (len < text.len && text.at[len] == '&') {
        has_reference = true;
        len++;
        len += text_len(span_from(text, len));
    }
    if (len < text.len && text.at[len] != '<')
        return false;
    text.len = len;
    plain->rest = span_from(plain->rest, len);
    if (!may_hold(plain->open, text) ||
        (plain->open->last && plain->open->last->type == NODE_TEXT)) /* one text with the one before */
        return false;
    if (has_reference)
        text = unescape_html(plain->arena, text);
    return text.len == 0 || add_node(plain, node_new_text(plain->arena, text));
}

/* ---- attributes */

/* In an attribute, a name without semicolon may be a reference, or not: by what follows. */
static bool has_plain_references(span value)
{
    for (size_t at; (at = span_find_char(value, '&')) != SPAN_NONE;) {
        size_t end = at + 1;

        while (end < value.len && (isalnum((unsigned char)value.at[end]) || value.at[end] == '#'))
            end++;
        span name = span_sub(value, at + 1, end - at - 1);
        bool is_whole = end < value.len && value.at[end] == ';';
        if (has_reference(span_sub(value, at, end - at)) &&
            !(is_whole && (span_starts(name, S("#")) || entity_value(name).len)))
            return false;
        value = span_from(value, end);
    }
    return true;
}

/* What the parser makes something else of, wherever it stands */
static bool has_unread(span s)
{
    return memchr(s.at, '\r', s.len) || memchr(s.at, 0, s.len);
}

static bool read_value(struct plain *plain, span raw, span *out_value)
{
    *out_value = raw;
    if (has_unread(raw))
        return false;
    if (!memchr(raw.at, '&', raw.len))
        return true;
    *out_value = unescape_html(plain->arena, raw);
    return has_plain_references(raw);
}

static bool is_name_character(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == ':';
}

static bool is_unquoted_character(char c)
{
    return is_name_character(c) || c == '.' || c == '#' || c == '%';
}

static span take_while(span *s, bool (*is_wanted)(char))
{
    size_t len = 0;

    while (len < s->len && is_wanted(s->at[len]))
        len++;
    span taken = span_sub(*s, 0, len);
    *s = span_from(*s, len);
    return taken;
}

static span lower_case(struct arena *arena, span name)
{
    char *copy = NULL;

    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] >= 'A' && name.at[i] <= 'Z') {
            if (!copy)
                name.at = copy = arena_string(arena, name);
            copy[i] |= 0x20;
        }
    return name;
}

/* What is between quotation marks, which are taken too. */
static bool take_quoted(span *s, char quote, span *out_value)
{
    span rest = span_from(*s, 1);
    size_t end = span_find_char(rest, quote);

    if (end == SPAN_NONE)
        return false;
    *out_value = span_sub(rest, 0, end);
    *s = span_from(rest, end + 1);
    return true;
}

/* Takes `name`, `name=word` or `name="value"`, behind which there must be what ends it. */
static bool take_attribute(struct plain *plain, struct attribute *out_attribute)
{
    span *rest = &plain->rest, raw = S("");
    span name = take_while(rest, is_name_character);
    bool is_word = false;

    if (span_starts(*rest, S("=\"")) || span_starts(*rest, S("='"))) {
        *rest = span_from(*rest, 1);
        if (!take_quoted(rest, *rest->at, &raw))
            return false;
    } else if (span_starts(*rest, S("="))) {
        *rest = span_from(*rest, 1);
        raw = take_while(rest, is_unquoted_character);
        is_word = true;
    }
    if (name.len == 0 || (is_word && raw.len == 0))
        return false;
    out_attribute->name = lower_case(plain->arena, name);
    return read_value(plain, raw, &out_attribute->value) && rest->len &&
           (is_space(*rest->at) || *rest->at == '>' || (*rest->at == '/' && !is_word));
}

static bool is_there(const struct attribute *attributes, size_t count, span name)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(attributes[i].name, name))
            return true;
    return false;
}

/* Takes all up to the '>', and that. */
static bool take_attributes(struct plain *plain, struct node *node)
{
    struct attribute attributes[ATTRIBUTES_MAX];
    const char *start = plain->rest.at;
    size_t count = 0;

    for (;;) {
        take_while(&plain->rest, is_space);
        if (span_starts(plain->rest, S(">")) || span_starts(plain->rest, S("/>")))
            break;
        if (count == ATTRIBUTES_MAX || !take_attribute(plain, &attributes[count]))
            return false;
        if (!is_there(attributes, count, attributes[count].name)) /* the first one counts */
            count++;
    }
    if (*plain->rest.at == '/' && manners[node->tag] != EMPTY)
        return false;
    plain->rest = span_from(plain->rest, *plain->rest.at == '/' ? 2 : 1);
    if (count) {
        node->attributes = ARENA_ARRAY(plain->arena, struct attribute, count);
        memcpy(node->attributes, attributes, count * sizeof *attributes);
        node->attribute_count = (uint16_t)count;
    }
    return plain->rest.at - start <= TAG_MAX;
}

/* ---- elements */

static enum tag take_name(span *rest)
{
    char name[16];
    size_t len = 0;

    while (len < MIN(rest->len, sizeof name) && isalnum((unsigned char)rest->at[len])) {
        name[len] = (char)tolower((unsigned char)rest->at[len]);
        len++;
    }
    *rest = span_from(*rest, len);
    return rest->len && (is_space(*rest->at) || *rest->at == '>' || *rest->at == '/')
               ? tag_of_name((span){name, len})
               : TAG_UNKNOWN;
}

/* Text up to the end tag, which is taken too; other markup in it could be part of it, or not. */
static bool take_raw(struct plain *plain, struct node *node)
{
    span text = span_sub(plain->rest, 0, span_find_char(plain->rest, '<'));

    plain->rest = span_from(plain->rest, text.len);
    if (!span_starts(plain->rest, S("</")) || has_unread(text))
        return false;
    plain->rest = span_from(plain->rest, 2);
    if (take_name(&plain->rest) != node->tag || !span_starts(plain->rest, S(">")))
        return false;
    plain->rest = span_from(plain->rest, 1);
    if (text.len)
        node_append(node, node_new_text(plain->arena, text));
    return true;
}

static void open_element(struct plain *plain, struct node *node)
{
    node->mark = (uint16_t)html_around_content(node, plain->open->mark);
    plain->open = node;
    plain->depth++;
}

static void close_element(struct plain *plain)
{
    struct node *node = plain->open;

    plain->open = node->parent;
    node->mark = 0;
    plain->depth--;
}

/* A row that stands in the table itself begins a body. */
static bool open_body(struct plain *plain)
{
    struct node *body = node_new_element(plain->arena, TAG_tbody);

    if (!add_node(plain, body))
        return false;
    open_element(plain, body);
    return true;
}

static bool may_stand(const struct plain *plain, const struct node *node)
{
    enum tag parent = plain->open->type == NODE_ELEMENT ? plain->open->tag : TAG_UNKNOWN;
    unsigned around = plain->open->mark;

    return html_fits(parent, node->tag) && !html_is_misplaced(node, around) &&
           !(node->tag == TAG_li && (around & IN_ITEM)) &&
           !((node->tag == TAG_dd || node->tag == TAG_dt) && (around & IN_DEFINITION)) &&
           !((around & IN_P) && html_closes_paragraph(node->tag));
}

/* Behind '<' */
static bool take_start(struct plain *plain)
{
    enum tag tag = take_name(&plain->rest);
    enum manner manner = manners[tag];
    struct node *node;

    if (manner == NOT_PLAIN)
        return false;
    if (tag == TAG_tr && plain->open->tag == TAG_table && !open_body(plain))
        return false;
    node = node_new_element(plain->arena, tag);
    if (!add_node(plain, node) || !may_stand(plain, node) || !take_attributes(plain, node))
        return false;
    if (manner == RAW)
        return take_raw(plain, node);
    if (manner == EMPTY)
        return true;
    open_element(plain, node);
    if (manner == LISTING && span_starts(plain->rest, S("\n")))
        plain->rest = span_from(plain->rest, 1);
    else if (manner == LISTING && span_starts(plain->rest, S("&"))) /* perhaps a line feed, too */
        return false;
    return plain->depth < DEPTH_MAX;
}

/* Behind '</' */
static bool take_end(struct plain *plain)
{
    enum tag tag = take_name(&plain->rest);

    take_while(&plain->rest, is_space);
    if (!span_starts(plain->rest, S(">")) || plain->open->type != NODE_ELEMENT)
        return false;
    if (manners[tag] == EMPTY && tag != TAG_br) { /* ends nothing */
        plain->rest = span_from(plain->rest, 1);
        return true;
    }
    if (tag == TAG_table &&
        plain->open->tag == TAG_tbody) /* it may have begun by itself, so it ends so too */
        close_element(plain);
    if (tag == TAG_UNKNOWN || plain->open->tag != tag)
        return false;
    plain->rest = span_from(plain->rest, 1);
    close_element(plain);
    return true;
}

/* Behind '<!' */
static bool take_comment(struct plain *plain)
{
    size_t end;
    span text;
    struct node *node;

    if (!span_starts(plain->rest, S("--")))
        return false;
    plain->rest = span_from(plain->rest, 2);
    end = span_find(plain->rest, S("--"));
    text = span_sub(plain->rest, 0, end);
    plain->rest = span_from(plain->rest, text.len);
    if (!span_starts(plain->rest, S("-->")) || span_starts(text, S(">")) || span_starts(text, S("-")) ||
        has_unread(text))
        return false;
    plain->rest = span_from(plain->rest, 3);
    node = ARENA_NEW(plain->arena, struct node);
    node->type = NODE_COMMENT;
    node->text = text;
    return add_node(plain, node);
}

static bool take_markup(struct plain *plain)
{
    span behind = span_from(plain->rest, 1);

    if (span_starts(behind, S("/"))) {
        plain->rest = span_from(behind, 1);
        return take_end(plain);
    }
    if (span_starts(behind, S("!"))) {
        plain->rest = span_from(behind, 1);
        return take_comment(plain);
    }
    plain->rest = behind;
    return take_start(plain);
}

bool html_parse_plain(struct arena *arena, span text, const struct html_limits *limits,
                      struct node **out_fragment)
{
    struct node *fragment = ARENA_NEW(arena, struct node);
    struct plain plain = {
        .arena = arena,
        .rest = text,
        .open = fragment,
        .nodes_left = limits && limits->nodes ? limits->nodes : LIMIT_HTML_NODES,
    };

    if (limits && limits->depth && limits->depth < DEPTH_MAX)
        return false;
    fragment->type = NODE_DOCUMENT;
    while (plain.rest.len) {
        if (!(*plain.rest.at == '<' ? take_markup(&plain) : take_text(&plain)))
            return false;
    }
    while (plain.open != fragment)
        close_element(&plain);
    *out_fragment = fragment;
    return true;
}
