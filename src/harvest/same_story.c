/* SPDX-License-Identifier: MIT
 * same_story.c - stories follow the articles: signatures of what came, handed to the store
 *
 * When nothing else is to be done, as the archive is written behind the polls. A stop ends it; the next
 * harvest takes it up where it was.
 */
#include "harvest/internal.h"
#include "harvest/refrain.h"
#include "markup/markup.h"
#include "store/stories.h"

enum { AT_ONCE = 256, ENOUGH = 16 * 1024 /* bytes of HTML: the beginning of the text is in it */ };

struct pass {
    struct refrains *refrains;
    struct telling *tellings;
    size_t count;
    int64_t now;
};

static struct error *hand_in(struct store *store, struct arena *arena, void *context)
{
    const struct pass *pass = context;

    (void)arena;
    return store_tell(store, pass->tellings, pass->count, pass->now);
}

/* Its text; of one that has little, the title, too. */
static struct error *sign(const struct pass *pass, struct arena *arena, const struct article *article,
                          struct likeness *out_likeness)
{
    const struct item *item = &article->item;
    span text = html_to_line(arena, span_sub(item->html.len ? item->html : item->summary, 0, ENOUGH));

    TRY(refrains_drop(pass->refrains, arena, article->source_id, text, &text));
    likeness_of(text, out_likeness);
    if (!out_likeness->pairs)
        likeness_of(arena_printf(arena, "%.*s %.*s", SPAN_ARG(item->title), SPAN_ARG(text)), out_likeness);
    return OK;
}

static struct error *sign_all(struct harvest *harvest, struct pass *pass)
{
    for (size_t i = 0; i < pass->count; i++) {
        OWN(arena) arena = arena_new(64 * MiB);
        struct article *article = NULL;
        if (pass->tellings[i].is_old)
            continue;
        OWN(error) error = store_article(harvest->reader, arena, pass->tellings[i].article_id, &article);
        if (error && error->kind != ERROR_DAMAGED) /* which `verify` tells of */
            return MOVE(error);
        if (!error && article)
            TRY(sign(pass, arena, article, &pass->tellings[i].likeness));
    }
    return OK;
}

struct error *stories_follow(struct harvest *harvest)
{
    OWN(arena) learnt = arena_new(SIZE_MAX);
    struct refrains refrains = {.reader = harvest->reader, .arena = learnt};
    size_t count = AT_ONCE;

    while (count == AT_ONCE && !harvest->is_stopping) {
        OWN(arena) arena = arena_new(16 * MiB);
        struct pass pass = {.refrains = &refrains, .now = clock_now(harvest->options.clock)};
        TRY(store_untold(harvest->reader, arena, pass.now, AT_ONCE, &pass.tellings, &pass.count));
        TRY(sign_all(harvest, &pass));
        if (pass.count)
            TRY(writer_run(harvest->writer, hand_in, &pass));
        count = pass.count;
    }
    return OK;
}
