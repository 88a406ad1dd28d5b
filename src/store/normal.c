/* SPDX-License-Identifier: MIT
 * normal.c - what of an item counts as its content
 *
 * Two polls give the same article in ever new dress: a feed service appends its own footer to one item in
 * five, white space and order of attributes change, pictures come in another size or through a proxy, a
 * counter of readers moves. Here an item is brought to the form in which only what the publisher says is
 * left: its text without white space and markup, and where its links and pictures lead. Two items of one form
 * are the same to a reader.
 *
 * Pure and linear in the size of what comes in. The hashes are stored: whoever changes what they say must
 * bring the stored ones forward (tests/unit/test_store_change.c holds some of them).
 */
#include "store/normal.h"
#include "bytes/digest.h"

enum { LONGEST_FOOTER = 1024, LARGEST_FORM = 64 * 1024 * 1024 };

struct normal {
    struct arena *arena; /* for the piece in hand */
    struct buf words;    /* text, no white space */
    struct buf places;   /* where links and pictures lead, a line each */
};

/* --- markup --- */

struct tag {
    span name, attributes;
    bool is_end;
};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == ':';
}

/* Takes the tag or comment at the start of `*rest` off; false if the `<` begins none. A tag ends at the first
 * `>` outside quotes; where quotes never close, at the first `>`. */
static bool take_tag(span *rest, struct tag *out_tag)
{
    size_t at = 1, end;
    char quote = 0;

    *out_tag = (struct tag){0};
    if (span_starts(*rest, S("<!--"))) {
        end = span_find(span_from(*rest, 4), S("-->"));
        *rest = span_from(*rest, end == SPAN_NONE ? rest->len : end + 7);
        return true;
    }
    out_tag->is_end = at < rest->len && rest->at[at] == '/';
    at += out_tag->is_end;
    if (at >= rest->len || (!is_name_char(rest->at[at]) && rest->at[at] != '!' && rest->at[at] != '?'))
        return false;
    end = at;
    while (end < rest->len && is_name_char(rest->at[end]))
        end++;
    out_tag->name = span_sub(*rest, at, end - at);
    at = end;
    for (; end < rest->len && (quote || rest->at[end] != '>'); end++) {
        if (quote && rest->at[end] == quote)
            quote = 0;
        else if (!quote && (rest->at[end] == '"' || rest->at[end] == '\'') && rest->at[end - 1] == '=')
            quote = rest->at[end];
    }
    if (quote)
        end = MIN(at + MIN(span_find_char(span_from(*rest, at), '>'), rest->len), rest->len);
    out_tag->attributes = span_sub(*rest, at, end - at);
    *rest = span_from(*rest, end + 1);
    return true;
}

/* Takes the next attribute off `*rest`; false after the last. */
static bool take_attribute(span *rest, span *out_name, span *out_value)
{
    size_t end = 0;

    *rest = span_trim(*rest);
    while (rest->len && (rest->at[0] == '/' || rest->at[0] == '='))
        *rest = span_trim(span_from(*rest, 1));
    if (!rest->len)
        return false;
    while (end < rest->len && !strchr(" \t\r\n\f=/", rest->at[end]))
        end++;
    end = MAX(end, 1);
    *out_name = span_sub(*rest, 0, end);
    *rest = span_trim(span_from(*rest, end));
    *out_value = (span){0};
    if (!rest->len || rest->at[0] != '=')
        return true;
    *rest = span_trim(span_from(*rest, 1));
    if (rest->len && (rest->at[0] == '"' || rest->at[0] == '\'')) {
        char quote = rest->at[0];
        *rest = span_from(*rest, 1);
        end = MIN(span_find_char(*rest, quote), rest->len);
    } else {
        for (end = 0; end < rest->len && !strchr(" \t\r\n\f", rest->at[end]); end++)
            ;
    }
    *out_value = span_sub(*rest, 0, end);
    *rest = span_from(*rest, end + 1);
    return true;
}

/* Elements whose address counts, in which attribute, and as what */
static const struct {
    const char *element, *attribute;
    void (*add)(struct arena *arena, span raw_url, struct buf *out);
} telling[] = {
    {"a", "href", normal_link},       {"img", "src", normal_picture},   {"iframe", "src", normal_link},
    {"video", "src", normal_picture}, {"audio", "src", normal_picture}, {"source", "src", normal_picture},
    {"embed", "src", normal_link},
};

static void add_places(struct normal *normal, const struct tag *tag)
{
    span rest = tag->attributes, name, value;

    for (size_t i = 0; i < ARRAY_SIZE(telling); i++) {
        if (!span_is_nocase(tag->name, telling[i].element))
            continue;
        while (take_attribute(&rest, &name, &value)) {
            if (!span_is_nocase(name, telling[i].attribute) || span_starts_nocase(value, S("data:")))
                continue;
            telling[i].add(normal->arena, value, &normal->places);
            return; /* a second one of the name does not count (HTML 13.2.5.33) */
        }
        return;
    }
}

