/* SPDX-License-Identifier: MIT
 *
 * markdown_inline.c - what stands in a line, as Markdown
 *
 * The nodes become a list of pieces first. In it, white space and breaks move out of emphasis and links,
 * emphasis that ends and begins again is joined, and what is empty goes. Then the pieces are written, with
 * emphasis in the form that emphasis_holds() finds a reader would see.
 */
#include "markup/markdown.h"
#include "text/utf8.h"

enum { TRIES_MAX = 6 /* to write a line before all its emphasis is HTML */ };

enum piece_kind {
    PIECE_TEXT, /* to be escaped */
    PIECE_RAW,  /* Markdown or HTML already */
    PIECE_BREAK,
    PIECE_OPEN,
    PIECE_CLOSE, /* of emphasis `pair` */
    PIECE_LINK,
    PIECE_LINK_END, /* of `node` */
};

struct piece {
    enum piece_kind kind;
    span text;
    size_t pair;
    const struct node *node;
};

enum { LEVEL_EMPHASIS, LEVEL_LINK, LEVEL_TAG };

struct level { /* something that is open */
    int kind;
    enum delimiter_kind delimiter;
    size_t pair;
    const struct node *node;
};

struct line {
    const struct markdown *markdown;
    struct arena *arena;
    enum inline_place place;
    struct buf *out;
    VEC(struct piece) pieces;
    VEC(struct emphasis) emphases;
    VEC(struct level) levels;
    int open_count[3]; /* by delimiter_kind */
    bool is_in_link;

    bool has_space, has_line_feed; /* white space since the last character */
    int breaks;                    /* the same for <br> */
    uint32_t last;                 /* the last character of this paragraph; 0: none yet */
    bool has_paragraph;            /* one was written to `out` */
};

/* Pieces */

static struct piece *last_piece(struct line *line)
{
    return line->pieces.len ? &line->pieces.at[line->pieces.len - 1] : NULL;
}

static void add_piece(struct line *line, struct piece piece)
{
    *vec_add(line->arena, &line->pieces) = piece;
}

/* Puts white space in front of what was only just opened. */
static void insert_gap(struct line *line, struct piece gap)
{
    size_t at = line->pieces.len;

    while (at > 0 &&
           (line->pieces.at[at - 1].kind == PIECE_OPEN || line->pieces.at[at - 1].kind == PIECE_LINK))
        at--;
    add_piece(line, gap);
    memmove(&line->pieces.at[at + 1], &line->pieces.at[at], (line->pieces.len - 1 - at) * sizeof gap);
    line->pieces.at[at] = gap;
}

static void close_level(struct line *line, const struct level *level);
static void reopen_level(struct line *line, struct level *level);
static void end_paragraph(struct line *line);

static void split_paragraph(struct line *line)
{
    for (size_t i = line->levels.len; i > 0; i--)
        close_level(line, &line->levels.at[i - 1]);
    end_paragraph(line);
    for (size_t i = 0; i < line->levels.len; i++)
        reopen_level(line, &line->levels.at[i]);
}

/* Before something that can be seen: the white space and breaks that were put off */
static void catch_up(struct line *line, uint32_t next)
{
    bool is_joint = line->has_line_feed && is_cjk(line->last) && is_cjk(next);

    if (line->last && line->breaks > 1 && line->place == IN_PARAGRAPH)
        split_paragraph(line);
    else if (line->last && line->breaks)
        for (int i = 0; i < MIN(line->breaks, 2); i++)
            insert_gap(line, (struct piece){.kind = PIECE_BREAK});
    else if (line->last && line->has_space && !is_joint)
        insert_gap(line, (struct piece){.kind = PIECE_TEXT, .text = S(" ")});
    line->has_space = line->has_line_feed = false;
    line->breaks = 0;
    line->last = next;
}

static void add_raw(struct line *line, span text)
{
    catch_up(line, 'x');
    add_piece(line, (struct piece){.kind = PIECE_RAW, .text = text});
}

