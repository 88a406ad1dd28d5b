/* SPDX-License-Identifier: MIT */
#include "harvest/refrain.h"
#include "bytes/digest.h"
#include "markup/markup.h"
#include "text/utf8.h"

enum {
    SAMPLE = 8, /* articles */
    OFTEN = 3,
    ENOUGH = 16 * 1024,          /* bytes of HTML that are looked at, ... */
    ENOUGH_TEXT = 6 * 1024,      /* ... and of text */
    SHORTEST = 16,               /* bytes: "He said." is nobody's */
    MOST_ROOM = 8 * 1024 * 1024, /* of what is remembered; then it is learnt anew */
};

/* --- sentences --- */

static bool ends_sentence(uint32_t character, span rest)
{
    static const uint32_t ends[] = {0x3002, 0xFF01, 0xFF1F, 0x061F, 0x06D4, 0x0964}; /* 。！？؟۔। */

    if (character == '.' || character == '!' || character == '?')
        return rest.len == 0 || *rest.at == ' ';
    for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
        if (character == ends[i])
            return true;
    return false;
}

static bool cut_sentence(span *rest, span *out_sentence)
{
    const char *start = rest->at;
    uint32_t character;

    while (utf8_next(rest, &character))
        if (ends_sentence(character, *rest))
            break;
    *out_sentence = span_between(start, rest->at);
    return out_sentence->len > 0;
}

static uint64_t hash_of(span sentence)
{
    sentence = span_trim(sentence);
    return sentence.len < SHORTEST ? 0 : digest_fast(sentence);
}

/* --- what is learnt of a source --- */

struct uses { /* of a sentence */
    int articles;
    uint64_t last; /* the article that it was seen in last */
};

struct learnt {
    struct map sentences; /* the bytes of its hash -> struct uses */
};

static void learn(struct refrains *refrains, struct learnt *learnt, uint64_t article, span text)
{
    span rest = utf8_cut(text, ENOUGH_TEXT), sentence;

    while (cut_sentence(&rest, &sentence)) {
        uint64_t hash = hash_of(sentence);
        struct uses *uses =
            hash ? map_get(&learnt->sentences, (span){(const char *)&hash, sizeof hash}) : NULL;
        if (!hash)
            continue;
        if (!uses) {
            uses = ARENA_NEW(refrains->arena, struct uses);
            *map_at(&learnt->sentences,
                    arena_keep(refrains->arena, (span){(const char *)&hash, sizeof hash})) = uses;
        }
        uses->articles += uses->articles == 0 || uses->last != article;
        uses->last = article;
    }
}

static struct error *learn_article(struct refrains *refrains, struct learnt *learnt, uint64_t id)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct article *article = NULL;
    OWN(error) error = store_article(refrains->reader, arena, id, &article);
    const struct item *item = article ? &article->item : NULL;

    if (error && error->kind != ERROR_DAMAGED) /* which `verify` tells of */
        return MOVE(error);
    if (!error && item)
        learn(refrains, learnt, id,
              html_to_line(arena, span_sub(item->html.len ? item->html : item->summary, 0, ENOUGH)));
    return OK;
}

static struct error *learn_source(struct refrains *refrains, span source_id, struct learnt *learnt)
{
    struct article_filter newest = {
        .source_id = source_id, .since = NO_TIME, .until = NO_TIME, .limit = SAMPLE};
    OWN(arena) arena = arena_new(16 * MiB);
    struct listing *listings;
    size_t count;

    TRY(store_list(refrains->reader, arena, &newest, &listings, &count));
    for (size_t i = 0; count >= OFTEN && i < count; i++)
        TRY(learn_article(refrains, learnt, listings[i].id));
    return OK;
}

static struct error *find_learnt(struct refrains *refrains, span source_id, struct learnt **out_learnt)
{
    *out_learnt = map_get(&refrains->by_source, source_id);
    if (*out_learnt)
        return OK;
    if (arena_used(refrains->arena) > MOST_ROOM)
        arena_reset(refrains->arena);
    if (arena_used(refrains->arena) == 0 || !refrains->by_source.arena)
        refrains->by_source = (struct map){.arena = refrains->arena};
    *out_learnt = ARENA_NEW(refrains->arena, struct learnt);
    (*out_learnt)->sentences.arena = refrains->arena;
    TRY(learn_source(refrains, source_id, *out_learnt));
    *map_at(&refrains->by_source, arena_keep(refrains->arena, source_id)) = *out_learnt;
    return OK;
}

struct error *refrains_drop(struct refrains *refrains, struct arena *arena, span source_id, span text,
                            span *out_text)
{
    LOCAL(buf) kept = {.max = ENOUGH_TEXT + 1};
    span rest = utf8_cut(text, ENOUGH_TEXT), sentence;
    struct learnt *learnt;

    TRY(find_learnt(refrains, source_id, &learnt));
    while (cut_sentence(&rest, &sentence)) {
        uint64_t hash = hash_of(sentence);
        const struct uses *uses =
            hash ? map_get(&learnt->sentences, (span){(const char *)&hash, sizeof hash}) : NULL;
        if (!uses || uses->articles < OFTEN)
            buf_add(&kept, sentence);
    }
    *out_text = arena_keep(arena, buf_span(&kept));
    return OK;
}
