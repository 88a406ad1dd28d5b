/* SPDX-License-Identifier: MIT
 * write.c - the JSON of `courant feed`
 *
 * The keys are JSON Feed's; what it has no name for is in `_courant`. Items come first, as they are read: a
 * feed may say what it is called behind its last item.
 */
#include "feed/feed.h"
#include "text/json.h"

const char *const feed_weekdays[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                      "Thursday", "Friday", "Saturday"};

/* ---- what both have */

/* An object that may turn out to be empty, and is left out then. */
struct optional {
    size_t start;
    bool needs_comma;
    size_t inside;
};

static struct optional open_optional(struct json_writer *json, const char *key)
{
    struct optional optional = {.start = json->out->len, .needs_comma = json->needs_comma};

    json_key(json, key);
    json_open_object(json);
    optional.inside = json->out->len;
    return optional;
}

static void close_optional(struct json_writer *json, const struct optional *optional)
{
    bool is_empty = json->out->len == optional->inside;

    json_close_object(json);
    if (!is_empty)
        return;
    buf_truncate(json->out, optional->start);
    json->needs_comma = optional->needs_comma;
}

/* A text that was just written, in case it comes again: quoting it costs more than all the rest. */
struct written {
    span text;
    size_t start, len; /* its place in the buffer */
};

static struct written write_text(struct json_writer *json, const char *key, span text)
{
    if (!text.len)
        return (struct written){0};
    json_key(json, key);
    size_t start = json->out->len;
    json_string(json, text);
    return (struct written){.text = text, .start = start, .len = json->out->len - start};
}

static void write_again(struct json_writer *json, const char *key, span text, const struct written *before)
{
    if (!text.len || text.at != before->text.at || text.len != before->text.len) {
        json_pair_if(json, key, text);
        return;
    }
    json_key(json, key);
    char *room = buf_reserve(json->out, before->len);
    if (room) {
        memcpy(room, json->out->at + before->start, before->len);
        json->out->len += before->len;
    }
    json->needs_comma = true;
}

static void write_author(struct json_writer *json, const struct author *author)
{
    json_open_object(json);
    json_pair_if(json, "name", author->name);
    json_pair_if(json, "url", author->url);
    json_pair_if(json, "avatar", author->avatar);
    struct optional more = open_optional(json, "_courant");
    json_pair_if(json, "email", author->email);
    close_optional(json, &more);
    json_close_object(json);
}

static void write_authors(struct json_writer *json, const char *key, const struct author *authors,
                          size_t count)
{
    if (count == 0)
        return;
    json_key(json, key);
    json_open_array(json);
    for (size_t i = 0; i < count; i++)
        write_author(json, &authors[i]);
    json_close_array(json);
}

static void write_one_author(struct json_writer *json, const char *key, const struct author *author)
{
    if (!author->name.len && !author->url.len && !author->email.len)
        return;
    json_key(json, key);
    write_author(json, author);
}

