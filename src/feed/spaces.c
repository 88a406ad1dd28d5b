/* SPDX-License-Identifier: MIT
 * spaces.c - namespaces by their URI
 *
 * People write them with and without a final slash, with https, in other case; and each module that was ever
 * renamed has feeds with its old names. So URIs are compared without scheme, `www.`, case and final
 * punctuation.
 */
#include "feed/tape.h"

static const struct {
    const char *uri; /* lower case, without scheme, www. and final / or # */
    uint8_t space;
} spaces[] = {
    /* in order */
    {"backend.userland.com/creativecommonsrssmodule", SPACE_CC},
    {"backend.userland.com/rss", SPACE_RSS},
    {"backend.userland.com/rss091", SPACE_RSS},
    {"backend.userland.com/rss092", SPACE_RSS},
    {"backend.userland.com/rss2", SPACE_RSS},
    {"blogs.law.harvard.edu/tech/rss", SPACE_RSS},
    {"channel.netscape.com/rdf/simple/0.9", SPACE_RSS},
    {"creativecommons.org/ns", SPACE_CC},
    {"cyber.law.harvard.edu/rss/creativecommonsrssmodule.html", SPACE_CC},
    {"cyber.law.harvard.edu/rss/rss.html", SPACE_RSS},
    {"example.com/dtds/podcast-1.0.dtd", SPACE_ITUNES},
    {"feedburner.google.com/ext/1.0", SPACE_FEEDBURNER},
    {"github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md", SPACE_PODCAST},
    {"google.com/schemas/play-podcasts/1.0", SPACE_GOOGLEPLAY},
    {"google.com/schemas/play-podcasts/1.0/play-podcasts.xsd", SPACE_GOOGLEPLAY},
    {"google.com/schemas/sitemap-image/1.1", SPACE_IMAGE},
    {"google.com/schemas/sitemap-news/0.9", SPACE_NEWS},
    {"google.com/schemas/sitemap-video/1.1", SPACE_VIDEO},
    {"google.com/schemas/sitemap/0.84", SPACE_SITEMAP},
    {"google.com/schemas/sitemap/0.9", SPACE_SITEMAP},
    {"itunes.com/dtds/podcast-1.0.dtd", SPACE_ITUNES},
    {"my.netscape.com/rdf/simple/0.9", SPACE_RSS},
    {"news.mail.ru", SPACE_FULLTEXT},
    {"news.rambler.ru", SPACE_FULLTEXT},
    {"news.yandex.ru", SPACE_FULLTEXT},
    {"pheedo.com/namespace/pheedo", SPACE_FEEDBURNER},
    {"podcastindex.org/namespace/1.0", SPACE_PODCAST},
    {"prismstandard.org/namespaces/1.2/basic", SPACE_PRISM},
    {"prismstandard.org/namespaces/1.2/rss", SPACE_PRISM},
    {"prismstandard.org/namespaces/basic/1.2", SPACE_PRISM},
    {"prismstandard.org/namespaces/basic/2.0", SPACE_PRISM},
    {"prismstandard.org/namespaces/basic/2.1", SPACE_PRISM},
    {"prismstandard.org/namespaces/basic/3.0", SPACE_PRISM},
    {"purl.org/atom/ns", SPACE_ATOM},
    {"purl.org/atompub/tombstones/1.0", SPACE_TOMBSTONE},
    {"purl.org/dc/elements/1.0", SPACE_DC},
    {"purl.org/dc/elements/1.1", SPACE_DC},
    {"purl.org/dc/terms", SPACE_DCTERMS},
    {"purl.org/echo", SPACE_ATOM},
    {"purl.org/net/rss1.1", SPACE_RSS},
    {"purl.org/pie", SPACE_ATOM},
    {"purl.org/rss/1.0", SPACE_RSS},
    {"purl.org/rss/1.0/modules/content", SPACE_CONTENT},
    {"purl.org/rss/1.0/modules/dc", SPACE_DC},
    {"purl.org/rss/1.0/modules/dcterms", SPACE_DCTERMS},
    {"purl.org/rss/1.0/modules/prism", SPACE_PRISM},
    {"purl.org/rss/1.0/modules/rss091", SPACE_RSS},
    {"purl.org/rss/1.0/modules/slash", SPACE_SLASH},
    {"purl.org/rss/1.0/modules/syndication", SPACE_SYNDICATION},
    {"purl.org/rss/modules/content", SPACE_CONTENT},
    {"purl.org/rss/modules/slash", SPACE_SLASH},
    {"purl.org/rss/modules/syndication", SPACE_SYNDICATION},
    {"purl.org/syndication/history/1.0", SPACE_HISTORY},
    {"purl.org/syndication/thread/1.0", SPACE_THREAD},
    {"rambler.ru", SPACE_FULLTEXT},
    {"rssboard.org/media-rss", SPACE_MEDIA},
    {"rssboard.org/rss-specification", SPACE_RSS},
    {"rssnamespace.org/feedburner/ext/1.0", SPACE_FEEDBURNER},
    {"schemas.google.com/g/2005", SPACE_GDATA},
    {"search.yahoo.com/mrss", SPACE_MEDIA},
    {"search.yahoo.com/mrss/1.0", SPACE_MEDIA},
    {"search.yahoo.com/rss", SPACE_MEDIA},
    {"sitemaps.org/schemas/sitemap/0.9", SPACE_SITEMAP},
    {"slashdot.org/slash", SPACE_SLASH},
    {"tools.search.yahoo.com/mrss", SPACE_MEDIA},
    {"turbo.yandex.ru", SPACE_FULLTEXT},
    {"video.search.yahoo.com/mrss", SPACE_MEDIA},
    {"w3.org/1999/02/22-rdf-syntax-ns", SPACE_RDF},
    {"w3.org/1999/xhtml", SPACE_XHTML},
    {"w3.org/2005/atom", SPACE_ATOM},
    {"w3.org/xml/1998/namespace", SPACE_XML},
    {"web.resource.org/cc", SPACE_CC},
    {"webns.net/mvcb", SPACE_ADMIN},
    {"wellformedweb.org/commentapi", SPACE_WFW},
};