static bool is_space(uint32_t c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static void add_space(struct line *line, bool is_line_feed)
{
    line->has_space = true;
    line->has_line_feed |= is_line_feed;
}

/* Text with each run of white space one space; none where a line of the source ended between two characters
 * of a script without spaces. */
static void add_text(struct line *line, span text)
{
    struct buf word = {.max = text.len + 1};
    uint32_t last = 0, character;
    bool has_space = false, has_line_feed = false;

    while (text.len) {
        span rest = text;

        utf8_next(&rest, &character);
        if (is_space(character)) {
            has_space = true;
            has_line_feed |= character == '\n';
        } else {
            if (last == 0) {
                line->has_space |= has_space;
                line->has_line_feed |= has_line_feed;
                catch_up(line, character);
            } else if (has_space && !(has_line_feed && is_cjk(last) && is_cjk(character))) {
                buf_add_char(&word, ' ');
            }
            buf_add(&word, span_sub(text, 0, text.len - rest.len));
            has_space = has_line_feed = false;
            last = character;
        }
        text = rest;
    }
    if (last) {
        add_piece(line, (struct piece){.kind = PIECE_TEXT, .text = arena_keep(line->arena, buf_span(&word))});
        line->last = last;
    }
    if (has_space)
        add_space(line, has_line_feed);
    buf_release(&word);
}

/* What is open */

static void open_emphasis(struct line *line, struct level *level)
{
    struct piece *last = last_piece(line);
    bool is_gap = line->has_space || line->breaks;

    if (last && last->kind == PIECE_CLOSE && !is_gap &&
        line->emphases.at[last->pair].kind == level->delimiter) {
        level->pair = last->pair; /* it goes on */
        line->pieces.len--;
        return;
    }
    level->pair = line->emphases.len;
    *vec_add(line->arena, &line->emphases) = (struct emphasis){.kind = level->delimiter};
    add_piece(line, (struct piece){.kind = PIECE_OPEN, .pair = level->pair});
}

static void reopen_level(struct line *line, struct level *level)
{
    if (level->kind == LEVEL_EMPHASIS)
        open_emphasis(line, level);
    else if (level->kind == LEVEL_LINK)
        add_piece(line, (struct piece){.kind = PIECE_LINK, .node = level->node});
    else
        add_piece(line,
                  (struct piece){.kind = PIECE_RAW,
                                 .text = arena_printf(line->arena, "<%.*s>", SPAN_ARG(level->node->name))});
}

/* A link whose text is its address is written as just that. */
static bool close_as_address(struct line *line, const struct node *link)
{
    span href = node_attribute(link, "href");
    size_t len = line->pieces.len;

    if (len < 2 || line->pieces.at[len - 2].kind != PIECE_LINK ||
        line->pieces.at[len - 1].kind != PIECE_TEXT || !span_equal(line->pieces.at[len - 1].text, href))
        return false;
    if (!span_starts(href, S("http://")) && !span_starts(href, S("https://")))
        return false;
    for (size_t i = 0; i < href.len; i++)
        if ((unsigned char)href.at[i] <= 0x20 || strchr("<>\\`", href.at[i]) ||
            (href.at[i] == '&' && markdown_is_reference(span_from(href, i))))
            return false;
    line->pieces.len -= 2;
    add_piece(line,
              (struct piece){.kind = PIECE_RAW, .text = arena_printf(line->arena, "<%.*s>", SPAN_ARG(href))});
    return true;
}

static void close_level(struct line *line, const struct level *level)
{
    struct piece *last = last_piece(line);

    if (level->kind == LEVEL_TAG) {
        add_piece(line,
                  (struct piece){.kind = PIECE_RAW,
                                 .text = arena_printf(line->arena, "</%.*s>", SPAN_ARG(level->node->name))});
    } else if (level->kind == LEVEL_LINK) {
        if (last && last->kind == PIECE_LINK)
            line->pieces.len--; /* there was nothing in it */
        else if (!close_as_address(line, level->node))
            add_piece(line, (struct piece){.kind = PIECE_LINK_END, .node = level->node});
    } else if (last && last->kind == PIECE_OPEN) {
        line->pieces.len--;
    } else {
        add_piece(line, (struct piece){.kind = PIECE_CLOSE, .pair = level->pair});
    }
}

static void enter(struct line *line, struct level level)
{
    reopen_level(line, &level);
    *vec_add(line->arena, &line->levels) = level;
}

static void leave(struct line *line)
{
    close_level(line, &line->levels.at[line->levels.len - 1]);
    line->levels.len--;
}

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
    add_raw(line, arena_keep(line->arena, buf_span(&code)));
    buf_release(&code);
}

