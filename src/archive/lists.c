/* SPDX-License-Identifier: MIT
 * lists.c - the list of a source in the duty-machine layout, and where it lies
 */
#include "archive/internal.h"
#include "text/date.h"
#include "text/timezone.h"
#include "text/utf8.h"
#include <inttypes.h>

#define NAME_LIMIT \
    200 /* bytes of a list's name: with ".md" and an id it stays below what file systems take */

struct date_parts local_date(const struct timezone_rules *timezone, int64_t at)
{
    return date_split(at + (timezone ? timezone_offset(timezone, at) * SECOND : 0));
}

static void add_place(span source_id, const struct listing *listing, struct buf *out)
{
    if (own_path(listing->file_name).len) {
        escape_path(out, own_path(listing->file_name));
        return;
    }
    buf_printf(out, "articles/%.*s/", SPAN_ARG(source_id));
    if (listing->file_name.len)
        escape_path(out, listing->file_name);
    else
        buf_printf(out, "%" PRId64 ".md", listing->number);
}

void archive_render_list(const struct timezone_rules *timezone, span source_id, span name,
                         const struct listing *listings, size_t count, struct buf *out)
{
    add_line(out, name);
    buf_add(out, S("\n------\n\n"));
    for (size_t i = 0; i < count; i++) {
        const struct listing *listing = &listings[i];
        if (i > 0)
            buf_add_char(out, '\n');
        if (listing->published_at != NO_TIME) {
            struct date_parts date = local_date(timezone, listing->published_at);
            buf_printf(out, "%d-%d ", date.month, date.day);
        }
        buf_add_char(out, '[');
        escape_title(out, listing->raw_title, TITLE_IN_LIST);
        buf_add(out, S("](/"));
        add_place(source_id, listing, out);
        buf_add(out, S(")\n"));
    }
    buf_add_char(out, '\n');
}

/* A name as a file name: `/` became `--` with the format's makers; control characters, a `\` and a dot in
 * front have no business there. */
static span file_name_of(struct arena *arena, span name)
{
    LOCAL(buf) safe = {.max = NAME_LIMIT * 4};

    name = utf8_cut(js_trim(utf8_repair(arena, name)), NAME_LIMIT);
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.at[i];
        if (c == '/')
            buf_add(&safe, S("--"));
        else if (c < ' ' || c == 0x7f || c == '\\' || (c == '.' && i == 0))
            buf_add_char(&safe, '-');
        else
            buf_add_char(&safe, (char)c);
    }
    return arena_keep(arena, utf8_cut(buf_span(&safe), NAME_LIMIT));
}

span archive_list_path(struct arena *arena, span name)
{
    span file_name = file_name_of(arena, name);

    return arena_printf(arena, "lists/%.*s.md", SPAN_ARG(file_name.len ? file_name : S("-")));
}

span name_of(const struct archive_source *source)
{
    return source->name.len ? source->name : source->id;
}

void archive_name_lists(struct arena *arena, struct archive_source *sources, size_t count)
{
    struct map taken = {.arena = arena};

    for (size_t i = 0; i < count; i++) {
        span path = archive_list_path(arena, name_of(&sources[i]));
        void **place = map_at(&taken, utf8_fold(arena, path)); /* file systems may ignore case */
        if (*place)
            path = arena_printf(arena, "%.*s (%.*s).md", (int)path.len - 3, path.at, SPAN_ARG(sources[i].id));
        *place = &sources[i];
        sources[i].list_path = path;
    }
}
