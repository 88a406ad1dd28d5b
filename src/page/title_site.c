/* SPDX-License-Identifier: MIT
 * title_site.c - what of a title is the article's, and what the site's
 *
 * "The mill is mended | Town | Alder Post", "老磨坊修好了_要闻_老镇新闻网". What is the site's is known by
 * its name or its host, in Chinese also by how names of sites end. And a page that repeats a part of its
 * <title> by itself, in whatever element, tells that this part is the title.
 */
#include "page/internal.h"
#include "text/utf8.h"

static const char *const separators[] = {
    " | ", " - ", " – ", " — ", " » ", " « ", " · ", " :: ", " / ", " • ", " > ",
    " ‹ ", " ~ ", " : ", "|",   "_",   "｜",  "——",  " -",   "- ",  "-",
};
enum { LONGEST_SLOGAN = 80 /* bytes behind the site's name */ };
enum { LOOSE = 14 }; /* from here on they may stand within a name, and only Chinese titles are cut there */

static bool has_cjk(span text)
{
    uint32_t character;

    while (utf8_next(&text, &character))
        if (is_cjk(character))
            return true;
    return false;
}

bool names_site(struct reader *reader, span part)
{
    span name = essence_of(reader->arena, part),
         site = essence_of(reader->arena, reader->said[FACT_SITE].value);
    span host = reader->host;

    if (!name.len)
        return true;
    if (site.len >= 3 && (span_starts(name, site) || (name.len >= 3 && span_starts(site, name))))
        return true;
    if (reader->section_host.len >= 5 && span_equal(name, reader->section_host))
        return true;
    if (host.len < 3)
        return false;
    if (span_find(name, host) != SPAN_NONE)
        return (span_starts(name, host) && name.len <= host.len + LONGEST_SLOGAN) || name.len <= 3 * host.len;
    return name.len >= 3 && span_find(host, name) != SPAN_NONE;
}

/* Nothing but its name: ": Alder Post" may end a title, where ": the mill" is half of it. */
static bool is_just_site(struct reader *reader, span part)
{
    span name = essence_of(reader->arena, part),
         site = essence_of(reader->arena, reader->said[FACT_SITE].value);

    return name.len >= 3 && (span_equal(name, site) || span_equal(name, reader->host));
}

/* " | Local News": behind an upright bar stands the site's or a shelf's name, if enough is left. */
static bool is_shelf(span title, size_t at, const char *separator)
{
    size_t words = 1;

    for (size_t i = 0; i < at; i++)
        words += title.at[i] == ' ';
    return words >= 4 && strcmp(separator, " | ") == 0;
}

/* How sites and their parts are called in Chinese. */
static const char *const site_endings[] = {
    "网",   "網",   "新闻", "新聞", "频道", "頻道", "中心",   "报",     "報",   "论坛", "論壇",
    "博客", "微博", "在线", "線上", "首页", "首頁", "电视台", "電視台", "社会", "要闻",
};
enum { LONGEST_SHELF = 24 /* bytes: 8 characters */ };

/* 老镇新闻网 ends a title, and so does a short 要闻 before it, if most of the title is left. */
static bool is_chinese_site(span part, span left)
{
    size_t bracket = span_find(part, S("（")); /* 新镇网（原老镇网） */

    part = js_trim(bracket != SPAN_NONE ? span_sub(part, 0, bracket) : part);
    if (!has_cjk(part) || part.len > LONGEST_SHELF || left.len < 2 * part.len)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(site_endings); i++)
        if (span_ends(part, span_of(site_endings[i])))
            return true;
    return false;
}

/* "Alder Post: the mill is mended", "The mill is mended: ALDER", 老镇新闻网：水磨修好了 */
static span without_named_site(struct reader *reader, span title)
{
    static const char *const colons[] = {"：", ":", ", "};

    for (size_t i = 0; i < ARRAY_SIZE(colons); i++) {
        span colon = span_of(colons[i]);
        size_t first = span_find(title, colon), last = span_find_last_char(title, colon.at[0]);
        if (first == SPAN_NONE)
            continue;
        span head = span_sub(title, 0, first), behind = span_from(title, first + colon.len);
        span before = span_sub(title, 0, last), tail = span_from(title, last + colon.len);
        if (colon.len < 3 && last && before.len > tail.len && is_just_site(reader, tail))
            return js_trim(before);
        if (colon.at[0] != ',' && head.len && behind.len > head.len &&
            (is_just_site(reader, head) || is_chinese_site(head, behind)))
            return js_trim(behind);
    }
    return title;
}

