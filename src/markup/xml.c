/* SPDX-License-Identifier: MIT
 *
 * xml.c - XML as events
 *
 * libxml2 gets what xml_repair.c makes of the document, and calls back. It never sees a prolog, so no DTD and
 * no declared encoding, and finds nothing to complain about.
 */
#include "limits/limits.h"
#include "markup/internal.h"
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ATTRIBUTES_FIRST = 16,
};

struct open_element { /* names belong to libxml2's dictionary */
    span name_space, name;
};

struct xml {
    const struct xml_handler *handler;
    void *context;
    struct xml_repair *repair;
    struct xml_piece piece;
    size_t texts_told; /* of the piece */
    xmlParserCtxtPtr parser;
    struct open_element open[LIMIT_XML_DEPTH];
    size_t depth;
    struct xml_attribute *attributes;
    size_t attribute_capacity;
    size_t damage_count;
    bool has_failed; /* libxml2 stopped at an error */
    bool is_too_deep;
    bool is_stopped; /* no more events */
    bool is_done;
};

/* Prefixes that feeds use without saying what they mean */
static const struct {
    const char *prefix, *uri;
} known_prefixes[] = {
    {"admin", "http://webns.net/mvcb/"},
    {"app", "http://www.w3.org/2007/app"},
    {"atom", "http://www.w3.org/2005/Atom"},
    {"cc", "http://web.resource.org/cc/"},
    {"content", "http://purl.org/rss/1.0/modules/content/"},
    {"creativeCommons", "http://backend.userland.com/creativeCommonsRssModule"},
    {"dc", "http://purl.org/dc/elements/1.1/"},
    {"dcterms", "http://purl.org/dc/terms/"},
    {"feedburner", "http://rssnamespace.org/feedburner/ext/1.0"},
    {"fh", "http://purl.org/syndication/history/1.0"},
    {"geo", "http://www.w3.org/2003/01/geo/wgs84_pos#"},
    {"georss", "http://www.georss.org/georss"},
    {"googleplay", "http://www.google.com/schemas/play-podcasts/1.0"},
    {"image", "http://www.google.com/schemas/sitemap-image/1.1"},
    {"itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"},
    {"media", "http://search.yahoo.com/mrss/"},
    {"news", "http://www.google.com/schemas/sitemap-news/0.9"},
    {"opensearch", "http://a9.com/-/spec/opensearch/1.1/"},
    {"pheedo", "http://www.pheedo.com/namespace/pheedo"},
    {"podcast", "https://podcastindex.org/namespace/1.0"},
    {"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
    {"slash", "http://purl.org/rss/1.0/modules/slash/"},
    {"source", "http://source.scripting.com/"},
    {"sy", "http://purl.org/rss/1.0/modules/syndication/"},
    {"thr", "http://purl.org/syndication/thread/1.0"},
    {"wfw", "http://wellformedweb.org/CommentAPI/"},
    {"xhtml", "http://www.w3.org/1999/xhtml"},
    {"xlink", "http://www.w3.org/1999/xlink"},
};

static span xml_span(const xmlChar *s)
{
    return s ? (span){(const char *)s, strlen((const char *)s)} : (span){0};
}

/* What a prefix that was not declared usually means; else the prefix itself, which is nobody's URI */
static span name_space_of(const xmlChar *prefix, const xmlChar *uri)
{
    if (uri || !prefix)
        return xml_span(uri);
    for (size_t i = 0; i < ARRAY_SIZE(known_prefixes); i++)
        if (strcmp((const char *)prefix, known_prefixes[i].prefix) == 0)
            return span_of(known_prefixes[i].uri);
    return xml_span(prefix);
}

/* Events */

static const struct xml_attribute *take_attributes(struct xml *xml, size_t count, const xmlChar **from)
{
    if (count > xml->attribute_capacity) {
        xml->attribute_capacity = MAX(count, (size_t)ATTRIBUTES_FIRST);
        xml->attributes = memory_resize(xml->attributes, xml->attribute_capacity * sizeof *xml->attributes);
    }
    for (size_t i = 0; i < count; i++, from += 5) /* name, prefix, URI, value's start and end */
        xml->attributes[i] = (struct xml_attribute){
            .name = xml_span(from[0]),
            .name_space = name_space_of(from[1], from[2]),
            .value = span_between((const char *)from[3], (const char *)from[4]),
        };
    return xml->attributes;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int name_space_count, const xmlChar **name_spaces, int attribute_count,
                     int default_count, const xmlChar **attributes)
{
    struct xml *xml = context;
    size_t count = (size_t)attribute_count;
    struct open_element *element;

    (void)name_space_count;
    (void)name_spaces;
    (void)default_count;
    if (xml->is_stopped)
        return;
    if (xml->depth == LIMIT_XML_DEPTH) {
        xml->is_too_deep = true;
        xml_stop(xml);
        return;
    }
    element = &xml->open[xml->depth++];
    *element = (struct open_element){name_space_of(prefix, uri), xml_span(name)};
    xml->handler->start(xml->context, element->name_space, element->name,
                        take_attributes(xml, count, attributes), count);
}

static void end_element(struct xml *xml)
{
    const struct open_element *element = &xml->open[--xml->depth];

    xml->handler->end(xml->context, element->name_space, element->name);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct xml *xml = context;

    (void)name;
    (void)prefix;
    (void)uri;
    if (!xml->is_stopped && xml->depth)
        end_element(xml);
}

static void tell_text(struct xml *xml)
{
    const struct xml_piece *piece = &xml->piece;
    const struct xml_text *text = &piece->texts[xml->texts_told++];
    const char *at = text->at ? text->at : piece->decoded.at + text->offset;

    xml->handler->text(xml->context, (span){at, text->len});
}

/* There is no text but marks. */
static void on_text(void *context, const xmlChar *at, int len)
{
    struct xml *xml = context;

    (void)at;
    for (int i = 0; i < len && !xml->is_stopped && xml->texts_told < xml->piece.text_count; i++)
        tell_text(xml);
}

static void on_damage(void *context, int line, int column, const char *code, const char *message)
{
    struct xml *xml = context;

    if (xml->damage_count++ < LIMIT_XML_DAMAGES)
        xml->handler->damage(xml->context, line, column, code, message);
}

static void on_error(void *context, xmlErrorPtr error)
{
    struct xml *xml = context;

    if (error->level == XML_ERR_FATAL)
        xml->has_failed = true;
    else if (error->code == XML_NS_ERR_UNDEFINED_NAMESPACE && !xml->is_stopped)
        on_damage(xml, 0, 0, "undeclared-prefix", "a prefix was not declared");
}

/* The reader */

static pthread_once_t is_prepared = PTHREAD_ONCE_INIT;

/* By itself it makes its locks when it is first used: two threads that come to that at once may make each its
 * own. */
void libxml_prepare(void)
{
    pthread_once(&is_prepared, xmlInitParser);
}

static xmlParserCtxtPtr parser_new(struct xml *xml)
{
    xmlSAXHandler handler = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .cdataBlock = on_text,
        .ignorableWhitespace = on_text,
        .serror = (xmlStructuredErrorFunc)on_error,
    };
    xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handler, xml, NULL, 0, NULL);

    if (!parser)
        memory_exhausted();
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_HUGE | XML_PARSE_IGNORE_ENC);
    return parser;
}

