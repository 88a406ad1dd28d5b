/* SPDX-License-Identifier: MIT
 * place.c - an article's file never takes the place of another
 *
 * Places are the store's, and it cannot see what a person put into the archive. So before a file is written
 * over, it has to say that it is this article's, in one of its revisions; else the article moves on to the
 * next place.
 */
#include "harvest/internal.h"
#include <inttypes.h>

enum {
    MOST_PLACES = 100,
    FEW_PLACES = 3,      /* behind these there may be a whole archive that the store does not know */
    MOST_REVISIONS = 24, /* looked at, from the newest */
};

struct replacing {
    enum layout layout;
    const struct article *article;
    int64_t lowest; /* number of a file in its folder; 0: not looked for, or none */
};

static struct error *replace(struct store *store, struct arena *arena, void *context)
{
    const struct replacing *replacing = context;

    (void)arena;
    if (replacing->lowest)
        TRY(store_adopt_number(store, replacing->article->source_id, replacing->lowest));
    return store_replace(store, replacing->layout, replacing->article);
}

static struct error *look_through(const struct placing *placing, const struct article *article, span path,
                                  const struct archive_occupant *occupant, bool *out_is_own)
{
    int last = MAX(article->revision - MOST_REVISIONS, 0);

    *out_is_own = archive_is_of(placing->layout, path, occupant, article);
    for (int revision = article->revision - 1; revision > last && !*out_is_own; revision--) {
        OWN(arena) arena = arena_new(SIZE_MAX);
        struct article *earlier = NULL;
        TRY(store_revision(placing->reader, arena, article->id, revision, &earlier));
        *out_is_own = earlier && archive_is_of(placing->layout, path, occupant, earlier);
    }
    return OK;
}

static struct error *find_lowest(const struct placing *placing, struct arena *arena, span source_id,
                                 int64_t *out_lowest)
{
    span folder = arena_printf(arena, "%s/archive", placing->harvest->options.folder);

    *out_lowest = 0;
    return placing->layout == LAYOUT_DUTY_MACHINE ? archive_lowest_number(folder.at, source_id, out_lowest)
                                                  : OK;
}

static struct error *move_on(const struct placing *placing, struct arena *arena, bool is_far,
                             struct article *article)
{
    struct replacing replacing = {placing->layout, article};
    struct article *now = NULL;

    if (is_far)
        TRY(find_lowest(placing, arena, article->source_id, &replacing.lowest));
    TRY(writer_run(placing->harvest->writer, replace, &replacing));
    TRY(store_article(placing->reader, arena, article->id, &now));
    if (!now)
        return error_new(ERROR_REFUSED, "article %016" PRIx64 " is not in the store any more", article->id);
    article->path = now->path;
    article->number = now->number;
    article->file_name = now->file_name;
    return OK;
}

struct error *place_article(const struct placing *placing, struct arena *arena, struct article *article,
                            span text, span *out_path)
{
    span path = archive_path(arena, placing->layout, article), first = path;

    for (int tries = 0; tries < MOST_PLACES; tries++) {
        OWN(arena) passing = arena_new(SIZE_MAX);
        struct archive_occupant occupant;
        bool is_own = true;
        TRY(archive_look(placing->archive, passing, path, text, &occupant));
        if (occupant.is_there)
            TRY(look_through(placing, article, path, &occupant, &is_own));
        if (is_own) {
            if (tries)
                log_warn(
                    placing->harvest->options.log, arena_string(arena, article->source_id),
                    "\"%.*s\" in the archive is not an article's: it stays, and the article goes to \"%.*s\"",
                    SPAN_ARG(first), SPAN_ARG(path));
            *out_path = path;
            return OK;
        }
        TRY(move_on(placing, arena, tries >= FEW_PLACES, article));
        path = archive_path(arena, placing->layout, article);
    }
    return error_new(ERROR_REFUSED, "\"%.*s\" and the places after it are other files: move them away",
                     SPAN_ARG(first));
}
