/* SPDX-License-Identifier: MIT
 * normal.c - what of an item counts as its content
 *
 * Two polls give the same article in ever new dress: a feed service appends its own footer to one item in
 * five, white space and order of attributes change, pictures come in another size or through a proxy, a
 * counter of readers moves. Here an item is brought to the form in which only what the publisher says is
 * left: its text without white space and markup, and where its links and pictures lead. Two items of one form
 * are the same to a reader.
 *
 * Pure and linear in the size of what comes in. The hashes are stored: whoever changes what they say must
 * bring the stored ones forward (tests/unit/test_store_change.c holds some of them).
 */
#include "bytes/digest.h"
#include "store/internal.h"
#include "text/escape.h"
#include "text/url.h"
#include "text/utf8.h"

enum { LONGEST_FOOTER = 1024, LARGEST_FORM = 64 * 1024 * 1024 };

struct normal {
    struct arena *arena; /* scratch */
    struct buf words;    /* text, no white space */
    struct buf places;   /* where links and pictures lead, a line each */
};

/* --- text --- */

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

static void add_words(struct normal *normal, span raw)
{
    span rest = memchr(raw.at, '&', raw.len) ? unescape_html(normal->arena, raw) : raw;
    size_t start = 0, i = 0;

    while (i < rest.len) {
        size_t blank = blank_len(span_from(rest, i));
        if (!blank) {
            i++;
            continue;
        }
        buf_add(&normal->words, span_sub(rest, start, i - start));
        i += blank;
        start = i;
    }
    buf_add(&normal->words, span_from(rest, start));
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

static span without_counters(struct arena *arena, span words)
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

/* --- addresses of pictures --- */

/* What proxies and resizers put before the address of the picture itself */
static span unproxied(struct arena *arena, span url)
{
    static const char *const before[] = {"?url=ssl:",   "?url=",       "&url=",       "?u=",        "?src=",
                                         "/i0.wp.com/", "/i1.wp.com/", "/i2.wp.com/", "/i3.wp.com/"};
    size_t at;

    if (span_has(url, "%2F") || span_has(url, "%2f"))
        url = url_percent_decode(arena, url);
    for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
        at = span_find_nocase(url, span_of(before[i]));
        if (at != SPAN_NONE)
            url = span_from(url, at + strlen(before[i]));
    }
    while ((at = span_find(span_from(url, 1), S("://"))) != SPAN_NONE) /* the last address in it */
        url = span_from(url, at + 1 + strlen("://"));
    return url;
}

static size_t count_digits(span s, size_t at)
{
    size_t len = 0;

    while (at + len < s.len && is_digit(s.at[at + len]))
        len++;
    return len;
}

/* "w900", "640x360", "w:1280", "cx8", "2x", "480p" */
static bool is_measure(span token)
{
    static const char *const prefixes[] = {"w:", "h:", "p:", "q:",  "s:",    "w=",    "h=", "w",
                                           "h",  "s",  "r",  "q",   "cx",    "cy",    "cw", "ch",
                                           "mw", "mh", "sz", "dpr", "width", "height"};
    size_t prefix = 0, digits, at;

    for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
        if (span_starts_nocase(token, span_of(prefixes[i])))
            prefix = MAX(prefix, strlen(prefixes[i]));
    if (prefix == token.len)
        return token.len == 1; /* "_s_" */
    at = prefix;
    digits = count_digits(token, at);
    at += digits;
    if (!digits || digits > 5)
        return false;
    if (at == token.len)
        return prefix > 0;
    if (token.at[at] == 'x' || token.at[at] == 'X')
        return at + 1 + count_digits(token, at + 1) == token.len;
    return at + 1 == token.len && strchr("pwhq", token.at[at]);
}

static bool is_size_word(span token)
{
    static const char *const words[] = {"small",    "medium", "large",  "thumb",      "thumbnail",
                                        "scaled",   "tv",     "jumbo",  "superjumbo", "articlelarge",
                                        "fit",      "resize", "crop",   "fill",       "master",
                                        "original", "fit-in", "format", "auto",       "webp"};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (span_is_nocase(token, words[i]))
            return true;
    return false;
}

