/* SPDX-License-Identifier: MIT
 * match.c - does an expression fit an article?
 */
#include "filter/internal.h"
#include "limits/limits.h"
#include "markup/markup.h"
#include "text/category.h"
#include "text/utf8.h"

/* --- what is asked --- */

/* Title, summary and text may be needed by many tests: each is made once. */
static span text_of_html(struct arena *arena, span html)
{
    LOCAL(buf) text = {.max = LIMIT_FILTER_TEXT};
    struct node *fragment;

    if (span_find_char(html, '<') == SPAN_NONE && span_find_char(html, '&') == SPAN_NONE)
        return html;
    OWN(error) error = html_parse_fragment(arena, html, NULL, &fragment, NULL);
    if (error)
        return (span){0};
    text_write(fragment, &text);
    return arena_keep(arena, utf8_cut(buf_span(&text), LIMIT_FILTER_TEXT));
}

static span plain_text(struct question *question)
{
    const struct item *item = question->subject->item;

    if (!question->text.has_plain)
        question->text.plain = arena_printf(question->arena, "%.*s\n%.*s", SPAN_ARG(item->summary),
                                            SPAN_ARG(text_of_html(question->arena, item->html)));
    question->text.has_plain = true;
    return question->text.plain;
}

static span folded_text(struct question *question)
{
    if (!question->text.has_folded)
        question->text.folded =
            utf8_fold(question->arena,
                      text_collapse(question->arena, utf8_cut(plain_text(question), LIMIT_FILTER_TEXT)));
    question->text.has_folded = true;
    return question->text.folded;
}

static span folded_title(struct question *question)
{
    if (!question->title.has_folded)
        question->title.folded =
            utf8_fold(question->arena, text_collapse(question->arena, question->subject->item->title));
    question->title.has_folded = true;
    return question->title.folded;
}

/* --- one value --- */

/* Does a word begin or end here? Scripts without spaces have no such places, or only such. */
static bool is_boundary(span text, size_t at, span word, bool is_start)
{
    uint32_t beside = 0, own = 0;
    size_t back = at;
    span rest;

    if (is_start) {
        if (at == 0)
            return true;
        do
            back--;
        while (back > 0 && ((unsigned char)text.at[back] & 0xC0) == 0x80);
        rest = span_sub(text, back, at - back);
        utf8_next(&rest, &beside);
        rest = word;
    } else {
        rest = span_from(text, at);
        if (!utf8_next(&rest, &beside))
            return true;
        back = word.len;
        do
            back--;
        while (back > 0 && ((unsigned char)word.at[back] & 0xC0) == 0x80);
        rest = span_from(word, back);
    }
    utf8_next(&rest, &own);
    return is_unspaced(own) || is_unspaced(beside) || !is_letter_or_digit(beside);
}

static bool has_words(span text, span words)
{
    size_t start = 0, found;

    while ((found = span_find(span_from(text, start), words)) != SPAN_NONE) {
        size_t at = start + found;
        if (is_boundary(text, at, words, true) && is_boundary(text, at + words.len, words, false))
            return true;
        start = at + 1;
    }
    return false;
}

static bool fits_value(const struct filter_match *match, struct question *question, span plain, span folded)
{
    switch (match->test) {
    case TEST_PATTERN:
        return pattern_fits(match->pattern, plain, &question->reached_limit);
    case TEST_EQUAL:
        return span_equal(folded, match->folded);
    case TEST_HAS:
        return has_words(folded, match->folded);
    }
    return false;
}

/* Of a short value: folded when it is asked. */
static bool fits(const struct filter_match *match, struct question *question, span value)
{
    span folded = match->test == TEST_PATTERN
                      ? (span){0}
                      : utf8_fold(question->arena, text_collapse(question->arena, value));

    return fits_value(match, question, value, folded);
}

/* --- fields of many values --- */

static bool fits_author(const struct filter_match *match, struct question *question)
{
    const struct item *item = question->subject->item;

    for (size_t i = 0; i < item->author_count; i++)
        if (fits(match, question, item->authors[i].name) ||
            (item->authors[i].email.len && fits(match, question, item->authors[i].email)))
            return true;
    return false;
}

/* "News/Asia" fits as itself, as "News", and as "Asia". */
static bool fits_path(const struct filter_match *match, struct question *question, span category)
{
    LOCAL(buf) path = {.max = category.len * 2 + 16};
    span rest = category, name;

    while (category_cut(question->arena, &rest, &name)) {
        if (path.len)
            buf_add_char(&path, '/');
        buf_add(&path, name);
        if (fits(match, question, buf_span(&path)) || (path.len > name.len && fits(match, question, name)))
            return true;
    }
    return false;
}

static bool fits_category(const struct filter_match *match, struct question *question)
{
    const struct filter_subject *subject = question->subject;

    for (size_t i = 0; i < subject->item->tag_count; i++)
        if (fits(match, question, subject->item->tags[i]))
            return true;
    for (size_t i = 0; subject->source && i < subject->source->category_count; i++)
        if (fits_path(match, question, subject->source->categories[i]))
            return true;
    return false;
}

static bool fits_source(const struct filter_match *match, struct question *question)
{
    const struct filter_subject *subject = question->subject;

    return fits(match, question, subject->source_id) ||
           (subject->source && fits(match, question, subject->source->name));
}

static bool fits_title(const struct filter_match *match, struct question *question)
{
    return fits_value(match, question, question->subject->item->title, folded_title(question));
}

static bool fits_text(const struct filter_match *match, struct question *question)
{
    return fits_value(match, question, plain_text(question),
                      match->test == TEST_PATTERN ? (span){0} : folded_text(question));
}

static bool fits_test(const struct filter_match *match, struct question *question)
{
    switch (match->field) {
    case FIELD_TITLE:
        return fits_title(match, question);
    case FIELD_TEXT:
        return fits_text(match, question);
    case FIELD_ANY:
        return fits_title(match, question) || fits_text(match, question);
    case FIELD_AUTHOR:
        return fits_author(match, question);
    case FIELD_CATEGORY:
        return fits_category(match, question);
    case FIELD_LINK:
        return fits(match, question, question->subject->item->link);
    case FIELD_SOURCE:
        return fits_source(match, question);
    case FIELD_LANGUAGE:
        return fits(match, question, question->subject->item->language);
    case FIELD_COUNT:
        break;
    }
    return false;
}

bool match_fits(const struct filter_match *match, struct question *question)
{
    switch (match->kind) {
    case NODE_OR:
        return match_fits(match->left, question) || match_fits(match->right, question);
    case NODE_AND:
        return match_fits(match->left, question) && match_fits(match->right, question);
    case NODE_NOT:
        return !match_fits(match->left, question);
    case NODE_TEST:
        return fits_test(match, question);
    }
    return false;
}

bool filter_match_fits(const struct filter_match *match, const struct filter_subject *subject)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct question question = {.arena = arena, .subject = subject};

    return match_fits(match, &question);
}
