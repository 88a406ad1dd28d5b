/* SPDX-License-Identifier: MIT */
#include "cmd/source_id.h"
#include "text/url.h"
#include <inttypes.h>

enum { LONGEST_ID = 32 };

/* What of `text` may stand in an id, as it comes: runs of anything else become one "-". */
static span id_of(struct arena *arena, span text)
{
    LOCAL(buf) id = {.max = LONGEST_ID};

    for (size_t i = 0; i < text.len && id.len < LONGEST_ID; i++) {
        char c = text.at[i] >= 'A' && text.at[i] <= 'Z' ? (char)(text.at[i] | 0x20) : text.at[i];
        bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (is_kept)
            buf_add_char(&id, c);
        else if (id.len && id.at[id.len - 1] != '-')
            buf_add_char(&id, '-');
    }
    while (id.len && id.at[id.len - 1] == '-')
        buf_truncate(&id, id.len - 1);
    return arena_keep(arena, buf_span(&id));
}

static bool is_ascii(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

/* "news" of https://www.news.example/feed */
static span site_name(struct arena *arena, span address)
{
    struct url url;
    span domain;

    if (!url_parse(arena, address, NULL, &url))
        return (span){0};
    domain = url_registrable_domain(arena, url.host);
    return url.host_kind == URL_HOST_DOMAIN ? span_sub(domain, 0, span_find_char(domain, '.')) : url.host;
}

void source_ids_begin(struct source_ids *ids, struct arena *arena, const struct conf *conf)
{
    *ids = (struct source_ids){.arena = arena, .taken = {.arena = arena}};
    for (size_t i = 0; i < conf->source_count; i++)
        *map_at(&ids->taken, conf->sources[i].id) = ARENA_NEW(arena, int64_t);
}

static span take(struct source_ids *ids, span id)
{
    *map_at(&ids->taken, id) = ARENA_NEW(ids->arena, int64_t);
    return id;
}

span source_ids_choose(struct source_ids *ids, span wanted, span title, span address)
{
    span id = {0}, free_id;
    int64_t *number;

    if (conf_id_is_valid(wanted) && !map_get(&ids->taken, wanted))
        return take(ids, wanted);
    if (is_ascii(title) && title.len <= LONGEST_ID)
        id = id_of(ids->arena, title);
    if (!id.len)
        id = id_of(ids->arena, site_name(ids->arena, address));
    if (!id.len)
        id = S("source");
    number = map_get(&ids->taken, id);
    if (!number)
        return take(ids, id);
    *number = MAX(*number, (int64_t)1);
    do
        free_id = arena_printf(ids->arena, "%.*s-%" PRId64, SPAN_ARG(id), ++*number);
    while (map_get(&ids->taken, free_id));
    return take(ids, free_id);
}
