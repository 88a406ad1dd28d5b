/* SPDX-License-Identifier: MIT
 *
 * markdown_line.c - pieces of a line gathered, and written as a paragraph
 *
 * Pieces come in the order of the text, but white space and breaks are put off until something follows that
 * can be seen, so that they stand outside emphasis and links. Emphasis that ends and begins again at once is
 * joined, and what is empty goes. Then the pieces are written, with emphasis in the form that
 * emphasis_holds() finds a reader would see.
 */
#include "markup/markdown_line.h"
#include "text/utf8.h"

enum { TRIES_MAX = 6 /* to write a line before all its emphasis is HTML */ };

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

static void split_paragraph(struct line *line)
{
    for (size_t i = line->levels.len; i > 0; i--)
        close_level(line, &line->levels.at[i - 1]);
    line_end(line);
    for (size_t i = 0; i < line->levels.len; i++)
        reopen_level(line, &line->levels.at[i]);
}

/* Before something that can be seen: the white space and breaks that were put off */
void line_catch_up(struct line *line, uint32_t next)
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

void line_add_raw(struct line *line, span text)
{
    line_catch_up(line, 'x');
    add_piece(line, (struct piece){.kind = PIECE_RAW, .text = text});
}

static bool is_space(uint32_t c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

void line_add_space(struct line *line, bool is_line_feed)
{
    line->has_space = true;
    line->has_line_feed |= is_line_feed;
}

/* Text with each run of white space one space; none where a line of the source ended between two characters
 * of a script without spaces. */
void line_add_text(struct line *line, span text)
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
                line_catch_up(line, character);
            } else if (has_space && !(has_line_feed && is_cjk(last) && is_cjk(character))) {
                buf_add_char(&word, ' ');
            }
            while (rest.len && !is_space((unsigned char)*rest.at))
                rest = span_from(rest, 1);
            text.len -= rest.len;
            buf_add(&word, text);
            has_space = has_line_feed = false;
            last = utf8_last(text);
        }
        text = rest;
    }
    if (last) {
        add_piece(line, (struct piece){.kind = PIECE_TEXT, .text = arena_keep(line->arena, buf_span(&word))});
        line->last = last;
    }
    if (has_space)
        line_add_space(line, has_line_feed);
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

void line_enter(struct line *line, struct level level)
{
    reopen_level(line, &level);
    *vec_add(line->arena, &line->levels) = level;
}

void line_leave(struct line *line)
{
    close_level(line, &line->levels.at[line->levels.len - 1]);
    line->levels.len--;
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
    markdown_add_title(&draft->text, text_collapse(line->arena, node_attribute(link, "title")));
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

void line_end(struct line *line)
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
