/* SPDX-License-Identifier: MIT
 * fuzz_archive_read.c - any bytes as an article's file; and whatever is read, written in either layout, reads
 * back
 */
#include "archive/archive.h"
#include "text/utf8.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of archive.h */
{
    if (!is_kept)
        abort();
}

static struct archive_reading read_again(struct arena *arena, enum layout layout,
                                         const struct article *article, struct buf *file)
{
    struct archive_reading reading = {0};
    OWN(error) error = archive_render(layout, article, file);

    check(!error);
    error = archive_read(arena, archive_path(arena, layout, article), buf_span(file), &reading);
    check(!error);
    return reading;
}

static void check_duty_machine(const struct article *article)
{
    OWN(arena) arena = arena_new(64 * MiB);
    LOCAL(buf) file = {0};
    struct archive_reading reading = read_again(arena, LAYOUT_DUTY_MACHINE, article, &file);

    check(reading.form == FORM_DUTY_MACHINE && reading.is_exact);
    check(span_equal(reading.article.item.raw_title, js_trim(article->item.raw_title)));
    check(reading.article.published_at == article->published_at);
    check(!memchr(reading.article.item.raw_body.at, '\n', reading.article.item.raw_body.len));
}

static void check_dated(const struct article *article)
{
    OWN(arena) arena = arena_new(64 * MiB);
    LOCAL(buf) file = {0};
    struct archive_reading reading = read_again(arena, LAYOUT_DATED, article, &file);

    check(reading.form == FORM_DATED && reading.article.id == article->id);
    check(reading.article.revision == article->revision);
    check(span_equal(reading.article.item.title, utf8_repair(arena, article->item.title)));
    check(span_equal(reading.article.item.link, utf8_repair(arena, article->item.link)));
    check(reading.article.item.author_count <= article->item.author_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span bytes = {(const char *)data, size};
    struct archive_reading reading;
    OWN(error) error = archive_read(arena, S("articles/bridge/1011194.md"), bytes, &reading);
    struct article article;

    check(!error);
    check(reading.form <= FORM_OTHER);
    check(reading.form == FORM_DATED || span_is(reading.article.source_id, "bridge"));
    check(!reading.is_exact || reading.form == FORM_DUTY_MACHINE);
    article = reading.article;
    article.source_id = S("bridge");
    article.path = S("bridge/2024/11/08-x.md");
    check_duty_machine(&article);
    article.item.title = article.item.raw_title;
    article.item.html = (span){0}; /* Markdown has a target of its own */
    check_dated(&article);
    return 0;
}
