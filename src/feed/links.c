/* SPDX-License-Identifier: MIT
 * links.c - where things are: the article, the site, the feed itself
 *
 * How much a link counts for an item's url (feed-json.md): what a feed service says the real address is, RSS
 * link, an Atom alternate that is HTML, other alternates, a guid that is an address, and what remains.
 */
#include "feed/drafts.h"
#include "feed/elements.h"
#include "feed/internal.h"
#include "text/utf8.h"

enum { /* ranks for item.link and about.home_page_url; those of rows are in elements.c */
       RANK_ALTERNATE_HTML = 3,
       RANK_ALTERNATE = 4,
       RANK_PERMALINK = 5,
       RANK_EXTERNAL = 7,
};

/* Words that stand where there is no address. */
static bool is_placeholder(span text)
{
    static const char *const words[] = {"n/a", "null", "none", "nil", "undefined", "-", "#"};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (span_is_nocase(text, words[i]))
            return true;
    return false;
}

/* The list repeats what the feed says: what is an address already stands as it was written. */
static void add_link(struct reading *r, struct link_list *links, struct feed_link link, span written)
{
    span colon = span_sub(written, 0, span_find(written, S("://")));

    if (!link.href.len)
        return;
    if (span_starts_nocase(link.href, colon) && colon.len < written.len)
        link.href = written;
    *vec_add(r->arena, links) = link;
}

/* RFC 4287 4.2.7. Some write the address between the tags. An empty one means what xml:base says. */
static span read_reference(struct reading *r, const struct mark *mark)
{
    span href = mark_attribute(r, mark, "href");

    if (span_trim(href).len)
        return read_url(r, href);
    if (href.at && !span_equal(r->base, r->feed->base))
        return read_url(r, r->base);
    return read_url(r, mark_text(r, mark));
}

static struct feed_link read_link_element(struct reading *r, const struct mark *mark)
{
    const span iana = S("http://www.iana.org/assignments/relation/");
    span rel = span_trim(mark_attribute(r, mark, "rel"));

    if (span_starts(rel, iana))
        rel = span_from(rel, iana.len);
    return (struct feed_link){
        .rel = rel.len ? rel : S("alternate"),
        .href = read_reference(r, mark),
        .type = span_trim(mark_attribute(r, mark, "type")),
        .hreflang = span_trim(mark_attribute(r, mark, "hreflang")),
        .title = text_collapse(r->arena, mark_attribute(r, mark, "title")),
        .length = span_trim(mark_attribute(r, mark, "length")),
    };
}

static bool is_html_type(span type)
{
    return type.len == 0 || span_find_nocase(type, S("html")) != SPAN_NONE;
}

static void set_ranked(struct reading *r, size_t field, uint8_t rank, span value)
{
    if (value.len && field_takes(r, (uint16_t)field, rank))
        *(span *)((char *)r->target + field) = value;
}

/* ---- links that are more than an address */

static void take_enclosure(struct reading *r, const struct mark *mark, const struct feed_link *link)
{
    (void)mark;
    add_attachment(r, (struct feed_attachment){.url = link->href,
                                               .mime_type = link->type,
                                               .title = link->title,
                                               .size = read_length(link->length),
                                               .duration = -1});
}

/* RFC 4685: comments, as a page or as a feed. */
static void take_replies(struct reading *r, const struct mark *mark, const struct feed_link *link)
{
    bool is_feed = span_find_nocase(link->type, S("xml")) != SPAN_NONE && !is_html_type(link->type);
    struct item_draft *draft = r->target;
    int64_t count;

    set_ranked(r,
               is_feed ? offsetof(struct item_draft, item.comments_feed_url)
                       : offsetof(struct item_draft, item.comments_url),
               2, link->href);
    if (draft->item.comments_count < 0 &&
        span_to_int64(span_trim(mark_attribute_in(r, mark, SPACE_THREAD, "count")), &count) && count >= 0)
        draft->item.comments_count = count;
}

static void take_hub(struct reading *r, const struct mark *mark, const struct feed_link *link)
{
    struct about_draft *draft = r->target;

    (void)mark;
    if (link->href.len)
        *vec_add(r->arena, &draft->hubs) = (struct feed_hub){.type = S("WebSub"), .url = link->href};
}

/* ---- by what they are related by */

struct relation {
    const char *rel;
    uint16_t field; /* a span of the draft */
    uint8_t rank;   /* 0: by its type, HTML first */
    void (*take)(struct reading *r, const struct mark *mark, const struct feed_link *link);
};

#define ITEM(member)   offsetof(struct item_draft, item.member)
#define ABOUT(member)  offsetof(struct about_draft, about.member)
#define SOURCE(member) offsetof(struct source_draft, source.member)

