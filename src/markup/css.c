/* SPDX-License-Identifier: MIT
 * css.c - CSS selectors become XPath
 *
 * A compound selector ("li.news:first-child") is a step with predicates, a combinator the step's axis. XPath
 * 1.0 knows no escapes in its strings, so that a value with both kinds of quotes becomes a concat().
 */
#include "markup/css.h"
#include "limits/limits.h"
#include <stdlib.h>

struct css {
    span text;
    size_t at;
    struct buf *out;
    int depth; /* of :not() and :has() */
};

static struct error *compound(struct css *css, bool is_predicate);

static char peek(const struct css *css)
{
    return css->at < css->text.len ? css->text.at[css->at] : '\0';
}

static void skip_space(struct css *css)
{
    while (css->at < css->text.len && strchr(" \t\r\n\f", css->text.at[css->at]))
        css->at++;
}

static struct error *wrong(const struct css *css, const char *what)
{
    return error_new(ERROR_FORMAT, "column %zu: %s", css->at + 1, what);
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || (unsigned char)c >= 0x80;
}

/* A backslash before a byte takes it as it is: ".sm\:grid" */
static struct error *name(struct css *css, struct buf *out)
{
    size_t start = out->len;

    while (css->at < css->text.len) {
        char c = peek(css);
        if (c == '\\' && css->at + 1 < css->text.len)
            c = css->text.at[++css->at];
        else if (!is_name_byte(c))
            break;
        buf_add_char(out, c);
        css->at++;
    }
    return out->len > start ? OK : wrong(css, "a name is missing");
}

/* The same for what becomes a name in XPath, which has no escapes: an element's or an attribute's. */
static struct error *plain_name(struct css *css, struct buf *out)
{
    TRY(name(css, out));
    for (size_t i = 0; i < out->len; i++)
        if (!is_name_byte(out->at[i]) || (unsigned char)out->at[i] >= 0x80)
            return wrong(css, "this is no name of an element or attribute");
    if (out->at[0] == '-' || (out->at[0] >= '0' && out->at[0] <= '9'))
        return wrong(css, "this is no name of an element or attribute");
    return OK;
}

static void quote(struct buf *out, span value)
{
    span piece;

    if (span_find_char(value, '\'') == SPAN_NONE) {
        buf_printf(out, "'%.*s'", SPAN_ARG(value));
        return;
    }
    if (span_find_char(value, '"') == SPAN_NONE) {
        buf_printf(out, "\"%.*s\"", SPAN_ARG(value));
        return;
    }
    buf_add_text(out, "concat(''");
    while (span_cut(&value, '\'', &piece))
        buf_printf(out, ",'%.*s'%s", SPAN_ARG(piece), value.len ? ",\"'\"" : "");
    buf_add_char(out, ')');
}

static struct error *value(struct css *css, struct buf *out)
{
    char mark = peek(css);
    span rest;
    size_t end;

    if (mark != '"' && mark != '\'')
        return name(css, out);
    rest = span_from(css->text, css->at + 1);
    end = span_find_char(rest, mark);
    if (end == SPAN_NONE)
        return wrong(css, "a quotation mark is not closed");
    buf_add(out, span_sub(rest, 0, end));
    css->at += end + 2;
    return OK;
}

/* --- predicates --- */

static void word_in_attribute(struct buf *out, const char *attribute, span word)
{
    LOCAL(buf) padded = {.max = LIMIT_CSS + 2};

    buf_printf(&padded, " %.*s ", SPAN_ARG(word));
    buf_printf(out, "contains(concat(' ',normalize-space(@%s),' '),", attribute);
    quote(out, buf_span(&padded));
    buf_add_char(out, ')');
}

static void compare(struct buf *out, const char *attribute, char how, span wanted)
{
    LOCAL(buf) quoted = {.max = 4 * LIMIT_CSS};

    quote(&quoted, wanted);
    switch (how) {
    case '~':
        word_in_attribute(out, attribute, wanted);
        break;
    case '|':
        buf_printf(out, "@%s=%s or starts-with(@%s,concat(%s,'-'))", attribute, quoted.at, attribute,
                   quoted.at);
        break;
    case '^':
        buf_printf(out, "starts-with(@%s,%s)", attribute, quoted.at);
        break;
    case '*':
        buf_printf(out, "contains(@%s,%s)", attribute, quoted.at);
        break;
    case '$':
        buf_printf(out, "substring(@%s,string-length(@%s)-string-length(%s)+1)=%s", attribute, attribute,
                   quoted.at, quoted.at);
        break;
    default:
        buf_printf(out, "@%s=%s", attribute, quoted.at);
        break;
    }
}

static struct error *attribute(struct css *css)
{
    LOCAL(buf) key = {.max = 256};
    LOCAL(buf) wanted = {.max = LIMIT_CSS};
    char how = '=';

