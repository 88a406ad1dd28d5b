/* SPDX-License-Identifier: MIT
 * metadata.c - what meta and link elements say
 *
 * One table: the name, the fact, its rank, and why. JSON-LD (jsonld.c) is ranked against these by the same
 * scale.
 */
#include "page/internal.h"
#include "text/url.h"

enum way {
    AS_TEXT,
    AS_URL,
    AS_HEADLINE,
    AS_BYLINE,
    AS_MOMENT,
    AS_TAGS,
    AS_TAG,
    AS_DESCRIPTION,
    AS_TYPE,
    AS_FREE,
    AS_LABEL,
    AS_LABELLED
};

static const struct source {
    const char *name; /* of a meta element: name, property, itemprop or http-equiv */
    enum way way;
    int what; /* enum fact or enum when */
    enum rank rank;
} sources[] = {
    /* OpenGraph is what the page wants to be shared as: the article's own title, most often without the
     * site's name. Twitter's is shortened more often; `title` is written for search engines. */
    {"og:title", AS_HEADLINE, 0, RANK_SURE},
    {"twitter:title", AS_HEADLINE, 0, RANK_FAIR},
    {"title", AS_HEADLINE, 0, RANK_LAST},
    {"dc.title", AS_HEADLINE, 0, RANK_FAIR},
    {"dcterms.title", AS_HEADLINE, 0, RANK_FAIR},
    {"sailthru.title", AS_HEADLINE, 0, RANK_FAIR},
    {"parsely-title", AS_HEADLINE, 0, RANK_FAIR},
    {"citation_title", AS_HEADLINE, 0, RANK_SURE},
    {"cxenseparse:title", AS_HEADLINE, 0, RANK_FAIR},

    {"og:site_name", AS_TEXT, FACT_SITE, RANK_SURE},
    {"application-name", AS_TEXT, FACT_SITE, RANK_FAIR},
    {"apple-mobile-web-app-title", AS_TEXT, FACT_SITE, RANK_WEAK},
    {"publisher", AS_TEXT, FACT_SITE, RANK_LAST},
    {"dc.publisher", AS_TEXT, FACT_SITE, RANK_LAST},

    /* <html lang> is read apart, between these: it may be the template's, og:locale too */
    {"content-language", AS_TEXT, FACT_LANGUAGE, RANK_FAIR},
    {"language", AS_TEXT, FACT_LANGUAGE, RANK_WEAK},
    {"dc.language", AS_TEXT, FACT_LANGUAGE, RANK_FAIR},
    {"og:locale", AS_TEXT, FACT_LANGUAGE, RANK_WEAK},
    {"inlanguage", AS_TEXT, FACT_LANGUAGE, RANK_SURE},

    {"og:url", AS_URL, FACT_CANONICAL, RANK_FAIR}, /* after <link rel=canonical> */

    {"og:image:secure_url", AS_URL, FACT_IMAGE, RANK_SURE},
    {"og:image", AS_URL, FACT_IMAGE, RANK_SURE},
    {"og:image:url", AS_URL, FACT_IMAGE, RANK_SURE},
    {"twitter:image", AS_URL, FACT_IMAGE, RANK_FAIR},
    {"twitter:image:src", AS_URL, FACT_IMAGE, RANK_FAIR},
    {"parsely-image-url", AS_URL, FACT_IMAGE, RANK_FAIR},
    {"sailthru.image.full", AS_URL, FACT_IMAGE, RANK_FAIR},
    {"thumbnail", AS_URL, FACT_IMAGE, RANK_WEAK},

    /* A name, or the address of a page about somebody: page_split_byline() drops addresses. `author` is the
     * site's own name on many pages, but when it is a person's, it is the right one. */
    {"article:author", AS_BYLINE, 0, RANK_FAIR},
    {"author", AS_BYLINE, 0, RANK_FAIR},
    {"article:author_name", AS_BYLINE, 0, RANK_FAIR},
    {"parsely-author", AS_BYLINE, 0, RANK_FAIR},
    {"sailthru.author", AS_BYLINE, 0, RANK_FAIR},
    {"dc.creator", AS_BYLINE, 0, RANK_FAIR},
    {"dcterms.creator", AS_BYLINE, 0, RANK_FAIR},
    {"citation_author", AS_BYLINE, 0, RANK_GOOD},
    {"citation_authors", AS_BYLINE, 0, RANK_GOOD},
    {"twitter:label1", AS_LABEL, 0, RANK_FAIR}, /* "Written by": what the next one is */
    {"twitter:data1", AS_LABELLED, 0, RANK_FAIR},
    {"byl", AS_BYLINE, 0, RANK_GOOD},
    {"cxenseparse:author", AS_BYLINE, 0, RANK_FAIR},
    {"og:article:author", AS_BYLINE, 0, RANK_FAIR},
    {"creator", AS_BYLINE, 0, RANK_WEAK},

    /* Publication before creation before the day alone; `date` may be the day of a visit */
    {"article:published_time", AS_MOMENT, PUBLISHED, RANK_GOOD},
    {"og:article:published_time", AS_MOMENT, PUBLISHED, RANK_GOOD},
    {"article:published", AS_MOMENT, PUBLISHED, RANK_GOOD},
    {"og:published_time", AS_MOMENT, PUBLISHED, RANK_GOOD},
    {"datepublished", AS_MOMENT, PUBLISHED, RANK_GOOD},
    {"parsely-pub-date", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"sailthru.date", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"cxenseparse:recs:publishtime", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"publishdate", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"publish_date", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"publish-date", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"publication_date", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"published_date", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"pubdate", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"ptime", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"pdate", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"date.issued", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"dc.date.issued", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"dcterms.issued", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"dcterms.created", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"dc.date.created", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"citation_publication_date", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"displaydate", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"datecreated", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"article.published", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"article.created", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"rnews:datepublished", AS_MOMENT, PUBLISHED, RANK_FAIR},
    {"dc.date", AS_MOMENT, PUBLISHED, RANK_WEAK},
    {"dcterms.date", AS_MOMENT, PUBLISHED, RANK_WEAK},
    {"date", AS_MOMENT, PUBLISHED, RANK_WEAK},
    {"article_date_original", AS_MOMENT, PUBLISHED, RANK_FAIR},

    {"article:modified_time", AS_MOMENT, MODIFIED, RANK_GOOD},
    {"datemodified", AS_MOMENT, MODIFIED, RANK_GOOD},
    {"og:updated_time", AS_MOMENT, MODIFIED, RANK_FAIR},
    {"dcterms.modified", AS_MOMENT, MODIFIED, RANK_FAIR},
    {"dc.date.modified", AS_MOMENT, MODIFIED, RANK_FAIR},
    {"last-modified", AS_MOMENT, MODIFIED, RANK_WEAK},
    {"revised", AS_MOMENT, MODIFIED, RANK_WEAK},

    {"article:section", AS_TEXT, FACT_SECTION, RANK_GOOD},
    {"parsely-section", AS_TEXT, FACT_SECTION, RANK_FAIR},
    {"section", AS_TEXT, FACT_SECTION, RANK_FAIR},
    {"article:tag", AS_TAG, 0, RANK_GOOD},
    {"news_keywords", AS_TAGS, 0, RANK_GOOD},
    {"keywords", AS_TAGS, 0, RANK_FAIR},
    {"parsely-tags", AS_TAGS, 0, RANK_FAIR},

    {"og:description", AS_DESCRIPTION, 0, RANK_GOOD},
    {"description", AS_DESCRIPTION, 0, RANK_FAIR},
    {"twitter:description", AS_DESCRIPTION, 0, RANK_WEAK},
    {"dc.description", AS_DESCRIPTION, 0, RANK_WEAK},

    {"og:type", AS_TYPE, 0, RANK_GOOD},
    {"isaccessibleforfree", AS_FREE, 0, RANK_GOOD},
};

