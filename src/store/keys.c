/* SPDX-License-Identifier: MIT
 * keys.c - by what an item may be known
 *
 * Pure: from the item's own words to hashes. Which of them to believe is identity.c's business. A key is left
 * out where what the feed gave names nothing: a placeholder, or the address of the site itself.
 */
#include "bytes/digest.h"
#include "store/identity.h"
#include "text/url.h"
#include "text/utf8.h"

enum { TELLING_SEGMENT = 12 }; /* bytes of a path's last part that no other story's is likely to have */

/* The kind is mixed in, so that an id that is an address and that address as a link are two keys. */
static uint64_t mix(enum key_kind kind, uint64_t hash)
{
    hash ^= UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(kind + 1);
    return hash ? hash : 1;
}

uint64_t key_hash(enum key_kind kind, span value)
{
    return mix(kind, digest_fast(value));
}

/* What publishing systems write where they have nothing to write */
static bool is_placeholder(span value)
{
    span rest =
        S("n/a|na|none|null|nil|undefined|nan|false|true|0|-1|#|-|/|?|tbd|unknown|about:blank|guid|id|link|"
          "[object object]|00000000-0000-0000-0000-000000000000");
    span placeholder;

    while (span_cut(&rest, '|', &placeholder))
        if (span_equal_nocase(value, placeholder))
            return true;
    return value.len == 0;
}

static span without_scheme(span address, bool *out_is_web)
{
    static const char *const schemes[] = {"https://", "http://"};

    *out_is_web = false;
    for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
        if (!span_starts_nocase(address, span_of(schemes[i])))
            continue;
        *out_is_web = true;
        return span_from(address, strlen(schemes[i]));
    }
    return address;
}

static span path_of(span canonical) /* "/a/b?c" of "host/a/b?c" */
{
    size_t slash = span_find_char(canonical, '/');
    size_t query = span_find_char(canonical, '?');
    size_t start = MIN(slash, query);

    return start == SPAN_NONE ? (span){0} : span_from(canonical, start);
}

static bool is_telling_path(span path)
{
    size_t query = span_find_char(path, '?');
    span before = span_sub(path, 0, query);
    size_t slash = span_find_last_char(before, '/');
    size_t last = before.len - (slash == SPAN_NONE ? 0 : slash + 1);

    return query != SPAN_NONE || last >= TELLING_SEGMENT;
}

/* --- the feed's own id --- */

span feed_id_key(const struct item *item)
{
    bool is_web;
    span id = without_scheme(js_trim(item->feed_id), &is_web);
    bool is_site = is_web && path_of(id).len <= 1; /* its own address, and nothing of the item */

    return is_site || is_placeholder(id) ? (span){0} : id;
}

/* "tag:host,2024:rest" names its host too (RFC 4151) */
static span without_host(span id, bool is_web)
{
    size_t comma = span_find_char(id, ',');

    if (is_web)
        return path_of(id);
    if (span_starts_nocase(id, S("tag:")) && comma != SPAN_NONE)
        return span_from(id, comma);
    return span_find_char(id, '#') == SPAN_NONE ? (span){0} : id;
}

static void add_id_keys(const struct item *item, const struct home *home, struct item_keys *keys)
{
    span id = feed_id_key(item), loose;
    bool is_web;

    if (!id.len || span_equal(id, home->feed) || span_equal(id, home->address))
        return;
    keys->at[KEY_ID] = key_hash(KEY_ID, id);
    keys->telling |= KEY_BIT(KEY_ID);
    without_scheme(js_trim(item->feed_id), &is_web);
    loose = without_host(id, is_web);
    loose = span_sub(loose, 0, span_find_char(loose, '#'));
    if (loose.len <= 1 || is_placeholder(loose))
        return;
    keys->at[KEY_LOOSE_ID] = key_hash(KEY_LOOSE_ID, loose);
    if (is_telling_path(loose))
        keys->telling |= KEY_BIT(KEY_LOOSE_ID);
}

/* --- the link --- */

/* Single-page sites put the route behind the '#'. */
static span link_key(struct arena *arena, span link)
{
    span canonical = url_canonical_key(arena, link);
    size_t hash = span_find_char(link, '#');
    span fragment = hash == SPAN_NONE ? (span){0} : span_from(link, hash);

    if (canonical.len && (span_starts(fragment, S("#/")) || span_starts(fragment, S("#!"))))
        return arena_printf(arena, "%.*s%.*s", SPAN_ARG(canonical), SPAN_ARG(fragment));
    return canonical;
}

