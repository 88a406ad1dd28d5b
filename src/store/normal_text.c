/* SPDX-License-Identifier: MIT
 * normal_text.c - text as it is compared: no white space, no references, no counters of readers
 */
#include "store/normal.h"
#include "text/escape.h"

/* Bytes of a white or invisible character at the start of `s`; 0 if there is none. */
static size_t blank_len(span s)
{
    unsigned char a = (unsigned char)s.at[0], b, c;

    if (a <= 0x20 || a == 0x7f)
        return 1;
    if (a < 0xc2 || s.len < 2)
        return 0;
    b = (unsigned char)s.at[1];
    if (a == 0xc2)
        return b == 0xa0 || b == 0xad ? 2 : 0; /* no-break space, soft hyphen */
    if (s.len < 3)
        return 0;
    c = (unsigned char)s.at[2];
    if (a == 0xe2 && b == 0x80)
        return c <= 0x8f || (c >= 0xa8 && c <= 0xaf) ? 3 : 0; /* U+2000-200F, 2028-202F */
    if (a == 0xe2 && b == 0x81)
        return c == 0x9f || c == 0xa0 ? 3 : 0;
    return (a == 0xe3 && b == 0x80 && c == 0x80) || (a == 0xef && b == 0xbb && c == 0xbf) ? 3 : 0;
}

void normal_text(struct arena *arena, span raw, struct buf *out)
{
    span rest = span_find_char(raw, '&') == SPAN_NONE ? raw : unescape_html(arena, raw);
    size_t start = 0, i = 0;

    while (i < rest.len) {
        size_t blank = blank_len(span_from(rest, i));
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

/* Words beside which a number counts readers: "1,204 views", "阅读 3万". Without white space, any case. */
static const char *const counted[] = {
    "views", "view",   "reads",  "comments", "comment", "likes",      "shares", "clicks",
    "阅读",  "次阅读", "人阅读", "浏览",     "次浏览",  "次观看",     "点击",   "次点击",
    "评论",  "条评论", "人评论", "次播放",   "人看过",  "点赞",       "閱讀",   "次閱讀",
    "瀏覽",  "次瀏覽", "點擊",   "評論",     "則留言",  "просмотров", "views:", "閲覧",
};
static const char *const before_count[] = {
    "views:",   "views",    "view:",   "reads:",   "hits:",       "comments:",  "comments(", "comment(",
    "阅读:",    "阅读：",   "阅读(",   "阅读（",   "阅读量:",     "阅读量：",   "阅读数:",   "阅读数：",
    "浏览:",    "浏览：",   "浏览量:", "浏览量：", "浏览次数:",   "浏览次数：", "点击:",     "点击：",
    "点击量：", "点击数：", "评论:",   "评论：",   "评论(",       "评论（",     "閱讀：",    "瀏覽：",
    "點擊：",   "人氣：",   "人气：",  "人气:",    "просмотров:",
};

static bool starts_with_any(span s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_starts_nocase(s, span_of(words[i])))
            return true;
    return false;
}

static bool ends_with_any(span s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        span word = span_of(words[i]);
        if (s.len >= word.len && span_equal_nocase(span_from(s, s.len - word.len), word))
            return true;
    }
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
        if (len && (starts_with_any(span_from(words, i + len), counted, ARRAY_SIZE(counted)) ||
                    ends_with_any(span_sub(words, 0, i), before_count, ARRAY_SIZE(before_count)))) {
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
