/* SPDX-License-Identifier: MIT
 * url.c - the URL parser (URL Standard, 4.4), by cutting
 *
 * The Standard walks a state machine over characters. Every one of its states ends at '#' and '?', so those
 * are cut off first, and what remains is scheme, authority and path, each a span. What needs no change is not
 * copied: an ordinary address costs a few looks at its bytes. The path is written once, "..", taken back by
 * cutting what was written, so the time is linear.
 */
#include "text/charset.h"
#include "text/url_parts.h"
#include "text/utf8.h"
#include <stdio.h>

struct parser {
    struct arena *arena;
    const struct url *base;
    const char *charset; /* of the document, for the query; NULL: UTF-8 */
    bool must_copy_base; /* the result may outlive the base */
    bool is_file;
    struct url *url; /* what is being made */
};

static const struct {
    span name;
    int port;
} special_schemes[] = {
    {{"https", 5}, 443}, {{"http", 4}, 80}, {{"ftp", 3}, 21},
    {{"ws", 2}, 80},     {{"wss", 3}, 443}, {{"file", 4}, -1},
};

static bool find_special(span scheme, int *out_port)
{
    for (size_t i = 0; i < ARRAY_SIZE(special_schemes); i++) {
        if (span_equal(scheme, special_schemes[i].name)) {
            *out_port = special_schemes[i].port;
            return true;
        }
    }
    *out_port = -1;
    return false;
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes "scheme:" off. */
static bool cut_scheme(span *rest, span *out_scheme)
{
    size_t i = 0;

    if (rest->len == 0 || !is_letter(rest->at[0]))
        return false;
    while (i < rest->len && (is_letter(rest->at[i]) || is_digit(rest->at[i]) || rest->at[i] == '+' ||
                             rest->at[i] == '-' || rest->at[i] == '.'))
        i++;
    if (i == rest->len || rest->at[i] != ':')
        return false;
    *out_scheme = (span){rest->at, i};
    *rest = span_from(*rest, i + 1);
    return true;
}

static bool is_slash(const struct parser *p, char c)
{
    return c == '/' || (c == '\\' && p->url->is_special);
}

static bool starts_with_slash(const struct parser *p, span s)
{
    return s.len && is_slash(p, s.at[0]);
}

static size_t find_slash(const struct parser *p, span s) /* the first one, or the end */
{
    size_t i = 0;

    while (i < s.len && !is_slash(p, s.at[i]))
        i++;
    return i;
}

/* "C:" or "C|" */
static bool is_drive(span s)
{
    return s.len == 2 && is_letter(s.at[0]) && (s.at[1] == ':' || s.at[1] == '|');
}

static bool starts_with_drive(span s)
{
    return is_drive(span_sub(s, 0, 2)) && (s.len == 2 || s.at[2] == '/' || s.at[2] == '\\');
}

/* Does the path begin with "/C:"? That is what cannot be left by "..". */
static bool has_drive(span path)
{
    return path.len >= 3 && is_letter(path.at[1]) && path.at[2] == ':' &&
           (path.len == 3 || path.at[3] == '/');
}

static size_t shortened_len(const struct parser *p, span path)
{
    size_t slash = span_find_last_char(path, '/');

    if (slash == SPAN_NONE || (p->is_file && path.len == 3 && has_drive(path)))
        return path.len;
    return slash;
}

/* 1: ".", 2: "..", where a dot may be written "%2e"; 0: neither */
static int count_dots(span segment)
{
    int dots = 0;

    if (segment.len > 6)
        return 0;
    while (segment.len) {
        bool is_encoded = span_starts_nocase(segment, S("%2e"));
        if (!is_encoded && segment.at[0] != '.')
            return 0;
        dots++;
        segment = span_from(segment, is_encoded ? 3 : 1);
    }
    return dots <= 2 ? dots : 0;
}

/* May the path stand as it is? It begins with a slash then, and nothing in it looks like "." or "..". */
static bool is_plain_path(const struct parser *p, span text)
{
    if (!span_starts(text, S("/")) || p->is_file || url_set_has_any(&url_path_set, text))
        return false;
    if (p->url->is_special && span_find_char(text, '\\') != SPAN_NONE)
        return false;
    for (size_t slash; (slash = span_find_char(text, '/')) != SPAN_NONE;) {
        text = span_from(text, slash + 1);
        if (text.len && (text.at[0] == '.' || text.at[0] == '%') &&
            count_dots((span){text.at, find_slash(p, text)}))
            return false;
    }
    return true;
}

/* The path of `text` (with or without a slash at its start) below the path `above`. */
static span path_below(const struct parser *p, span above, span text)
{
    if (above.len == 0 && is_plain_path(p, text))
        return text;
    text = span_from(text, starts_with_slash(p, text));
    char *out = arena_alloc(p->arena, above.len + url_encoded_len(text, &url_path_set) + 3);
    size_t len = above.len;
    if (len)
        memcpy(out, above.at, len);
    for (bool is_last = false; !is_last;) {
        span segment = {text.at, find_slash(p, text)};
        is_last = segment.len == text.len;
        text = span_from(text, segment.len + 1);
        int dots = count_dots(segment);
        if (dots == 2)
            len = shortened_len(p, (span){out, len});
        if (dots && !is_last)
            continue;
        bool begins_with_drive = p->is_file && len == 0 && is_drive(segment);
        out[len++] = '/';
        if (!dots)
            len += url_encode_into(out + len, segment, &url_path_set);
        if (begins_with_drive)
            out[len - 1] = ':';
    }
    return (span){out, len};
}

static span taken_from_base(const struct parser *p, span s)
{
    return p->must_copy_base && s.at ? arena_keep(p->arena, s) : s;
}

static void take_host(struct parser *p)
{
    p->url->host = taken_from_base(p, p->base->host);
    p->url->host_kind = p->base->host_kind;
}

static void take_authority(struct parser *p)
{
    p->url->username = taken_from_base(p, p->base->username);
    p->url->password = taken_from_base(p, p->base->password);
    p->url->port = p->base->port;
    take_host(p);
}

/* The reference is empty but for query or fragment: path of the base, and its query if there is no own one.
 */
static void take_path_and_query(struct parser *p, bool has_query)
{
    p->url->path = taken_from_base(p, p->base->path);
    p->url->has_opaque_path = p->base->has_opaque_path;
    if (!has_query)
        p->url->query = taken_from_base(p, p->base->query);
}

static bool parse_port(struct parser *p, span text)
{
    int port = 0, usual;

    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.at[i]))
            return false;
        port = port * 10 + (text.at[i] - '0');
        if (port > 65535)
            return false;
    }
    find_special(p->url->scheme, &usual);
    p->url->port = text.len == 0 || port == usual ? -1 : port;
    return true;
}

