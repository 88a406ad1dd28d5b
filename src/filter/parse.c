/* SPDX-License-Identifier: MIT
 * parse.c - an expression's text becomes its tree
 */
#include "filter/internal.h"
#include "limits/limits.h"
#include "text/utf8.h"

struct parsing {
    struct arena *arena;
    span text;
    size_t at;
    int depth, nodes;
};

static struct error *parse_or(struct parsing *parsing, struct filter_match **out_match);

static const char *const field_names[FIELD_COUNT] = {
    [FIELD_TITLE] = "title",   [FIELD_TEXT] = "text",         [FIELD_ANY] = "any",
    [FIELD_AUTHOR] = "author", [FIELD_CATEGORY] = "category", [FIELD_LINK] = "link",
    [FIELD_SOURCE] = "source", [FIELD_LANGUAGE] = "language",
};

static struct error *wrong(const struct parsing *parsing, size_t at, const char *format, ...) PRINTF(3, 4);
static struct error *wrong(const struct parsing *parsing, size_t at, const char *format, ...)
{
    LOCAL(buf) text = {.max = 1 * KiB};
    va_list arguments;

    va_start(arguments, format);
    buf_vprintf(&text, format, arguments);
    va_end(arguments);
    return error_new(ERROR_USAGE, "column %zu: %.*s", utf8_count(span_sub(parsing->text, 0, at)) + 1,
                     SPAN_ARG(buf_span(&text)));
}

/* --- words and signs --- */

static void skip_space(struct parsing *parsing)
{
    while (parsing->at < parsing->text.len && strchr(" \t\r\n", parsing->text.at[parsing->at]))
        parsing->at++;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("_-.", c)) || (unsigned char)c >= 0x80;
}

/* The word at hand, not taken yet; empty: there is none. */
static span peek_word(struct parsing *parsing)
{
    size_t end;

    skip_space(parsing);
    for (end = parsing->at; end < parsing->text.len && is_word_byte(parsing->text.at[end]);)
        end++;
    return span_sub(parsing->text, parsing->at, end - parsing->at);
}

static bool take_word(struct parsing *parsing, const char *wanted)
{
    span word = peek_word(parsing);

    if (!span_is_nocase(word, wanted))
        return false;
    parsing->at += word.len;
    return true;
}

static bool take_sign(struct parsing *parsing, const char *sign)
{
    skip_space(parsing);
    if (!span_starts(span_from(parsing->text, parsing->at), span_of(sign)))
        return false;
    parsing->at += strlen(sign);
    return true;
}

/* What stands up to `end`, which a backslash hides; the cursor is at the opening mark. `keeps_others`: a
 * backslash before anything else stays, as patterns need theirs. */
static struct error *take_quoted(struct parsing *parsing, char end, bool keeps_others, span *out_text)
{
    LOCAL(buf) text = {.max = LIMIT_FILTER_RULE};
    size_t start = parsing->at++;

    for (; parsing->at < parsing->text.len; parsing->at++) {
        char c = parsing->text.at[parsing->at];
        if (c == end) {
            parsing->at++;
            *out_text = arena_keep(parsing->arena, buf_span(&text));
            return OK;
        }
        if (c == '\\' && parsing->at + 1 < parsing->text.len) {
            char next = parsing->text.at[++parsing->at];
            if (keeps_others && next != end)
                buf_add_char(&text, c);
            c = next;
        }
        buf_add_char(&text, c);
    }
    return wrong(parsing, start, "the %c that begins here is not closed", end);
}

/* --- tests --- */

static struct filter_match *new_node(struct parsing *parsing, enum node_kind kind)
{
    struct filter_match *match = ARENA_NEW(parsing->arena, struct filter_match);

    match->kind = kind;
    parsing->nodes++;
    return match;
}

static struct error *parse_pattern(struct parsing *parsing, struct filter_match *match)
{
    size_t start, offset = 0;
    span text, flags, what = {0};

    skip_space(parsing);
    start = parsing->at;
    if (start == parsing->text.len || parsing->text.at[start] != '/')
        return wrong(parsing, start, "a pattern between slashes is wanted, such as /sea|海/i");
    TRY(take_quoted(parsing, '/', true, &text));
    flags = (span){parsing->text.at + parsing->at, 0};
    while (parsing->at < parsing->text.len && is_word_byte(parsing->text.at[parsing->at])) {
        if (!strchr("imsx", parsing->text.at[parsing->at]))
            return wrong(parsing, parsing->at, "a pattern's flags are i, m, s and x");
        parsing->at++;
        flags.len++;
    }
    if (!pattern_compile(parsing->arena, text, flags, &match->pattern, &offset, &what))
        return wrong(parsing, start + 1 + MIN(offset, text.len), "this pattern cannot be read: %.*s",
                     SPAN_ARG(what));
    match->test = TEST_PATTERN;
    return OK;
}