static void write_categories(struct json_writer *json, const struct feed_category *categories, size_t count)
{
    if (count == 0)
        return;
    json_key(json, "categories");
    json_open_array(json);
    for (size_t i = 0; i < count; i++) {
        json_open_object(json);
        json_pair_if(json, "term", categories[i].term);
        json_pair_if(json, "scheme", categories[i].scheme);
        json_pair_if(json, "label", categories[i].label);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_links(struct json_writer *json, const struct feed_link *links, size_t count)
{
    if (count == 0)
        return;
    json_key(json, "links");
    json_open_array(json);
    for (size_t i = 0; i < count; i++) {
        json_open_object(json);
        json_pair_if(json, "rel", links[i].rel);
        json_pair_if(json, "href", links[i].href);
        json_pair_if(json, "type", links[i].type);
        json_pair_if(json, "hreflang", links[i].hreflang);
        json_pair_if(json, "title", links[i].title);
        json_pair_if(json, "length", links[i].length);
        json_close_object(json);
    }
    json_close_array(json);
}

/* ---- an item */

static void write_attachments(struct json_writer *json, const struct feed_item *item)
{
    if (item->attachment_count == 0)
        return;
    json_key(json, "attachments");
    json_open_array(json);
    for (size_t i = 0; i < item->attachment_count; i++) {
        const struct feed_attachment *attachment = &item->attachments[i];
        json_open_object(json);
        json_pair_if(json, "url", attachment->url);
        json_pair_if(json, "mime_type", attachment->mime_type);
        json_pair_if(json, "title", attachment->title);
        if (attachment->size >= 0)
            json_pair_integer(json, "size_in_bytes", attachment->size);
        if (attachment->duration >= 0) {
            json_key(json, "duration_in_seconds");
            json_number(json, attachment->duration);
        }
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_tags(struct json_writer *json, const struct feed_item *item)
{
    if (item->tag_count == 0)
        return;
    json_key(json, "tags");
    json_open_array(json);
    for (size_t i = 0; i < item->tag_count; i++)
        json_string(json, item->tags[i]);
    json_close_array(json);
}

static void write_source(struct json_writer *json, const struct feed_source *source)
{
    struct optional object = open_optional(json, "source");

    json_pair_if(json, "title", source->title);
    json_pair_if(json, "url", source->url);
    json_pair_if(json, "feed_url", source->feed_url);
    json_pair_if(json, "id", source->id);
    json_pair_date_if(json, "updated", source->updated_at);
    write_authors(json, "authors", source->authors, source->author_count);
    json_pair_if(json, "rights", source->rights);
    json_pair_if(json, "icon", source->icon);
    json_pair_if(json, "image", source->image);
    close_optional(json, &object);
}

static void write_raw(struct json_writer *json, const struct feed_item *item, const struct written *content)
{
    struct optional raw = open_optional(json, "raw");

    json_pair_if(json, "title", item->raw_title);
    write_again(json, "content", item->raw_content, content);
    json_pair_if(json, "link", item->raw_link);
    if (item->published_at != NO_TIME)
        json_pair_integer(json, "published_ms", item->published_at);
    close_optional(json, &raw);
}

static void write_item_extension(struct json_writer *json, const struct feed_item *item,
                                 const struct written *content, bool with_raw)
{
    struct optional extension = open_optional(json, "_courant");

    if (item->id_is_permalink >= 0)
        json_pair_boolean(json, "id_is_permalink", item->id_is_permalink);
    write_again(json, "summary_html", item->summary_html, content);
    json_pair_if(json, "title_html", item->title_html);
    json_pair_if(json, "rights", item->rights);
    json_pair_if(json, "license_url", item->license_url);
    write_authors(json, "contributors", item->contributors, item->contributor_count);
    write_one_author(json, "publisher", &item->publisher);
    write_categories(json, item->categories, item->category_count);
    write_links(json, item->links, item->link_count);
    json_pair_if(json, "comments_url", item->comments_url);
    json_pair_if(json, "comments_feed_url", item->comments_feed_url);
    if (item->comments_count >= 0)
        json_pair_integer(json, "comments_count", item->comments_count);
    if (item->source)
        write_source(json, item->source);
    json_pair_date_if(json, "created", item->created_at);
    json_pair_date_if(json, "expires", item->expires_at);
    json_pair_if(json, "content_url", item->content_url);
    json_pair_if(json, "feed_url", item->feed_url);
    if (with_raw)
        write_raw(json, item, content);
    close_optional(json, &extension);
}

void feed_write_json_item(struct json_writer *json, const struct feed_item *item, bool with_raw)
{
    if (item->is_deleted)
        return;
    json_open_object(json);
    json_pair(json, "id", item->id);
    json_pair_if(json, "url", item->link);
    json_pair_if(json, "external_url", item->external_url);
    json_pair_if(json, "title", item->title);
    struct written content = write_text(json, "content_html", item->content_html);
    json_pair_if(json, "content_text", item->content_text);
    json_pair_if(json, "summary", item->summary);
    json_pair_if(json, "image", item->image);
    json_pair_if(json, "banner_image", item->banner_image);
    json_pair_date_if(json, "date_published", item->published_at);
    json_pair_date_if(json, "date_modified", item->modified_at);
    write_authors(json, "authors", item->authors, item->author_count);
    write_tags(json, item);
    json_pair_if(json, "language", item->language);
    write_attachments(json, item);
    write_item_extension(json, item, &content, with_raw);
    json_close_object(json);
}

/* ---- the feed */

void feed_write_json_head(struct json_writer *json, const struct feed *feed)
{
    (void)feed;
    json_open_object(json);
    json_pair(json, "version", S("https://jsonfeed.org/version/1.1"));
    json_key(json, "items");
    json_open_array(json);
}

static void write_hubs(struct json_writer *json, const struct feed_about *about)
{
    if (about->hub_count == 0)
        return;
    json_key(json, "hubs");
    json_open_array(json);
    for (size_t i = 0; i < about->hub_count; i++) {
        json_open_object(json);
        json_pair_if(json, "type", about->hubs[i].type);
        json_pair_if(json, "url", about->hubs[i].url);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_image(struct json_writer *json, const struct feed_about *about)
{
    struct optional image = open_optional(json, "image");

    json_pair_if(json, "url", about->image.url);
    json_pair_if(json, "title", about->image.title);
    json_pair_if(json, "link", about->image.link);
    if (about->image.width > 0)
        json_pair_integer(json, "width", about->image.width);
    if (about->image.height > 0)
        json_pair_integer(json, "height", about->image.height);
    close_optional(json, &image);
}

static void write_generator(struct json_writer *json, const struct feed_about *about)
{
    struct optional generator = open_optional(json, "generator");

    json_pair_if(json, "name", about->generator.name);
    json_pair_if(json, "url", about->generator.url);
    json_pair_if(json, "version", about->generator.version);
    close_optional(json, &generator);
}

/* When not to come, and how often to. */
static void write_schedule(struct json_writer *json, const struct feed_about *about)
{
    if (about->ttl_minutes > 0)
        json_pair_integer(json, "ttl_minutes", about->ttl_minutes);
    if (about->skip_hours) {
        json_key(json, "skip_hours");
        json_open_array(json);
        for (int hour = 0; hour < 24; hour++)
            if (about->skip_hours & 1u << hour)
                json_integer(json, hour);
        json_close_array(json);
    }
    if (about->skip_days) {
        json_key(json, "skip_days");
        json_open_array(json);
        for (int day = 0; day < 7; day++)
            if (about->skip_days & 1u << day)
                json_string(json, span_of(feed_weekdays[day]));
        json_close_array(json);
    }
    json_pair_if(json, "update_period", about->update_period);
    if (about->update_frequency >= 0)
        json_pair_integer(json, "update_frequency", about->update_frequency);
    json_pair_date_if(json, "update_base", about->update_base_at);
}

static void write_warnings(struct json_writer *json, const struct feed_about *about)
{
    if (about->warning_count == 0)
        return;
    json_key(json, "warnings");
    json_open_array(json);
    for (size_t i = 0; i < about->warning_count; i++) {
        const struct feed_warning *warning = &about->warnings[i];
        json_open_object(json);
        if (warning->line > 0)
            json_pair_integer(json, "line", warning->line);
        if (warning->column > 0)
            json_pair_integer(json, "column", warning->column);
        json_pair_if(json, "code", warning->code);
        json_pair_if(json, "message", warning->message);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_feed_extension(struct json_writer *json, const struct feed_about *about)
{
    json_key(json, "_courant");
    json_open_object(json);
    json_pair(json, "format", span_of(feed_format_name(about->format)));
    json_pair_if(json, "format_version", about->format_version);
    json_pair_if(json, "encoding", about->encoding);
    json_pair_boolean(json, "well_formed", about->is_well_formed);
    write_warnings(json, about);
    json_pair_if(json, "id", about->id);
    json_pair_date_if(json, "published", about->published_at);
    json_pair_date_if(json, "updated", about->updated_at);
    json_pair_if(json, "rights", about->rights);
    json_pair_if(json, "license_url", about->license_url);
    write_generator(json, about);
    write_one_author(json, "publisher", &about->publisher);
    write_one_author(json, "webmaster", &about->webmaster);
    write_authors(json, "contributors", about->contributors, about->contributor_count);
    write_image(json, about);
    write_categories(json, about->categories, about->category_count);
    write_links(json, about->links, about->link_count);
    write_schedule(json, about);
    if (about->is_archive)
        json_pair_boolean(json, "archive", true);
    if (about->is_complete)
        json_pair_boolean(json, "complete", true);
    json_close_object(json);
}

void feed_write_json_tail(struct json_writer *json, const struct feed *feed)
{
    const struct feed_about *about = feed_about(feed);

    json_close_array(json);
    json_pair_if(json, "title", about->title);
    json_pair_if(json, "description", about->description);
    json_pair_if(json, "home_page_url", about->home_page_url);
    json_pair_if(json, "feed_url", about->feed_url);
    json_pair_if(json, "next_url", about->next_url);
    json_pair_if(json, "language", about->language);
    json_pair_if(json, "icon", about->icon);
    json_pair_if(json, "favicon", about->favicon);
    write_authors(json, "authors", about->authors, about->author_count);
    write_hubs(json, about);
    if (about->is_expired)
        json_pair_boolean(json, "expired", true);
    write_feed_extension(json, about);
    json_close_object(json);
}
