/* SPDX-License-Identifier: MIT
 * normal_text.c - text as it is compared: no white space, no references, no counters of readers
 */
#include "store/normal.h"
#include "text/escape.h"

/* Bytes of the white or invisible character at the start of `s`, which is not plain ASCII; 0 if there is
 * none. */
static size_t blank_len(span s)
{
    unsigned char a = (unsigned char)s.at[0], b = s.len > 1 ? (unsigned char)s.at[1] : 0,
                  c = s.len > 2 ? (unsigned char)s.at[2] : 0;

    switch (a) {
    case 0xc2:
        return b == 0xa0 || b == 0xad ? 2 : 0; /* no-break space, soft hyphen */
    case 0xe2:
        if (b == 0x80) /* U+2000-200F, 2028-202F */
            return (c >= 0x80 && c <= 0x8f) || (c >= 0xa8 && c <= 0xaf) ? 3 : 0;
        return b == 0x81 && (c == 0x9f || c == 0xa0) ? 3 : 0;
    case 0xe3:
        return b == 0x80 && c == 0x80 ? 3 : 0; /* ideographic space */
    case 0xef:
        return b == 0xbb && c == 0xbf ? 3 : 0; /* byte order mark */
    default:
        return a <= 0x20 || a == 0x7f;
    }
}

void normal_text(struct arena *arena, span raw, struct buf *out)
{
    span rest = span_find_char(raw, '&') == SPAN_NONE ? raw : unescape_html(arena, raw);
    size_t start = 0, i = 0;

    while (i < rest.len) {
        unsigned char c = (unsigned char)rest.at[i];
        size_t blank = c > 0x20 && c < 0x7f ? 0 : blank_len(span_from(rest, i));
        if (!blank) {
            i++;
            continue;
        }
        buf_add(out, span_sub(rest, start, i - start));
        i += blank;
        start = i;
    }
    buf_add(out, span_from(rest, start));
}

/* --- counters --- */

/* What a number counts where one of these stands right behind it, or before it with a colon or a parenthesis
 * between: "1,204 views", "阅读：3万", "Comments (12)". Compared without white space, in any case. No word
 * that news use otherwise: shares are sold, and storms hit. */
#define WORD(text)            \
    {                         \
        text, sizeof text - 1 \
    }
static const span behind_count[] = {
    WORD("view"),   WORD("comment"), WORD("likes"),  WORD("clicks"), WORD("阅读"),       WORD("次阅读"),
    WORD("人阅读"), WORD("浏览"),    WORD("次浏览"), WORD("次观看"), WORD("次点击"),     WORD("评论"),
    WORD("条评论"), WORD("人评论"),  WORD("次播放"), WORD("人看过"), WORD("点赞"),       WORD("閱讀"),
    WORD("次閱讀"), WORD("瀏覽"),    WORD("次瀏覽"), WORD("評論"),   WORD("просмотров"),
};
static const span before_count[] = {
    WORD("views"),  WORD("comments"), WORD("阅读"),   WORD("阅读量"),   WORD("阅读数"),
    WORD("浏览"),   WORD("浏览量"),   WORD("浏览数"), WORD("浏览次数"), WORD("点击"),
    WORD("点击量"), WORD("点击数"),   WORD("评论"),   WORD("评论数"),   WORD("人气"),
    WORD("閱讀"),   WORD("瀏覽"),     WORD("點擊"),   WORD("人氣"),     WORD("просмотров"),
};
static const span between[] = {WORD(":"), WORD("("), WORD("："), WORD("（")};
#undef WORD

static bool is_counted(span rest)
{
    for (size_t i = 0; i < ARRAY_SIZE(behind_count); i++)
        if (span_starts_nocase(rest, behind_count[i]))
            return true;
    return false;
}

static bool ends_with_word(span before)
{
    for (size_t i = 0; i < ARRAY_SIZE(before_count); i++) {
        size_t len = before_count[i].len;
        if (before.len >= len && span_equal_nocase(span_from(before, before.len - len), before_count[i]))
            return true;
    }
    return false;
}

static bool is_introduced(span before)
{
    for (size_t i = 0; i < ARRAY_SIZE(between); i++)
        if (span_ends(before, between[i]))
            return ends_with_word(span_sub(before, 0, before.len - between[i].len));
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of the number at the start of `s`, with its separators and unit */
static size_t number_len(span s)
{
    size_t len = 0;

    while (len < s.len && (is_digit(s.at[len]) || ((s.at[len] == ',' || s.at[len] == '.') &&
                                                   len + 1 < s.len && is_digit(s.at[len + 1]))))
        len++;
    if (len < s.len && (s.at[len] == 'k' || s.at[len] == 'K' || s.at[len] == '+'))
        return len + 1;
    if (span_starts(span_from(s, len), S("万")) || span_starts(span_from(s, len), S("萬")))
        return len + strlen("万");
    return len;
}

span normal_without_counters(struct arena *arena, span words)
{
    LOCAL(buf) out = {.max = words.len};
    size_t start = 0, i = 0;

    while (i < words.len) {
        size_t len = is_digit(words.at[i]) ? number_len(span_from(words, i)) : 0;
        if (len && (is_counted(span_from(words, i + len)) || is_introduced(span_sub(words, 0, i)))) {
            buf_add(&out, span_sub(words, start, i - start));
            start = i + len;
        }
        i += MAX(len, 1);
    }
    if (!start)
        return words;
    buf_add(&out, span_from(words, start));
    return arena_keep(arena, buf_span(&out));
}