const struct space_prefix space_prefixes[] = {
    {"a10", "http://www.w3.org/2005/Atom"},
    {"admin", "http://webns.net/mvcb/"},
    {"at", "http://purl.org/atompub/tombstones/1.0"},
    {"atom", "http://www.w3.org/2005/Atom"},
    {"atom10", "http://www.w3.org/2005/Atom"},
    {"cc", "http://web.resource.org/cc/"},
    {"content", "http://purl.org/rss/1.0/modules/content/"},
    {"creativeCommons", "http://backend.userland.com/creativeCommonsRssModule"},
    {"dc", "http://purl.org/dc/elements/1.1/"},
    {"dcterms", "http://purl.org/dc/terms/"},
    {"feedburner", "http://rssnamespace.org/feedburner/ext/1.0"},
    {"fh", "http://purl.org/syndication/history/1.0"},
    {"googleplay", "http://www.google.com/schemas/play-podcasts/1.0"},
    {"image", "http://www.google.com/schemas/sitemap-image/1.1"},
    {"itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"},
    {"media", "http://search.yahoo.com/mrss/"},
    {"news", "http://www.google.com/schemas/sitemap-news/0.9"},
    {"pheedo", "http://www.pheedo.com/namespace/pheedo"},
    {"podcast", "https://podcastindex.org/namespace/1.0"},
    {"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
    {"slash", "http://purl.org/rss/1.0/modules/slash/"},
    {"sy", "http://purl.org/rss/1.0/modules/syndication/"},
    {"thr", "http://purl.org/syndication/thread/1.0"},
    {"video", "http://www.google.com/schemas/sitemap-video/1.1"},
    {"wfw", "http://wellformedweb.org/CommentAPI/"},
    {"xhtml", "http://www.w3.org/1999/xhtml"},
    {NULL, NULL},
};

/* What is compared of a URI; {0} if it is longer than any we know. */
static span comparable(span uri, char *buffer, size_t size)
{
    uri = span_trim(uri);
    if (span_starts_nocase(uri, S("http://")))
        uri = span_from(uri, 7);
    else if (span_starts_nocase(uri, S("https://")))
        uri = span_from(uri, 8);
    if (span_starts_nocase(uri, S("www.")))
        uri = span_from(uri, 4);
    while (uri.len && strchr("/#?", uri.at[uri.len - 1]))
        uri.len--;
    if (uri.len > size)
        return (span){0};
    for (size_t i = 0; i < uri.len; i++)
        buffer[i] = uri.at[i] >= 'A' && uri.at[i] <= 'Z' ? (char)(uri.at[i] | 0x20) : uri.at[i];
    return (span){buffer, uri.len};
}

enum space space_of_uri(span uri)
{
    char buffer[96];
    size_t low = 0, high = ARRAY_SIZE(spaces);

    if (uri.len == 0)
        return SPACE_NONE;
    uri = comparable(uri, buffer, sizeof buffer);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = span_compare(uri, span_of(spaces[middle].uri));
        if (order == 0)
            return spaces[middle].space;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return SPACE_OTHER;
}

enum space space_of_prefix(span prefix)
{
    for (const struct space_prefix *p = space_prefixes; p->prefix; p++)
        if (span_is_nocase(prefix, p->prefix))
            return space_of_uri(span_of(p->uri));
    return SPACE_OTHER;
}
