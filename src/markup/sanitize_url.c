/* SPDX-License-Identifier: MIT
 *
 * sanitize_url.c - addresses in HTML from outside
 *
 * What is kept is what the URL parser of browsers made of it, written anew; so no scheme can hide behind
 * white space, controls or references.
 */
#include "limits/limits.h"
#include "markup/internal.h"
#include "text/escape.h"

enum {
    DATA_MIN = 256 /* bytes; less is a blank picture in place of one loaded later */
};

static bool resolve(const struct sanitizer *sanitizer, span input, struct url *out_url)
{
    return url_parse_in(sanitizer->arena, input, sanitizer->has_base ? &sanitizer->base : NULL,
                        sanitizer->charset, out_url);
}

/* A reference without scheme, where nothing is known that it is relative to */
static span keep_relative(const struct sanitizer *sanitizer, span input)
{
    struct buf text = {.max = input.len};
    span kept;

    if (sanitizer->has_base)
        return (span){0};
    input = span_trim(input);
    for (size_t i = 0; i < input.len; i++)
        if ((unsigned char)input.at[i] > 0x20)
            buf_add_char(&text, input.at[i]);
        else if (input.at[i] == ' ')
            buf_add_char(&text, ' ');
    kept = arena_keep(sanitizer->arena, buf_span(&text));
    buf_release(&text);
    return url_is_safe_link(kept) && kept.len ? url_plainly_relative(sanitizer->arena, kept) : (span){0};
}

span sanitize_link(const struct sanitizer *sanitizer, span input)
{
    struct url url;
    span text;

    if (!input.at)
        return (span){0};
    if (!resolve(sanitizer, input, &url))
        return keep_relative(sanitizer, input);
    text = url_serialize(sanitizer->arena, &url);
    return url_is_safe_link(text) ? text : (span){0};
}

span sanitize_media(const struct sanitizer *sanitizer, span input)
{
    struct url url;

    if (!input.at || span_trim(input).len == 0)
        return (span){0};
    if (!resolve(sanitizer, input, &url))
        return keep_relative(sanitizer, input);
    return url_is_of_web(&url) ? url_serialize(sanitizer->arena, &url) : (span){0};
}

static bool is_raster(span data_url)
{
    static const char *const types[] = {"data:image/png;base64,", "data:image/jpeg;base64,",
                                        "data:image/gif;base64,", "data:image/webp;base64,",
                                        "data:image/avif;base64,"};

    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (span_starts_nocase(data_url, span_of(types[i])))
            return data_url.len >= DATA_MIN;
    return false;
}

span sanitize_picture(const struct sanitizer *sanitizer, span input)
{
    span data = span_trim(input);

    if (!span_starts_nocase(data, S("data:")))
        return sanitize_media(sanitizer, input);
    for (size_t i = 0; i < data.len; i++)
        if ((unsigned char)data.at[i] <= 0x20 || (unsigned char)data.at[i] >= 0x7F)
            return (span){0};
    return is_raster(data) ? data : (span){0};
}

/* One of "640w", "1.5x", "200h" */
static bool is_descriptor(span s)
{
    bool has_digit = false;

    if (s.len < 2 || s.len > 12 || !strchr("wxh", s.at[s.len - 1]))
        return false;
    for (size_t i = 0; i + 1 < s.len; i++) {
        bool is_digit = s.at[i] >= '0' && s.at[i] <= '9';

        if (!is_digit && (s.at[i] != '.' || s.at[s.len - 1] != 'x'))
            return false;
        has_digit |= is_digit;
    }
    return has_digit;
}

/* Takes the next candidate off (HTML Standard, 4.8.4.2.1): an address up to white space, which ends it at
 * once where it ends in a comma, then descriptors up to a comma that is in no parentheses. */
static bool cut_candidate(span *rest, span *out_url, span *out_descriptors)
{
    size_t end;
    bool is_inside = false;

    while (rest->len && strchr(" \t\n\f\r,", *rest->at))
        *rest = span_from(*rest, 1);
    if (rest->len == 0)
        return false;
    span_cut_word(rest, out_url);
    *out_descriptors = (span){0};
    if (span_ends(*out_url, S(","))) {
        while (span_ends(*out_url, S(",")))
            out_url->len--;
        return true;
    }
    for (end = 0; end < rest->len && (is_inside || rest->at[end] != ','); end++)
        is_inside = rest->at[end] == '(' || (is_inside && rest->at[end] != ')');
    *out_descriptors = span_trim(span_sub(*rest, 0, end));
    *rest = span_from(*rest, end + 1);
    return true;
}

/* A comma at either end of an address would be taken for one between two. */
static void add_candidate(struct buf *out, span url, span descriptor)
{
    if (out->len)
        buf_add(out, S(", "));
    for (; span_starts(url, S(",")); url = span_from(url, 1))
        buf_add(out, S("%2C"));
    buf_add(out, span_sub(url, 0, url.len - (span_ends(url, S(",")) ? 1 : 0)));
    if (span_ends(url, S(",")))
        buf_add(out, S("%2C"));
    if (descriptor.len) {
        buf_add_char(out, ' ');
        buf_add(out, descriptor);
    }
}

span sanitize_srcset(const struct sanitizer *sanitizer, span srcset)
{
    struct buf out = {.max = 64 * KiB};
    span raw, descriptors, kept = {0};

    for (int i = 0; i < LIMIT_SRCSET_CANDIDATES && cut_candidate(&srcset, &raw, &descriptors); i++) {
        span url = sanitize_media(sanitizer, raw);
        size_t mark = out.len;

        if (!url.len || span_find_char(url, ' ') != SPAN_NONE ||
            (descriptors.len && !is_descriptor(descriptors)))
            continue;
        add_candidate(&out, url, descriptors);
        if (out.overflowed)
            buf_truncate(&out, mark);
    }
    if (out.len)
        kept = arena_keep(sanitizer->arena, buf_span(&out));
    buf_release(&out);
    return kept;
}