static struct error *parse_value(struct parsing *parsing, enum test test, struct filter_match *match)
{
    span value = peek_word(parsing);
    size_t start = parsing->at;

    if (start < parsing->text.len && parsing->text.at[start] == '"')
        TRY(take_quoted(parsing, '"', false, &value));
    else
        parsing->at += value.len;
    if (span_trim(value).len == 0)
        return wrong(parsing, start, "a value in double quotes is wanted");
    match->test = test;
    match->folded = utf8_fold(parsing->arena, text_collapse(parsing->arena, value));
    return OK;
}

static struct error *parse_test(struct parsing *parsing, struct filter_match **out_match)
{
    span name = peek_word(parsing);
    struct filter_match *match = new_node(parsing, NODE_TEST), *negated = NULL;
    size_t start = parsing->at;

    while (match->field < FIELD_COUNT && !span_is_nocase(name, field_names[match->field]))
        match->field++;
    if (match->field == FIELD_COUNT)
        return wrong(parsing, start,
                     "a field is wanted: title, text, any, author, category, link, source or language");
    parsing->at += name.len;
    if (take_sign(parsing, "!"))
        negated = new_node(parsing, NODE_NOT);
    if (take_sign(parsing, "~"))
        TRY(parse_pattern(parsing, match));
    else if (take_sign(parsing, "="))
        TRY(parse_value(parsing, TEST_EQUAL, match));
    else if (!negated && take_word(parsing, "has"))
        TRY(parse_value(parsing, TEST_HAS, match));
    else
        return wrong(parsing, parsing->at, "~, !~, =, != or has is wanted");
    if (negated)
        negated->left = match;
    *out_match = negated ? negated : match;
    return OK;
}

/* --- how they are joined --- */

static struct error *parse_one(struct parsing *parsing, struct filter_match **out_match)
{
    struct filter_match *inner = NULL, *node = NULL;

    if (++parsing->depth > LIMIT_FILTER_DEPTH || parsing->nodes > LIMIT_FILTER_PARTS)
        return wrong(parsing, parsing->at, "there is too much of it");
    if (take_word(parsing, "not")) {
        node = new_node(parsing, NODE_NOT);
        TRY(parse_one(parsing, &inner));
        node->left = inner;
    } else if (take_sign(parsing, "(")) {
        size_t start = parsing->at - 1;
        TRY(parse_or(parsing, &node));
        if (!take_sign(parsing, ")"))
            return wrong(parsing, start, "the ( that begins here is not closed");
    } else {
        TRY(parse_test(parsing, &node));
    }
    parsing->depth--;
    *out_match = node;
    return OK;
}

static struct error *parse_and(struct parsing *parsing, struct filter_match **out_match)
{
    struct filter_match *left = NULL, *right = NULL;

    TRY(parse_one(parsing, &left));
    while (take_word(parsing, "and")) {
        struct filter_match *both = new_node(parsing, NODE_AND);
        TRY(parse_one(parsing, &right));
        both->left = left;
        both->right = right;
        left = both;
    }
    *out_match = left;
    return OK;
}

static struct error *parse_or(struct parsing *parsing, struct filter_match **out_match)
{
    struct filter_match *left = NULL, *right = NULL;

    TRY(parse_and(parsing, &left));
    while (take_word(parsing, "or")) {
        struct filter_match *either = new_node(parsing, NODE_OR);
        TRY(parse_and(parsing, &right));
        either->left = left;
        either->right = right;
        left = either;
    }
    *out_match = left;
    return OK;
}

struct error *filter_match_parse(struct arena *arena, span text, struct filter_match **out_match)
{
    struct parsing parsing = {.arena = arena, .text = text};
    struct filter_match *match;

    if (text.len > LIMIT_FILTER_RULE || !utf8_is_valid(text))
        return error_new(ERROR_USAGE, "column 1: this is %s",
                         text.len > LIMIT_FILTER_RULE ? "too long" : "no UTF-8 text");
    TRY(parse_or(&parsing, &match));
    skip_space(&parsing);
    if (parsing.at < text.len)
        return wrong(&parsing, parsing.at, "and, or, or the end is wanted");
    *out_match = match;
    return OK;
}
