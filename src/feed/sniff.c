/* SPDX-License-Identifier: MIT
 * sniff.c - which format it is
 *
 * By the first element that could be a feed's root. A warning of the server's program may stand before it,
 * and that is often HTML; but a page that merely shows a feed is a page.
 */
#include "feed/internal.h"
#include "limits/limits.h"

static const struct {
    const char *name; /* lower case, without prefix */
    uint8_t format, home;
} roots[] = {
    {"rss", FEED_RSS, SPACE_RSS},
    {"rdf", FEED_RSS, SPACE_RSS},
    {"channel", FEED_RSS, SPACE_RSS},
    {"feed", FEED_ATOM, SPACE_ATOM},
    {"entry", FEED_ATOM, SPACE_ATOM},
    {"opml", FEED_OPML, SPACE_OPML},
    {"urlset", FEED_SITEMAP, SPACE_SITEMAP},
    {"sitemapindex", FEED_SITEMAP_INDEX, SPACE_SITEMAP},
};

/* Versions that are told by a namespace, which may be declared anywhere in the root's tag. */
static const struct {
    const char *name, *uri, *version;
} versions[] = {
    {"rdf", "http://purl.org/rss/1.0/", "1.0"},      {"rdf", "netscape.com/rdf/simple/0.9/", "0.90"},
    {"rdf", "http://purl.org/net/rss1.1#", "1.1"},   {"channel", "http://purl.org/net/rss1.1#", "1.1"},
    {"feed", "http://www.w3.org/2005/Atom", "1.0"},  {"feed", "http://purl.org/atom/ns#", "0.3"},
    {"entry", "http://www.w3.org/2005/Atom", "1.0"},
};

static size_t behind(span text, size_t at, span end)
{
    size_t found = span_find(span_from(text, at), end);

    return found == SPAN_NONE ? text.len : at + found + end.len;
}

/* Behind a DOCTYPE with its internal subset. */
static size_t behind_doctype(span text, size_t at)
{
    size_t close = span_find_char(span_from(text, at), '>'), open = span_find_char(span_from(text, at), '[');

    return open < close ? behind(text, behind(text, at, S("]")), S(">")) : behind(text, at, S(">"));
}

/* The next start tag from `*at` on, which moves behind it; without "<" and ">". Where the first declaration
 * or DOCTYPE is, goes to `*prolog` unless it is set. */
static bool next_tag(span text, size_t *at, size_t *prolog, span *out_tag)
{
    for (;;) {
        size_t open = span_find_char(span_from(text, *at), '<');
        if (open == SPAN_NONE)
            return false;
        open += *at;
        span rest = span_from(text, open);
        if (span_starts(rest, S("<?xml")) || span_starts_nocase(rest, S("<!DOCTYPE")))
            *prolog = MIN(*prolog, open);
        if (span_starts(rest, S("<!--"))) {
            *at = behind(text, open, S("-->"));
        } else if (span_starts(rest, S("<?"))) {
            *at = behind(text, open, S(">"));
        } else if (span_starts(rest, S("<!"))) {
            *at = behind_doctype(text, open);
        } else if (rest.len > 1 && rest.at[1] == '/') {
            *at = open + 2;
        } else {
            *at = behind(text, open, S(">"));
            *out_tag = span_sub(rest, 1, *at - open - 1);
            return true;
        }
    }
}

static span local_name(span tag)
{
    size_t len = 0;

    while (len < tag.len && !strchr(" \t\r\n/>", tag.at[len]))
        len++;
    tag = span_sub(tag, 0, len);
    size_t colon = span_find_char(tag, ':');
    return colon == SPAN_NONE ? tag : span_from(tag, colon + 1);
}

static bool is_root(span tag, struct sniffed *out)
{
    span name = local_name(tag);
    size_t i = 0;

    while (i < ARRAY_SIZE(roots) && !span_is_nocase(name, roots[i].name))
        i++;
    if (i == ARRAY_SIZE(roots))
        return false;
    out->format = roots[i].format;
    out->home = roots[i].home;
    if (span_is(name, "CHANNEL") ||
        (span_is_nocase(name, "channel") && span_find_nocase(tag, S("href=")) != SPAN_NONE)) {
        out->format = FEED_CDF;
        out->home = SPACE_CDF;
    }
    for (i = 0; i < ARRAY_SIZE(versions); i++)
        if (!out->version && span_is_nocase(name, versions[i].name) && span_has(tag, versions[i].uri))
            out->version = versions[i].version;
    return true;
}

/* Nothing but what may stand before a root: comments, instructions, a DOCTYPE; a declaration at the very
 * start. */
static bool is_prolog(span text)
{
    size_t at = 0;

    for (;;) {
        while (at < text.len && strchr(" \t\r\n", text.at[at]))
            at++;
        span rest = span_from(text, at);
        if (!rest.len)
            return true;
        if (span_starts(rest, S("<!--")))
            at = behind(text, at, S("-->"));
        else if (span_starts(rest, S("<?xml ")) && at > 0)
            return false;
        else if (span_starts(rest, S("<?")))
            at = behind(text, at, S("?>"));
        else if (span_starts(rest, S("<!")))
            at = behind_doctype(text, at);
        else
            return false;
    }
}

bool sniff_format(span text, struct sniffed *out)
{
    span head = span_sub(text, 0, LIMIT_FEED_START), tag;
    size_t at = 0, prolog = SIZE_MAX;

    *out = (struct sniffed){0};
    while (next_tag(text, &at, &prolog, &tag) && (size_t)(tag.at - text.at) < LIMIT_FEED_START) {
        if (is_root(tag, out)) {
            size_t root = (size_t)(tag.at - text.at) - 1;
            out->has_junk = !is_prolog(span_sub(text, 0, root));
            out->start = out->has_junk ? MIN(prolog, root) : 0;
            return true;
        }
        span name = local_name(tag);
        if (span_is_nocase(name, "html") || span_is_nocase(name, "head") || span_is_nocase(name, "body")) {
            out->is_html = true;
            return false;
        }
    }
    out->is_html = span_find_nocase(head, S("<!DOCTYPE html")) != SPAN_NONE;
    return false;
}
