/* SPDX-License-Identifier: MIT
 * normal_address.c - addresses as they are compared
 *
 * A picture is the same in whatever size, from whatever server, through whatever proxy: what counts is the
 * name that its publisher gave it.
 */
#include "store/normal.h"
#include "text/escape.h"
#include "text/url.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* --- pictures --- */

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

void normal_picture(struct arena *arena, span raw_url, struct buf *out)
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

/* --- links --- */

void normal_link(struct arena *arena, span raw_url, struct buf *out)
{
    span url = span_trim(unescape_html(arena, raw_url));
    span canonical = url_canonical_key(arena, url);

    buf_add(out, canonical.len ? canonical : url);
    buf_add_char(out, '\n');
}
