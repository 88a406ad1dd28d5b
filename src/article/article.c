/* SPDX-License-Identifier: MIT
 * article.c - from a page to its article: the way through this folder
 */
#include "article/internal.h"
#include "article/rules.h"
#include "limits/limits.h"
#include "markup/markup.h"
#include "text/url.h"
#include "text/utf8.h"
#include "text/words.h"

/* What the page says of itself is so whether or not there is an article. */
static void take_page(const struct page *page, struct extraction *extraction)
{
    struct extraction *e = extraction;

    e->title = page->title;
    e->site_name = page->site_name;
    e->language = page->language;
    e->image = page->image;
    e->excerpt = page->excerpt;
    e->authors = page->authors;
    e->author_count = page->author_count;
    e->published_at = page->published_at;
    e->modified_at = page->modified_at;
    e->published_zone = page->published_zone;
    e->published_has_time = page->published_has_time;
    e->next_url = page->next_url;
    e->single_page_url = page->single_page_url;
}

static span byline_of(struct arena *arena, const struct extraction *extraction)
{
    LOCAL(buf) names = {.max = 4 * KiB};

    for (size_t i = 0; i < extraction->author_count; i++) {
        if (i && extraction->authors[i].name.len)
            buf_add_text(&names, ", ");
        buf_add(&names, extraction->authors[i].name);
    }
    return names.len ? arena_keep(arena, buf_span(&names)) : (span){0};
}

static struct error *write_with(struct arena *arena, void (*write)(const struct node *, struct buf *),
                                const struct node *content, span *out_text)
{
    LOCAL(buf) text = {.max = LIMIT_ARTICLE_FORM};

    write(content, &text);
    if (text.overflowed)
        return error_new(ERROR_LIMIT, "the article is too long");
    *out_text = arena_keep(arena, buf_span(&text));
    return OK;
}

/* The text without what is said of pictures, and without links to players: those are no sentences of it. */
static struct error *write_words(struct arena *arena, struct node *content, span *out_text)
{
    struct node *words = node_copy(arena, content);

    for (struct node *node = words->first, *next; node; node = next) {
        next = node_next(node, words);
        if (node->type == NODE_ELEMENT && node->tag == TAG_figure) {
            next = node_next_skipping(node, words);
            node_remove(node);
        }
    }
    return write_with(arena, text_write, words, out_text);
}

static void list_pictures(struct arena *arena, struct extraction *extraction)
{
    struct picture_mention *pictures = NULL;
    size_t count = html_pictures(arena, extraction->content, &pictures);

    extraction->images = ARENA_ARRAY(arena, struct extraction_image, count);
    for (size_t i = 0; i < count; i++)
        extraction->images[i] = (struct extraction_image){.url = pictures[i].url,
                                                          .alt = pictures[i].alt,
                                                          .caption = pictures[i].caption,
                                                          .width = pictures[i].width,
                                                          .height = pictures[i].height};
    extraction->image_count = count;
}

static struct error *write_forms(struct arena *arena, struct extraction *extraction)
{
    TRY(write_with(arena, html_write, extraction->content, &extraction->html));
    TRY(write_with(arena, markdown_write, extraction->content, &extraction->markdown));
    list_pictures(arena, extraction);
    extraction->link_count = html_links(arena, extraction->content, &extraction->links);
    extraction->word_count = words_count(extraction->text);
    return OK;
}

static void forget_content(struct extraction *extraction)
{
    extraction->content = NULL;
    extraction->text = (span){0};
}

static struct error *measure(struct arena *arena, const struct page *page, struct blocks **out_blocks,
                             const float **out_rows)
{
    struct page_words words = {.title = page->headline_in_data.len ? page->headline_in_data : page->title,
                               .description = page->descriptions,
                               .body = page->body_in_data};

    TRY(blocks_read(arena, page->document, out_blocks));
    *out_rows = features_read(*out_blocks, &words);
    return OK;
}

struct error *article_write_features(struct arena *arena, struct page *page, struct json_writer *json)
{
    struct blocks *blocks;
    const float *rows;

    TRY(measure(arena, page, &blocks, &rows));
    explain_features(blocks, rows, json);
    return OK;
}

