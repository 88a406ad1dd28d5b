/* SPDX-License-Identifier: MIT
 * about.c - what a feed says of itself
 */
#include "feed/elements.h"
#include "feed/internal.h"
#include "limits/limits.h"
#include "text/language.h"
#include "text/utf8.h"

enum {
    RANK_OF_ROOT = 3, /* of a feed's language */
    RANK_OF_HEADER = 4,
    RANK_OF_IMAGE_TITLE = 9, /* of its title */
};

/* ---- readers of what only feeds have */

void read_feed_picture(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct about_draft *draft = r->target;
    span before = draft->about.icon;

    read_href(r, mark, row);
    if (draft->about.icon.at != before.at)
        draft->about.image.url = draft->about.icon;
}

struct image_draft {
    span url, title, link;
    int64_t width, height;
};

#define IMAGE(member) offsetof(struct image_draft, member)
static const struct element image_rows[] = {
    {SPACE_RSS, 1, IMAGE(height), "height", read_count}, {SPACE_RSS, 1, IMAGE(link), "link", read_link},
    {SPACE_RSS, 1, IMAGE(title), "title", read_line},    {SPACE_RSS, 1, IMAGE(url), "url", read_link},
    {SPACE_RSS, 1, IMAGE(width), "width", read_count},   {SPACE_DC, 2, IMAGE(title), "title", read_line},
};
static const struct vocabulary image_vocabulary = {image_rows, ARRAY_SIZE(image_rows)};

void read_feed_image(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct about_draft *draft = r->target;
    struct image_draft image = {0};

    read_into(r, mark, &image_vocabulary, &image);
    if (!image.url.len) /* in the channel of RSS 1.0 it is a reference, and comes later */
        image.url = read_url(r, mark_attribute(r, mark, "href"));
    if (mark_has_elements(mark) && field_takes(r, row->field, row->rank)) {
        draft->about.image.url = image.url;
        draft->about.image.title = image.title;
        draft->about.image.link = image.link;
        draft->about.image.width = (int)MIN(image.width, INT32_MAX);
        draft->about.image.height = (int)MIN(image.height, INT32_MAX);
    }
    if (image.url.len && field_takes(r, offsetof(struct about_draft, about.icon), row->rank))
        draft->about.icon = image.url;
    if (image.title.len && field_takes(r, offsetof(struct about_draft, about.title), RANK_OF_IMAGE_TITLE))
        draft->about.title = image.title;
}

void read_generator(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct about_draft *draft = r->target;
    span url = mark_attribute(r, mark, "uri");
    struct value value = read_value(r, mark);
    span name = value_line(r, &value);

    if (!url.len)
        url = mark_attribute(r, mark, "url");
    if (!url.len)
        url = mark_attribute_in(r, mark, SPACE_RDF, "resource");
    if ((!name.len && !url.len) || !field_takes(r, row->field, row->rank))
        return;
    draft->about.generator.name = name;
    draft->about.generator.url = read_url(r, url);
    draft->about.generator.version = span_trim(mark_attribute(r, mark, "version"));
}

/* <skipHours><hour>0</hour>...: 0 to 23, and some say 24 for 0. */
void read_skip_hours(struct reading *r, const struct mark *mark, const struct element *row)
{
    uint32_t *hours = field_of(r, row);
    int64_t hour;

    for (const struct mark *child = mark_first(mark); child; child = mark_next(child, mark))
        if (child->kind == MARK_ELEMENT && span_to_int64(span_trim(mark_text(r, child)), &hour) &&
            hour >= 0 && hour <= 24)
            *hours |= 1u << (hour % 24);
}

void read_skip_days(struct reading *r, const struct mark *mark, const struct element *row)
{
    uint8_t *days = field_of(r, row);

    for (const struct mark *child = mark_first(mark); child; child = mark_next(child, mark))
        for (int day = 0; child->kind == MARK_ELEMENT && day < 7; day++)
            if (span_is_nocase(span_trim(mark_text(r, child)), feed_weekdays[day]))
                *days |= (uint8_t)(1u << day);
}

static const struct element hub_rows[] = {
    {SPACE_JSON, 1, offsetof(struct feed_hub, type), "type", read_trimmed},
    {SPACE_JSON, 1, offsetof(struct feed_hub, url), "url", read_link},
};
static const struct vocabulary hub_vocabulary = {hub_rows, ARRAY_SIZE(hub_rows)};

void read_hub(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct hub_list *hubs = field_of(r, row);
    struct feed_hub hub = {0};

    read_into(r, mark, &hub_vocabulary, &hub);
    if (hub.url.len)
        *vec_add(r->arena, hubs) = hub;
}

/* ---- the feed as a whole */

static struct reading reading_of_about(struct feed *feed)
{
    return (struct reading){.feed = feed,
                            .arena = feed->arena,
                            .vocabulary = &about_vocabulary,
                            .target = &feed->draft,
                            .ranks = feed->about_ranks};
}