/* host[:port], where a colon in brackets belongs to the host */
static bool parse_host_and_port(struct parser *p, span text)
{
    bool is_bracketed = false;
    size_t i = 0;

    for (; i < text.len && (text.at[i] != ':' || is_bracketed); i++) {
        if (text.at[i] == '[' || text.at[i] == ']')
            is_bracketed = text.at[i] == '[';
    }
    span host = {text.at, i};
    bool has_port = i < text.len;
    if (host.len == 0 && (has_port || p->url->is_special))
        return false;
    return url_host_parse(p->arena, host, p->url->is_special, &p->url->host, &p->url->host_kind) &&
           (!has_port || parse_port(p, span_from(text, i + 1)));
}

static void parse_credentials(struct parser *p, span text)
{
    size_t colon = MIN(span_find_char(text, ':'), text.len);

    p->url->username = url_encode(p->arena, (span){text.at, colon}, &url_userinfo_set);
    p->url->password = url_encode(p->arena, span_from(text, colon + 1), &url_userinfo_set);
}

/* What stands behind "//" */
static bool parse_authority(struct parser *p, span text)
{
    span authority = {text.at, find_slash(p, text)};
    size_t at = span_find_last_char(authority, '@');

    text = span_from(text, authority.len);
    if (at != SPAN_NONE) {
        parse_credentials(p, (span){authority.at, at});
        authority = span_from(authority, at + 1);
        if (authority.len == 0)
            return false;
    }
    if (!parse_host_and_port(p, authority))
        return false;
    p->url->path = text.len || p->url->is_special ? path_below(p, (span){0}, text) : S("");
    return true;
}

static bool parse_special_authority(struct parser *p, span text)
{
    while (starts_with_slash(p, text)) /* however many */
        text = span_from(text, 1);
    return parse_authority(p, text);
}

/* A reference without scheme (or, in special schemes, with the base's own) to a base that is no file. */
static bool parse_relative(struct parser *p, span text, bool has_query)
{
    if (starts_with_slash(p, text) && starts_with_slash(p, span_from(text, 1)))
        return p->url->is_special ? parse_special_authority(p, text) : parse_authority(p, span_from(text, 2));
    take_authority(p);
    if (text.len == 0)
        take_path_and_query(p, has_query);
    else if (starts_with_slash(p, text))
        p->url->path = path_below(p, (span){0}, text);
    else
        p->url->path = path_below(p, (span){p->base->path.at, shortened_len(p, p->base->path)}, text);
    return true;
}