static bool is_authors_label(span label)
{
    static const char *const labels[] = {"Written by",
                                         "By",
                                         "Author",
                                         "Verfasst von",
                                         "Geschrieben von",
                                         "Écrit par",
                                         "Escrito por",
                                         "Scritto da",
                                         "Geschreven door",
                                         "Napisane przez",
                                         "Автор",
                                         "Написано автором",
                                         "作者",
                                         "撰文",
                                         "投稿者",
                                         "執筆者"};

    label = span_trim(label);
    for (size_t i = 0; i < ARRAY_SIZE(labels); i++)
        if (span_is_nocase(label, labels[i]))
            return true;
    return false;
}

static void take(struct reader *reader, const struct source *source, span value)
{
    switch (source->way) {
    case AS_TEXT:
        say(reader, (enum fact)source->what, source->rank, value);
        break;
    case AS_URL:
        say_url(reader, (enum fact)source->what, source->rank, value);
        break;
    case AS_HEADLINE:
        say_headline(reader, source->rank, value);
        break;
    case AS_BYLINE:
        say_byline(reader, source->rank, value);
        break;
    case AS_MOMENT:
        say_moment(reader, (enum when)source->what, source->rank, value);
        break;
    case AS_TAGS:
    case AS_TAG:
        say_tags(reader, value, source->way == AS_TAGS);
        break;
    case AS_DESCRIPTION:
        say(reader, FACT_EXCERPT, source->rank, value);
        say_description(reader, value);
        break;
    case AS_TYPE:
        reader->page->is_index = span_is_nocase(value, "website") || span_is_nocase(value, "blog");
        break;
    case AS_LABEL:
        reader->is_byline_next = is_authors_label(value);
        break;
    case AS_LABELLED:
        if (reader->is_byline_next)
            say_byline(reader, source->rank, value);
        break;
    case AS_FREE:
        if (reader->page->is_free < 0)
            reader->page->is_free = span_is_nocase(value, "true") || span_is_nocase(value, "yes");
        break;
    }
}