static bool is_home(span canonical, const struct home *home)
{
    return path_of(canonical).len <= 1 || span_equal(canonical, home->feed) ||
           span_equal(canonical, home->address);
}

static void add_story_key(struct arena *arena, span canonical, struct item_keys *keys)
{
    struct story story;
    span host = span_sub(canonical, 0, MIN(span_find_char(canonical, '/'), span_find_char(canonical, '?')));
    size_t port = span_find_char(host, ':');
    span key;

    if (!story_of_link(canonical, &story))
        return;
    key = arena_printf(arena, "%.*s %.*s %.*s",
                       SPAN_ARG(url_registrable_domain(arena, span_sub(host, 0, port))),
                       SPAN_ARG(story.script), SPAN_ARG(story.number));
    keys->at[KEY_STORY] = key_hash(KEY_STORY, key);
    if (story.is_telling)
        keys->telling |= KEY_BIT(KEY_STORY) | KEY_BIT(KEY_LINK) | KEY_BIT(KEY_LOOSE_LINK);
}

static void add_link_keys(struct arena *arena, const struct item *item, const struct home *home,
                          struct item_keys *keys)
{
    span canonical = link_key(arena, item->link), path = path_of(canonical);

    if (!canonical.len || is_home(canonical, home))
        return;
    keys->at[KEY_LINK] = key_hash(KEY_LINK, canonical);
    keys->at[KEY_LOOSE_LINK] = key_hash(KEY_LOOSE_LINK, path);
    if (is_telling_path(path))
        keys->telling |= KEY_BIT(KEY_LINK) | KEY_BIT(KEY_LOOSE_LINK);
    add_story_key(arena, canonical, keys);
}

/* --- what it says as a whole --- */

span title_key(struct arena *arena, const struct item *item)
{
    return text_collapse(arena, item->raw_title.len ? item->raw_title : item->title);
}

static span whole_text(struct arena *arena, const struct item *item)
{
    return arena_printf(arena, "%.*s\n%.*s\n%.*s\n%" PRId64, SPAN_ARG(js_trim(item->feed_id)),
                        SPAN_ARG(item->link), SPAN_ARG(title_key(arena, item)), item->published_at);
}

uint64_t raw_key(const struct item *item)
{
    return item->raw_hash ? mix(KEY_RAW, item->raw_hash) : 0;
}

bool is_same_path(struct arena *arena, span link, span other)
{
    return span_equal(path_of(link_key(arena, link)), path_of(link_key(arena, other)));
}

uint64_t link_hash(struct arena *arena, span link)
{
    return key_hash(KEY_LINK, link_key(arena, link));
}

void item_keys(struct arena *arena, const struct item *item, const struct home *home,
               struct item_keys *out_keys)
{
    *out_keys = (struct item_keys){.telling = KEY_BIT(KEY_WHOLE) | KEY_BIT(KEY_RAW)};
    out_keys->at[KEY_RAW] = raw_key(item);
    out_keys->at[KEY_WHOLE] = key_hash(KEY_WHOLE, whole_text(arena, item));
    add_id_keys(item, home, out_keys);
    add_link_keys(arena, item, home, out_keys);
}

uint64_t content_key(struct arena *arena, const struct item *item, const struct form *form)
{
    span title = title_key(arena, item);

    if (!title.len && !form->body_size)
        return 0;
    return key_hash(KEY_CONTENT, arena_printf(arena, "%" PRId64 " %" PRIx64 " %.*s", item->published_at,
                                              form->body, SPAN_ARG(title)));
}

uint64_t narrow_key(struct arena *arena, uint64_t whole, const struct form *form)
{
    return key_hash(KEY_WHOLE, arena_printf(arena, "%" PRIx64 " %" PRIx64, whole, form->body));
}

span first_key(struct arena *arena, const struct item *item)
{
    span id = feed_id_key(item);
    span link = id.len ? (span){0} : link_key(arena, item->link);

    if (id.len)
        return id;
    return path_of(link).len > 1 ? link : whole_text(arena, item);
}
