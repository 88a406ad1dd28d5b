/* SPDX-License-Identifier: MIT
 * byline_chinese.c - bylines as Chinese papers write them
 *
 * Who wrote it stands within the text, in brackets: （记者 张三） behind the place of the first line, or
 * （张三 北京报道） behind the last. Other labels follow on the same line (作者：张三 时间：2005), and places
 * stand behind names.
 */
#include "page/internal.h"
#include "text/utf8.h"

enum {
    LONGEST_BRACKET = 72,  /* bytes: two dozen characters */
    SEARCHED = 400,        /* bytes at either end of a text */
    MOST_SEARCHED = 20000, /* nodes */
};

static const char *const opening[] = {"（", "("}, *const closing[] = {"）", ")"};
/* what says that there are names in the brackets */
static const char *const signs[] = {"记者", "記者", "通讯员", "通訊員", "报道", "報道", "報導", "撰稿"};

static bool has_any(span text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_has(text, words[i]))
            return true;
    return false;
}

/* The first short bracket with a sign in it and no sentence. */
static span bracketed(span text)
{
    for (size_t i = 0; i < ARRAY_SIZE(opening); i++) {
        span rest = text;
        for (size_t at; (at = span_find(rest, span_of(opening[i]))) != SPAN_NONE;) {
            rest = span_from(rest, at + strlen(opening[i]));
            size_t end = span_find(span_sub(rest, 0, LONGEST_BRACKET), span_of(closing[i]));
            if (end == SPAN_NONE)
                continue;
            span inside = span_sub(rest, 0, end);
            if (has_any(inside, signs, ARRAY_SIZE(signs)) && !span_has(inside, "。") &&
                !span_has(inside, "，"))
                return inside;
        }
    }
    return (span){0};
}

/* 文：张三 on a line of its own */
static bool is_line_of_its_own(span text)
{
    static const char *const starts[] = {"文：", "文:", "文／", "文/", "作者：", "作者:", "撰文："};

    text = js_trim(text);
    for (size_t i = 0; text.len <= LONGEST_BRACKET && i < ARRAY_SIZE(starts); i++)
        if (text.len > strlen(starts[i]) && span_starts(text, span_of(starts[i])))
            return true;
    return false;
}

static span byline_in(span text)
{
    span found = bracketed(span_sub(text, 0, SEARCHED));

    if (!found.len && text.len > SEARCHED)
        found = bracketed(span_from(text, text.len - SEARCHED));
    return found.len || !is_line_of_its_own(text) ? found : text;
}

void find_chinese_bylines(struct reader *reader)
{
    const struct node *body = node_find(reader->document, TAG_body);
    const struct node *node = reader->heading ? reader->heading : body;

    for (int seen = 0; node && seen < MOST_SEARCHED && reader->author_rank > RANK_LAST;
         node = node_next(node, body), seen++) {
        if (node->type != NODE_TEXT)
            continue;
        span found = byline_in(node->text);
        if (found.len && !is_elsewhere(reader, node))
            say_byline(reader, RANK_LAST, found);
    }
}

/* 张三 时间：2005 is 张三: a word with a colon behind it is the next label. */
static span without_label(span text)
{
    size_t at = span_find(text, S("："));

    if (at == SPAN_NONE)
        at = span_find_char(text, ':');
    if (at == SPAN_NONE || at == 0)
        return text;
    size_t space = span_find_last_char(span_sub(text, 0, at), ' ');
    return space == SPAN_NONE ? text : span_sub(text, 0, space);
}

/* 张三 北京报道: where it was reported from is no name. */
static span without_place(span text)
{
    static const char *const endings[] = {"报道", "報道", "報導", "摄影", "攝影", "发自", "編譯"};
    size_t space;

    text = span_trim_end(text);
    for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
        if (span_ends(text, span_of(endings[i])) && (space = span_find_last_char(text, ' ')) != SPAN_NONE)
            return span_sub(text, 0, space);
    return text;
}

span without_chinese_ending(span text)
{
    span rest = text;
    uint32_t character;
    bool is_chinese = false;

    while (!is_chinese && utf8_next(&rest, &character))
        is_chinese = is_cjk(character);
    return is_chinese ? without_place(without_label(text)) : text;
}
