/* SPDX-License-Identifier: MIT
 * read.c - from bytes to a page: its encoding, its tree, and what it says of itself
 */
#include "limits/limits.h"
#include "page/internal.h"
#include "text/charset.h"
#include "text/language.h"
#include "text/url.h"
#include "text/utf8.h"

/* The Standard looks for a declaration in the first 1024 bytes; pages that begin with scripts have it later,
 * and browsers find it there when they meet it. */
enum { DECLARATION_WITHIN = 8192, LANGUAGE_SAMPLE = 4096 };

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* The word behind `charset` and `=` in a tag; the value may be in quotes, or within those of `content`. */
static span charset_in(span tag)
{
    size_t at;

    while ((at = span_find_nocase(tag, S("charset"))) != SPAN_NONE) {
        tag = span_trim(span_from(tag, at + strlen("charset")));
        if (!span_starts(tag, S("=")))
            continue;
        tag = span_trim(span_from(tag, 1));
        while (tag.len && (tag.at[0] == '"' || tag.at[0] == '\''))
            tag = span_from(tag, 1);
        size_t end = 0;
        while (end < tag.len && !is_space(tag.at[end]) && !strchr("\"';,/>", tag.at[end]))
            end++;
        if (end)
            return span_sub(tag, 0, end);
    }
    return (span){0};
}

/* HTML Standard 13.2.3.2, but that a `content` need not name a media type before its charset. */
static span declared_charset(span bytes)
{
    span rest = span_sub(bytes, 0, DECLARATION_WITHIN);
    size_t at;

    if (span_starts(rest, S("<?xml"))) {
        span declaration = span_sub(rest, 0, MIN(span_find(rest, S("?>")), rest.len));
        at = span_find(declaration, S("encoding="));
        if (at != SPAN_NONE && at + 10 < declaration.len) {
            span value = span_from(declaration, at + 9);
            return span_sub(span_from(value, 1), 0,
                            MIN(span_find_char(span_from(value, 1), value.at[0]), value.len));
        }
    }
    while ((at = span_find_char(rest, '<')) != SPAN_NONE) {
        rest = span_from(rest, at);
        if (span_starts(rest, S("<!--"))) {
            rest = span_from(rest, MIN(span_find(rest, S("-->")), rest.len));
        } else if (span_starts_nocase(rest, S("<meta"))) {
            span label = charset_in(span_sub(rest, 0, MIN(span_find_char(rest, '>'), rest.len)));
            if (label.len && charset_of_label(label))
                return label;
        }
        rest = span_from(rest, 1);
    }
    return (span){0};
}

/* UTF-16 in a declaration that could be read as ASCII is a lie (13.2.3.2 step 2.13). */
static span readable(span label)
{
    const char *charset = charset_of_label(label);

    return charset && strncmp(charset, "utf-16", 6) == 0 ? S("utf-8") : label;
}

static const char *charset_of(const struct page_bytes *input)
{
    struct charset_hints hints = {.http = charset_of_content_type(input->content_type),
                                  .declared = readable(declared_charset(input->bytes)),
                                  .last = "windows-1252"};

    return charset_choose(input->bytes, &hints);
}

static void find_base(struct page *page, struct arena *arena)
{
    page->base = page->url;
    for (const struct node *node = page->document; node; node = node_next(node, page->document)) {
        span href = node_attribute(node, "href"), base;
        if (node->tag != TAG_base || !href.len)
            continue;
        base = url_resolve(arena, page->url, href);
        if (span_starts(base, S("http://")) || span_starts(base, S("https://")))
            page->base = base;
        return;
    }
}

static void guess_language(struct reader *reader)
{
    LOCAL(buf) sample = {.max = LANGUAGE_SAMPLE};
    const struct node *body = node_find(reader->document, TAG_body);

    if (reader->said[FACT_LANGUAGE].value.len || !body)
        return;
    for (const struct node *node = body; node && !sample.overflowed;
         node = node->type == NODE_ELEMENT && tag_is(node->tag, TAG_IS_SKIPPED)
                    ? node_next_skipping(node, body)
                    : node_next(node, body))
        if (node->type == NODE_TEXT && node->parent->tag != TAG_a)
            buf_add(&sample, node->text);
    const char *language = language_guess(utf8_repair(reader->arena, buf_span(&sample)));
    if (language)
        say(reader, FACT_LANGUAGE, RANK_LAST, span_of(language));
}

/* What was said is the page's. */
static void conclude(struct reader *reader)
{
    struct page *page = reader->page;
    const struct said *said = reader->said;

    page->site_name = said[FACT_SITE].value;
    page->language = language_tag(reader->arena, said[FACT_LANGUAGE].value);
    page->canonical_url = said[FACT_CANONICAL].value;
    page->amp_url = said[FACT_AMP].value;
    page->image = said[FACT_IMAGE].value;
    page->section = said[FACT_SECTION].value;
    page->excerpt = said[FACT_EXCERPT].value;
    page->next_url = said[FACT_NEXT].value;
    page->single_page_url = said[FACT_SINGLE_PAGE].value;
    page->authors = reader->authors.at;
    page->author_count = reader->authors.len;
    page->tags = reader->tags.at;
    page->tag_count = reader->tags.len;
    page->says_article |= reader->moments[PUBLISHED].rank && reader->moments[PUBLISHED].rank <= RANK_FAIR;
    page->published_at = reader->moments[PUBLISHED].at;
    page->published_zone = reader->moments[PUBLISHED].zone;
    page->published_has_time = reader->moments[PUBLISHED].has_time;
    page->modified_at = reader->moments[MODIFIED].at;
    page->descriptions = arena_keep(reader->arena, buf_span(&reader->descriptions));
}

static void read_facts(struct arena *arena, struct page *page)
{
    struct reader reader = {.arena = arena,
                            .page = page,
                            .document = page->document,
                            .author_rank = RANK_NONE,
                            .descriptions = {.max = LIMIT_PAGE_DESCRIPTIONS}};

    for (size_t i = 0; i < WHEN_COUNT; i++)
        reader.moments[i].at = NO_TIME;
    read_site_name(&reader);
    read_json_ld(&reader);
    read_metadata(&reader);
    settle_title(&reader);
    read_microdata(&reader);
    guess_language(&reader);
    find_bylines(&reader);
    find_chinese_bylines(&reader);
    find_dates(&reader);
    find_next(&reader);
    conclude(&reader);
    buf_release(&reader.descriptions);
}

void page_decode(struct arena *arena, struct page_bytes *bytes)
{
    if (bytes->charset)
        return;
    bytes->charset = charset_of(bytes);
    bytes->bytes = charset_decode_again(arena, charset_decode(arena, bytes->charset, bytes->bytes, NULL));
}

struct error *page_read(struct arena *arena, const struct page_bytes *input, struct page **out_page)
{
    struct page *page = ARENA_NEW(arena, struct page);
    struct page_bytes decoded = *input;

    page_decode(arena, &decoded);
    *page = (struct page){.url = decoded.url,
                          .charset = decoded.charset,
                          .published_at = NO_TIME,
                          .modified_at = NO_TIME,
                          .is_free = -1};
    TRY_OR(html_parse(arena, decoded.bytes, NULL, &page->document, NULL), "cannot read the page");
    find_base(page, arena);
    read_facts(arena, page);
    page_settle_pictures(arena, page->document, page->base);
    if (arena_is_full(arena))
        return error_new(ERROR_LIMIT, "the page is too large");
    *out_page = page;
    return OK;
}