/* A folder that only says how large: "640x360", "660", "w_800,h_600". Years stay. */
static bool is_size_folder(span part)
{
    size_t digits = count_digits(part, 0);
    span token;

    if (digits == part.len && (digits == 3 || digits == 4))
        return !span_starts(part, S("19")) && !span_starts(part, S("20"));
    while (span_cut(&part, ',', &token)) {
        span value = token;
        size_t underscore = span_find_char(token, '_');
        if (underscore != SPAN_NONE)
            value = span_from(token, underscore + 1);
        if (!is_measure(token) && !is_size_word(token) &&
            (underscore == SPAN_NONE || underscore > 3 ||
             (count_digits(value, 0) != value.len && !is_size_word(value))))
            return false;
    }
    return true;
}

static void add_picture_name(struct buf *out, span name)
{
    size_t dot = span_find_last_char(name, '.');
    size_t start = 0, longest = 0;

    name = span_sub(name, 0, dot);
    for (size_t i = 0; i <= name.len; i++) {
        if (i < name.len && !strchr("_-@.", name.at[i]))
            continue;
        span token = span_sub(name, start, i - start);
        bool is_format = longest >= 8 && token.len == 3 && count_digits(token, 0) == 3; /* "62120601_303" */
        if (!is_measure(token) && !is_size_word(token) && !is_format)
            buf_add(out, token);
        longest = MAX(longest, token.len);
        start = i + 1;
    }
}

/* Parameters that say which picture, not how large or for whom */
static bool names_picture(span name)
{
    static const char *const names[] = {"id", "img", "image",   "file",  "name", "path",
                                        "f",  "pid", "imageid", "photo", "key"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (span_is_nocase(name, names[i]))
            return true;
    return false;
}

static void add_picture(struct arena *arena, struct buf *out, span raw_url)
{
    span url = unproxied(arena, span_trim(unescape_html(arena, raw_url)));
    size_t end = MIN(MIN(span_find_char(url, '?'), span_find_char(url, '#')), span_find_char(url, '&'));
    span path = span_sub(url, 0, end), query = span_from(url, end), part, name;
    size_t slash = span_find_char(path, '/');

    path = slash == SPAN_NONE ? path : span_from(path, slash + 1); /* the host is the server's business */
    while (span_cut(&path, '/', &part)) {
        if (!path.len)
            add_picture_name(out, part);
        else if (part.len && !is_size_folder(part)) {
            buf_add(out, part);
            buf_add_char(out, '/');
        }
    }
    while (span_cut(&query, '&', &part)) {
        part = span_starts(part, S("?")) ? span_from(part, 1) : part;
        if (span_cut(&part, '=', &name) && names_picture(name))
            buf_printf(out, "?%.*s=%.*s", SPAN_ARG(name), SPAN_ARG(part));
    }
    buf_add_char(out, '\n');
}

static void add_link(struct arena *arena, struct buf *out, span raw_url)
{
    span url = span_trim(unescape_html(arena, raw_url));
    span canonical = url_canonical_key(arena, url);

    buf_add(out, canonical.len ? canonical : url);
    buf_add_char(out, '\n');
}

/* --- markup --- */

struct tag {
    span name, attributes;
    bool is_end;
};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == ':';
}

/* Takes the tag or comment at the start of `*rest` off; false if the `<` begins none. A tag ends at the first
 * `>` outside quotes; where quotes never close, at the first `>`. */