    css->at++;
    skip_space(css);
    TRY(plain_name(css, &key));
    skip_space(css);
    if (peek(css) != ']') {
        if (strchr("~|^$*", peek(css)) && peek(css))
            how = css->text.at[css->at++];
        if (peek(css) != '=')
            return wrong(css, "\"=\" or \"]\" is missing");
        css->at++;
        skip_space(css);
        TRY(value(css, &wanted));
        skip_space(css);
        buf_add_char(css->out, '[');
        compare(css->out, key.at, how, buf_span(&wanted));
        buf_add_char(css->out, ']');
    } else {
        buf_printf(css->out, "[@%s]", key.at);
    }
    if (peek(css) != ']')
        return wrong(css, "\"]\" is missing");
    css->at++;
    return OK;
}

/* "odd", "even", "3", "2n+1", "n", "-n+3" */
static bool read_nth(span text, int64_t *a, int64_t *b)
{
    size_t n = span_find_char(text, 'n');
    span step = span_trim(span_sub(text, 0, n)), rest;

    *a = *b = 0;
    if (span_is(text, "odd") || span_is(text, "even")) {
        *a = 2;
        *b = span_is(text, "odd");
        return true;
    }
    if (n == SPAN_NONE)
        return span_to_int64(text, b);
    *a = span_is(step, "-") ? -1 : 1;
    if (step.len && !span_is(step, "-") && !span_is(step, "+") && !span_to_int64(step, a))
        return false;
    rest = span_trim(span_from(text, n + 1));
    if (rest.len == 0)
        return true;
    char sign = *rest.at;
    rest = span_trim(span_from(rest, 1));
    if ((sign != '+' && sign != '-') || !span_to_int64(rest, b))
        return false;
    *b = sign == '-' ? -*b : *b;
    return true;
}

static struct error *nth(struct css *css, span argument, const char *siblings)
{
    int64_t a, b;

    if (!read_nth(argument, &a, &b) || MAX(a, b) > 100000 || MIN(a, b) < -100000)
        return wrong(css, "a number, \"odd\", \"even\" or \"2n+1\" is wanted");
    if (a == 0)
        buf_printf(css->out, "[count(%s)=%lld]", siblings, (long long)b - 1);
    else if (a > 0)
        buf_printf(css->out, "[count(%s)+1>=%lld and (count(%s)+1-(%lld)) mod %lld=0]", siblings,
                   (long long)b, siblings, (long long)b, (long long)a);
    else
        buf_printf(css->out, "[count(%s)+1<=%lld and (%lld-count(%s)-1) mod %lld=0]", siblings, (long long)b,
                   (long long)b, siblings, -(long long)a);
    return OK;
}

static const struct {
    const char *name, *predicate;
} simple_pseudos[] = {
    {"first-child", "[not(preceding-sibling::*)]"},
    {"last-child", "[not(following-sibling::*)]"},
    {"only-child", "[not(preceding-sibling::*) and not(following-sibling::*)]"},
    {"empty", "[not(*) and not(text())]"},
};

/* What of-type counts: the element's own name, which must have been said. */
static struct error *of_type(struct css *css, span pseudo, span argument, span tag)
{
    LOCAL(buf) siblings = {.max = 512};
    bool is_last = span_is(pseudo, "last-of-type");

    if (tag.len == 0)
        return wrong(css, "\"of-type\" wants an element's name before it");
    buf_printf(&siblings, "%s-sibling::%.*s", is_last ? "following" : "preceding", SPAN_ARG(tag));
    if (span_is(pseudo, "nth-of-type"))
        return nth(css, argument, siblings.at);
    buf_printf(css->out, "[not(%s)]", siblings.at);
    return OK;
}

/* :not(li.ad), :has(> img) */
static struct error *nested(struct css *css, bool is_not)
{
    if (++css->depth > LIMIT_CSS_DEPTH)
        return wrong(css, "too deep");
    skip_space(css);
    buf_add_text(css->out, is_not ? "[not(" : "[");
    if (is_not) {
        buf_add_text(css->out, "self::*");
    } else if (peek(css) == '>') {
        css->at++;
        skip_space(css);
        buf_add_text(css->out, "child::");
    } else {
        buf_add_text(css->out, "descendant::");
    }
    TRY(compound(css, is_not));
    buf_add_text(css->out, is_not ? ")]" : "]");
    skip_space(css);
    if (peek(css) != ')')
        return wrong(css, "\")\" is missing");
    css->at++;
    css->depth--;
    return OK;
}

static struct error *contains_text(struct css *css)
{
    LOCAL(buf) wanted = {.max = LIMIT_CSS};

    skip_space(css);
    TRY(value(css, &wanted));
    skip_space(css);
    if (peek(css) != ')')
        return wrong(css, "\")\" is missing");
    css->at++;
    buf_add_text(css->out, "[contains(.,");
    quote(css->out, buf_span(&wanted));
    buf_add_text(css->out, ")]");
    return OK;
}

static struct error *pseudo(struct css *css, span tag)
{
    LOCAL(buf) key = {.max = 64};
    span argument = {0}, rest;

