/* SPDX-License-Identifier: MIT
 * item.c - a unit becomes an item
 */
#include "bytes/digest.h"
#include "feed/elements.h"
#include "feed/internal.h"
#include "text/date.h"
#include "text/language.h"
#include "text/utf8.h"

/* ---- readers of what only items have */

/* Atom's content may be elsewhere (RFC 4287 4.1.3.2). What is plain text by the format's word is kept as it
 * is. */
void read_content(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct item_draft *draft = r->target;
    span src = mark_attribute(r, mark, "src");
    struct value value = read_value(r, mark);

    if (src.len && !draft->item.content_url.len)
        draft->item.content_url = read_url(r, src);
    if (!js_trim(value.text).len)
        return;
    if (value.form == FORM_PLAIN && mark->space != SPACE_RSS && !draft->item.content_text.len)
        draft->item.content_text = value.text;
    if (field_takes(r, row->field, row->rank))
        draft->content = value;
}

/* OPML: the feed is what the outline is about. */
void read_subscription(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct item_draft *draft = r->target;

    read_trimmed(r, mark, row);
    draft->item.feed_url = read_url(r, mark_text(r, mark));
}

/* Sitemaps: the article's address; in an index, a sitemap to poll. */
void read_location(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct item_draft *draft = r->target;

    if (!draft->item.id.len)
        draft->item.id = js_trim(mark_text(r, mark));
    if (r->feed->draft.about.format == FEED_SITEMAP_INDEX)
        draft->item.feed_url = read_url(r, mark_text(r, mark));
    else
        read_item_address(r, mark, row);
}

static struct feed_source *new_source(struct reading *r, const struct element *row)
{
    if (!field_takes(r, row->field, row->rank))
        return NULL;
    struct feed_source *source = ARENA_NEW(r->arena, struct feed_source);
    source->updated_at = NO_TIME;
    *(struct feed_source **)field_of(r, row) = source;
    return source;
}

static bool is_web_address(span text)
{
    return span_starts_nocase(text, S("http://")) || span_starts_nocase(text, S("https://"));
}

/* Atom: the head of the other feed. RSS: its title, its address in an attribute. Dublin Core: either. */
void read_source(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct feed_source *source = new_source(r, row);
    struct source_draft draft = {.source.updated_at = NO_TIME};

    if (!source)
        return;
    if (mark_has_elements(mark)) {
        read_into(r, mark, &source_vocabulary, &draft);
    } else {
        struct value value = read_value(r, mark);
        span line = value_line(r, &value);
        if (is_web_address(line))
            draft.source.url = read_url(r, line);
        else
            draft.source.title = line;
        draft.source.feed_url = read_url(r, mark_attribute(r, mark, "url"));
    }
    *source = draft.source;
    source->authors = draft.authors.at;
    source->author_count = draft.authors.len;
}

/* News sitemaps: name and language. */
void read_publication(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct item_draft *draft = r->target;

    for (const struct mark *child = mark_first(mark); child; child = mark_next(child, mark))
        if (child->kind == MARK_ELEMENT && span_is(mark_name(r, child), "language") &&
            field_takes(r, offsetof(struct item_draft, item.language), 4))
            draft->item.language = language_tag(r->arena, mark_text(r, child));
    read_source(r, mark, row);
}

/* ---- putting it together */

static const struct value *first_of(const struct value *a, const struct value *b)
{
    return a->text.len ? a : b;
}

/* Which of description and summary is the summary. Where an item has both and no content, the description is
 * the longer one: that is how feeds use them. */
static void choose_texts(struct item_draft *draft, const uint8_t *ranks)
{
    bool has_both = draft->description.text.len && draft->summary.text.len;
    bool is_plain_summary = ranks[offsetof(struct item_draft, summary) / 8] == 1;
    bool is_plain_description = ranks[offsetof(struct item_draft, description) / 8] == 1;

    if (has_both && !draft->content.text.len && is_plain_summary) {
        draft->content = draft->description;
        return;
    }
    if (has_both && is_plain_summary && !is_plain_description)
        return;
    draft->summary = *first_of(&draft->description, &draft->summary);
}

static void write_texts(struct reading *r, struct item_draft *draft)
{
    struct feed_item *item = &draft->item;

    item->raw_title = draft->title.raw;
    item->title = value_line(r, &draft->title);
    if (draft->title.form == FORM_HTML && has_tag(draft->title.text))
        item->title_html = draft->title.text;
    item->title_base = draft->title.base;

    item->is_full = draft->content.text.len && draft->content.text.at != draft->description.text.at;
    item->summary_html = value_html(r, &draft->summary);
    item->summary_base = draft->summary.base;
    if (!draft->content.text.len)
        draft->content = draft->summary;
    item->content_html = draft->content.text.at == draft->summary.text.at ? item->summary_html
                                                                          : value_html(r, &draft->content);
    item->content_base = draft->content.base;
    item->raw_content = draft->content.raw;
}

