/* SPDX-License-Identifier: MIT
 * verify_pages.c - lists and READMEs against what they should be
 *
 * Each is made from the store and compared. One that is another is not always wrong: it is written when an
 * article of it is, so it may be older than a name in the configuration; and in an archive that was imported
 * it may be as somebody else wrote it. git knows: what Courant committed last is behind at most, what it
 * never committed is not its own, and what anybody did after it is an edit. Without git every difference is
 * one.
 */
#include "core/file.h"
#include "keep/verifying.h"
#include "limits/limits.h"
#include "overview/overview.h"

struct doubt { /* a page that is not what it should be, and that git has so */
    const struct expected *page;
    enum outcome outcome;
    span what;
    bool is_settled, was_ours; /* who committed it last is known; we once did */
    bool is_ours;
};

struct looking {
    struct verifying *verifying;
    struct map doubts; /* path -> struct doubt */
    VEC(struct doubt *) doubt_list;
};

static void tell(struct verifying *verifying, const struct expected *page, enum outcome outcome, span what)
{
    verify_found(verifying, outcome == FILE_MISSING ? FOUND_PAGE_MISSING : FOUND_PAGE_DIFFERS, page,
                 verify_shown(verifying, page->path), what);
}

static void doubt(struct looking *looking, const struct expected *page, enum outcome outcome, span what)
{
    struct arena *arena = looking->verifying->arena;
    struct doubt *doubt = ARENA_NEW(arena, struct doubt);

    *doubt = (struct doubt){.page = page, .outcome = outcome, .what = arena_keep(arena, what)};
    *map_at(&looking->doubts, page->path) = doubt;
    *vec_add(arena, &looking->doubt_list) = doubt;
}

/* --- a page --- */

static struct error *take_page(void *context, const struct overview_page *made)
{
    struct looking *looking = context;
    struct verifying *verifying = looking->verifying;
    const struct expected *page = map_get(&verifying->expected, made->path);
    OWN(arena) arena = arena_new(SIZE_MAX);
    enum outcome outcome;
    span what;

    if (!page || !page->is_page || page->is_owed || made->bytes.len > LIMIT_COMPARED_FILE)
        return OK;
    TRY(verify_compare(verifying, arena, page->path, made->bytes, &outcome, &what));
    if (outcome == FILE_SAME && (page->index || page->tree))
        verify_found(verifying, FOUND_FILE_NOT_COMMITTED, page, verify_shown(verifying, page->path),
                     S("git has it otherwise"));
    else if (outcome != FILE_SAME && verifying->knows_states && !page->index && !page->tree)
        doubt(looking, page, outcome, what);
    else if (outcome != FILE_SAME)
        tell(verifying, page, outcome, what);
    return OK;
}

static struct error *look_at_source(struct looking *looking, const struct overview *overview,
                                    const struct archive_source *mentioned)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct archive_source source = *mentioned;

    if (verify_is_cancelled(looking->verifying))
        return error_new(ERROR_CANCELLED, "interrupted");
    TRY(overview_complete(overview, arena, &source));
    for (size_t i = 0; i < source.month_count && overview->conf->archive.layout == LAYOUT_DATED; i++)
        TRY(overview_month(overview, &source, source.months[i].year, source.months[i].month, take_page,
                           looking));
    return overview_source(overview, &source, take_page, looking);
}

static struct error *look_at_pages(struct looking *looking)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    const struct verify_options *options = looking->verifying->options;
    struct overview overview = {looking->verifying->reader, options->conf, options->timezone};
    struct archive_source *sources = NULL;
    size_t count = 0;

    TRY(overview_sources(&overview, arena, &sources, &count));
    TRY(overview_newsroom(&overview, sources, count, take_page, looking));
    for (size_t i = 0; i < count; i++)
        TRY(look_at_source(looking, &overview, &sources[i]));
    return OK;
}

/* --- who wrote it? --- */

static struct error *take_author(void *context, span path, span author)
{
    struct looking *looking = context;
    struct doubt *doubt = map_get(&looking->doubts, path);
    bool is_ours = span_equal(author, looking->verifying->options->conf->archive.author);

    if (!doubt)
        return OK;
    if (!doubt->is_settled)
        doubt->is_ours = is_ours;
    doubt->is_settled = true;
    doubt->was_ours |= is_ours;
    return OK;
}

static struct error *settle_doubts(struct looking *looking)
{
    struct verifying *verifying = looking->verifying;

    if (!looking->doubt_list.len)
        return OK;
    TRY(archive_page_authors(verifying->archive, verifying->options->clock, take_author, looking));
    for (size_t i = 0; i < looking->doubt_list.len; i++) {
        const struct doubt *doubt = looking->doubt_list.at[i];
        if (doubt->is_ours)
            verify_found(verifying, FOUND_PAGE_BEHIND, doubt->page,
                         verify_shown(verifying, doubt->page->path), doubt->what);
        else if (doubt->was_ours)
            tell(verifying, doubt->page, doubt->outcome, doubt->what);
    }
    return OK;
}

/* Where git is damaged it cannot say who wrote them: that they are there is all. */
static void look_for_files(struct verifying *verifying)
{
    for (size_t i = 0; i < verifying->expected_list.len; i++) {
        const struct expected *page = verifying->expected_list.at[i];
        if (page->is_page && !page->is_owed &&
            !file_exists(
                arena_printf(verifying->arena, "%s/%.*s", verifying->archive, SPAN_ARG(page->path)).at))
            tell(verifying, page, FILE_MISSING, S("it is missing"));
    }
}

/* While somebody writes nothing can be said of them. */
struct error *verify_pages(struct verifying *verifying)
{
    struct looking looking = {.verifying = verifying, .doubts = {.arena = verifying->arena}};
    bool has_judge = verifying->knows_states || !verifying->options->conf->archive.git;

    if (!verifying->reader || !verifying->is_locked)
        return OK;
    if (!has_judge) {
        look_for_files(verifying);
        return OK;
    }
    TRY(verify_unless_damaged(look_at_pages(&looking)));
    return settle_doubts(&looking);
}