    css->at++;
    TRY(name(css, &key));
    for (size_t i = 0; i < ARRAY_SIZE(simple_pseudos); i++)
        if (span_is(buf_span(&key), simple_pseudos[i].name)) {
            buf_add_text(css->out, simple_pseudos[i].predicate);
            return OK;
        }
    if (peek(css) == '(') {
        css->at++;
        if (span_is(buf_span(&key), "not") || span_is(buf_span(&key), "has"))
            return nested(css, span_is(buf_span(&key), "not"));
        if (span_is(buf_span(&key), "contains"))
            return contains_text(css);
        rest = span_from(css->text, css->at);
        if (span_find_char(rest, ')') == SPAN_NONE)
            return wrong(css, "\")\" is missing");
        argument = span_trim(span_sub(rest, 0, span_find_char(rest, ')')));
        css->at += span_find_char(rest, ')') + 1;
    }
    if (span_is(buf_span(&key), "nth-child"))
        return nth(css, argument, "preceding-sibling::*");
    if (span_ends(buf_span(&key), S("of-type")))
        return of_type(css, buf_span(&key), argument, tag);
    return wrong(css, "a pseudo-class that is not known here");
}

/* --- steps --- */

static struct error *simple(struct css *css, span tag)
{
    LOCAL(buf) word = {.max = LIMIT_CSS};
    char kind = peek(css);

    if (kind == '[')
        return attribute(css);
    if (kind == ':')
        return pseudo(css, tag);
    css->at++;
    TRY(name(css, &word));
    buf_add_char(css->out, '[');
    if (kind == '#')
        compare(css->out, "id", '=', buf_span(&word));
    else
        word_in_attribute(css->out, "class", buf_span(&word));
    buf_add_char(css->out, ']');
    return OK;
}

/* In :not() a name is a condition as well: "self::*[not(self::*[self::p])]" */
static struct error *compound(struct css *css, bool is_predicate)
{
    LOCAL(buf) tag = {.max = 256};
    size_t start = css->at;

    if (peek(css) == '*') {
        css->at++;
    } else if (is_name_byte(peek(css))) {
        TRY(plain_name(css, &tag));
        for (size_t i = 0; i < tag.len; i++)
            if (tag.at[i] >= 'A' && tag.at[i] <= 'Z')
                tag.at[i] |= 0x20;
    }
    if (is_predicate && tag.len)
        buf_printf(css->out, "[self::%s]", tag.at);
    else if (!is_predicate)
        buf_add_text(css->out, tag.len ? tag.at : "*");
    while (peek(css) && strchr("#.[:", peek(css)))
        TRY(simple(css, buf_span(&tag)));
    return css->at > start ? OK : wrong(css, "a selector is missing");
}

/* The axis that the combinator at hand stands for; NULL: there is none, the selector ends here. */
static const char *combinator(struct css *css)
{
    size_t before = css->at;

    skip_space(css);
    switch (peek(css)) {
    case '>':
        css->at++;
        skip_space(css);
        return "child::";
    case '+':
        css->at++;
        skip_space(css);
        return "following-sibling::*[1]/self::";
    case '~':
        css->at++;
        skip_space(css);
        return "following-sibling::";
    case '\0':
    case ',':
    case ')':
    case '@':
        return NULL;
    default:
        return css->at > before ? "descendant::" : NULL;
    }
}

static struct error *complex(struct css *css)
{
    LOCAL(buf) key = {.max = 256};
    const char *axis;

    skip_space(css);
    if (peek(css) == '@' && css->at + 1 < css->text.len) {
        buf_add_text(css->out, "self::node()");
    } else {
        axis = combinator(css);
        buf_add_text(css->out, axis ? axis : "descendant::");
        TRY(compound(css, false));
        while ((axis = combinator(css))) {
            buf_printf(css->out, "/%s", axis);
            TRY(compound(css, false));
        }
    }
    if (peek(css) != '@')
        return OK;
    css->at++;
    TRY(plain_name(css, &key));
    buf_printf(css->out, "/@%s", key.at);
    skip_space(css);
    return OK;
}

struct error *css_to_xpath(struct arena *arena, span css_text, span *out_xpath)
{
    LOCAL(buf) out = {.max = LIMIT_CSS_XPATH};
    struct css css = {.text = css_text, .out = &out};

    if (css_text.len > LIMIT_CSS)
        return error_new(ERROR_FORMAT, "a selector of %zu bytes is too long", css_text.len);
    for (;;) {
        TRY(complex(&css));
        if (peek(&css) != ',')
            break;
        css.at++;
        buf_add_char(&out, '|');
    }
    if (css.at < css_text.len)
        return wrong(&css, "this belongs to no selector");
    if (out.overflowed)
        return error_new(ERROR_FORMAT, "the selector is too long");
    *out_xpath = arena_keep(arena, buf_span(&out));
    return OK;
}

bool is_xpath(span expression)
{
    static const char *const starts[] = {"/", "./", "../", "(", "@"};
    size_t paren, end = 0;

    expression = span_trim(expression);
    paren = span_find_char(expression, '(');
    for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
        if (span_starts(expression, span_of(starts[i])))
            return true;
    if (span_is(expression, ".") || span_has(expression, "::"))
        return true;
    while (end < expression.len && (is_name_byte(expression.at[end])))
        end++;
    return paren != SPAN_NONE && end == paren && end > 0; /* a function */
}
