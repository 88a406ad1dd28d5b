/* SPDX-License-Identifier: MIT
 * batch.c - some of the articles that are owed to the archive: read, rendered by the workers, staged, on disk
 */
#include "harvest/archiver.h"

enum { BATCH_ARTICLES = 512 };

static const size_t batch_bytes = 6 * 1024 * 1024;

/* --- rendering, by the workers --- */

struct piece {
    struct errand errand; /* first: an errand is its piece */
    enum layout layout;
    const struct article *articles;
    size_t count;
    struct buf *texts; /* one each */
    struct error **errors;
};

static void render_piece(struct errand *errand)
{
    struct piece *piece = (struct piece *)errand;

    for (size_t i = 0; i < piece->count; i++)
        piece->errors[i] = archive_render(piece->layout, &piece->articles[i], &piece->texts[i]);
}

/* Renders all, on all cores, and waits. */
static void render(struct archiver *archiver, struct arena *arena, const struct article *articles,
                   size_t count, struct buf *texts, struct error **errors)
{
    struct workers *workers = archiver->harvest->workers;
    size_t per_piece =
        MAX(count / (workers_count(workers) * 4), (count + PIECES_OF_BATCH - 1) / PIECES_OF_BATCH);
    size_t out = 0;

    per_piece = MAX(per_piece, (size_t)1);
    for (size_t i = 0; i < count; i += per_piece) {
        struct piece *piece = ARENA_NEW(arena, struct piece);
        *piece = (struct piece){
            .errand = {.run = render_piece, .back = archiver->rendered},
            .layout = archiver->conf->archive.layout,
            .articles = articles + i,
            .count = MIN(per_piece, count - i),
            .texts = texts + i,
            .errors = errors + i,
        };
        workers_put_errand(workers, &piece->errand);
        out++;
    }
    while (out--)
        if (!queue_get(archiver->rendered))
            return;
}

/* --- a batch --- */

static struct touched *touch(struct archiver *archiver, span source_id)
{
    struct touched *touched = map_get(&archiver->touched, source_id);

    if (touched)
        return touched;
    touched = ARENA_NEW(archiver->arena, struct touched);
    touched->id = arena_keep(archiver->arena, source_id);
    *map_at(&archiver->touched, touched->id) = touched;
    *vec_add(archiver->arena, &archiver->touched_list) = touched;
    return touched;
}

/* Its folder's month, which stays when the article's date moves. */
static void touch_month(struct archiver *archiver, struct touched *touched, const struct article *article)
{
    int year, month;

    if (!archive_month_of_path(article->path, &year, &month))
        return; /* an adopted file that lies elsewhere */
    month += year * 12 - 1;
    for (size_t i = 0; i < touched->months.len; i++)
        if (touched->months.at[i] == month)
            return;
    *vec_add(archiver->arena, &touched->months) = month;
}

static void note_article(struct archiver *archiver, const struct article *article)
{
    struct touched *touched = touch(archiver, article->source_id);

    if (article->revision > 1)
        touched->revised_count++;
    else
        touched->new_count++;
    *vec_add(archiver->arena, &archiver->written) =
        (struct article){.id = article->id, .archive_mark = article->archive_mark};
    touch_month(archiver, touched, article);
}

struct error *archiver_note_obstacle(struct archiver *archiver, span source_id, struct error *error)
{
    if (!error || error->kind != ERROR_REFUSED)
        return error;
    archiver->obstructed_count++;
    if (!map_get(&archiver->told, span_of(error->message))) {
        span subject = arena_keep(archiver->told_arena, source_id);
        *map_at(&archiver->told, arena_keep(archiver->told_arena, span_of(error->message))) = archiver;
        log_failure(archiver->harvest->options.log, subject.len ? subject.at : "archive", error);
    }
    error_free(error);
    return OK;
}

static struct error *stage_article(struct archiver *archiver, struct arena *arena, struct article *article,
                                   span text)
{
    struct placing placing = {archiver->harvest, archiver->archive, archiver->reader,
                              archiver->conf->archive.layout};
    span path;

    TRY(place_article(&placing, arena, article, text, &path));
    return archive_stage(archiver->archive, path, text);
}

static struct error *stage_batch(struct archiver *archiver, struct arena *arena, struct article *articles,
                                 size_t count, const struct buf *texts, struct error **errors)
{
    for (size_t i = 0; i < count; i++) {
        if (errors[i]) { /* it cannot be written in this layout: told, and not tried for ever */
            log_failure(archiver->harvest->options.log, arena_string(arena, articles[i].source_id),
                        errors[i]);
            error_free(MOVE(errors[i]));
        } else {
            int64_t before = archiver->obstructed_count;
            TRY(archiver_note_obstacle(archiver, articles[i].source_id,
                                       stage_article(archiver, arena, &articles[i], buf_span(&texts[i]))));
            if (archiver->obstructed_count > before)
                continue; /* it is still owed */
        }
        note_article(archiver, &articles[i]);
    }
    return archive_write_out(archiver->archive);
}

/* `[archive] body = page`: duty-machine's layout takes what was found on the page. */
static void choose_bodies(const struct archiver *archiver, struct article *articles, size_t count)
{
    for (size_t i = 0; i < count && archiver->conf->archive.body == BODY_PAGE; i++)
        if (articles[i].is_of_page)
            articles[i].item.raw_body = articles[i].item.html;
}

struct error *archiver_write_batch(struct archiver *archiver, size_t *out_count)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct article *articles = NULL;
    struct error **errors, *error;
    struct buf *texts;
    size_t count = 0;

    TRY(store_archive_owed(archiver->reader, arena, clock_now(archiver->harvest->options.clock),
                           archiver->last_mark, BATCH_ARTICLES, batch_bytes, &articles, &count));
    *out_count = count;
    if (count == 0)
        return OK;
    choose_bodies(archiver, articles, count);
    texts = ARENA_ARRAY(arena, struct buf, count);
    errors = ARENA_ARRAY(arena, struct error *, count);
    render(archiver, arena, articles, count, texts, errors);
    error = stage_batch(archiver, arena, articles, count, texts, errors);
    for (size_t i = 0; i < count; i++) {
        buf_release(&texts[i]);
        error_free(errors[i]);
    }
    TRY(error);
    archiver->last_mark = articles[count - 1].archive_mark;
    archiver->harvest->archived_count += (int64_t)count;
    return OK;
}