static bool take_tag(span *rest, struct tag *out_tag)
{
    size_t at = 1, end;
    char quote = 0;

    *out_tag = (struct tag){0};
    if (span_starts(*rest, S("<!--"))) {
        end = span_find(span_from(*rest, 4), S("-->"));
        *rest = span_from(*rest, end == SPAN_NONE ? rest->len : end + 7);
        return true;
    }
    out_tag->is_end = at < rest->len && rest->at[at] == '/';
    at += out_tag->is_end;
    if (at >= rest->len || (!is_name_char(rest->at[at]) && rest->at[at] != '!' && rest->at[at] != '?'))
        return false;
    end = at;
    while (end < rest->len && is_name_char(rest->at[end]))
        end++;
    out_tag->name = span_sub(*rest, at, end - at);
    at = end;
    for (; end < rest->len && (quote || rest->at[end] != '>'); end++) {
        if (quote && rest->at[end] == quote)
            quote = 0;
        else if (!quote && (rest->at[end] == '"' || rest->at[end] == '\'') && rest->at[end - 1] == '=')
            quote = rest->at[end];
    }
    if (quote)
        end = MIN(at + MIN(span_find_char(span_from(*rest, at), '>'), rest->len), rest->len);
    out_tag->attributes = span_sub(*rest, at, end - at);
    *rest = span_from(*rest, end + 1);
    return true;
}

/* Takes the next attribute off `*rest`; false after the last. */
static bool take_attribute(span *rest, span *out_name, span *out_value)
{
    size_t end = 0;

    *rest = span_trim(*rest);
    while (rest->len && (rest->at[0] == '/' || rest->at[0] == '='))
        *rest = span_trim(span_from(*rest, 1));
    if (!rest->len)
        return false;
    while (end < rest->len && !strchr(" \t\r\n\f=/", rest->at[end]))
        end++;
    end = MAX(end, 1);
    *out_name = span_sub(*rest, 0, end);
    *rest = span_trim(span_from(*rest, end));
    *out_value = (span){0};
    if (!rest->len || rest->at[0] != '=')
        return true;
    *rest = span_trim(span_from(*rest, 1));
    if (rest->len && (rest->at[0] == '"' || rest->at[0] == '\'')) {
        char quote = rest->at[0];
        *rest = span_from(*rest, 1);
        end = MIN(span_find_char(*rest, quote), rest->len);
    } else {
        for (end = 0; end < rest->len && !strchr(" \t\r\n\f", rest->at[end]); end++)
            ;
    }
    *out_value = span_sub(*rest, 0, end);
    *rest = span_from(*rest, end + 1);
    return true;
}

/* Elements whose address counts, in which attribute, and as what */
static const struct {
    const char *element, *attribute;
    void (*add)(struct arena *arena, struct buf *out, span raw_url);
} telling[] = {
    {"a", "href", add_link},       {"img", "src", add_picture},   {"iframe", "src", add_link},
    {"video", "src", add_picture}, {"audio", "src", add_picture}, {"source", "src", add_picture},
    {"embed", "src", add_link},
};

static void add_places(struct normal *normal, const struct tag *tag)
{
    span rest = tag->attributes, name, value;

    for (size_t i = 0; i < ARRAY_SIZE(telling); i++) {
        if (!span_is_nocase(tag->name, telling[i].element))
            continue;
        while (take_attribute(&rest, &name, &value)) {
            if (!span_is_nocase(name, telling[i].attribute) || span_starts_nocase(value, S("data:")))
                continue;
            telling[i].add(normal->arena, &normal->places, value);
            return; /* a second one of the name does not count (HTML 13.2.5.33) */
        }
        return;
    }
}

