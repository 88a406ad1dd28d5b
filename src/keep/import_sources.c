/* SPDX-License-Identifier: MIT
 * import_sources.c - whose articles the files are, what their sources are called, and in which order they
 * came
 *
 * A folder's name is a source's id, unless the configuration has a source of that name. Lists and READMEs
 * tell what a source is called, where its feed is, and in which order articles of one moment came, which
 * neither layout says otherwise.
 */
#include "keep/importing.h"
#include "limits/limits.h"
#include "markup/markup.h"
#include "text/slug.h"
#include "text/utf8.h"
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_LINES = 4096 };

/* --- ids --- */

bool import_is_id(span name)
{
    if (!name.len || name.len > LIMIT_IMPORT_SOURCE || *name.at == '.' || !utf8_is_valid(name) ||
        span_is_nocase(name, "git~1"))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.at[i] < ' ' || name.at[i] == 0x7f || name.at[i] == '/' || name.at[i] == '\\')
            return false;
    return true;
}

static const struct conf_source *configured(const struct conf *conf, span name)
{
    const struct conf_source *source = conf_find_source(conf, name);

    for (size_t i = 0; !source && i < conf->source_count; i++)
        if (span_equal(conf->sources[i].name, name))
            source = &conf->sources[i];
    return source;
}

static struct import_source *source_of_id(struct importing *importing, span id)
{
    const struct conf_source *wanted = conf_find_source(importing->options->conf, id);
    struct import_source *source = map_get(&importing->sources, id);

    if (source)
        return source;
    source = ARENA_NEW(importing->arena, struct import_source);
    source->id = arena_keep(importing->arena, id);
    if (wanted)
        *source = (struct import_source){source->id, wanted->name, wanted->feed, .is_wanted = true};
    *map_at(&importing->sources, source->id) = source;
    *vec_add(importing->arena, &importing->source_list) = source;
    return source;
}

struct import_source *import_source_named(struct importing *importing, span name)
{
    const struct conf_source *wanted;

    if (map_get(&importing->known_ids, name))
        return source_of_id(importing, name);
    wanted = configured(importing->options->conf, name);
    if (wanted)
        return source_of_id(importing, wanted->id);
    if (!import_is_id(name))
        return import_source_of_rest(importing);
    return source_of_id(importing, name);
}

/* "news" of "/home/me/news.git" */
static span folder_name(struct arena *arena, const char *folder)
{
    char *absolute = realpath(folder, NULL);
    span path = arena_keep(arena, span_of(absolute ? absolute : folder));
    span name = span_from(path, span_find_last_char(path, '/') + 1);

    free(absolute);
    return span_ends(name, S(".git")) ? span_sub(name, 0, name.len - 4) : name;
}

struct import_source *import_source_of_rest(struct importing *importing)
{
    span name = importing->options->source;

    if (importing->rest)
        return importing->rest;
    if (!name.len)
        name = folder_name(importing->arena, importing->options->folder);
    if (!import_is_id(name))
        name = slug_of_title(importing->arena, name, LIMIT_IMPORT_SOURCE);
    importing->rest =
        import_is_id(name) ? import_source_named(importing, name) : source_of_id(importing, S("import"));
    return importing->rest;
}

/* --- places --- */

static struct import_place *place_of(struct importing *importing, span folder)
{
    struct import_place *place = map_get(&importing->places, folder);

    if (place)
        return place;
    place = ARENA_NEW(importing->arena, struct import_place);
    place->folder = arena_keep(importing->arena, folder);
    place->rank = SIZE_MAX;
    *map_at(&importing->places, place->folder) = place;
    return place;
}

static bool is_number_of(span name, size_t len, int64_t *out_number)
{
    return name.len == len && span_to_int64(name, out_number) && *out_number >= 0;
}

/* "voa/2024/11/08-slug.md": its months since year 0; -1: it is no such path */
static int64_t month_of(span path, span *out_folder)
{
    span name = {0};
    int64_t year, month;

    if (!span_cut(&path, '/', out_folder) || !span_cut(&path, '/', &name) || !is_number_of(name, 4, &year) ||
        !span_cut(&path, '/', &name) || !is_number_of(name, 2, &month) || !path.len ||
        span_find_char(path, '/') != SPAN_NONE)
        return -1;
    return year * 12 + month;
}