/* By scoring */
static struct error *score(struct arena *arena, struct page *page, const struct extract_options *options,
                           struct extraction *extraction)
{
    struct blocks *blocks;
    struct choice choice;
    const float *rows;
    bool has_password = judge_asks_for_password(page->document);

    TRY(measure(arena, page, &blocks, &rows));
    choose(blocks, rows, &choice);
    if (options->explain)
        explain(blocks, rows, &choice, options->explains_as_html, options->explain);
    extraction->content = clean(arena, blocks, &choice, page);
    if (extraction->content)
        TRY(write_words(arena, extraction->content, &extraction->text));
    judge(arena,
          &(struct evidence){.page = page,
                             .blocks = blocks,
                             .choice = &choice,
                             .text = extraction->text,
                             .asks_for_password = has_password},
          extraction);
    return OK;
}

/* By the site's rule, if there is one. What it finds is judged like anything else; if that is no article, the
 * rule is set aside, as if it had found nothing. */
static struct error *follow_rule(struct arena *arena, struct page *page,
                                 const struct extract_options *options, struct extraction *extraction)
{
    const struct rule *rule = NULL;
    struct url url;
    bool has_password;
    struct blocks *blocks;

    if (options->rules && url_parse(arena, page->url, NULL, &url))
        rule = rules_find(arena, options->rules, url.host);
    if (!rule)
        return OK;
    has_password = judge_asks_for_password(page->document);
    TRY(blocks_read(arena, page->document, &blocks));
    TRY(rule_apply(arena, rule, page, extraction));
    if (!extraction->content)
        return OK;
    TRY(write_words(arena, extraction->content, &extraction->text));
    judge(arena,
          &(struct evidence){
              .page = page, .blocks = blocks, .text = extraction->text, .asks_for_password = has_password},
          extraction);
    if (extraction->kind != PAGE_ARTICLE) {
        forget_content(extraction);
        return OK;
    }
    extraction->rule = rule->name;
    if (options->explain)
        buf_printf(options->explain, "Taken by the site rule \"%.*s\".\n", SPAN_ARG(rule->name));
    return OK;
}

struct error *article_extract(struct arena *arena, struct page *page, const struct extract_options *options,
                              struct extraction **out_extraction)
{
    static const struct extract_options none = {0};
    struct extraction *extraction = ARENA_NEW(arena, struct extraction);

    take_page(page, extraction);
    options = options ? options : &none;
    TRY(follow_rule(arena, page, options, extraction));
    if (!extraction->content)
        TRY(score(arena, page, options, extraction));
    extraction->byline = byline_of(arena, extraction);
    if (extraction->kind == PAGE_ARTICLE)
        TRY(write_forms(arena, extraction));
    else
        forget_content(extraction);
    if (arena_is_full(arena))
        return error_new(ERROR_LIMIT, "the page is too large");
    *out_extraction = extraction;
    return OK;
}

struct error *article_from(struct arena *arena, const struct page_bytes *bytes,
                           const struct extract_options *options, struct extraction **out_extraction)
{
    struct page_bytes edited = *bytes;
    struct page *page;

    if (options && options->rules) {
        page_decode(arena, &edited); /* a rule is UTF-8, whatever the page came in */
        edited.bytes = rules_edit_source(arena, options->rules, edited.url, edited.bytes);
    }
    TRY(page_read(arena, &edited, &page));
    return article_extract(arena, page, options, out_extraction);
}

/* --- an article in several pages --- */

/* A last page that leads back, or one that shows all of them, would say everything twice. */
static bool was_said(span said, span text)
{
    enum { ENOUGH = 120 };
    span start = utf8_cut(text, ENOUGH);

    return text.len == 0 || span_find(said, start) != SPAN_NONE;
}

struct error *extraction_join(struct arena *arena, struct extraction *first, struct extraction *next,
                              bool *out_is_joined)
{
    *out_is_joined = next->kind == PAGE_ARTICLE && !was_said(first->text, next->text);
    if (!*out_is_joined)
        return OK;
    while (next->content->first)
        node_append(first->content, next->content->first);
    TRY(write_words(arena, first->content, &first->text));
    return write_forms(arena, first);
}
