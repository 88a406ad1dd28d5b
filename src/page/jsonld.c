/* SPDX-License-Identifier: MIT
 * jsonld.c - JSON-LD: what the page says in a script element (schema.org)
 *
 * Objects lie in arrays, in @graph, or within one another; an object may be told in one place and named by
 * its @id in others. So all objects of the page are gathered first, then the article among them is found, and
 * its members are read, following references one step. Text that is no good JSON is read as far as it goes.
 */
#include "limits/limits.h"
#include "page/internal.h"
#include "text/json.h"
#include "text/url.h"
#include "text/utf8.h"

struct graph {
    struct reader *reader;
    struct map by_id;
    VEC(const struct json *) objects;
    span publisher; /* its name */
};

static bool has_type(const struct json *object, const char *type)
{
    const struct json *types = json_member(object, "@type");

    if (!types)
        return false;
    for (const struct json *t = types->type == JSON_ARRAY ? types->first : types; t;
         t = types->type == JSON_ARRAY ? t->next : NULL) {
        span name = json_text(t);
        size_t slash = span_find_last_char(name, '/'); /* http://schema.org/NewsArticle */
        if (slash != SPAN_NONE)
            name = span_from(name, slash + 1);
        if (span_ends(name, span_of(type)))
            return true;
    }
    return false;
}

static void gather(struct graph *graph, const struct json *value)
{
    if (value->type != JSON_OBJECT && value->type != JSON_ARRAY)
        return;
    if (graph->objects.len >= LIMIT_PAGE_OBJECTS)
        return;
    if (value->type == JSON_OBJECT) {
        span id = json_text(json_member(value, "@id"));
        *vec_add(graph->reader->arena, &graph->objects) = value;
        /* an object that only has an @id refers to another */
        if (id.len && value->first && value->first->next) {
            void **place = map_at(&graph->by_id, id);
            if (!*place)
                *place = (void *)value;
        }
    }
    for (const struct json *child = value->first; child; child = child->next)
        gather(graph, child);
}

/* The object that a reference means; the value itself if it is none. */
static const struct json *settled(const struct graph *graph, const struct json *value)
{
    span id = json_text(json_member(value, "@id"));
    const struct json *object = id.len && !json_member(value, "name") ? map_get(&graph->by_id, id) : NULL;

    return object ? object : value;
}

/* Data wrapped as scripts were, for the sake of browsers that knew none. html_parse() begins a CDATA section
 * by another letter. */
static span unwrapped(span text)
{
    static const char *const wrappers[] = {"<!--",          "//<![CDATA[", "//<?[CDATA[", "/*<![CDATA[*/",
                                           "/*<?[CDATA[*/", "<![CDATA[",   "<?[CDATA["};

    text = span_trim(text);
    for (size_t i = 0; i < ARRAY_SIZE(wrappers); i++)
        if (span_starts(text, span_of(wrappers[i])))
            text = span_trim(span_from(text, strlen(wrappers[i])));
    return text;
}

static void read_scripts(struct graph *graph)
{
    const struct node *root = graph->reader->document;
    int count = 0;

    for (const struct node *node = root; node && count < LIMIT_PAGE_SCRIPTS; node = node_next(node, root)) {
        struct json_damage damage;
        struct json *json;
        if (node->tag != TAG_script || !node->first ||
            !span_starts_nocase(span_trim(node_attribute(node, "type")), S("application/ld+json")))
            continue;
        count++;
        struct error *error = json_parse(graph->reader->arena, unwrapped(node->first->text), &json, &damage);
        if (!error)
            gather(graph, json);
        error_free(error);
    }
}

/* --- which object is the article --- */

static const char *const article_types[] = {"Article", "BlogPosting", "Report", "SocialMediaPosting",
                                            "Posting", "CreativeWork"};

/* The same page, whatever else the addresses say */
static bool is_this_page(const struct graph *graph, span url)
{
    struct reader *reader = graph->reader;

    if (!url.len)
        return false;
    url = url_canonical_key(reader->arena, url_resolve(reader->arena, reader->page->base, url));
    return url.len && span_equal(url, url_canonical_key(reader->arena, reader->page->url));
}

static span address_of(const struct json *object)
{
    const struct json *main = json_member(object, "mainEntityOfPage");
    span url = json_text(json_member(object, "url"));

    if (url.len)
        return url;
    return main && main->type == JSON_OBJECT ? json_text(json_member(main, "@id")) : json_text(main);
}

static int worth_of(const struct graph *graph, const struct json *object)
{
    int worth = 0;

    for (size_t i = 0; i < ARRAY_SIZE(article_types); i++)
        if (!worth && has_type(object, article_types[i]))
            worth = i + 1 == ARRAY_SIZE(article_types) ? 1 : 2;
    if (!worth || !(json_member(object, "headline") || json_member(object, "name")))
        return 0;
    worth += 2 * (json_member(object, "datePublished") != NULL) +
             (json_member(object, "articleBody") != NULL) + (json_member(object, "author") != NULL);
    return worth + 4 * is_this_page(graph, address_of(object));
}

static const struct json *find_article(const struct graph *graph)
{
    const struct json *best = NULL;
    int most = 0;

    for (size_t i = 0; i < graph->objects.len; i++) {
        int worth = worth_of(graph, graph->objects.at[i]);
        if (worth > most) {
            most = worth;
            best = graph->objects.at[i];
        }
    }
    return best;
}

/* --- its members --- */

static span first_text(const struct json *value)
{
    while (value && value->type == JSON_ARRAY)
        value = value->first;
    if (value && value->type == JSON_OBJECT)
        return json_text(json_member(value, "@value"));
    return json_text(value);
}

