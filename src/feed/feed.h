/* SPDX-License-Identifier: MIT
 * feed.h - syndication feeds, read item by item into one shape
 *
 * RSS, RDF, Atom, JSON Feed and sitemaps say the same few things in different words. This module reads any of
 * them, so that nothing above it knows which it was. It is lenient, as feeds are written by hand: a damaged
 * feed yields what can be read, and a list of warnings. It holds one item at a time, so a feed of a million
 * items needs no more room than its largest. It never touches the network, and it does not sanitise: most
 * items of a poll are known already, so feed_item_clean() is for those that are new.
 */
#pragma once
#include "model/item.h"

enum feed_format {
    FEED_RSS,
    FEED_ATOM,
    FEED_JSON,
    FEED_CDF,
    FEED_OPML,
    FEED_SITEMAP,
    FEED_SITEMAP_INDEX,
    FEED_RSS_IN_JSON,
    FEED_PAGE, /* a page that lists news: feed_of_items() */
};

struct feed_warning {
    int line, column;
    span code, message;
};

struct feed_link {
    span rel, href, type, hreflang, title, length;
};
struct feed_category {
    span term, scheme, label;
};
struct feed_attachment {
    span url, mime_type, title;
    int64_t size;    /* bytes; -1: not said */
    double duration; /* seconds; -1: not said */
};
struct feed_hub {
    span type, url; /* WebSub, rssCloud */
};
struct feed_source { /* where an item was first published */
    span title, url, feed_url, id, rights, icon, image;
    int64_t updated_at;
    struct author *authors;
    size_t author_count;
};

/* All that an item says. Text as feed-json.md defines it; HTML raw until feed_item_clean(). */
struct feed_item {
    span id;             /* never empty: the feed's own id, else the link, else urn:sha-256:... */
    bool id_is_given;    /* by the feed, and not made up from link or hash */
    int id_is_permalink; /* RSS guid: 1 or 0; -1: there is no guid */
    span link;           /* absolute URL, or empty */
    span external_url;
    span title, title_html; /* plain text · where it holds markup */
    span content_html, content_text, summary, summary_html;
    span content_url;
    span image, banner_image;
    int64_t published_at, modified_at, created_at,
        expires_at; /* NO_TIME: not said, or said nothing that can be read */
    struct author *authors;
    size_t author_count;
    struct author *contributors;
    size_t contributor_count;
    struct author publisher;
    struct feed_category *categories;
    size_t category_count;
    span *tags;
    size_t tag_count;
    span language;
    struct feed_attachment *attachments;
    size_t attachment_count;
    struct feed_link *links;
    size_t link_count;
    span rights, license_url;
    span comments_url, comments_feed_url;
    int64_t comments_count;                      /* -1: not said */
    struct feed_source *source;                  /* NULL: not said */
    span feed_url;                               /* OPML, sitemap index: what to poll */
    span raw_title, raw_content, raw_link;       /* exactly as the parser gave them */
    span content_base, summary_base, title_base; /* what references are resolved against */
    uint64_t raw_hash; /* of everything the feed said of it but order of attributes */
    bool is_full;      /* had a content element, not only a summary */
    bool is_deleted;   /* at:deleted-entry (RFC 6721) */
    bool is_cut;       /* the document ended in it: there was more */
};

/* What the feed says of itself; complete only after the last item. */
struct feed_about {
    enum feed_format format;
    span format_version;
    span encoding;
    bool is_well_formed;
    span title, description, home_page_url, feed_url, next_url, language, icon, favicon;
    struct author *authors;
    size_t author_count;
    struct author *contributors;
    size_t contributor_count;
    struct author publisher, webmaster;
    struct feed_link *links;
    size_t link_count;
    struct feed_category *categories;
    size_t category_count;
    struct feed_hub *hubs;
    size_t hub_count;
    bool is_expired, is_archive, is_complete;
    span id, rights, license_url;
    int64_t published_at, updated_at;
    struct {
        span name, url, version;
    } generator;
    struct {
        span url, title, link;
        int width, height;
    } image;
    int64_t ttl_minutes; /* -1: not said */
    uint32_t skip_hours; /* bit n: hour n, GMT */
    uint8_t skip_days;   /* bit 0: Sunday */
    span update_period;
    int64_t update_frequency; /* -1: not said */
    int64_t update_base_at;
    span new_feed_url; /* itunes:new-feed-url: noted, not followed */
    struct feed_warning *warnings;
    size_t warning_count;
};