/* "articles/voa/1011194.md": voa */
static span folder_of_articles(span path)
{
    size_t slash;

    if (!span_starts(path, S("articles/")))
        return (span){0};
    path = span_from(path, strlen("articles/"));
    slash = span_find_char(path, '/');
    return slash == SPAN_NONE ? (span){0} : span_sub(path, 0, slash);
}

static int64_t number_of(span path)
{
    span name = span_from(path, span_find_last_char(path, '/') + 1);
    size_t digits = 0;
    int64_t number;

    while (digits < name.len && name.at[digits] >= '0' && name.at[digits] <= '9')
        digits++;
    return span_to_int64(span_sub(name, 0, digits), &number) ? number : 0;
}

/* Numbers count down, so the highest is the oldest. */
static void find_place(struct importing *importing, struct import_file *file)
{
    span folder = folder_of_articles(file->path);
    int64_t month;

    if (folder.len) {
        file->order = -number_of(file->path);
    } else {
        month = month_of(file->path, &folder);
        if (month < 0)
            folder = (span){0};
        else
            file->order = (month << 32) | UINT32_MAX;
    }
    file->place = place_of(importing, folder);
}

/* --- what lists tell --- */

/* What stands between "](" and ")", percent-encoding undone. */
static bool next_link(struct arena *arena, span *rest, span *out_target)
{
    size_t start = span_find(*rest, S("](")), end;
    char *plain;
    size_t len = 0;

    if (start == SPAN_NONE)
        return false;
    *rest = span_from(*rest, start + 2);
    end = MIN(span_find_char(*rest, ')'), rest->len);
    plain = arena_string(arena, span_sub(*rest, 0, end));
    for (size_t i = 0; i < end; i++) {
        unsigned code;
        if (plain[i] == '%' && i + 2 < end && sscanf(plain + i + 1, "%2x", &code) == 1) {
            plain[len++] = (char)code;
            i += 2;
        } else {
            plain[len++] = plain[i];
        }
    }
    *out_target = (span){plain, len};
    *rest = span_from(*rest, end);
    return true;
}

static span first_line(span bytes)
{
    span line = {0};

    span_cut(&bytes, '\n', &line);
    return js_trim(line);
}

/* Its first line is the name of the source that its links lead to. */
static void read_list(struct importing *importing, span bytes, struct arena *arena)
{
    span rest = span_sub(bytes, 0, FIRST_LINES), target, folder;
    span name = first_line(bytes);
    struct import_place *place;

    if (!next_link(arena, &rest, &target) || !span_starts(target, S("/")))
        return;
    folder = folder_of_articles(span_from(target, 1));
    place = folder.len ? map_get(&importing->places, folder) : NULL;
    if (!place || !name.len || !utf8_is_valid(name))
        return;
    if (!place->source->name.len)
        place->source->name = arena_keep(importing->arena, name);
}

/* The words of a Markdown heading of ours */
static span plain_words(struct arena *arena, span markdown)
{
    LOCAL(buf) plain = {.max = FIRST_LINES};

    for (size_t i = 0; i < markdown.len; i++) {
        if (markdown.at[i] == '\\' && i + 1 < markdown.len)
            i++;
        buf_add_char(&plain, markdown.at[i]);
    }
    return html_to_line(arena, buf_span(&plain));
}

/* "<id>/README.md": a heading, and perhaps a line that names the feed */
static void read_source_page(struct importing *importing, struct import_source *source, span bytes)
{
    span heading = first_line(bytes), head = span_sub(bytes, 0, FIRST_LINES);
    size_t feed = span_find(head, S("\nFeed: <"));

    if (!source->name.len && span_starts(heading, S("# ")) && utf8_is_valid(heading))
        source->name = plain_words(importing->arena, span_from(heading, 2));
    if (source->feed.len || feed == SPAN_NONE)
        return;
    head = span_from(head, feed + strlen("\nFeed: <"));
    head = span_sub(head, 0, MIN(span_find_char(head, '>'), span_find_char(head, '\n')));
    if (utf8_is_valid(head))
        source->feed = arena_keep(importing->arena, head);
}

/* "<id>/<YYYY>/<MM>/README.md" lists the month's articles, newest first: those of one moment, too. */
static void read_month_page(struct importing *importing, span path, span bytes, struct arena *arena)
{
    span folder = span_sub(path, 0, span_find_last_char(path, '/') + 1), target;
    int64_t position = 0;

    while (next_link(arena, &bytes, &target)) {
        struct import_file *file =
            map_get(&importing->by_path, arena_printf(arena, "%.*s%.*s", SPAN_ARG(folder), SPAN_ARG(target)));
        if (file && position < UINT32_MAX)
            file->order = (file->order & ~(int64_t)UINT32_MAX) | (UINT32_MAX - ++position);
    }
}

