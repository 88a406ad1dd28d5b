/* SPDX-License-Identifier: MIT
 * import_article.c - a file's bytes as a revision of an article
 *
 * What the store makes of it must give the file's bytes again. Where rendering would not, be it that an older
 * form was read or that somebody had a hand in the file, the bytes are kept beside what they say.
 */
#include "bytes/digest.h"
#include "core/fault.h"
#include "keep/importing.h"
#include "limits/limits.h"
#include "markup/markup.h"
#include "text/date.h"
#include "text/utf8.h"

enum { FIRST_LINES = 4096 };

/* A time that every part of the program can write; others are none. */
static int64_t sane(int64_t at)
{
    return at < date_days(1, 1, 2) * DAY || at > date_days(9999, 12, 30) * DAY ? NO_TIME : at;
}

static bool begins_with_digit(span path)
{
    span name = span_from(path, span_find_last_char(path, '/') + 1);

    return name.len && *name.at >= '0' && *name.at <= '9';
}

/* A front matter is on every page of a site, and no form at all on any page: the name or a date must say that
 * it is an article. */
static bool is_article(const struct archive_reading *read, span path)
{
    bool is_named_so = begins_with_digit(path) && span_find_char(path, '/') != SPAN_NONE;

    if (read->form == FORM_OTHER)
        return is_named_so && span_starts(path, S("articles/"));
    return read->form != FORM_JEKYLL || is_named_so || read->article.published_at != NO_TIME;
}

struct error *import_read_article(struct arena *arena, span path, span bytes, struct import_reading *reading)
{
    struct archive_reading read;
    uint64_t hash = digest_fast(bytes);

    TRY(archive_read(arena, path, utf8_repair(arena, bytes), &read));
    *reading = (struct import_reading){
        .form = read.form,
        .is_article = bytes.len && is_article(&read, path),
        .article = read.article,
        .markdown = read.markdown,
        .hash = hash ? hash : 1,
    };
    reading->is_list =
        !reading->is_article && span_find(span_sub(bytes, 0, FIRST_LINES), S("](/articles/")) != SPAN_NONE;
    reading->article.published_at = sane(read.article.published_at);
    reading->article.modified_at = sane(read.article.modified_at);
    reading->article.fetched_at = sane(read.article.fetched_at);
    reading->article.is_dated_file = read.form == FORM_DATED;
    return OK;
}

/* The tree that a text becomes on its way takes many times its room, and goes at once. */
static struct error *clean(struct arena *arena, struct import_reading *reading)
{
    OWN(arena) passing = arena_new(LIMIT_IMPORT_ROOM);
    struct item *item = &reading->article.item;
    struct sanitize_options options = {.base = item->link};
    span raw = item->raw_body, html;

    if (reading->form == FORM_DATED)
        raw = markdown_read(passing, reading->markdown);
    else
        item->title = arena_keep(arena, html_to_line(passing, item->raw_title));
    if (fault_at("import.clean"))
        return error_new(ERROR_LIMIT, "the HTML is too large");
    TRY(html_clean(passing, raw, &options, &html));
    item->html = arena_keep(arena, html);
    if (reading->form == FORM_DATED)
        item->raw_body = item->html;
    item->is_full = true;
    return OK;
}

struct error *import_finish_article(struct arena *arena, struct import_reading *reading, span bytes,
                                    int64_t at)
{
    struct article *article = &reading->article;
    LOCAL(buf) again = {.max = bytes.len + 1};
    struct article stored;
    struct error *error;

    at = sane(at);
    if (article->fetched_at == NO_TIME)
        article->fetched_at = at != NO_TIME                      ? at
                              : article->published_at != NO_TIME ? article->published_at
                                                                 : 0;
    article->item.published_at = article->published_at;
    article->item.modified_at = article->modified_at;
    TRY(clean(arena, reading));
    article->item.title = utf8_cut(article->item.title, 64 * KiB);
    stored = *article;
    if (stored.published_at == NO_TIME)
        stored.published_at = stored.fetched_at;
    error = archive_render(reading->form == FORM_DATED ? LAYOUT_DATED : LAYOUT_DUTY_MACHINE, &stored, &again);
    if (error || !span_equal(buf_span(&again), bytes))
        article->file_text = bytes;
    error_free(error);
    return OK;
}
