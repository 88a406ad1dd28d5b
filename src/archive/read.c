/* SPDX-License-Identifier: MIT
 * read.c - an article's file read back: ours, and every form that its lineage wrote
 *
 * Read leniently: a title may hold what looks like the end of its link, since the makers of the format
 * escaped nothing; bodies may have several lines; a date may stand in three places. Nothing is refused.
 */
#include "archive/internal.h"
#include "limits/limits.h"
#include "text/date.h"
#include "text/utf8.h"
#include <inttypes.h>

static bool is_in_address(char c)
{
    return (unsigned char)c > ' ' && c != 0x7f;
}

/* Divides `[title](link)`, given without the outer `[` and `)`. A link has no white space and its parentheses
 * have partners, so from its end there is one `](` that can begin it; where the makers of the format broke
 * that rule (they escaped nothing), it is the last. */
static bool divide(span inner, span *out_title, span *out_link)
{
    size_t open_at = SPAN_NONE, depth = 0;

    for (size_t i = inner.len; i-- > 1 && is_in_address(inner.at[i]);) {
        depth += inner.at[i] == ')';
        if (inner.at[i] == '(' && depth-- == 0) {
            open_at = i;
            break;
        }
    }
    if (open_at == SPAN_NONE || inner.at[open_at - 1] != ']') {
        open_at = inner.len;
        while (open_at-- > 1 && !(inner.at[open_at] == '(' && inner.at[open_at - 1] == ']')) {}
    }
    if (open_at == 0)
        return false;
    *out_title = span_sub(inner, 0, open_at - 1);
    *out_link = span_from(inner, open_at + 1);
    return true;
}

/* The head `[title](link)\n------\n`, taken off `*rest`. Titles may have lines of their own, even lines of
 * dashes. */
static bool read_head(struct arena *arena, span *rest, struct item *item)
{
    static const char underline[] = ")\n------\n";
    size_t middle = span_find(*rest, S("](")), end;
    span title = {0}, link = {0};

    if (!span_starts(*rest, S("[")) || middle == SPAN_NONE)
        return false;
    end = span_find(span_from(*rest, middle + 2), span_of(underline));
    if (end == SPAN_NONE)
        return false;
    end += middle + 2;
    if (!divide(span_sub(*rest, 1, end - 1), &title, &link))
        return false;
    item->raw_title = unescape_title(arena, title);
    item->link = link;
    *rest = span_from(*rest, end + strlen(underline));
    return true;
}

/* `<!--1731033543000-->\n`, taken off `*rest`. */
static bool read_stamp(span *rest, int64_t *out_at)
{
    size_t end = span_find(span_sub(*rest, 0, 64), S("-->\n"));

    if (!span_starts(*rest, S("<!--")) || end == SPAN_NONE || end < 4 ||
        !span_to_int64(span_sub(*rest, 4, end - 4), out_at))
        return false;
    *rest = span_from(*rest, end + 4);
    return true;
}

static span without_final_newline(span body)
{
    return span_ends(body, S("\n")) ? span_sub(body, 0, body.len - 1) : body;
}

/* A name that is not just a number's is kept: "1047440_title.md", and "0.md", which was no number of its own.
 */
static void read_number(span file_name, struct article *article)
{
    size_t digits = 0;

    while (digits < file_name.len && file_name.at[digits] >= '0' && file_name.at[digits] <= '9')
        digits++;
    if (!span_to_int64(span_sub(file_name, 0, digits), &article->number))
        article->number = 0;
    if (article->number == 0 || *file_name.at == '0' || !span_is(span_from(file_name, digits), ".md"))
        article->file_name = file_name;
}

/* The title that a name of 2020 holds: "1047440_title.md", "2020-07-17-title.md". */
static span title_of_name(span name)
{
    size_t start = 0;

    if (span_ends(name, S(".md")))
        name = span_sub(name, 0, name.len - 3);
    while (start < name.len && ((name.at[start] >= '0' && name.at[start] <= '9') || name.at[start] == '-'))
        start++;
    if (start < name.len && name.at[start] == '_')
        start++;
    return start < name.len ? span_from(name, start) : name;
}

static void read_path(span path, struct archive_reading *reading)
{
    size_t slash = span_find_last_char(path, '/');
    span name = slash == SPAN_NONE ? path : span_from(path, slash + 1);
    span folder;

    reading->article.path = path;
    if (span_starts(path, S("articles/"))) {
        folder = span_from(path, strlen("articles/"));
        if (span_find_char(folder, '/') != SPAN_NONE)
            reading->article.source_id = span_sub(folder, 0, span_find_char(folder, '/'));
        read_number(name, &reading->article);
    } else if (slash != SPAN_NONE) {
        reading->article.source_id = span_sub(path, 0, span_find_char(path, '/'));
    }
    reading->article.item.raw_title = title_of_name(name);
}

/* Below the head: an empty line, or `日期：Fri, 26 Jun 2020 14:50:44 +0000` and an empty line. */
static void read_below_head(span rest, struct archive_reading *reading)
{
    struct article *article = &reading->article;
    span line = {0}, after = rest;

    span_cut(&after, '\n', &line);
    if (span_starts(line, S("日期："))) {
        int64_t at = date_parse(span_from(line, strlen("日期：")));
        if (article->published_at == NO_TIME)
            article->published_at = at;
        reading->form = FORM_OLD_CDT;
        rest = after;
        span_cut(&after, '\n', &line);
    }
    if (line.len == 0)
        rest = after;
    article->item.raw_body = without_final_newline(rest);
}

