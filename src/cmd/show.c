/* SPDX-License-Identifier: MIT
 * show.c - `courant show ARTICLE`: one article, as text for the terminal
 */
#include "cmd/cmd.h"
#include "cmd/terminal.h"
#include "cmd/words.h"
#include "markup/markup.h"
#include "store/store.h"
#include <inttypes.h>

enum { WIDEST_TEXT = 100 };

static void add_line(struct buf *out, const char *before, span text, const char *after)
{
    buf_add_text(out, before);
    log_escape(out, text);
    buf_add_text(out, after);
}

static void write_head(struct arena *arena, const struct timezone_rules *zone,
                       const struct terminal *terminal, const struct article *article, struct buf *out)
{
    const struct item *item = &article->item;

    add_line(out, terminal->has_colour ? "\033[1m" : "", item->title,
             terminal->has_colour ? "\033[0m\n" : "\n");
    add_line(out, "", article->source_name, " · ");
    add_line(out, "", time_write(arena, zone, article->published_at), "");
    for (size_t i = 0; i < item->author_count; i++)
        add_line(out, i ? ", " : " · ", item->authors[i].name, "");
    if (article->revision > 1)
        buf_printf(out, " · revision %d", article->revision);
    if (article->withdrawn_at != NO_TIME)
        buf_printf(out, " · withdrawn, seen %.*s", SPAN_ARG(time_write(arena, zone, article->withdrawn_at)));
    buf_add_char(out, '\n');
    if (item->link.len)
        add_line(out, "", item->link, "\n");
    for (size_t i = 0; i < item->tag_count; i++)
        add_line(out, i ? ", " : "tags: ", item->tags[i], i + 1 == item->tag_count ? "\n" : "");
    buf_add_char(out, '\n');
}

/* --- the text: paragraphs are wrapped, rows of a table (cells with tabs between) line up --- */

enum { MOST_CELLS = 24 };

static bool is_row(span line)
{
    return span_find_char(line, '\t') != SPAN_NONE;
}

/* The rows at the start of `text`; `*out_rest` is what follows them. */
static span cut_rows(span text, span *out_rest)
{
    span rest = text, before = text, line;

    while (span_cut(&rest, '\n', &line) && is_row(line))
        before = rest;
    *out_rest = before;
    return span_between(text.at, before.at);
}

static void measure_rows(span rows, size_t widths[MOST_CELLS])
{
    span line, cell;

    while (span_cut(&rows, '\n', &line))
        for (size_t i = 0; i < MOST_CELLS && span_cut(&line, '\t', &cell); i++)
            widths[i] = MAX(widths[i], text_width(cell));
}

static void write_rows(struct buf *out, span rows)
{
    size_t widths[MOST_CELLS] = {0};
    span line, cell;

    measure_rows(rows, widths);
    while (span_cut(&rows, '\n', &line)) {
        for (size_t i = 0; span_cut(&line, '\t', &cell); i++) {
            size_t width = text_width(cell), column = i < MOST_CELLS ? widths[i] : width;
            buf_add(out, cell);
            for (size_t n = width; line.len && n < column + 2; n++)
                buf_add_char(out, ' ');
        }
        buf_add_char(out, '\n');
    }
}

static struct error *write_body(struct courant *courant, const struct terminal *terminal,
                                const struct article *article, struct buf *out)
{
    size_t columns = (size_t)MIN(terminal->columns, WIDEST_TEXT);
    LOCAL(buf) text = {.max = 64 * MiB};
    LOCAL(buf) printable = {.max = 256 * MiB};
    struct node *body;
    span rest, line;

    TRY(html_parse_fragment(courant->arena, article->item.html, NULL, &body, NULL));
    text_write(body, &text);
    text_add_printable(&printable, buf_span(&text));
    rest = buf_span(&printable);
    while (rest.len) {
        span rows = cut_rows(rest, &rest);
        write_rows(out, rows);
        if (rows.len == 0 && span_cut(&rest, '\n', &line))
            text_wrap(out, line.len ? line : S("\n"), columns);
    }
    return OK;
}

static struct error *show_run(struct courant *courant, const struct arguments *arguments)
{
    struct terminal terminal = terminal_find();
    OPEN(store_reader) reader = NULL;
    LOCAL(buf) out = {.max = 256 * MiB};
    const struct timezone_rules *zone;
    struct article *article;

    TRY(timezone_load(courant->arena, courant->conf->archive.timezone, &zone));
    TRY(newsroom_open_store(courant, &reader));
    TRY(newsroom_find_article(courant, reader, arguments->words[0], &article));
    write_head(courant->arena, zone, &terminal, article, &out);
    TRY(write_body(courant, &terminal, article, &out));
    return output_write(&out);
}

const struct command cmd_show = {
    .name = "show",
    .arguments = "ARTICLE",
    .help = "print one article as text",
    .more = "ARTICLE is what list shows (SOURCE/NUMBER), the start of an id, or the article's address.",
    .needs = NEEDS_CONF | NEEDS_QUIET,
    .run = show_run,
};