/* One separator after another, from the end, then from the start, as long as what is cut is the site's. */
span without_site(struct reader *reader, span title)
{
    bool is_chinese = has_cjk(title), has_changed = true;

    for (int round = 0; has_changed && round < 4; round++) {
        has_changed = false;
        for (size_t i = 0; i < (is_chinese ? ARRAY_SIZE(separators) : LOOSE) && !has_changed; i++) {
            span separator = span_of(separators[i]);
            size_t first = span_find(title, separator), last = first, at;
            if (first == SPAN_NONE)
                continue;
            while ((at = span_find(span_from(title, last + separator.len), separator)) != SPAN_NONE)
                last += separator.len + at;
            span tail = span_from(title, last + separator.len), head = span_sub(title, 0, first);
            if (last && (names_site(reader, tail) || is_shelf(title, first, separators[i]) ||
                         is_chinese_site(tail, span_sub(title, 0, last)))) {
                title = js_trim(span_sub(title, 0, last));
                has_changed = true;
            } else if (names_site(reader, head) && tail.len) {
                title = js_trim(span_from(title, first + separator.len));
                has_changed = true;
            }
        }
    }
    return without_named_site(reader, title);
}

/* --- a part that stands by itself in the page --- */

enum { MOST_CUTS = 8, SHORTEST_PART = 9, LONGEST_WHOLE = 600 };

struct parts {
    span title;
    size_t starts[MOST_CUTS + 1], ends[MOST_CUTS + 1]; /* of the parts between separators */
    size_t count, longest;
};

static size_t separator_at(span rest, bool is_chinese)
{
    for (size_t i = 0; i < (is_chinese ? ARRAY_SIZE(separators) : LOOSE); i++)
        if (span_starts(rest, span_of(separators[i])))
            return strlen(separators[i]);
    return 0;
}

static struct parts cut_in_parts(span title)
{
    struct parts parts = {.title = title, .count = 1};
    bool is_chinese = has_cjk(title);
    size_t most = 0;

    for (size_t i = 0; i < title.len && parts.count <= MOST_CUTS;) {
        span rest = span_from(title, i);
        size_t skip = separator_at(rest, is_chinese);
        if (!skip && is_chinese && rest.at[0] == ' ')
            skip = 1;
        if (skip) {
            parts.ends[parts.count - 1] = i;
            parts.starts[parts.count++] = i + skip;
        }
        i += skip ? skip : 1;
    }
    parts.ends[parts.count - 1] = title.len;
    for (size_t i = 0; i < parts.count; i++)
        if (parts.ends[i] - parts.starts[i] > most) {
            most = parts.ends[i] - parts.starts[i];
            parts.longest = i;
        }
    return parts;
}

/* Is the text parts of the title in a row, the longest among them? */
static bool is_row_of_parts(const struct parts *parts, span text)
{
    for (size_t i = 0; i <= parts->longest; i++) {
        span rest = js_trim(span_from(parts->title, parts->starts[i]));
        if (!span_starts(rest, text))
            continue;
        size_t end = (size_t)(rest.at - parts->title.at) + text.len;
        for (size_t k = parts->longest; k < parts->count; k++)
            if (js_trim(span_sub(parts->title, 0, parts->ends[k])).len == end)
                return true;
    }
    return false;
}

span part_in_text(struct reader *reader, span title)
{
    const struct node *body = node_find(reader->document, TAG_body), *node = body;
    struct parts parts = cut_in_parts(title);
    span found = {0};

    if (parts.count < 2 || title.len > LONGEST_WHOLE)
        return found;
    while (node) {
        if (node->type == NODE_ELEMENT && tag_is(node->tag, TAG_IS_SKIPPED)) {
            node = node_next_skipping(node, body);
            continue;
        }
        span text = node->type == NODE_TEXT ? js_trim(node->text) : (span){0};
        if (text.len >= SHORTEST_PART && text.len > found.len && text.len <= 2 * title.len) {
            text = text_collapse(reader->arena, text);
            if (text.len > found.len && is_row_of_parts(&parts, text) && !names_site(reader, text))
                found = text;
        }
        node = node_next(node, body);
    }
    return found.len < js_trim(title).len ? found : (span){0};
}