static bool parse_file_host(struct parser *p, span text)
{
    span host = {text.at, find_slash(p, text)};

    if (is_drive(host) || host.len == 0) { /* a path after all */
        p->url->path = path_below(p, (span){0}, text);
        return true;
    }
    if (!url_host_parse(p->arena, host, true, &p->url->host, &p->url->host_kind))
        return false;
    if (span_is(p->url->host, "localhost")) {
        p->url->host = S("");
        p->url->host_kind = URL_HOST_EMPTY;
    }
    p->url->path = path_below(p, (span){0}, span_from(text, host.len));
    return true;
}

static bool parse_file(struct parser *p, span text, bool has_query)
{
    const struct url *base = p->base && span_is(p->base->scheme, "file") ? p->base : NULL;
    span above = {0};

    p->url->host = S("");
    p->url->host_kind = URL_HOST_EMPTY;
    if (starts_with_slash(p, text) && starts_with_slash(p, span_from(text, 1)))
        return parse_file_host(p, span_from(text, 2));
    if (base)
        take_host(p);
    if (base && text.len == 0) {
        take_path_and_query(p, has_query);
        return true;
    }
    if (base && starts_with_slash(p, text)) {
        if (!starts_with_drive(span_from(text, 1)) && has_drive(base->path))
            above = (span){base->path.at, 3};
    } else if (base && !starts_with_drive(text)) {
        above = (span){base->path.at, shortened_len(p, base->path)};
    }
    p->url->path = path_below(p, above, text);
    return true;
}

/* "mailto:x@y": no host, no segments. A space before '?' or '#' would be lost by who trims the path alone. */
static span parse_opaque_path(struct parser *p, span text, bool is_followed)
{
    bool ends_in_space = is_followed && span_ends(text, S(" "));

    p->url->has_opaque_path = true;
    text.len -= ends_in_space;
    text = url_encode(p->arena, text, &url_c0_set);
    if (!ends_in_space)
        return text;
    char *out = arena_alloc(p->arena, text.len + 3);
    memcpy(out, text.at, text.len);
    memcpy(out + text.len, "%20", 3);
    return (span){out, text.len + 3};
}

static bool parse_with_scheme(struct parser *p, span scheme, span text, bool has_query, bool is_followed)
{
    struct url *url = p->url;
    int port;

    url->scheme = url_lower(p->arena, scheme);
    url->is_special = find_special(url->scheme, &port);
    p->is_file = span_is(url->scheme, "file");
    if (p->is_file)
        return parse_file(p, text, has_query);
    if (url->is_special) {
        bool is_relative = p->base && span_equal(p->base->scheme, url->scheme) && !span_starts(text, S("//"));
        return is_relative ? parse_relative(p, text, has_query) : parse_special_authority(p, text);
    }
    if (span_starts(text, S("//")))
        return parse_authority(p, span_from(text, 2));
    url->path =
        span_starts(text, S("/")) ? path_below(p, (span){0}, text) : parse_opaque_path(p, text, is_followed);
    return true;
}

static bool parse_without_scheme(struct parser *p, span text, bool has_query, bool has_fragment)
{
    if (!p->base || (p->base->has_opaque_path && (text.len || has_query || !has_fragment)))
        return false;
    p->url->scheme = taken_from_base(p, p->base->scheme);
    p->url->is_special = p->base->is_special;
    p->is_file = span_is(p->url->scheme, "file");
    return p->is_file ? parse_file(p, text, has_query) : parse_relative(p, text, has_query);
}

/* Cuts what stands before `mark` off; `*out_after` stays absent where there is none. */
static span cut_before(span text, char mark, span *out_after)
{
    size_t i = span_find_char(text, mark);

    if (i == SPAN_NONE)
        return text;
    *out_after = span_from(text, i + 1);
    return (span){text.at, i};
}

static span parse_query(const struct parser *p, span query)
{
    bool is_special = p->url->is_special;

    if (p->charset && is_special && !span_is(p->url->scheme, "ws") && !span_is(p->url->scheme, "wss"))
        query = charset_encode(p->arena, p->charset, query, "%26%23", "%3B");
    return url_encode(p->arena, query, is_special ? &url_special_query_set : &url_query_set);
}

