/* SPDX-License-Identifier: MIT
 * walk.c - the history of feeds that have one: pages (RFC 5005 3, JSON Feed's next_url) and archives (RFC
 * 5005 4)
 *
 * The first poll of such a feed is followed by polls of its older documents, one after the other, each stored
 * by itself with the mark of where to go on: so a kill costs one document. An archive does not change, and is
 * asked for once; where the newest one is another than last time, those that came since are asked for. Pages
 * are walked once, and after a gap. A page that holds nothing new ends it, so a loop does, too.
 */
#include "harvest/reading.h"
#include "limits/limits.h"

static span link_of(const struct feed_about *about, span rel)
{
    for (size_t i = 0; i < about->link_count; i++)
        if (span_equal_nocase(about->links[i].rel, rel))
            return about->links[i].href;
    return (span){0};
}

static span older(const struct feed_about *about, enum walk_kind kind)
{
    if (kind == WALK_ARCHIVES)
        return link_of(about, S("prev-archive"));
    return about->next_url.len ? about->next_url : link_of(about, S("next"));
}

static void begin(struct job *job, enum walk_kind kind, span to)
{
    struct memory *memory = &job->memory;

    memory->walk = kind;
    memory->walk_to = arena_keep(job->arena, to);
    memory->walk_first = memory->walk_to;
    memory->walk_count = 0;
}

static void end(struct memory *memory)
{
    if (memory->walk == WALK_ARCHIVES)
        memory->walked = memory->walk_first;
    memory->has_walked = true;
    memory->walk = WALK_NONE;
    memory->walk_to = memory->walk_first = (span){0};
}

static void go_on(struct job *job, const struct feed_about *about, const struct poll_facts *facts)
{
    struct memory *memory = &job->memory;
    span next = older(about, (enum walk_kind)memory->walk);

    memory->walk_count++;
    if (!next.len || span_equal(next, job->request.url) || span_equal(next, memory->walked) ||
        memory->walk_count >= LIMIT_WALK_DOCUMENTS || (memory->walk == WALK_PAGES && facts->is_all_known))
        end(memory);
    else
        memory->walk_to = arena_keep(job->arena, next);
}

void walk_look(struct job *job, const struct feed_about *about, const struct poll_facts *facts)
{
    struct memory *memory = &job->memory;
    span archive = older(about, WALK_ARCHIVES), page = older(about, WALK_PAGES);

    if (job->is_walk) {
        go_on(job, about, facts);
        return;
    }
    if (job->rung != RUNG_FEED || job->request.response->status == 226 || memory->walk_to.len)
        return;
    if (archive.len) {
        if (!span_equal(archive, memory->walked))
            begin(job, WALK_ARCHIVES, archive);
    } else if (page.len && (!memory->has_walked || facts->has_gap)) {
        begin(job, WALK_PAGES, page);
    }
}

void walk_fail(struct job *job, const struct poll_facts *facts)
{
    const struct response *response = job->request.response;

    if (facts->outcome == OUTCOME_ERROR || (response && (response->status >= 500 || response->status == 429)))
        job->is_stuck = true; /* it may be there after the next poll */
    else
        end(&job->memory);
}