static void add_title(struct buf *out, span title)
{
    if (title.len == 0)
        return;
    buf_add(out, S(" \""));
    markdown_title(out, title);
    buf_add_char(out, '"');
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
    add_title(&picture, text_collapse(line->arena, node_attribute(node, "title")));
    buf_add_char(&picture, ')');
    if (!picture.overflowed)
        add_raw(line, arena_keep(line->arena, buf_span(&picture)));
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
        add_raw(line, arena_keep(line->arena, buf_span(&link)));
    buf_release(&link);
}

static void enter_emphasis(struct line *line, enum delimiter_kind kind)
{
    if (line->open_count[kind]++ == 0)
        enter(line, (struct level){.kind = LEVEL_EMPHASIS, .delimiter = kind});
}

static void leave_emphasis(struct line *line, enum delimiter_kind kind)
{
    if (--line->open_count[kind] == 0)
        leave(line);
}

static void enter_link(struct line *line, const struct node *node)
{
    line->is_in_link = true;
    enter(line, (struct level){.kind = LEVEL_LINK, .node = node});
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
        catch_up(line, 'x');
        enter(line, (struct level){.kind = LEVEL_TAG, .node = node});
        return true;
    case QUOTE:
        add_text(line, S("“"));
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
            add_space(line, false);
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
        leave(line);
        line->is_in_link = false;
        break;
    case TAG:
        leave(line);
        break;
    case QUOTE:
        line->has_space = false;
        add_text(line, S("”"));
        break;
    default:
        if (node_is_block(node))
            add_space(line, false);
        break;
    }
}

/* Writing */

static const char *const delimiters[3][3] = {
    [DELIMITER_STRONG] = {"**", "**", "<strong>"},
    [DELIMITER_EMPHASIS] = {"*", "_", "<em>"},
    [DELIMITER_DELETED] = {"~~", "~~", "<del>"},
};
static const char *const end_tags[3] = {"</strong>", "</em>", "</del>"};

struct draft {
    struct buf text;
    VEC(struct delimiter) delimiters;
};

static void write_delimiter(struct line *line, struct draft *draft, const struct piece *piece)
{
    const struct emphasis *emphasis = &line->emphases.at[piece->pair];
    bool is_open = piece->kind == PIECE_OPEN;
    const char *form = delimiters[emphasis->kind][emphasis->form];

    if (emphasis->form == FORM_HTML)
        form = is_open ? form : end_tags[emphasis->kind];
    else
        *vec_add(line->arena, &draft->delimiters) =
            (struct delimiter){draft->text.len, strlen(form), piece->pair, is_open};
    buf_add_text(&draft->text, form);
}

/* The character that begins what is written for piece `i`; 0: the end, 1: unknown */
static uint32_t first_character(const struct line *line, size_t i)
{
    uint32_t character = 1;
    span text;

    if (i >= line->pieces.len || line->pieces.at[i].kind == PIECE_BREAK)
        return 0;
    text = line->pieces.at[i].text;
    if (line->pieces.at[i].kind == PIECE_TEXT)
        utf8_next(&text, &character);
    return character;
}