static const struct relation item_relations[] = {
    {"alternate", ITEM(link), 0, NULL},
    {"enclosure", 0, 0, take_enclosure},
    {"license", ITEM(license_url), 1, NULL},
    {"replies", 0, 0, take_replies},
    {NULL, 0, 0, NULL},
};
static const struct relation feed_relations[] = {
    {"alternate", ABOUT(home_page_url), 0, NULL},
    {"hub", 0, 0, take_hub},
    {"image", ABOUT(icon), 3, NULL},
    {"license", ABOUT(license_url), 1, NULL},
    {"next", ABOUT(next_url), 1, NULL},
    {"self", ABOUT(feed_url), 1, NULL},
    {NULL, 0, 0, NULL},
};
static const struct relation source_relations[] = {
    {"alternate", SOURCE(url), 0, NULL},
    {"self", SOURCE(feed_url), 1, NULL},
    {NULL, 0, 0, NULL},
};

static void follow(struct reading *r, const struct mark *mark, const struct feed_link *link,
                   const struct relation *relation)
{
    while (relation->rel && !span_is_nocase(link->rel, relation->rel))
        relation++;
    if (!relation->rel)
        return;
    if (relation->take)
        relation->take(r, mark, link);
    else
        set_ranked(r, relation->field,
                   relation->rank             ? relation->rank
                   : is_html_type(link->type) ? RANK_ALTERNATE_HTML
                                              : RANK_ALTERNATE,
                   link->href);
}

static void read_related(struct reading *r, const struct mark *mark, struct link_list *links,
                         const struct relation *relations)
{
    struct feed_link link = read_link_element(r, mark);

    add_link(r, links, link, span_trim(mark_attribute(r, mark, "href")));
    follow(r, mark, &link, relations);
}

void read_item_link(struct reading *r, const struct mark *mark, const struct element *row)
{
    (void)row;
    read_related(r, mark, &((struct item_draft *)r->target)->links, item_relations);
}

void read_feed_link(struct reading *r, const struct mark *mark, const struct element *row)
{
    (void)row;
    read_related(r, mark, &((struct about_draft *)r->target)->links, feed_relations);
}

void read_source_link(struct reading *r, const struct mark *mark, const struct element *row)
{
    (void)row;
    read_related(r, mark, &((struct source_draft *)r->target)->links, source_relations);
}

/* From a header: not one of the feed's own links. */
void take_feed_link(struct reading *r, struct feed_link link)
{
    follow(r, NULL, &link, feed_relations);
}

/* ---- plain links: RSS, sitemaps, CDF */

/* RSS's link is text; some write Atom's attributes all the same. */
void read_item_address(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct item_draft *draft = r->target;
    span text = text_of(r, mark);

    if (mark->kind == MARK_ELEMENT && !span_trim(text).len && mark_attribute(r, mark, "href").len) {
        read_item_link(r, mark, row);
        return;
    }
    if (is_placeholder(span_trim(text)))
        return;
    span url = read_url(r, text);
    if (!draft->item.raw_link.len)
        draft->item.raw_link = text;
    add_link(r, &draft->links, (struct feed_link){.rel = S("alternate"), .href = url}, span_trim(text));
    set_span(r, row, url);
}

/* JSON Feed: what a linkblog is about. It is where to go if the item has no page of its own. */
void read_external(struct reading *r, const struct mark *mark, const struct element *row)
{
    read_link(r, mark, row);
    set_ranked(r, ITEM(link), RANK_EXTERNAL, ((struct item_draft *)r->target)->item.external_url);
}

void read_feed_address(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct about_draft *draft = r->target;
    span text = text_of(r, mark);

    if (mark->kind == MARK_ELEMENT && !span_trim(text).len && mark_attribute(r, mark, "href").len) {
        read_feed_link(r, mark, row);
        return;
    }
    span url = read_url(r, text);
    add_link(r, &draft->links, (struct feed_link){.rel = S("alternate"), .href = url}, span_trim(text));
    set_span(r, row, url);
}

/* RSS 2.0: an address unless it says otherwise. */
void read_guid(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct item_draft *draft = r->target;
    span guid = js_trim(mark_text(r, mark));
    span says = span_trim(mark_attribute(r, mark, "isPermaLink"));
    bool is_permalink = !span_is_nocase(says, "false");

    if (!guid.len || !field_takes(r, row->field, row->rank))
        return;
    draft->item.id = guid;
    draft->item.id_is_permalink = is_permalink;
    if ((!says.at || span_is_nocase(says, "true")) &&
        (span_starts_nocase(guid, S("http://")) || span_starts_nocase(guid, S("https://"))))
        set_ranked(r, ITEM(link), RANK_PERMALINK, read_url(r, guid));
}

/* rssCloud: <cloud domain port path registerProcedure protocol/> */
void read_cloud(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct hub_list *hubs = field_of(r, row);
    span domain = span_trim(mark_attribute(r, mark, "domain"));
    span port = span_trim(mark_attribute(r, mark, "port")), path = span_trim(mark_attribute(r, mark, "path"));

    if (!domain.len)
        return;
    span url = arena_printf(r->arena, "http://%.*s%s%.*s%s%.*s", SPAN_ARG(domain), port.len ? ":" : "",
                            SPAN_ARG(port), span_starts(path, S("/")) ? "" : "/", SPAN_ARG(path));
    url = read_url(r, url);
    if (url.len)
        *vec_add(r->arena, hubs) = (struct feed_hub){.type = S("rssCloud"), .url = url};
}