static void read_meta(struct reader *reader, const struct node *meta)
{
    static const char *const places[] = {"property", "name", "itemprop", "http-equiv"};
    span content = node_attribute(meta, "content");

    if (node_attribute(meta, "itemprop").len && is_of_another_work(meta))
        return;
    for (size_t i = 0; content.len && i < ARRAY_SIZE(places); i++) {
        span names = node_attribute(meta, places[i]), name;
        while (span_cut_word(&names, &name))
            for (size_t s = 0; s < ARRAY_SIZE(sources); s++)
                if (span_is_nocase(name, sources[s].name))
                    take(reader, &sources[s], content);
    }
}

static const struct {
    const char *relation;
    enum fact fact;
} relations[] = {
    {"canonical", FACT_CANONICAL},
    {"amphtml", FACT_AMP},
    {"image_src", FACT_IMAGE},
    {"next", FACT_NEXT},
};

static void read_link(struct reader *reader, const struct node *link)
{
    span names = node_attribute(link, "rel"), name;

    while (span_cut_word(&names, &name))
        for (size_t i = 0; i < ARRAY_SIZE(relations); i++)
            if (span_is_nocase(name, relations[i].relation))
                say_url(reader, relations[i].fact, RANK_GOOD, node_attribute(link, "href"));
}

void read_site_name(struct reader *reader)
{
    const struct node *root = reader->document;
    struct url url;

    for (const struct node *node = root; node; node = node_next(node, root))
        if (node->tag == TAG_meta && (span_is_nocase(node_attribute(node, "property"), "og:site_name") ||
                                      span_is_nocase(node_attribute(node, "name"), "og:site_name")))
            say(reader, FACT_SITE, RANK_SURE, node_attribute(node, "content"));
    if (!url_parse(reader->arena, reader->page->url, NULL, &url))
        return;
    span domain = url_registrable_domain(reader->arena, url.host);
    reader->host =
        essence_of(reader->arena, span_sub(domain, 0, MIN(span_find_char(domain, '.'), domain.len)));
    if (domain.len && url.host.len > domain.len + 1)
        reader->section_host = essence_of(
            reader->arena, span_sub(url.host, 0, MIN(span_find_char(url.host, '.'), url.host.len)));
}

void read_metadata(struct reader *reader)
{
    const struct node *root = reader->document;

    for (const struct node *node = root; node; node = node_next(node, root)) {
        if (node->tag == TAG_meta)
            read_meta(reader, node);
        else if (node->tag == TAG_link)
            read_link(reader, node);
        else if (node->tag == TAG_html)
            say(reader, FACT_LANGUAGE, RANK_GOOD, node_attribute(node, "lang"));
    }
}
