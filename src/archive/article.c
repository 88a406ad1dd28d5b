/* SPDX-License-Identifier: MIT
 * article.c - an article as its file
 */
#include "archive/internal.h"
#include "limits/limits.h"
#include "markup/markup.h"
#include "text/utf8.h"
#include <inttypes.h>

/* A path begins with `/` where it would be taken for a name. */
span own_path(span file_name)
{
    if (span_find_char(file_name, '/') == SPAN_NONE)
        return (span){0};
    return span_from(file_name, *file_name.at == '/');
}

span archive_path(struct arena *arena, enum layout layout, const struct article *article)
{
    if (layout == LAYOUT_DATED)
        return article->path;
    if (own_path(article->file_name).len)
        return own_path(article->file_name);
    if (article->file_name.len)
        return arena_printf(arena, "articles/%.*s/%.*s", SPAN_ARG(article->source_id),
                            SPAN_ARG(article->file_name));
    return arena_printf(arena, "articles/%.*s/%" PRId64 ".md", SPAN_ARG(article->source_id), article->number);
}

/* As the format's makers did: lines trimmed and glued. */
static void add_joined(struct buf *out, span body)
{
    span line;

    while (span_cut(&body, '\n', &line))
        buf_add(out, js_trim(line));
}

static void render_duty_machine(const struct article *article, struct buf *out)
{
    buf_printf(out, "<!--%" PRId64 "-->\n[", article->published_at);
    escape_title(out, article->item.raw_title, TITLE_IN_ARTICLE);
    buf_add(out, S("]("));
    escape_link(out, article->item.link);
    buf_add(out, S(")\n------\n\n"));
    add_joined(out, article->item.raw_body);
    buf_add_char(out, '\n');
}

static struct error *render_dated(const struct article *article, struct buf *out)
{
    OWN(arena) arena = arena_new(64 * MiB);
    LOCAL(buf) body = {.max = out->max};
    struct node *fragment = NULL;
    span text;

    front_matter_write(article, out);
    TRY(html_parse_fragment(arena, article->item.html, NULL, &fragment, NULL));
    markdown_write(fragment, &body);
    text = span_trim_end(buf_span(&body));
    if (text.len) {
        buf_add_char(out, '\n');
        buf_add(out, text);
        buf_add_char(out, '\n');
    }
    out->overflowed |= body.overflowed;
    return OK;
}

struct error *archive_render(enum layout layout, const struct article *article, struct buf *out)
{
    if (out->max == 0)
        out->max = LIMIT_ARTICLE_FILE;
    if (article->file_text.len && article->is_dated_file == (layout == LAYOUT_DATED))
        buf_add(out, article->file_text);
    else if (layout == LAYOUT_DUTY_MACHINE)
        render_duty_machine(article, out);
    else
        TRY_OR(render_dated(article, out), "could not write article %016" PRIx64 " as Markdown", article->id);
    if (out->overflowed)
        return error_new(ERROR_LIMIT, "article %016" PRIx64 " is too long to archive: more than %zu bytes",
                         article->id, out->max);
    return OK;
}