struct xml *xml_open(span text, const struct xml_handler *handler, void *context)
{
    struct xml *xml = memory_new(sizeof *xml);

    libxml_prepare();
    xml->handler = handler;
    xml->context = context;
    xml->repair = xml_repair_new(text, on_damage, xml);
    xml->piece.markup.max = xml->piece.decoded.max = SIZE_MAX / 2;
    xml->parser = parser_new(xml);
    return xml;
}

void xml_close(struct xml *xml)
{
    if (!xml)
        return;
    xmlFreeParserCtxt(xml->parser);
    xml_repair_free(xml->repair);
    xml_piece_release(&xml->piece);
    free(xml->attributes);
    free(xml);
}

void xml_stop(struct xml *xml)
{
    xml->is_stopped = true;
    xmlStopParser(xml->parser);
}

static void parse(struct xml *xml, span piece)
{
    while (piece.len && !xml->has_failed && !xml->is_stopped) {
        span part = span_sub(piece, 0, INT32_MAX / 2);

        xmlParseChunk(xml->parser, part.at, (int)part.len, 0);
        piece = span_from(piece, part.len);
    }
}

/* The text is over: what is still open is ended. */
static void finish(struct xml *xml)
{
    if (!xml->is_stopped && xml->depth) {
        char message[100];

        snprintf(message, sizeof message, "the document ends inside \"%.60s\"",
                 xml->open[xml->depth - 1].name.at);
        on_damage(xml, 0, 0, "cut", message);
    }
    while (!xml->is_stopped && xml->depth)
        end_element(xml);
    xml->is_done = true;
}

struct error *xml_step(struct xml *xml, size_t size, bool *out_is_done)
{
    if (!xml->is_done && !xml->is_stopped) {
        bool is_more;

        xml->texts_told = 0;
        is_more = xml_repair_step(xml->repair, size, &xml->piece);
        buf_add(&xml->piece.markup, S("<!---->")); /* libxml2 holds short text back until markup follows */
        parse(xml, buf_span(&xml->piece.markup));
        if (!is_more || xml->has_failed)
            finish(xml);
    }
    if (xml->is_too_deep)
        return error_new(ERROR_LIMIT, "the document is nested deeper than %d elements", LIMIT_XML_DEPTH);
    *out_is_done = xml->is_done || xml->is_stopped;
    return OK;
}
