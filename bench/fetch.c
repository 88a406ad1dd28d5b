/* SPDX-License-Identifier: MIT
 * fetch.c - one round of many sources, each a host of its own, measured
 *
 *     bench-fetch PORT [COUNT [SILENT RESETTING ENDLESS]]
 *
 * Asks `bench-origin` at PORT for COUNT sources (10,000), some of them bad, in per cent. Prints when the last
 * good one had answered, when 99 in 100 of them had, and the most memory the process held.
 */
#include "fetch/fetch.h"
#include "core/fault.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { DEFAULT_COUNT = 10000 };

struct asked {
    struct fetch_request request;
    bool is_good;
};

struct round {
    const struct clock *clock;
    pthread_mutex_t lock; /* guards those below */
    pthread_cond_t changed;
    int64_t left, good, failed;
    int64_t began_at, *answered_ms; /* of the good ones, in order */
};

bool fault_at(const char *point)
{
    (void)point;
    return false;
}

static void done(struct fetch_request *request)
{
    struct round *round = request->context;
    const struct asked *source = (const struct asked *)request;

    pthread_mutex_lock(&round->lock);
    if (source->is_good && request->response)
        round->answered_ms[round->good++] = clock_monotonic(round->clock) - round->began_at;
    else if (source->is_good)
        round->failed++;
    error_free(request->error);
    arena_free(request->arena);
    if (--round->left == 0)
        pthread_cond_signal(&round->changed);
    pthread_mutex_unlock(&round->lock);
}

static const char *path_of(int64_t i, const int64_t percent[3])
{
    static const char *const bad[] = {"silent", "reset", "endless"};
    int64_t place = i * 37 % 100; /* spread over the round */

    for (int k = 0; k < 3; k++) {
        if (place < percent[k])
            return bad[k];
        place -= percent[k];
    }
    return "304";
}

static void submit(struct fetcher *fetcher, struct asked *source, int64_t i, int port, const char *path,
                   const struct conf_fetch *settings, struct round *round)
{
    struct arena *arena = arena_new(32 * MiB);

    source->is_good = path[0] == '3';
    source->request = (struct fetch_request){
        .kind = FETCH_FEED,
        .url = arena_printf(arena, "http://127.%d.%d.%d:%d/%s", (int)(1 + i / 65025), (int)(i / 255 % 255),
                            (int)(1 + i % 255), port, path),
        .validators = {.etag = S("\"e\"")},
        .settings = settings,
        .arena = arena,
        .done = done,
        .context = round,
    };
    fetcher_submit(fetcher, &source->request);
}

int main(int argc, char **argv)
{
    static struct network loopback = {.address = {[10] = 0xff, 0xff, 127}, .prefix = 96 + 8};
    struct conf_fetch settings = {.user_agent = S("Courant/0.1 (+https://example.org/bot)"),
                                  .concurrency = 256,
                                  .max_open = 4096,
                                  .per_host = 2,
                                  .timeout = 30 * SECOND,
                                  .max_size = (int64_t)(16 * MiB),
                                  .allow_networks = &loopback,
                                  .allow_network_count = 1};
    int port = argc > 1 ? atoi(argv[1]) : 0;
    int64_t count = argc > 2 ? atoll(argv[2]) : DEFAULT_COUNT;
    int64_t percent[3] = {argc > 5 ? atoll(argv[3]) : 0, argc > 5 ? atoll(argv[4]) : 0,
                          argc > 5 ? atoll(argv[5]) : 0};
    OWN(clock) clock = clock_system();
    OPEN(fetcher) fetcher = NULL;
    struct asked *sources = memory_new((size_t)count * sizeof *sources);
    struct round round = {.clock = clock,
                          .lock = PTHREAD_MUTEX_INITIALIZER,
                          .changed = PTHREAD_COND_INITIALIZER,
                          .left = count,
                          .answered_ms = memory_new((size_t)count * sizeof(int64_t))};
    struct rusage usage;
    struct error *error = fetcher_open(&settings, clock, NULL, &fetcher);

    if (error) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    round.began_at = clock_monotonic(clock);
    for (int64_t i = 0; i < count; i++)
        submit(fetcher, &sources[i], i, port, path_of(i, percent), &settings, &round);
    pthread_mutex_lock(&round.lock);
    while (round.left)
        pthread_cond_wait(&round.changed, &round.lock);
    pthread_mutex_unlock(&round.lock);
    getrusage(RUSAGE_SELF, &usage);
    printf("%" PRId64 " good answers, %" PRId64 " failed; 99 in 100 after %" PRId64
           " ms, the last after %" PRId64 " ms, the round %" PRId64 " ms; %ld MiB\n",
           round.good, round.failed, round.good ? round.answered_ms[(round.good - 1) * 99 / 100] : 0,
           round.good ? round.answered_ms[round.good - 1] : 0, clock_monotonic(clock) - round.began_at,
           usage.ru_maxrss / 1024);
    free(round.answered_ms);
    free(sources);
    return 0;
}
