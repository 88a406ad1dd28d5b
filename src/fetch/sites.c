/* SPDX-License-Identifier: MIT
 * sites.c - the robots.txt of sites, asked once a day
 */
#include "fetch/sites.h"
#include "fetch/internal.h"
#include "fetch/robots.h"
#include "limits/limits.h"
#include <stdlib.h>

enum { MOST_SITES = 512, ARENA_OF_A_SITE = 64 * 1024 * 1024 };

static const int64_t kept_for = DAY;                 /* RFC 9309 2.4 */
static const int64_t trouble_kept_for = 10 * MINUTE; /* a site that could not say is asked again then */
static const int64_t longest_delay = 30 * 1000;      /* of Crawl-delay: more would be never */

TAILQ_HEAD(site_waits, site_wait);

struct site {
    struct sites *sites;
    TAILQ_ENTRY(site) next;
    char *origin;
    struct arena *arena; /* what was last asked, and read */
    struct fetch_request request;
    struct site_waits waits;
    bool is_asked;               /* its robots.txt is under way */
    int64_t good_until;          /* monotonic: what follows; before it was asked: 0 */
    const struct robots *robots; /* NULL: nothing may be asked, since ... */
    span trouble;
};

struct sites {
    struct fetcher *fetcher;
    TAILQ_HEAD(site_list, site) list; /* the one used last is first */
    size_t count;
};

struct sites *sites_new(struct fetcher *fetcher)
{
    struct sites *sites = memory_new(sizeof *sites);

    sites->fetcher = fetcher;
    TAILQ_INIT(&sites->list);
    return sites;
}

static void drop(struct site *site)
{
    TAILQ_REMOVE(&site->sites->list, site, next);
    site->sites->count--;
    arena_free(site->arena);
    free(site->origin);
    free(site);
}

void sites_free(struct sites *sites)
{
    struct site *site;

    if (!sites)
        return;
    while ((site = TAILQ_FIRST(&sites->list)))
        drop(site);
    free(sites);
}

/* --- asking --- */

static void read_answer(struct site *site)
{
    const struct response *response = site->request.response;

    if (response && response->status >= 200 && response->status < 300)
        site->robots = robots_parse(site->arena, response->body);
    else if (response && response->status >= 400 && response->status < 500 && response->status != 429)
        site->robots = robots_parse(site->arena, (span){0});
    else if (response)
        site->trouble = arena_printf(site->arena, "its robots.txt gives status %d", response->status);
    else
        site->trouble = arena_printf(site->arena, "its robots.txt: %s", site->request.error->message);
}

/* Whoever waited asks anew; where the fetcher is being emptied, they are ended like all others. */
static void answered(struct fetch_request *request)
{
    struct site *site = request->context;
    struct fetcher *fetcher = site->sites->fetcher;
    bool is_cancelled = request->error && request->error->kind == ERROR_CANCELLED;
    struct site_wait *wait;

    site->is_asked = false;
    if (!is_cancelled) {
        read_answer(site);
        bool is_sure = site->robots && request->response->is_complete; /* else it may have been cut short */
        site->good_until = fetcher_time(fetcher) + (is_sure ? kept_for : trouble_kept_for);
    }
    error_free(MOVE(request->error));
    while (!is_cancelled && (wait = TAILQ_FIRST(&site->waits))) {
        sites_leave(wait);
        transfer_approach(OUTER(struct transfer, site_wait, wait));
    }
}

static void ask(struct site *site, const struct conf_fetch *settings)
{
    arena_reset(site->arena);
    site->robots = NULL;
    site->trouble = (span){0};
    site->is_asked = true;
    site->request = (struct fetch_request){
        .kind = FETCH_ROBOTS,
        .url = arena_printf(site->arena, "%s/robots.txt", site->origin),
        .settings = settings,
        .max_size = LIMIT_ROBOTS_FETCHED,
        .arena = site->arena,
        .done = answered,
        .context = site,
    };
    fetcher_submit(site->sites->fetcher, &site->request);
}

/* --- the table --- */

static void make_room(struct sites *sites)
{
    struct site *site, *before;

    for (site = TAILQ_LAST(&sites->list, site_list); site && sites->count >= MOST_SITES; site = before) {
        before = TAILQ_PREV(site, site_list, next);
        if (!site->is_asked && TAILQ_EMPTY(&site->waits))
            drop(site);
    }
}

static struct site *find(struct sites *sites, span origin)
{
    struct site *site;

    TAILQ_FOREACH(site, &sites->list, next)
    if (span_is(origin, site->origin))
        break;
    if (site) {
        TAILQ_REMOVE(&sites->list, site, next);
    } else {
        make_room(sites);
        site = memory_new(sizeof *site);
        site->sites = sites;
        site->origin = memory_string(origin);
        site->arena = arena_new(ARENA_OF_A_SITE);
        TAILQ_INIT(&site->waits);
        sites->count++;
    }
    TAILQ_INSERT_HEAD(&sites->list, site, next);
    return site;
}

enum site_verdict sites_ask(struct sites *sites, const struct fetch_request *request, span origin, span path,
                            struct site_wait *wait, int64_t *out_gap, struct error **out_error)
{
    struct site *site = find(sites, origin);
    span agent = request->settings->user_agent;

    if (site->is_asked || site->good_until <= fetcher_time(sites->fetcher)) {
        wait->site = site;
        TAILQ_INSERT_TAIL(&site->waits, wait, next);
        if (!site->is_asked)
            ask(site, request->settings);
        return SITE_WAIT;
    }
    if (!site->robots) {
        *out_error =
            error_new(ERROR_NETWORK, "%s may not be asked: %.*s", site->origin, SPAN_ARG(site->trouble));
        return SITE_REFUSES;
    }
    if (!robots_allows(site->robots, agent, path)) {
        *out_error = error_new(ERROR_REFUSED, "refused: robots.txt of %s does not allow it", site->origin);
        return SITE_REFUSES;
    }
    *out_gap = MIN(MAX(robots_delay_ms(site->robots, agent), 0), longest_delay);
    return SITE_ALLOWS;
}

void sites_leave(struct site_wait *wait)
{
    if (!wait->site)
        return;
    TAILQ_REMOVE(&wait->site->waits, wait, next);
    wait->site = NULL;
}