static int64_t read_time(span text)
{
    int64_t at = NO_TIME;

    return span_to_int64(text, &at) ? at : date_parse(text); /* some of 2020 have milliseconds there */
}

static bool is_ours(const struct front_matter *front)
{
    return front_matter_value(front, "id").len == 16 && front_matter_value(front, "revision").len;
}

static uint64_t read_id(span text)
{
    uint64_t id = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        id = id << 4 | (uint64_t)(c <= '9' ? (c - '0') & 15 : (c & 7) + 9);
    }
    return id;
}

static void read_authors(struct arena *arena, const struct front_matter *front, const char *key,
                         struct item *item)
{
    VEC(struct author) authors = {0};

    for (const struct front_value *value = front->first; value; value = value->next)
        if (span_is(value->key, key))
            vec_add(arena, &authors)->name = value->value;
    item->authors = authors.at;
    item->author_count = authors.len;
}

static void read_dated(struct arena *arena, const struct front_matter *front, struct archive_reading *reading)
{
    struct article *article = &reading->article;
    int64_t revision = 0;
    span body = front->rest, line = {0};

    reading->form = FORM_DATED;
    article->id = read_id(front_matter_value(front, "id"));
    article->source_id = front_matter_value(front, "source");
    span_to_int64(front_matter_value(front, "revision"), &revision);
    article->revision = revision > 0 && revision <= LIMIT_IMPORT_REVISION ? (int)revision : 1;
    article->published_at = date_parse(front_matter_value(front, "published"));
    article->modified_at = date_parse(front_matter_value(front, "modified"));
    article->fetched_at = date_parse(front_matter_value(front, "fetched"));
    article->item.raw_title = article->item.title = front_matter_value(front, "title");
    article->item.link = front_matter_value(front, "link");
    article->item.language = front_matter_value(front, "language");
    article->item.image = front_matter_value(front, "image");
    read_authors(arena, front, "authors", &article->item);
    if (span_starts(body, S("\n")))
        span_cut(&body, '\n', &line);
    reading->markdown = body;
}

/* The relatives wrapped the body: `<div>\nBODY\n</div>\n`. */
static span without_wrapper(span body)
{
    if (span_starts(body, S("<div>\n")) && span_ends(body, S("\n</div>")) && body.len >= 13)
        return span_sub(body, 6, body.len - 13);
    return body;
}

static void read_jekyll(struct arena *arena, const struct front_matter *front,
                        struct archive_reading *reading)
{
    struct article *article = &reading->article;
    span rest = front->rest, title = front_matter_value(front, "title"), line = {0};

    reading->form = FORM_JEKYLL;
    article->source_name = front_matter_value(front, "categories");
    for (const struct front_value *value = front->first; value; value = value->next)
        if (span_is(value->key, "categories"))
            article->source_name = value->value; /* the last one: [ news, SITE ] */
    article->published_at = read_time(front_matter_value(front, "date"));
    article->item.link = front_matter_value(front, "from");
    if (title.len)
        article->item.raw_title = title;
    read_authors(arena, front, "author", &article->item);
    if (read_stamp(&rest, &article->published_at) && read_head(arena, &rest, &article->item)) {
        read_below_head(rest, reading);
        reading->form = FORM_JEKYLL;
    } else {
        if (span_starts(rest, S("\n")))
            span_cut(&rest, '\n', &line);
        article->item.raw_body = without_final_newline(rest);
    }
    article->item.raw_body = without_wrapper(article->item.raw_body);
}

static bool is_rendered_so(const struct article *article, span bytes)
{
    LOCAL(buf) again = {.max = bytes.len + 1};
    OWN(error) error = archive_render(LAYOUT_DUTY_MACHINE, article, &again);

    return !error && span_equal(buf_span(&again), bytes);
}

struct error *archive_read(struct arena *arena, span path, span bytes, struct archive_reading *reading)
{
    struct article *article = &reading->article;
    struct front_matter front;
    span rest = bytes;

    *reading = (struct archive_reading){
        .form = FORM_OTHER,
        .article = {.revision = 1,
                    .fetched_at = NO_TIME,
                    .published_at = NO_TIME,
                    .modified_at = NO_TIME,
                    .withdrawn_at = NO_TIME,
                    .item = {.published_at = NO_TIME, .modified_at = NO_TIME, .raw_body = bytes}},
    };
    read_path(path, reading);
    if (front_matter_read(arena, bytes, &front)) {
        if (is_ours(&front))
            read_dated(arena, &front, reading);
        else
            read_jekyll(arena, &front, reading);
    } else {
        bool is_stamped = read_stamp(&rest, &article->published_at);
        if (read_head(arena, &rest, &article->item)) {
            reading->form = FORM_DUTY_MACHINE;
            read_below_head(rest, reading);
        } else if (is_stamped) {
            article->item.raw_body = without_final_newline(rest);
        }
    }
    article->is_dated = article->published_at != NO_TIME;
    article->item.published_at = article->published_at;
    article->item.modified_at = article->modified_at;
    reading->is_exact = reading->form == FORM_DUTY_MACHINE && is_rendered_so(article, bytes);
    return arena_is_full(arena) ? error_new(ERROR_LIMIT, "\"%.*s\" is too large to read", SPAN_ARG(path))
                                : OK;
}
