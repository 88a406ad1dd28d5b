/* SPDX-License-Identifier: MIT
 * media.c - enclosures, media:content and pictures
 *
 * Each file is in the list once, however often it is named: what one element leaves out, another may add.
 */
#include "feed/drafts.h"
#include "feed/elements.h"
#include "text/utf8.h"

enum { /* ranks for item.image; those of rows are in elements.c */
       RANK_PICTURE_FILE = 4,
       LONG_LIST = 8, /* from here on a map finds the URL */
};

int64_t read_length(span text)
{
    int64_t number;

    return span_to_int64(span_trim(text), &number) && number > 0 ? number : -1;
}

static struct feed_attachment *find_attachment(struct reading *r, struct attachment_list *list, span url)
{
    if (list->len < LONG_LIST) {
        for (size_t i = 0; i < list->len; i++)
            if (span_equal(list->at[i].url, url))
                return &list->at[i];
        return NULL;
    }
    if (!list->by_url.arena) {
        list->by_url.arena = r->arena;
        for (size_t i = 0; i < list->len; i++)
            *map_at(&list->by_url, list->at[i].url) = (void *)(uintptr_t)(i + 1);
    }
    uintptr_t place = (uintptr_t)map_get(&list->by_url, url);
    return place ? &list->at[place - 1] : NULL;
}

static void fill_attachment(struct feed_attachment *into, const struct feed_attachment *from)
{
    if (!into->mime_type.len)
        into->mime_type = from->mime_type;
    if (!into->title.len)
        into->title = from->title;
    if (into->size < 0)
        into->size = from->size;
    if (into->duration < 0)
        into->duration = from->duration;
}

static bool is_picture(const struct feed_attachment *attachment, span medium)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"};
    span path = span_sub(attachment->url, 0, span_find_char(attachment->url, '?'));

    if (medium.len || attachment->mime_type.len)
        return span_is_nocase(medium, "image") || span_starts_nocase(attachment->mime_type, S("image"));
    for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
        if (span_ends(path, span_of(endings[i])))
            return true;
    return false;
}

void add_attachment(struct reading *r, struct feed_attachment attachment)
{
    struct item_draft *draft = r->target;
    struct attachment_list *list = &draft->attachments;

    if (!attachment.url.len)
        return;
    struct feed_attachment *known = find_attachment(r, list, attachment.url);
    if (known) {
        fill_attachment(known, &attachment);
        return;
    }
    *vec_add(r->arena, list) = attachment;
    if (list->by_url.arena)
        *map_at(&list->by_url, attachment.url) = (void *)(uintptr_t)list->len;
}

static void add_file(struct reading *r, const struct feed_attachment *attachment, span medium)
{
    struct item_draft *draft = r->target;

    add_attachment(r, *attachment);
    if (attachment->url.len && is_picture(attachment, medium) &&
        field_takes(r, offsetof(struct item_draft, item.image), RANK_PICTURE_FILE))
        draft->item.image = attachment->url;
}

void read_enclosure(struct reading *r, const struct mark *mark, const struct element *row)
{
    span url = mark_attribute(r, mark, "url");

    (void)row;
    if (!url.at)
        url = mark_attribute(r, mark, "href");
    if (!url.at)
        url = mark_text(r, mark);
    struct feed_attachment attachment = {.url = read_url(r, url),
                                         .mime_type = span_trim(mark_attribute(r, mark, "type")),
                                         .size = read_length(mark_attribute(r, mark, "length")),
                                         .duration = -1};
    add_file(r, &attachment, (span){0});
}

static span title_within(struct reading *r, const struct mark *mark)
{
    for (const struct mark *child = mark_first(mark); child; child = mark_next(child, mark)) {
        if (child->kind != MARK_ELEMENT || !span_is(mark_name(r, child), "title"))
            continue;
        struct value value = read_value(r, child);
        return value_line(r, &value);
    }
    return (span){0};
}

/* Media RSS: what stands inside speaks of the item, but for the title. */
void read_media_content(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct feed_attachment attachment = {.url = read_url(r, mark_attribute(r, mark, "url")),
                                         .mime_type = span_trim(mark_attribute(r, mark, "type")),
                                         .title = title_within(r, mark),
                                         .size = read_length(mark_attribute(r, mark, "fileSize")),
                                         .duration = read_duration(mark_attribute(r, mark, "duration"))};

    (void)row;
    add_file(r, &attachment, span_trim(mark_attribute(r, mark, "medium")));
    read_children(r, mark, r->vocabulary);
}

struct json_attachment {
    span url, mime_type, title, size, duration;
};

static const struct element attachment_rows[] = {
    {SPACE_JSON, 1, offsetof(struct json_attachment, duration), "duration_in_seconds", read_trimmed},
    {SPACE_JSON, 1, offsetof(struct json_attachment, mime_type), "mime_type", read_trimmed},
    {SPACE_JSON, 1, offsetof(struct json_attachment, size), "size_in_bytes", read_trimmed},
    {SPACE_JSON, 1, offsetof(struct json_attachment, title), "title", read_line},
    {SPACE_JSON, 1, offsetof(struct json_attachment, url), "url", read_link},
};
static const struct vocabulary attachment_vocabulary = {attachment_rows, ARRAY_SIZE(attachment_rows)};

void read_json_attachment(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct json_attachment json = {0};

    (void)row;
    read_into(r, mark, &attachment_vocabulary, &json);
    struct feed_attachment attachment = {.url = json.url,
                                         .mime_type = json.mime_type,
                                         .title = json.title,
                                         .size = read_length(json.size),
                                         .duration = json.duration.len ? read_duration(json.duration) : -1};
    add_file(r, &attachment, (span){0});
}

void read_duration_of_enclosure(struct reading *r, const struct mark *mark, const struct element *row)
{
    double duration = read_duration(mark_text(r, mark));

    if (duration > 0 && field_takes(r, row->field, row->rank))
        *(double *)field_of(r, row) = duration;
}

/* An address in an attribute, in a <url> within, or as text. */
void read_picture(struct reading *r, const struct mark *mark, const struct element *row)
{
    for (const struct mark *child = mark_first(mark); child; child = mark_next(child, mark)) {
        if (child->kind == MARK_ELEMENT &&
            (span_is_nocase(mark_name(r, child), "url") || span_is_nocase(mark_name(r, child), "loc"))) {
            set_span(r, row, read_url(r, mark_text(r, child)));
            return;
        }
    }
    if (!mark_has_elements(mark))
        read_href(r, mark, row);
}
