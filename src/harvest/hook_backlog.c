/* SPDX-License-Identifier: MIT */
#include "harvest/hook_backlog.h"
#include "core/vec.h"
#include "store/news.h"
#include <inttypes.h>

enum { TOGETHER = 256 };
static const size_t bytes_together = 4 * MiB;

struct taking {
    struct store_reader *reader;
    struct arena *arena;
    struct log *log;
    int64_t now;
    VEC(struct article *) articles;
    size_t size;
    struct hook_backlog *rest;
};

static bool is_full(const struct taking *taking)
{
    return taking->articles.len >= TOGETHER || taking->size >= bytes_together;
}

static void wait_for(struct taking *taking, const struct news *news)
{
    struct hook_backlog *rest = taking->rest;

    rest->waiting[rest->waiting_count++] = news->place;
    rest->settles_at = MIN(rest->settles_at, news->settles_at);
}

static struct error *take(struct taking *taking, const struct news *news)
{
    struct article *article = NULL;
    OWN(error) error = store_article(taking->reader, taking->arena, news->article_id, &article);

    if (error && error->kind != ERROR_DAMAGED)
        return MOVE(error);
    if (error)
        log_failure(taking->log, "hook", error);
    if (!article)
        return OK;
    *vec_add(taking->arena, &taking->articles) = article;
    taking->size += article->item.html.len + article->item.raw_body.len + article->item.summary.len;
    return OK;
}

static struct error *see(struct taking *taking, const struct news *news)
{
    if (news->settles_at <= taking->now)
        return take(taking, news);
    wait_for(taking, news);
    return OK;
}

static struct error *see_waiting(struct taking *taking, const struct hook_backlog *backlog)
{
    for (size_t i = 0; i < backlog->waiting_count; i++) {
        struct news news = {.place = backlog->waiting[i]};
        if (!is_full(taking))
            TRY(store_news(taking->reader, news.place, &news));
        if (is_full(taking))
            wait_for(taking, &news); /* it is looked at next time, which is at once */
        else if (news.article_id)
            TRY(see(taking, &news));
    }
    return OK;
}

static struct error *see_new(struct taking *taking)
{
    struct hook_backlog *rest = taking->rest;
    struct news *news;
    size_t count = TOGETHER;

    while (count == TOGETHER && !is_full(taking) && rest->waiting_count < BACKLOG_WAITING) {
        TRY(store_since(taking->reader, taking->arena, rest->place, TOGETHER, &news, &count));
        for (size_t i = 0; i < count; i++) {
            if (is_full(taking) || rest->waiting_count == BACKLOG_WAITING)
                return OK;
            TRY(see(taking, &news[i]));
            rest->place = news[i].place;
        }
    }
    return OK;
}

struct error *hook_backlog_next(const struct hook_backlog *backlog, struct store_reader *reader,
                                struct arena *arena, int64_t now, struct log *log, struct hook_news *out_news)
{
    struct taking taking = {
        .reader = reader, .arena = arena, .log = log, .now = now, .rest = &out_news->rest};

    out_news->rest.place = backlog->place;
    out_news->rest.waiting_count = 0;
    out_news->rest.settles_at = INT64_MAX;
    TRY(see_waiting(&taking, backlog));
    TRY(see_new(&taking));
    out_news->articles = taking.articles.at;
    out_news->count = taking.articles.len;
    return OK;
}

/* --- the note: the place, or "-", and what waits --- */

span hook_backlog_write(const struct hook_backlog *backlog, bool has_all, struct arena *arena)
{
    LOCAL(buf) note = {.max = (BACKLOG_WAITING + 1) * 24};

    if (has_all)
        buf_add_char(&note, '-');
    else
        buf_printf(&note, "%" PRId64, backlog->place);
    for (size_t i = 0; i < backlog->waiting_count; i++)
        buf_printf(&note, " %" PRId64, backlog->waiting[i]);
    return arena_keep(arena, buf_span(&note));
}

void hook_backlog_read(span note, int64_t last, struct hook_backlog *out_backlog)
{
    span word = {0};
    int64_t place;

    out_backlog->place = last;
    out_backlog->waiting_count = 0;
    out_backlog->settles_at = 0;
    if (span_cut(&note, ' ', &word) && span_to_int64(word, &place))
        out_backlog->place = MIN(place, last);
    while (out_backlog->waiting_count < BACKLOG_WAITING && span_cut(&note, ' ', &word))
        if (span_to_int64(word, &place) && place <= out_backlog->place)
            out_backlog->waiting[out_backlog->waiting_count++] = place;
}
