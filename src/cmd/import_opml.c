/* SPDX-License-Identifier: MIT */
#include "cmd/import_opml.h"
#include "cmd/source_id.h"
#include "core/file.h"
#include "core/vec.h"
#include "feed/opml.h"
#include "gather/gather.h"
#include "limits/limits.h"
#include "text/url.h"
#include "text/utf8.h"

enum { MOST_SETTINGS = 3 + OPML_PARTS };

struct import {
    const struct opml *opml;
    struct opml_counts *counts;
};

/* The addresses that are followed already. */
static struct map known_addresses(struct arena *arena, const struct conf *conf)
{
    struct map known = {.arena = arena};

    for (size_t i = 0; i < conf->source_count; i++) {
        span key = url_canonical_key(arena, gather_address(&conf->sources[i]));
        *map_at(&known, key) = (void *)(uintptr_t)&conf->sources[i];
    }
    return known;
}

static span joined(struct arena *arena, const struct opml_outline *outline)
{
    LOCAL(buf) out = {.max = 1 * MiB};

    for (size_t i = 0; i < outline->category_count; i++)
        buf_printf(&out, "%s%.*s", i ? ", " : "", SPAN_ARG(outline->categories[i]));
    return arena_keep(arena, buf_span(&out));
}

static struct conf_addition addition_of(struct arena *arena, const struct opml_outline *outline, span id)
{
    struct conf_setting *settings = ARENA_ARRAY(arena, struct conf_setting, MOST_SETTINGS);
    bool is_page = !outline->feed_url.len;
    size_t count = 0;

    if (outline->title.len)
        settings[count++] = (struct conf_setting){S("name"), text_without_bidi(arena, outline->title)};
    settings[count++] = (struct conf_setting){is_page ? S("page") : S("feed"),
                                              is_page ? outline->page_url : outline->feed_url};
    for (size_t i = 0; i < OPML_PARTS; i++)
        if (is_page && outline->parts[i].len)
            settings[count++] = (struct conf_setting){span_of(opml_parts[i]), outline->parts[i]};
    if (outline->category_count)
        settings[count++] = (struct conf_setting){S("categories"), joined(arena, outline)};
    return (struct conf_addition){id, settings, count};
}

static struct error *append_all(void *context, struct arena *arena, span text, span *out_text)
{
    struct import *import = context;
    const struct opml *opml = import->opml;
    VEC(struct conf_addition) additions = {0};
    struct source_ids ids;
    struct conf *conf;

    TRY(conf_parse(arena, text, "courant.conf", &conf));
    source_ids_begin(&ids, arena, conf);
    struct map known = known_addresses(arena, conf);
    *import->counts = (struct opml_counts){.skipped_count = (int64_t)opml->skipped_count};
    for (size_t i = 0; i < opml->count; i++) {
        const struct opml_outline *outline = &opml->outlines[i];
        span address = outline->feed_url.len ? outline->feed_url : outline->page_url;
        void **at = map_at(&known, url_canonical_key(arena, address));
        if (*at) {
            import->counts->known_count++;
            continue;
        }
        *at = import;
        *vec_add(arena, &additions) =
            addition_of(arena, outline, source_ids_choose(&ids, outline->id, outline->title, address));
    }
    import->counts->added_count = (int64_t)additions.len;
    if (additions.len == 0) {
        *out_text = text;
        return OK;
    }
    return conf_add_sources(arena, text, additions.at, additions.len, out_text);
}

static void tell_skipped(const struct courant *courant, const char *path, const struct opml *opml)
{
    size_t told = MIN(opml->skipped_count, (size_t)OPML_SKIPPED);

    for (size_t i = 0; i < told; i++)
        log_warn(courant->log, path, "\"%.*s\" was left out: \"%.*s\" is no web address",
                 SPAN_ARG(opml->skipped[i].title), SPAN_ARG(opml->skipped[i].address));
    if (opml->skipped_count > told)
        log_warn(courant->log, path, "%zu more were left out", opml->skipped_count - told);
}

struct error *import_opml(struct courant *courant, const char *path, struct opml_counts *out_counts)
{
    OWN(arena) arena = arena_new(512 * MiB);
    struct import import = {.counts = out_counts};
    struct opml *opml;
    span bytes;

    TRY(file_read(path, LIMIT_OPML_FILE, arena, &bytes));
    TRY_OR(opml_read(arena, bytes, &opml), "could not import \"%s\"", path);
    import.opml = opml;
    TRY(newsroom_edit_conf(courant, append_all, &import));
    tell_skipped(courant, path, opml);
    return OK;
}