/* A summary that says what the content says is none. */
static void write_summary(struct reading *r, struct item_draft *draft)
{
    struct feed_item *item = &draft->item;

    if (!draft->summary.text.len || span_equal(item->summary_html, item->content_html))
        return;
    item->summary = value_line(r, &draft->summary);
    if (item->content_html.len <= 4 * item->summary.len + 256 && /* else it surely says more */
        span_equal(item->summary, strip_html(r->arena, item->content_html)))
        item->summary = (span){0};
}

static void write_lists(struct reading *r, struct item_draft *draft)
{
    struct feed_item *item = &draft->item;

    item->authors = draft->authors.at;
    item->author_count = draft->authors.len;
    item->contributors = draft->contributors.at;
    item->contributor_count = draft->contributors.len;
    if (draft->publishers.len)
        item->publisher = draft->publishers.at[0];
    item->categories = draft->categories.at;
    item->category_count = draft->categories.len;
    item->tags = ARENA_ARRAY(r->arena, span, draft->categories.len);
    for (size_t i = 0; i < draft->categories.len; i++) {
        const struct feed_category *category = &draft->categories.at[i];
        item->tags[item->tag_count++] = category->label.len ? category->label : category->term;
    }
    item->links = draft->links.at;
    item->link_count = draft->links.len;
    item->attachments = draft->attachments.at;
    item->attachment_count = draft->attachments.len;
    if (item->attachment_count && draft->enclosure_link.len)
        item->attachments[0].url = draft->enclosure_link;
    if (item->attachment_count && draft->duration > 0 && item->attachments[0].duration < 0)
        item->attachments[0].duration = draft->duration;
}

/* An item without a name of its own is known by its address, and without one, by what it says. */
static void write_id(struct reading *r, struct feed_item *item)
{
    char date[DATE_TEXT_SIZE] = "";

    item->id_is_given = item->id.len > 0;
    if (!item->id.len)
        item->id = item->link.len ? item->link : item->external_url;
    if (item->id.len)
        return;
    if (item->published_at != NO_TIME)
        date_format_rfc3339(item->published_at, date);
    span parts[] = {item->raw_title, span_of(date), item->raw_content};
    span hex = digest_hex(r->arena, digest_parts(parts, ARRAY_SIZE(parts)));
    item->id = arena_printf(r->arena, "urn:sha-256:%.*s", SPAN_ARG(hex));
}

/* Atom 0.3 and Dublin Core say when it was made; where nothing says when it came out, that is when. */
static void write_dates(struct feed_item *item, const uint8_t *ranks)
{
    enum { RANK_CREATED = 6 };
    uint8_t rank = ranks[offsetof(struct item_draft, item.published_at) / 8];

    if (item->created_at != NO_TIME && (rank == 0 || rank > RANK_CREATED))
        item->published_at = item->created_at;
}

static void write_language(struct reading *r, struct item_draft *draft)
{
    struct feed_item *item = &draft->item;
    span nearest = draft->content.language.len ? draft->content.language : r->language;

    if (!item->language.len && nearest.len)
        item->language = language_tag(r->arena, nearest);
}

struct feed_item *item_read(struct feed *feed, const struct unit *unit, struct arena *arena)
{
    uint8_t ranks[RANK_COUNT] = {0};
    struct item_draft draft = {.item = {.id_is_permalink = -1,
                                        .published_at = NO_TIME,
                                        .modified_at = NO_TIME,
                                        .created_at = NO_TIME,
                                        .expires_at = NO_TIME,
                                        .comments_count = -1}};
    span bytes = arena_keep(arena, (span){feed->tape.bytes.at + unit->byte, unit->byte_count});
    const struct mark *root = feed->tape.marks + unit->mark;
    struct reading r = {.feed = feed,
                        .arena = arena,
                        .bytes = bytes.at,
                        .base = unit->base,
                        .language = unit->language,
                        .vocabulary = &item_vocabulary,
                        .target = &draft,
                        .ranks = ranks};

    read_scope(&r, root);
    read_attributes(&r, root, &item_attributes);
    read_children(&r, root, &item_vocabulary);
    choose_texts(&draft, ranks);
    write_texts(&r, &draft);
    write_summary(&r, &draft);
    write_lists(&r, &draft);
    write_language(&r, &draft);
    write_dates(&draft.item, ranks);
    draft.item.is_cut = unit->is_cut;
    draft.item.is_deleted = root->space == SPACE_TOMBSTONE;
    draft.item.raw_hash = digest_fast(bytes);
    write_id(&r, &draft.item);
    struct feed_item *item = ARENA_NEW(arena, struct feed_item);
    *item = draft.item;
    return item;
}