/* The newsroom's page names its sources in their order. */
static void read_front_page(struct importing *importing, span bytes, struct arena *arena)
{
    struct map by_name = {.arena = arena};
    span target;
    size_t rank = 0;

    for (size_t i = 0; i < importing->source_list.len; i++)
        *map_at(&by_name, importing->source_list.at[i]->name) =
            map_get(&importing->places, importing->source_list.at[i]->id);
    while (next_link(arena, &bytes, &target)) {
        struct import_place *place;
        size_t list = span_find(target, S("lists/"));
        span folder = span_sub(target, 0, span_find_char(target, '/'));
        if (list != SPAN_NONE && span_ends(target, S(".md")))
            folder = span_sub(target, list + 6, target.len - list - 9);
        place = map_get(&importing->places, folder);
        if (!place)
            place = map_get(&by_name, folder);
        if (place && place->rank == SIZE_MAX)
            place->rank = rank++;
    }
}

static void read_page(struct importing *importing, const struct import_file *file, span bytes,
                      struct arena *arena)
{
    span path = file->path, folder = {0};
    struct import_place *place;

    if (span_is(path, "README.md"))
        return read_front_page(importing, bytes, arena);
    if (month_of(path, &folder) >= 0)
        return read_month_page(importing, path, bytes, arena);
    folder = span_sub(path, 0, span_find_char(path, '/'));
    place = map_get(&importing->places, folder);
    if (place && place->source && span_is(span_from(path, folder.len), "/README.md"))
        read_source_page(importing, place->source, bytes);
}

static void read_each(struct importing *importing, struct import_file *const *files, size_t count,
                      bool is_list)
{
    OWN(arena) arena = arena_new(SIZE_MAX);

    for (size_t i = 0; i < count; i++) {
        int64_t changed_at;
        span bytes;
        arena_reset(arena);
        struct error *error = import_read(importing, files[i], arena, &bytes, &changed_at);
        if (error) {
            char *why = error_text(error);
            importing->totals->failed_count++;
            import_tell(importing, UNTAKEN_FAILED, files[i]->path, "%s", why);
            free(why);
            error_free(error);
            continue;
        }
        if (is_list)
            read_list(importing, bytes, arena);
        else
            read_page(importing, files[i], bytes, arena);
    }
}

/* --- all of it --- */

static int by_path(const void *left, const void *right)
{
    return span_compare((*(struct import_file *const *)left)->path,
                        (*(struct import_file *const *)right)->path);
}

static int by_turn(const void *left, const void *right)
{
    const struct import_file *a = *(struct import_file *const *)left,
                             *b = *(struct import_file *const *)right;

    if (a->place != b->place) {
        if (a->place->rank != b->place->rank)
            return a->place->rank < b->place->rank ? -1 : 1;
        return span_compare(a->place->folder, b->place->folder);
    }
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return span_compare(a->path, b->path);
}

/* Sources are mentioned in the order of their ranks, so that the store has them in that order, too. */
static void mention_in_order(struct importing *importing)
{
    struct map seen = {.arena = importing->arena};

    importing->source_list.len = 0;
    for (size_t i = 0; i < importing->files.len; i++) {
        struct import_source *source = importing->files.at[i]->place->source;
        if (!source || map_get(&seen, source->id))
            continue;
        *map_at(&seen, source->id) = source;
        *vec_add(importing->arena, &importing->source_list) = source;
    }
}

struct error *import_find_sources(struct importing *importing)
{
    struct import_file **files = importing->files.at;
    size_t count = importing->files.len;

    for (size_t i = 0; i < count; i++) {
        find_place(importing, files[i]);
        if (files[i]->place->folder.len && !files[i]->place->source)
            files[i]->place->source = import_source_named(importing, files[i]->place->folder);
    }
    read_each(importing, importing->lists.at, importing->lists.len, true);
    if (importing->readmes.len)
        qsort(importing->readmes.at, importing->readmes.len, sizeof *importing->readmes.at, by_path);
    /* pages of sources before the front page, which goes by their names */
    for (size_t i = importing->readmes.len; i-- > 0;)
        read_each(importing, &importing->readmes.at[i], 1, false);
    if (count)
        qsort(files, count, sizeof *files, by_turn);
    mention_in_order(importing);
    return OK;
}
