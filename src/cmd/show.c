/* SPDX-License-Identifier: MIT
 * show.c - `courant show ARTICLE`: one article, as text for the terminal
 */
#include "cmd/cmd.h"
#include "cmd/terminal.h"
#include "cmd/words.h"
#include "markup/markup.h"
#include "store/store.h"
#include <inttypes.h>

enum { MOST_CANDIDATES = 10, WIDEST_TEXT = 100 };

static struct error *ambiguous(struct courant *courant, struct store_reader *reader, span wanted,
                               const uint64_t *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct article *article;
        TRY(store_article(reader, courant->arena, ids[i], &article));
        if (article)
            log_info(courant->log, NULL, "%016" PRIx64 "  %.*s", ids[i], SPAN_ARG(article->item.title));
    }
    return error_new(ERROR_USAGE, "\"%.*s\" is said of several articles", SPAN_ARG(wanted));
}

static struct error *find(struct courant *courant, span wanted, struct article **out_article)
{
    OPEN(store_reader) reader = NULL;
    uint64_t ids[MOST_CANDIDATES];
    size_t count = 0;

    *out_article = NULL;
    TRY(newsroom_open_store(courant, &reader));
    if (reader)
        TRY(store_find(reader, courant->arena, wanted, ids, MOST_CANDIDATES, &count));
    if (count > 1)
        return ambiguous(courant, reader, wanted, ids, MIN(count, (size_t)MOST_CANDIDATES));
    if (count == 1)
        TRY(store_article(reader, courant->arena, ids[0], out_article));
    if (!*out_article)
        return error_new(ERROR_USAGE, "there is no article \"%.*s\"; \"courant list\" shows which there are",
                         SPAN_ARG(wanted));
    return OK;
}

/* Escaped line by line, so that the text's own line feeds remain. */
static void add_escaped(struct buf *out, span text)
{
    span line;

    while (span_cut(&text, '\n', &line)) {
        log_escape(out, line);
        buf_add_char(out, '\n');
    }
}

static void add_line(struct buf *out, const char *before, span text, const char *after)
{
    buf_add_text(out, before);
    log_escape(out, text);
    buf_add_text(out, after);
}

static void write_head(struct courant *courant, const struct terminal *terminal,
                       const struct article *article, struct buf *out)
{
    const struct item *item = &article->item;

    add_line(out, terminal->has_colour ? "\033[1m" : "", item->title,
             terminal->has_colour ? "\033[0m\n" : "\n");
    add_line(out, "", article->source_name, " · ");
    add_line(out, "", time_write(courant->arena, article->published_at), "");
    for (size_t i = 0; i < item->author_count; i++)
        add_line(out, i ? ", " : " · ", item->authors[i].name, "");
    if (article->revision > 1)
        buf_printf(out, " · revision %d", article->revision);
    buf_add_char(out, '\n');
    if (item->link.len)
        add_line(out, "", item->link, "\n");
    buf_add_char(out, '\n');
}

static struct error *write_body(struct courant *courant, const struct terminal *terminal,
                                const struct article *article, struct buf *out)
{
    LOCAL(buf) text = {.max = 64 * MiB};
    LOCAL(buf) escaped = {.max = 256 * MiB};
    struct node *body;

    TRY(html_parse_fragment(courant->arena, article->item.html, NULL, &body, NULL));
    text_write(body, &text);
    add_escaped(&escaped, buf_span(&text));
    text_wrap(out, buf_span(&escaped), (size_t)MIN(terminal->columns, WIDEST_TEXT));
    return OK;
}

static struct error *show_run(struct courant *courant, const struct arguments *arguments)
{
    struct terminal terminal = terminal_find();
    LOCAL(buf) out = {.max = 256 * MiB};
    struct article *article;

    TRY(find(courant, arguments->words[0], &article));
    write_head(courant, &terminal, article, &out);
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