static uint32_t last_character(const struct line *line, size_t i)
{
    uint32_t character = 1;
    span text;

    if (i == 0 || line->pieces.at[i - 1].kind == PIECE_BREAK)
        return 0;
    text = line->pieces.at[i - 1].text;
    if (line->pieces.at[i - 1].kind != PIECE_TEXT)
        return 1;
    while (text.len > 1 && (text.at[text.len - 1] & 0xC0) == 0x80)
        text.len--;
    text = span_between(text.at + text.len - 1,
                        line->pieces.at[i - 1].text.at + line->pieces.at[i - 1].text.len);
    utf8_next(&text, &character);
    return character;
}

static void write_link_end(struct line *line, struct draft *draft, const struct node *link)
{
    buf_add(&draft->text, S("]("));
    markdown_destination(&draft->text, node_attribute(link, "href"));
    add_title(&draft->text, text_collapse(line->arena, node_attribute(link, "title")));
    buf_add_char(&draft->text, ')');
}

static void write_draft(struct line *line, struct draft *draft)
{
    bool is_in_link = false;

    buf_clear(&draft->text);
    draft->delimiters.len = 0;
    for (size_t i = 0; i < line->pieces.len; i++) {
        const struct piece *piece = &line->pieces.at[i];

        switch (piece->kind) {
        case PIECE_TEXT:
            markdown_escape_text(&draft->text, piece->text, last_character(line, i),
                                 first_character(line, i + 1), is_in_link);
            break;
        case PIECE_RAW:
            buf_add(&draft->text, piece->text);
            break;
        case PIECE_BREAK:
            buf_add_text(&draft->text, line->place == IN_PARAGRAPH ? "\\\n" : "<br>");
            break;
        case PIECE_OPEN:
        case PIECE_CLOSE:
            write_delimiter(line, draft, piece);
            break;
        case PIECE_LINK:
            buf_add_char(&draft->text, '[');
            is_in_link = true;
            break;
        case PIECE_LINK_END:
            write_link_end(line, draft, piece->node);
            is_in_link = false;
            break;
        }
    }
}

static void copy_out(struct line *line, span text)
{
    span piece;

    if (line->has_paragraph)
        buf_add(line->out, S("\n\n"));
    line->has_paragraph = true;
    for (bool is_first = true; span_cut(&text, '\n', &piece); is_first = false) {
        if (!is_first)
            buf_add_char(line->out, '\n');
        if (line->place == IN_PARAGRAPH)
            markdown_add_line(line->out, piece);
        else
            buf_add(line->out, piece);
    }
}

static void end_paragraph(struct line *line)
{
    struct draft draft = {.text = {.max = 16 * MiB}};

    if (line->pieces.len) {
        write_draft(line, &draft);
        for (int i = 0; !emphasis_holds(buf_span(&draft.text), draft.delimiters.at, draft.delimiters.len,
                                        line->emphases.at, line->emphases.len, line->arena);
             i++) {
            for (size_t n = 0; n < line->emphases.len && i >= TRIES_MAX; n++)
                line->emphases.at[n].form = FORM_HTML;
            write_draft(line, &draft);
        }
        copy_out(line, buf_span(&draft.text));
        buf_release(&draft.text);
    }
    line->pieces.len = 0;
    line->emphases.len = 0;
    line->last = 0;
    line->has_space = line->has_line_feed = false;
    line->breaks = 0;
}

static void add_nodes(struct line *line, const struct node *first, const struct node *end)
{
    const struct node *node = first, *parent = first ? first->parent : NULL;

    while (node && node != end) {
        bool is_entered = false;

        if (node->type == NODE_TEXT)
            add_text(line, node->text);
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
        leave(&line);
    end_paragraph(&line);
}

bool markdown_is_blank(const struct node *node)
{
    return node->type == NODE_COMMENT || (node->type == NODE_TEXT && span_trim(node->text).len == 0);
}