/* Elements of which nothing is shown, or what is shown is there twice */
static bool is_hidden(span name)
{
    static const char *const names[] = {"script", "style", "noscript", "template", "svg", "head", "title"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (span_is_nocase(name, names[i]))
            return true;
    return false;
}

/* Behind the end tag of the hidden element whose start tag was just taken; all of it where there is no end */
static span behind(span rest, span name)
{
    struct tag tag;

    while (rest.len) {
        size_t open = span_find(rest, S("</"));
        rest = span_from(rest, open);
        if (!rest.len)
            break;
        if (!span_starts_nocase(span_from(rest, 2), name)) {
            rest = span_from(rest, 2);
            continue;
        }
        if (take_tag(&rest, &tag))
            break;
        rest = span_from(rest, 2);
    }
    return rest;
}

/* A feed service's own footer, which it appends to some items at random: after a marker that it always has,
 * or after the last rule, where the little that follows speaks of feeds. */
static span without_footer(span raw)
{
    size_t tail_start = raw.len > LONGEST_FOOTER ? raw.len - LONGEST_FOOTER : 0;
    span tail = span_from(raw, tail_start);
    size_t marker = span_find(tail, S("获取更多RSS"));
    size_t rule = SPAN_NONE, from = 0, found;

    if (marker != SPAN_NONE)
        return span_sub(raw, 0, tail_start + marker);
    while ((found = span_find_nocase(span_from(tail, from), S("<hr"))) != SPAN_NONE) {
        rule = from + found;
        from = rule + 3;
    }
    if (rule == SPAN_NONE)
        return raw;
    tail = span_from(tail, rule);
    if (span_find_nocase(tail, S("rss")) == SPAN_NONE || span_find_nocase(tail, S("<a ")) == SPAN_NONE)
        return raw;
    return span_sub(raw, 0, tail_start + rule);
}

static void read_markup(struct normal *normal, span raw)
{
    span rest = raw;
    struct tag tag;

    while (rest.len) {
        size_t open = MIN(span_find_char(rest, '<'), rest.len);
        if (open) {
            add_words(normal, span_sub(rest, 0, open));
            rest = span_from(rest, open);
            continue;
        }
        if (!take_tag(&rest, &tag)) {
            buf_add_char(&normal->words, '<');
            rest = span_from(rest, 1);
        } else if (!tag.is_end && is_hidden(tag.name)) {
            rest = behind(rest, tag.name);
        } else if (!tag.is_end) {
            add_places(normal, &tag);
        }
    }
}

/* --- the item --- */

static void normal_release(struct normal *normal)
{
    buf_release(&normal->words);
    buf_release(&normal->places);
}

void normal_body(struct arena *arena, span raw_html, struct buf *out)
{
    LOCAL(normal) normal = {arena, {.max = LARGEST_FORM}, {.max = LARGEST_FORM}};

    read_markup(&normal, without_footer(raw_html));
    buf_add(out, without_counters(arena, buf_span(&normal.words)));
    buf_add_char(out, '\n');
    buf_add(out, buf_span(&normal.places));
}

static span line(struct arena *arena, span s) /* of text: a title, a name */
{
    LOCAL(normal) normal = {arena, {.max = LARGEST_FORM}, {.max = LARGEST_FORM}};

    add_words(&normal, s);
    return arena_keep(arena, without_counters(arena, buf_span(&normal.words)));
}

static void add_head(struct arena *arena, const struct item *item, struct buf *out)
{
    span canonical = url_canonical_key(arena, item->link);
    size_t slash = span_find_char(canonical, '/');

    buf_printf(out, "%.*s\n", SPAN_ARG(line(arena, item->raw_title.len ? item->raw_title : item->title)));
    for (size_t i = 0; i < item->author_count; i++)
        buf_printf(out, "%.*s,", SPAN_ARG(line(arena, item->authors[i].name)));
    buf_add_char(out, '\n');
    buf_add(out,
            slash == SPAN_NONE ? (span){0} : span_from(canonical, slash)); /* a move of host is no change */
    buf_add_char(out, '\n');
    if (item->image.len)
        add_picture(arena, out, item->image);
    if (!item->raw_body.len)
        buf_add(out, line(arena, item->summary));
}

void item_form(struct arena *arena, const struct item *item, struct form *out_form)
{
    LOCAL(buf) body = {.max = LARGEST_FORM};
    LOCAL(buf) whole = {.max = LARGEST_FORM};

    normal_body(arena, item->raw_body, &body);
    out_form->body = digest_fast(buf_span(&body));
    out_form->body_size = body.len;
    add_head(arena, item, &whole);
    buf_add_char(&whole, '\n');
    buf_add(&whole, buf_span(&body));
    out_form->whole = digest_fast(buf_span(&whole));
}