/* What is known stands where readers of feed_about() look for it. */
static void show_lists(struct about_draft *draft)
{
    struct feed_about *about = &draft->about;

    about->authors = draft->authors.at;
    about->author_count = draft->authors.len;
    about->contributors = draft->contributors.at;
    about->contributor_count = draft->contributors.len;
    about->categories = draft->categories.at;
    about->category_count = draft->categories.len;
    about->links = draft->links.at;
    about->link_count = draft->links.len;
    about->hubs = draft->hubs.at;
    about->hub_count = draft->hubs.len;
    if (draft->publishers.len)
        about->publisher = draft->publishers.at[0];
    if (draft->webmasters.len)
        about->webmaster = draft->webmasters.at[0];
}

bool about_knows(enum space space, span name)
{
    return vocabulary_find(&about_vocabulary, space, name) != NULL;
}

static bool begin_reading(struct feed *feed, const struct unit *unit, struct reading *out_reading)
{
    if (arena_used(feed->arena) - feed->arena_start > LIMIT_FEED_HEAD) {
        feed_warn(feed, 0, 0, "head-too-large", "the feed says more of itself than is read");
        return false;
    }
    *out_reading = reading_of_about(feed);
    out_reading->bytes =
        arena_keep(feed->arena, (span){feed->tape.bytes.at + unit->byte, unit->byte_count}).at;
    out_reading->base = unit->base;
    out_reading->language = unit->language;
    return true;
}

void about_read_unit(struct feed *feed, const struct unit *unit)
{
    struct reading r;

    if (unit->mark_count == 0 || !begin_reading(feed, unit, &r))
        return;
    read_element(&r, feed->tape.marks + unit->mark);
    show_lists(&feed->draft);
}

/* "2.01", "2.0beta" and "2" are 2.0: there is no other 2. */
static span rss_version(span given)
{
    static const char *const versions[] = {"0.90", "0.91", "0.92", "0.93", "0.94", "1.0", "1.1"};

    given = span_trim(given);
    for (size_t i = 0; i < ARRAY_SIZE(versions); i++)
        if (span_is(given, versions[i]))
            return span_of(versions[i]);
    if (span_is(given, "0.9"))
        return S("0.90");
    return span_starts(given, S("2")) ? S("2.0") : (span){0};
}

static void read_version(struct feed *feed, const struct reading *r, const struct mark *root)
{
    struct feed_about *about = &feed->draft.about;
    span name = mark_name(r, root), version = mark_attribute(r, root, "version");

    if (span_is_nocase(name, "rss"))
        about->format_version = rss_version(version);
    else if (span_is_nocase(name, "feed") && span_is(span_trim(version), "0.3"))
        about->format_version = S("0.3");
    else if (span_is_nocase(name, "opml") && span_trim(version).len < 8)
        about->format_version = span_trim(version);
}

void about_read_container(struct feed *feed, const struct unit *unit, struct container *out_container)
{
    struct reading r;
    const struct mark *mark = feed->tape.marks + unit->mark;

    if (!begin_reading(feed, unit, &r))
        return;
    read_scope(&r, mark);
    if (feed->draft.about.format == FEED_CDF && mark_attribute(&r, mark, "base").len)
        r.base = url_of_base(r.arena, r.base, mark_attribute(&r, mark, "base"));
    *out_container = (struct container){.base = r.base, .language = r.language};
    read_version(feed, &r, mark);
    read_attributes(&r, mark, &about_attributes);
    if (r.language.len && field_takes(&r, offsetof(struct about_draft, about.language), RANK_OF_ROOT))
        feed->draft.about.language = language_tag(feed->arena, r.language);
    show_lists(&feed->draft);
}

/* Link: <https://a.example/hub>; rel="hub" (RFC 8288): as if it stood in the feed, but worth less. */
static void read_link_header(struct reading *r, span header)
{
    size_t open = span_find_char(header, '<'), close = span_find_char(header, '>');

    if (open == SPAN_NONE || close == SPAN_NONE || close < open)
        return;
    span url = span_sub(header, open + 1, close - open - 1), parameters = span_from(header, close + 1);
    size_t rel = span_find_nocase(parameters, S("rel="));
    if (rel == SPAN_NONE)
        return;
    span rels = span_from(parameters, rel + 4), one;
    if (span_starts(rels, S("\"")))
        rels = span_sub(rels, 1, span_find_char(span_from(rels, 1), '"'));
    else
        rels = span_sub(rels, 0, span_find_char(rels, ';'));
    while (span_cut_word(&rels, &one))
        take_feed_link(r, (struct feed_link){.rel = one, .href = read_url(r, url)});
}

static void read_headers(struct feed *feed, const struct feed_headers *headers)
{
    struct reading r = reading_of_about(feed);

    r.base = feed->base;
    for (size_t i = 0; i < headers->link_count; i++)
        read_link_header(&r, headers->links[i]);
    span language = span_sub(headers->content_language, 0, span_find_char(headers->content_language, ','));
    language = language_tag(feed->arena, language);
    if (language.len && field_takes(&r, offsetof(struct about_draft, about.language), RANK_OF_HEADER))
        feed->draft.about.language = language;
}

void about_begin(struct feed *feed, const struct feed_headers *headers)
{
    struct feed_about *about = &feed->draft.about;

    about->is_well_formed = true;
    about->published_at = about->updated_at = about->update_base_at = NO_TIME;
    about->ttl_minutes = about->update_frequency = -1;
    if (headers)
        read_headers(feed, headers);
}
