/* SPDX-License-Identifier: MIT
 * opml.c - outlines become subscriptions
 */
#include "feed/opml.h"
#include "core/vec.h"
#include "limits/limits.h"
#include "markup/xml.h"
#include "text/category.h"
#include "text/charset.h"
#include "text/url.h"
#include "text/utf8.h"

enum { STEP_BYTES = 64 * 1024 };

const char *const opml_parts[OPML_PARTS] = {"items", "link", "title", "date", "summary"};

struct subscription {
    struct opml_outline outline;
    size_t category_room;
};

struct reading {
    struct arena *arena;
    struct opml *opml;
    VEC(struct subscription *) subscriptions;
    struct map by_address;
    struct buf path;                  /* of the outlines that are open */
    size_t lengths[LIMIT_OPML_DEPTH]; /* of `path` before each */
    int depth;
    bool saw_opml, is_in_title, is_full;
    struct buf title;
};

/* The attributes that are looked at, whatever the case of their names. */
struct outline_attributes {
    span text, title, xml_url, url, category, type;
    span id, page, parts[OPML_PARTS];
};

static span *place_of(struct outline_attributes *out, const struct xml_attribute *attribute)
{
    const struct {
        const char *name;
        span *place;
    } plain[] = {{"text", &out->text}, {"title", &out->title},       {"xmlurl", &out->xml_url},
                 {"url", &out->url},   {"category", &out->category}, {"type", &out->type}},
      ours[] = {{"id", &out->id}, {"page", &out->page}};
    bool is_ours = span_is(attribute->name_space, OPML_NAMESPACE);

    if (!is_ours) {
        for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
            if (span_is_nocase(attribute->name, plain[i].name))
                return plain[i].place;
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
        if (span_is(attribute->name, ours[i].name))
            return ours[i].place;
    for (size_t i = 0; i < OPML_PARTS; i++)
        if (span_is(attribute->name, opml_parts[i]))
            return &out->parts[i];
    return NULL;
}

/* --- a subscription --- */

static void add_category(struct reading *reading, struct subscription *subscription, span category)
{
    struct opml_outline *outline = &subscription->outline;

    if (!category.len || outline->category_count == LIMIT_OPML_CATEGORIES)
        return;
    for (size_t i = 0; i < outline->category_count; i++)
        if (span_equal(outline->categories[i], category))
            return;
    outline->categories = vec_grow(reading->arena, outline->categories, sizeof *outline->categories,
                                   outline->category_count, &subscription->category_room);
    outline->categories[outline->category_count++] = arena_keep(reading->arena, category);
}

/* "/World/Asia,/Sea,tag" */
static void add_named_categories(struct reading *reading, struct subscription *subscription, span list)
{
    span one, name;

    while (span_cut(&list, ',', &one)) {
        LOCAL(buf) path = {.max = LIMIT_OPML_PATH};
        while (span_cut(&one, '/', &name))
            category_add(&path, name);
        if (!path.overflowed)
            add_category(reading, subscription, buf_span(&path));
    }
}

static span address_of(struct reading *reading, span text)
{
    struct url url;

    text = span_trim(text);
    if (span_starts_nocase(text, S("feed://")))
        text = arena_printf(reading->arena, "http%.*s", SPAN_ARG(span_from(text, 4)));
    else if (span_starts_nocase(text, S("feed:")))
        text = span_from(text, 5);
    if (!url_parse(reading->arena, text, NULL, &url) || !url_is_of_web(&url))
        return (span){0};
    return url_serialize(reading->arena, &url);
}

/* The subscription of this address, made if it is new; NULL: there are too many. */
static struct subscription *subscription_at(struct reading *reading, span address, bool *out_is_new)
{
    void **at = map_at(&reading->by_address, address);

    *out_is_new = !*at;
    if (*at)
        return *at;
    if (reading->subscriptions.len == LIMIT_OPML_OUTLINES || arena_is_full(reading->arena)) {
        reading->is_full = true;
        return NULL;
    }
    *at = ARENA_NEW(reading->arena, struct subscription);
    *vec_add(reading->arena, &reading->subscriptions) = *at;
    return *at;
}

static span line_of(struct reading *reading, span text)
{
    return arena_keep(reading->arena, text_collapse(reading->arena, utf8_cut(text, 1024)));
}

static void skip(struct reading *reading, const struct outline_attributes *said, span address)
{
    struct opml *opml = reading->opml;

    if (!opml->skipped)
        opml->skipped = ARENA_ARRAY(reading->arena, struct opml_skipped, OPML_SKIPPED);
    if (opml->skipped_count < OPML_SKIPPED)
        opml->skipped[opml->skipped_count] =
            (struct opml_skipped){.title = line_of(reading, said->text.len ? said->text : said->title),
                                  .address = line_of(reading, address)};
    opml->skipped_count++;
}

static void take_outline(struct reading *reading, const struct outline_attributes *said)
{
    bool is_page = !said->xml_url.len && span_is(said->page, "true"), is_new;
    span address = address_of(reading, is_page ? said->url : said->xml_url);
    struct subscription *subscription;
    struct opml_outline *outline;

    if (!address.len) {
        skip(reading, said, is_page ? said->url : said->xml_url);
        return;
    }
    subscription = subscription_at(reading, address, &is_new);
    if (!subscription)
        return;
    outline = &subscription->outline;
    if (is_new) {
        outline->title = line_of(reading, said->text.len ? said->text : said->title);
        outline->id = arena_keep(reading->arena, span_sub(said->id, 0, 64));
        *(is_page ? &outline->page_url : &outline->feed_url) = address;
        for (size_t i = 0; i < OPML_PARTS; i++)
            outline->parts[i] = line_of(reading, said->parts[i]);
    }
    add_named_categories(reading, subscription, said->category);
    if (!reading->path.overflowed)
        add_category(reading, subscription, buf_span(&reading->path));
}

/* --- events --- */

static void on_start(void *context, span name_space, span name, const struct xml_attribute *attributes,
                     size_t count)
{
    struct reading *reading = context;
    struct outline_attributes said = {0};

    (void)name_space;
    reading->saw_opml |= span_is_nocase(name, "opml");
    reading->is_in_title = span_is_nocase(name, "title");
    if (!span_is_nocase(name, "outline") || reading->depth == LIMIT_OPML_DEPTH)
        return;
    for (size_t i = 0; i < count; i++) {
        span *place = place_of(&said, &attributes[i]);
        if (place)
            *place = attributes[i].value;
    }
    reading->lengths[reading->depth++] = reading->path.len;
    if (said.xml_url.len || span_is(said.page, "true"))
        take_outline(reading, &said);
    else
        category_add(&reading->path, said.text.len ? said.text : said.title);
}

static void on_end(void *context, span name_space, span name)
{
    struct reading *reading = context;

    (void)name_space;
    reading->is_in_title = false;
    if (!span_is_nocase(name, "outline") || reading->depth == 0)
        return;
    buf_truncate(&reading->path, reading->lengths[--reading->depth]);
    reading->path.overflowed = false;
}

static void on_text(void *context, span text)
{
    struct reading *reading = context;

    if (reading->is_in_title)
        buf_add(&reading->title, text);
}

static void on_damage(void *context, int line, int column, const char *code, const char *message)
{
    (void)context, (void)line, (void)column, (void)code, (void)message; /* what can be read is read */
}

/* --- the whole --- */

static struct error *read_events(struct reading *reading, span text)
{
    static const struct xml_handler handler = {on_start, on_end, on_text, on_damage};
    OPEN(xml) xml = xml_open(text, &handler, reading);
    bool is_done = false;

    while (!is_done && !reading->is_full)
        TRY(xml_step(xml, STEP_BYTES, &is_done));
    return reading->is_full ? error_new(ERROR_LIMIT, "more than %d subscriptions", LIMIT_OPML_OUTLINES) : OK;
}

static span declared_in(span bytes)
{
    span head = span_sub(bytes, 0, MIN(span_find(span_sub(bytes, 0, 1024), S("?>")), (size_t)1024));
    size_t at = span_find(head, S("encoding="));

    if (at == SPAN_NONE || at + 10 >= head.len)
        return (span){0};
    head = span_from(head, at + 10);
    return span_sub(head, 0, MIN(span_find_char(head, '"'), span_find_char(head, '\'')));
}

static struct error *conclude(struct reading *reading)
{
    struct opml *opml = reading->opml;

    if (!reading->saw_opml)
        return error_new(ERROR_FORMAT, "it is no OPML");
    if (reading->subscriptions.len == 0)
        return error_new(ERROR_FORMAT, "this OPML names no feed");
    opml->title = text_collapse(reading->arena, utf8_repair(reading->arena, buf_span(&reading->title)));
    opml->count = reading->subscriptions.len;
    opml->outlines = ARENA_ARRAY(reading->arena, struct opml_outline, opml->count);
    for (size_t i = 0; i < opml->count; i++)
        opml->outlines[i] = reading->subscriptions.at[i]->outline;
    return OK;
}

struct error *opml_read(struct arena *arena, span bytes, struct opml **out_opml)
{
    struct charset_hints hints = {.declared = declared_in(bytes)};
    struct reading reading = {.arena = arena,
                              .opml = ARENA_NEW(arena, struct opml),
                              .by_address = {.arena = arena},
                              .path = {.max = LIMIT_OPML_PATH},
                              .title = {.max = 1 * KiB}};
    span text = charset_decode(arena, charset_choose(bytes, &hints), bytes, NULL);
    struct error *error = read_events(&reading, text);

    if (!error)
        error = conclude(&reading);
    buf_release(&reading.path);
    buf_release(&reading.title);
    if (error)
        return error;
    *out_opml = reading.opml;
    return OK;
}
