/* SPDX-License-Identifier: MIT
 * verify_articles.c - each article of the store against its file
 *
 * What the archive is behind with is no fault. Where another process has the newsroom, an article is looked
 * at once more, as the store has it by then, before anything is told of it.
 */
#include "keep/verifying.h"
#include "limits/limits.h"

/* --- the article --- */

/* `*out_is_written` false: its layout cannot hold it, which the archiver told when it tried. */
static struct error *render(const struct verifying *verifying, const struct article *article, struct buf *out,
                            bool *out_is_written)
{
    const struct conf_archive *settings = &verifying->options->conf->archive;
    struct article copy = *article;

    if (settings->layout == LAYOUT_DUTY_MACHINE && settings->body == BODY_PAGE && copy.is_of_page)
        copy.item.raw_body = copy.item.html;
    OWN(error) error = archive_render(settings->layout, &copy, out);
    *out_is_written = !error;
    return error && error->kind != ERROR_LIMIT ? MOVE(error) : OK;
}

static struct error *look_at(struct verifying *verifying, struct arena *arena, const struct article *article,
                             span path, enum outcome *out_outcome, span *out_what)
{
    LOCAL(buf) text = {.max = LIMIT_COMPARED_FILE};
    bool is_written;

    *out_outcome = FILE_SAME;
    TRY(render(verifying, article, &text, &is_written));
    return is_written ? verify_compare(verifying, arena, path, buf_span(&text), out_outcome, out_what) : OK;
}

/* It may have moved on since: is it, as it is now, still unlike its file? */
static struct error *look_again(struct verifying *verifying, struct arena *arena, uint64_t id, span path,
                                enum outcome *outcome, span *what)
{
    OPEN(store_reader) reader = NULL;
    struct article *article = NULL;

    TRY(store_reader_open(verifying->options->folder, &reader));
    TRY(store_article(reader, arena, id, &article));
    *outcome = FILE_SAME;
    if (!article || article->archive_mark)
        return OK;
    TRY(look_at(verifying, arena, article, path, outcome, what));
    if (*outcome == FILE_SAME)
        return OK;
    TRY(store_article(reader, arena, id, &article));
    if (!article || article->archive_mark)
        *outcome = FILE_SAME;
    return OK;
}

static enum finding_kind kind_of(const struct verifying *verifying, const struct expected *expected,
                                 enum outcome outcome)
{
    if (outcome == FILE_MISSING)
        return FOUND_FILE_MISSING;
    if (outcome == FILE_IN_THE_WAY)
        return FOUND_FILE_IN_THE_WAY;
    return verifying->knows_states && !expected->tree ? FOUND_FILE_COMMITTED : FOUND_FILE_DIFFERS;
}

static struct error *check_article(struct verifying *verifying, const struct article *article,
                                   struct expected *expected)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    enum outcome outcome;
    span what = {0};

    TRY(look_at(verifying, arena, article, expected->path, &outcome, &what));
    if (outcome != FILE_SAME && verifying->totals->is_moving)
        TRY(look_again(verifying, arena, article->id, expected->path, &outcome, &what));
    if (outcome != FILE_SAME)
        verify_found(verifying, kind_of(verifying, expected, outcome), expected,
                     verify_shown(verifying, expected->path), what);
    else if (verifying->knows_states && (expected->index || expected->tree))
        verify_found(verifying, FOUND_FILE_NOT_COMMITTED, expected, verify_shown(verifying, expected->path),
                     expected->index == '?' ? S("git does not know it") : S("git has it otherwise"));
    return OK;
}

/* --- what is expected --- */

/* What stands in the way of many is told once. */
static void check_way(struct verifying *verifying, const struct expected *expected)
{
    span obstacle = verify_obstacle(verifying, expected->path);

    if (!obstacle.len || map_get(&verifying->obstacles, obstacle))
        return;
    *map_at(&verifying->obstacles, obstacle) = verifying;
    verify_found(verifying, FOUND_FILE_IN_THE_WAY, expected, verify_shown(verifying, obstacle),
                 S("it is no folder, and files belong into it"));
}