/* `text` must be clean(). */
static bool parse(struct parser *p, span text)
{
    span fragment = {0}, query = {0}, scheme;

    *p->url = (struct url){.port = -1};
    text = cut_before(text, '#', &fragment);
    text = cut_before(text, '?', &query);
    bool is_done = cut_scheme(&text, &scheme)
                       ? parse_with_scheme(p, scheme, text, query.at, query.at || fragment.at)
                       : parse_without_scheme(p, text, query.at, fragment.at);
    if (!is_done)
        return false;
    if (query.at)
        p->url->query = parse_query(p, query);
    if (fragment.at)
        p->url->fragment = url_encode(p->arena, fragment, &url_fragment_set);
    return true;
}

/* Without white space and controls at its ends, tabs and line feeds anywhere; valid UTF-8. */
static span clean(struct arena *arena, span text)
{
    while (text.len && (unsigned char)text.at[0] <= ' ')
        text = span_from(text, 1);
    while (text.len && (unsigned char)text.at[text.len - 1] <= ' ')
        text.len--;
    text = utf8_repair(arena, text);
    if (span_find_char(text, '\n') == SPAN_NONE && span_find_char(text, '\t') == SPAN_NONE &&
        span_find_char(text, '\r') == SPAN_NONE)
        return text;
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] != '\n' && text.at[i] != '\t' && text.at[i] != '\r')
            out[len++] = text.at[i];
    return (span){out, len};
}

bool url_parse_in(struct arena *arena, span input, const struct url *base, const char *charset,
                  struct url *out_url)
{
    struct url url;
    struct parser parser = {
        .arena = arena, .base = base, .charset = charset, .must_copy_base = true, .url = &url};

    if (!parse(&parser, arena_keep(arena, clean(arena, input))))
        return false;
    *out_url = url;
    return true;
}

bool url_parse(struct arena *arena, span input, const struct url *base, struct url *out_url)
{
    return url_parse_in(arena, input, base, NULL, out_url);
}

/* A writer that counts where it has no place to write to. */
static void put(char *out, size_t *len, span s)
{
    if (out && s.len)
        memcpy(out + *len, s.at, s.len);
    *len += s.len;
}

static size_t serialize_into(char *out, const struct url *url)
{
    size_t len = 0;

    put(out, &len, url->scheme);
    put(out, &len, S(":"));
    if (url->host_kind != URL_HOST_NONE) {
        put(out, &len, S("//"));
        put(out, &len, url->username);
        if (url->password.len) {
            put(out, &len, S(":"));
            put(out, &len, url->password);
        }
        if (url->username.len || url->password.len)
            put(out, &len, S("@"));
        put(out, &len, url->host);
        if (url->port >= 0) {
            char port[16];
            put(out, &len, (span){port, (size_t)snprintf(port, sizeof port, ":%d", url->port)});
        }
    } else if (!url->has_opaque_path && span_starts(url->path, S("//"))) {
        put(out, &len, S("/.")); /* else its first segment would be read as the host */
    }
    put(out, &len, url->path);
    if (url->query.at) {
        put(out, &len, S("?"));
        put(out, &len, url->query);
    }
    if (url->fragment.at) {
        put(out, &len, S("#"));
        put(out, &len, url->fragment);
    }
    return len;
}

span url_serialize(struct arena *arena, const struct url *url)
{
    char *out = arena_alloc(arena, serialize_into(NULL, url) + 1);

    return (span){out, serialize_into(out, url)};
}

/* "scheme://": no base has any part in it. */
static bool stands_alone(span text)
{
    span scheme;

    return cut_scheme(&text, &scheme) && span_starts(text, S("//"));
}

span url_resolve(struct arena *arena, span base, span input)
{
    struct url base_url, url;
    struct parser parser = {.arena = arena, .url = &base_url};

    input = clean(arena, input);
    bool has_base = base.len && !stands_alone(input) && parse(&parser, clean(arena, base));
    parser = (struct parser){.arena = arena, .base = has_base ? &base_url : NULL, .url = &url};
    return parse(&parser, input) ? url_serialize(arena, &url) : (span){0};
}

int url_port(const struct url *url)
{
    int usual;

    find_special(url->scheme, &usual);
    return url->port >= 0 ? url->port : usual;
}

span url_origin(struct arena *arena, const struct url *url)
{
    struct url origin = {
        .scheme = url->scheme, .host = url->host, .host_kind = url->host_kind, .port = url->port};

    if (!url->is_special || span_is(url->scheme, "file"))
        return S("null");
    return url_serialize(arena, &origin);
}