struct feed_headers { /* what the response said; each may be {0} */
    span content_type, content_location, content_language;
    const span *links;
    size_t link_count;
};

struct feed;

/* Begins to read a feed in whatever format it is.
 *
 * `bytes`: the document as it came over the wire; must live as long as the reader. `base`: the absolute URL
 * it came from, or {0}. Fails with ERROR_FORMAT if this is no feed (an HTML page: the message names the feeds
 * it links to); a damaged feed is no failure. RFC 4287 (Atom), RSS 2.0, JSON Feed 1.1; docs/feed-json.md says
 * which element wins. */
struct error *feed_open(span bytes, span base, const struct feed_headers *headers,
                        struct feed **out_feed) MUST_USE;
/* A reader of items that somebody else found (on a front page), so that whoever reads feeds can read these,
 * too. Takes over `arena`, in which all of it lives; of an item are needed: link, title, and what else there
 * is of dates, summary and image. Ids and hashes are made here. */
struct feed *feed_of_items(struct arena *arena, const struct feed_about *about, const struct feed_item *items,
                           size_t count) MUST_USE;
void feed_close(struct feed *feed);
DEFINE_CLOSE(feed)

/* Reads the next item into `arena`; `*out_item` is NULL after the last one.
 * Fails with ERROR_LIMIT where the item is larger than the arena may grow; the reader can go on after that.
 */
struct error *feed_next(struct feed *feed, struct arena *arena, struct feed_item **out_item) MUST_USE;

/* Before the first is read: feed_next() will pass over items whose place in the document, of the first
 * `count`, is false in `chosen`, which is copied. */
void feed_choose(struct feed *feed, const bool *chosen, size_t count);

/* What is known of the feed so far; all of it after the last item. Lives as long as the reader. */
const struct feed_about *feed_about(const struct feed *feed);

/* Sanitises the item's HTML and resolves its references, in place. */
struct error *feed_item_clean(struct arena *arena, struct feed_item *item) MUST_USE;

/* The store's shape of an item: raw always; clean parts if feed_item_clean() was called before. */
void feed_item_to_model(struct arena *arena, const struct feed_item *item, struct item *out_item);

/* JSON as spec feed-json.md says: a head, each item, a tail. */
struct json_writer;
void feed_write_json_head(struct json_writer *json, const struct feed *feed);
void feed_write_json_item(struct json_writer *json, const struct feed_item *item, bool with_raw);
void feed_write_json_tail(struct json_writer *json, const struct feed *feed);

enum feed_hint_how {
    HINT_LINK,     /* the page's head says so */
    HINT_HEADER,   /* the response's Link header does */
    HINT_ANCHOR,   /* an ordinary link of the page that looks like one */
    HINT_PLATFORM, /* that is how the platform names them */
    HINT_PLACE,    /* that is where such systems keep them */
    HINT_ITSELF,   /* what was asked for is the feed */
};

/* Feeds that an HTML page links to (`link rel=alternate`, and links that say they are feeds), absolute, best
 * first: real feed types before others, the section's own before the site's, comments last. */
struct feed_hint {
    span url, title, type;
    enum feed_hint_how how;
    bool is_comments;
    bool is_guess; /* nobody said that there is anything */
};
size_t feed_hints(struct arena *arena, span bytes, span base, struct feed_hint **out_hints);

const char *feed_format_name(enum feed_format format);