static struct expected *expect(struct verifying *verifying, span path, uint64_t id)
{
    struct expected *expected = map_get(&verifying->expected, path);
    const struct expected *state;

    if (expected)
        return expected;
    expected = ARENA_NEW(verifying->arena, struct expected);
    *expected = (struct expected){.path = arena_keep(verifying->arena, path), .id = id};
    state = map_get(&verifying->states, path);
    if (state) {
        expected->index = state->index;
        expected->tree = state->tree;
    }
    *map_at(&verifying->expected, expected->path) = expected;
    *vec_add(verifying->arena, &verifying->expected_list) = expected;
    check_way(verifying, expected);
    return expected;
}

static void expect_page(struct verifying *verifying, span path, const struct article *article)
{
    struct expected *page = expect(verifying, path, article->id);

    page->is_page = true;
    page->is_owed |= article->archive_mark != 0;
}

/* The lists and READMEs that are written when the article is. */
static void expect_pages(struct verifying *verifying, struct arena *arena, const struct article *article)
{
    int year, month;

    expect_page(verifying, S("README.md"), article);
    if (verifying->options->conf->archive.layout == LAYOUT_DUTY_MACHINE) {
        const span *list = map_get(&verifying->lists, article->source_id);
        if (list)
            expect_page(verifying, *list, article);
        return;
    }
    expect_page(verifying, archive_source_path(arena, article->source_id), article);
    if (archive_month_of_path(article->path, &year, &month))
        expect_page(verifying, archive_month_path(arena, article->source_id, year, month), article);
}

static struct error *take_article(void *context, const struct article *article, const struct error *flaw)
{
    struct verifying *verifying = context;
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct expected *expected;

    if (verify_is_cancelled(verifying))
        return error_new(ERROR_CANCELLED, "interrupted");
    expected = expect(verifying, archive_path(arena, verifying->options->conf->archive.layout, article),
                      article->id);
    if (verifying->options->progress && ++verifying->looked_at % 256 == 0)
        verifying->options->progress(verifying->options->context, verifying->looked_at,
                                     verifying->totals->article_count);
    if (flaw) /* the store's own check told it */
        return OK;
    expect_pages(verifying, arena, article);
    expected->is_owed = article->archive_mark != 0;
    verifying->totals->owed_count += expected->is_owed;
    return expected->is_owed ? OK : check_article(verifying, article, expected);
}

/* duty-machine: where each source's list lies */
static struct error *name_lists(struct verifying *verifying)
{
    struct arena *arena = verifying->arena;
    struct source *sources = NULL;
    struct archive_source *named;
    size_t count = 0, named_count = 0;

    verifying->lists = (struct map){.arena = arena};
    if (verifying->options->conf->archive.layout != LAYOUT_DUTY_MACHINE)
        return OK;
    TRY(store_sources(verifying->reader, arena, &sources, &count));
    named = ARENA_ARRAY(arena, struct archive_source, count);
    for (size_t i = 0; i < count; i++)
        if (sources[i].article_count || sources[i].is_wanted)
            named[named_count++] = (struct archive_source){.id = sources[i].id, .name = sources[i].name};
    archive_name_lists(arena, named, named_count);
    for (size_t i = 0; i < named_count; i++)
        *map_at(&verifying->lists, named[i].id) = &named[i].list_path;
    return OK;
}

/* What the store cannot say because it is damaged has been told; the look goes on with what it can. */
struct error *verify_unless_damaged(struct error *error)
{
    if (!error || error->kind != ERROR_DAMAGED)
        return error;
    error_free(error);
    return OK;
}

struct error *verify_articles(struct verifying *verifying)
{
    if (!verifying->reader)
        return OK;
    TRY(verify_unless_damaged(name_lists(verifying)));
    return verify_unless_damaged(store_each_article(verifying->reader, take_article, verifying));
}