static span first_url(const struct graph *graph, const struct json *value)
{
    while (value && value->type == JSON_ARRAY)
        value = value->first;
    value = value ? settled(graph, value) : NULL;
    if (value && value->type == JSON_OBJECT) {
        span url = json_text(json_member(value, "url"));
        return url.len ? url : json_text(json_member(value, "contentUrl"));
    }
    return json_text(value);
}

static span name_of(const struct graph *graph, const struct json *value)
{
    while (value && value->type == JSON_ARRAY)
        value = value->first;
    value = value ? settled(graph, value) : NULL;
    return value && value->type == JSON_OBJECT ? first_text(json_member(value, "name")) : json_text(value);
}

/* The paper itself, which is named where a machine did not know better: also ", The Alder Post & Mail" */
static bool is_publisher(const struct graph *graph, span name)
{
    struct arena *arena = graph->reader->arena;
    span publisher = essence_of(arena, graph->publisher);

    return publisher.len && span_equal(essence_of(arena, name), publisher);
}

static void read_author(struct graph *graph, const struct json *value, enum rank rank)
{
    struct reader *reader = graph->reader;
    struct author *authors;
    size_t count;

    if (value->type != JSON_OBJECT) {
        say_byline(reader, rank, json_text(value));
        return;
    }
    value = settled(graph, value);
    if (is_publisher(graph, first_text(json_member(value, "name"))))
        rank = RANK_SPARE;
    count = split_byline(reader, rank, first_text(json_member(value, "name")), &authors);
    for (size_t i = 0; i < count; i++) {
        if (count == 1) {
            authors[i].url =
                url_resolve(reader->arena, reader->page->base, first_text(json_member(value, "url")));
            authors[i].avatar =
                url_resolve(reader->arena, reader->page->base, first_url(graph, json_member(value, "image")));
        }
        say_author(reader, has_type(value, "Organization") ? MAX(rank, RANK_LAST) : rank, authors[i]);
    }
}

static void read_authors(struct graph *graph, const struct json *value, enum rank rank)
{
    if (!value)
        return;
    if (value->type != JSON_ARRAY) {
        read_author(graph, value, rank);
        return;
    }
    for (const struct json *child = value->first; child; child = child->next)
        if (child->type != JSON_ARRAY)
            read_author(graph, child, rank);
}

static void read_keywords(struct reader *reader, const struct json *value)
{
    if (value && value->type == JSON_ARRAY) {
        for (const struct json *child = value->first; child; child = child->next)
            say_tags(reader, first_text(child), false);
    } else {
        say_tags(reader, json_text(value), true);
    }
}

static void read_free(struct reader *reader, const struct json *value)
{
    if (!value || reader->page->is_free >= 0)
        return;
    if (value->type == JSON_TRUE || value->type == JSON_FALSE)
        reader->page->is_free = value->type == JSON_TRUE;
    else if (json_text(value).len)
        reader->page->is_free =
            !span_is_nocase(json_text(value), "false") && !span_is_nocase(json_text(value), "no");
}

static void read_article(struct graph *graph, const struct json *article)
{
    struct reader *reader = graph->reader;
    span headline = first_text(json_member(article, "headline"));

    reader->page->says_article = json_member(article, "datePublished") != NULL;

    say_headline(reader, RANK_GOOD, headline.len ? headline : first_text(json_member(article, "name")));
    say_moment(reader, PUBLISHED, RANK_SURE, first_text(json_member(article, "datePublished")));
    say_moment(reader, PUBLISHED, RANK_WEAK, first_text(json_member(article, "dateCreated")));
    say_moment(reader, MODIFIED, RANK_SURE, first_text(json_member(article, "dateModified")));
    graph->publisher = name_of(graph, json_member(article, "publisher"));
    read_authors(graph, json_member(article, "author"), RANK_SURE);
    read_authors(graph, json_member(article, "creator"), RANK_FAIR);
    say(reader, FACT_SITE, RANK_GOOD, name_of(graph, json_member(article, "publisher")));
    say(reader, FACT_LANGUAGE, RANK_SURE, first_text(json_member(article, "inLanguage")));
    say(reader, FACT_SECTION, RANK_SURE, first_text(json_member(article, "articleSection")));
    say(reader, FACT_EXCERPT, RANK_FAIR, first_text(json_member(article, "description")));
    say_description(reader, first_text(json_member(article, "description")));
    say_url(reader, FACT_IMAGE, RANK_GOOD, first_url(graph, json_member(article, "image")));
    say_url(reader, FACT_IMAGE, RANK_WEAK, first_text(json_member(article, "thumbnailUrl")));
    read_keywords(reader, json_member(article, "keywords"));
    read_free(reader, json_member(article, "isAccessibleForFree"));
    reader->page->body_in_data = first_text(json_member(article, "articleBody"));
}

void read_json_ld(struct reader *reader)
{
    struct graph graph = {.reader = reader, .by_id = {.arena = reader->arena}};
    const struct json *article;

    read_scripts(&graph);
    article = find_article(&graph);
    if (article)
        read_article(&graph, article);
    for (size_t i = 0; i < graph.objects.len; i++) /* the page that the article is on */
        if (has_type(graph.objects.at[i], "WebPage")) {
            say_moment(reader, PUBLISHED, RANK_GOOD,
                       first_text(json_member(graph.objects.at[i], "datePublished")));
            say_moment(reader, MODIFIED, RANK_GOOD,
                       first_text(json_member(graph.objects.at[i], "dateModified")));
            read_authors(&graph, json_member(graph.objects.at[i], "author"), RANK_FAIR);
        } else if (has_type(graph.objects.at[i], "WebSite")) {
            say(reader, FACT_SITE, RANK_FAIR, first_text(json_member(graph.objects.at[i], "name")));
        }
}