/* Elements of which nothing is shown, or what is shown is there twice */
static bool is_hidden(span name)
{
    static const char *const names[] = {"script", "style", "noscript", "template", "svg", "head", "title"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (span_is_nocase(name, names[i]))
            return true;
    return false;
}

/* Behind the end tag of the hidden element whose start tag was just taken; all of it where there is no end */
static span behind(span rest, span name)
{
    struct tag tag;

    while (rest.len) {
        size_t open = span_find(rest, S("</"));
        rest = span_from(rest, open);
        if (!rest.len)
            break;
        if (!span_starts_nocase(span_from(rest, 2), name)) {
            rest = span_from(rest, 2);
            continue;
        }
        if (take_tag(&rest, &tag))
            break;
        rest = span_from(rest, 2);
    }
    return rest;
}

/* A feed service's own footer, which it appends to some items at random: after a marker that it always has,
 * or after the last rule, where the little that follows speaks of feeds. */
static span without_footer(span raw)
{
    size_t tail_start = raw.len > LONGEST_FOOTER ? raw.len - LONGEST_FOOTER : 0;
    span tail = span_from(raw, tail_start);
    size_t marker = span_find(tail, S("获取更多RSS"));
    size_t rule = SPAN_NONE, from = 0, found;

    if (marker != SPAN_NONE)
        return span_sub(raw, 0, tail_start + marker);
    while ((found = span_find_nocase(span_from(tail, from), S("<hr"))) != SPAN_NONE) {
        rule = from + found;
        from = rule + 3;
    }
    if (rule == SPAN_NONE)
        return raw;
    tail = span_from(tail, rule);
    if (span_find_nocase(tail, S("rss")) == SPAN_NONE || span_find_nocase(tail, S("<a ")) == SPAN_NONE)
        return raw;
    return span_sub(raw, 0, tail_start + rule);
}

static void read_markup(struct normal *normal, span raw)
{
    span rest = raw;
    struct tag tag;

    while (rest.len) {
        size_t open = MIN(span_find_char(rest, '<'), rest.len);
        arena_reset(normal->arena);
        if (open) {
            normal_text(normal->arena, span_sub(rest, 0, open), &normal->words);
            rest = span_from(rest, open);
            continue;
        }
        if (!take_tag(&rest, &tag)) {
            buf_add_char(&normal->words, '<');
            rest = span_from(rest, 1);
        } else if (!tag.is_end && is_hidden(tag.name)) {
            rest = behind(rest, tag.name);
        } else if (!tag.is_end) {
            add_places(normal, &tag);
        }
    }
}

/* --- the item --- */

static void normal_release(struct normal *normal)
{
    arena_free(normal->arena);
    buf_release(&normal->words);
    buf_release(&normal->places);
}

void normal_body(struct arena *arena, span raw_html, struct buf *out)
{
    LOCAL(normal) normal = {arena_new(LARGEST_FORM), {.max = LARGEST_FORM}, {.max = LARGEST_FORM}};

    read_markup(&normal, without_footer(raw_html));
    buf_add(out, normal_without_counters(arena, buf_span(&normal.words)));
    buf_add_char(out, '\n');
    buf_add(out, buf_span(&normal.places));
}

static void add_line(struct arena *arena, span s, struct buf *out) /* of text: a title, a name */
{
    LOCAL(buf) words = {.max = LARGEST_FORM};

    normal_text(arena, s, &words);
    buf_add(out, normal_without_counters(arena, buf_span(&words)));
    buf_add_char(out, '\n');
}

/* The link is not among it: whether it says anything is the business of keys.c and change.c. */
static void add_head(struct arena *arena, const struct item *item, struct buf *out)
{
    add_line(arena, item->raw_title.len ? item->raw_title : item->title, out);
    for (size_t i = 0; i < item->author_count; i++)
        add_line(arena, item->authors[i].name, out);
    if (item->image.len)
        normal_picture(arena, item->image, out);
    if (!item->raw_body.len)
        add_line(arena, item->summary, out);
}

void item_form(struct arena *arena, const struct item *item, struct form *out_form)
{
    LOCAL(buf) body = {.max = LARGEST_FORM};
    LOCAL(buf) whole = {.max = LARGEST_FORM};

    normal_body(arena, item->raw_body, &body);
    out_form->body = digest_fast(buf_span(&body));
    out_form->body_size = body.len - 1; /* a line feed ends its text */
    add_head(arena, item, &whole);
    buf_add_char(&whole, '\n');
    buf_add(&whole, buf_span(&body));
    out_form->whole = digest_fast(buf_span(&whole));
}
