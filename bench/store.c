/* SPDX-License-Identifier: MIT
 * store.c - how fast the store takes polls, how large it grows, and how near SQLite alone it comes
 *
 *     store [SOURCES [ITEMS [FOLDER]]]      200 sources of 100 items each, in a folder of its own below /tmp
 *
 * Texts are made here: Chinese and English, 2 to 8 KB, each item another. Three rounds are measured: all
 * items new, all known, one in ten edited; besides, the same texts put into a bare table of SQLite's in
 * transactions of the same size. Prints a line each.
 */
#include "store/store.h"
#include "text/timezone.h"
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

enum { POLLS_AT_ONCE = 4 };

#define START INT64_C(1731031838000)

static const char *const chinese[] = {
    "市政府", "周二", "宣布", "大桥", "将",   "关闭", "九周", "工程师", "发现",
    "两个",   "轴承", "已经", "磨损", "居民", "表示", "渡轮", "每天",   "运送",
    "三千",   "名",   "乘客", "，",   "。",   "港口", "天气", "官员",   "说",
};
static const char *const english[] = {
    "the ",       "council ",   "said ",   "on ",      "Tuesday ",   "that ",   "bridge ",  "closes ",
    "for ",       "nine ",      "weeks, ", "after ",   "engineers ", "found ",  "two ",     "worn ",
    "bearings. ", "Residents ", "use ",    "a ",       "ferry ",     "which ",  "carries ", "three ",
    "thousand ",  "people ",    "daily. ", "Harbour ", "weather ",   "delays ",
};

struct generator {
    uint64_t state;
};

static uint64_t next(struct generator *generator) /* xorshift64* */
{
    generator->state ^= generator->state >> 12;
    generator->state ^= generator->state << 25;
    generator->state ^= generator->state >> 27;
    return generator->state * UINT64_C(2685821657736338717);
}

static span make_body(struct arena *arena, uint64_t seed)
{
    struct generator generator = {seed * 2654435761u + 88172645463325252u};
    LOCAL(buf) out = {.max = 64 * KiB};
    size_t size = 2048 + next(&generator) % 6144;
    bool is_chinese = next(&generator) % 2;

    buf_printf(&out, "<div><img src=\"https://pictures.example/%" PRIx64 "_w900.jpg\" width=\"100%%\"></div>",
               next(&generator));
    while (out.len < size) {
        buf_add_text(&out, "<p>");
        for (int i = 0; i < 60; i++)
            buf_add_text(&out, is_chinese ? chinese[next(&generator) % ARRAY_SIZE(chinese)]
                                          : english[next(&generator) % ARRAY_SIZE(english)]);
        buf_printf(&out, "%" PRIu64 "</p>\n", next(&generator) % 100000);
    }
    return arena_keep(arena, buf_span(&out));
}

static struct item make_item(struct arena *arena, int source, int number, int edition)
{
    uint64_t seed = (uint64_t)source * 1000003 + (uint64_t)number * 17 + (uint64_t)edition * 7919 + 1;
    span body = make_body(arena, seed);
    span title = arena_printf(arena, "Bridge %d closes 大桥关闭 %d", source, number);
    span link = arena_printf(arena, "https://news%d.example/a/bridge-%d-closes/%d.html", source, number,
                             7000000 + number);

    return (struct item){
        .feed_id = link,
        .raw_title = title,
        .raw_body = body,
        .raw_hash = seed * 11400714819323198485u,
        .published_at = START - (int64_t)number * MINUTE,
        .modified_at = NO_TIME,
        .link = link,
        .title = title,
        .html = span_from(body, 5), /* nearly the same, as cleaning leaves it */
        .summary = S("A bridge closes."),
        .language = S("zh"),
        .is_full = true,
    };
}

static double seconds(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

struct stopwatch {
    double spent, worked; /* seconds by the wall, and of the processor */
    double began, began_work;
};

static void stopwatch_start(struct stopwatch *watch)
{
    watch->began = seconds(CLOCK_MONOTONIC);
    watch->began_work = seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static void stopwatch_stop(struct stopwatch *watch)
{
    watch->spent += seconds(CLOCK_MONOTONIC) - watch->began;
    watch->worked += seconds(CLOCK_PROCESS_CPUTIME_ID) - watch->began_work;
}

static void print_rate(const char *name, const struct stopwatch *watch, int64_t seen, int64_t brought)
{
    printf("%-8s %8" PRId64 " items, %8" PRId64 " new or revised, %7.2f s (%5.2f s of work), %8.0f items/s\n",
           name, seen, brought, watch->spent, watch->worked, (double)seen / watch->spent);
}

static void must(struct error *error)
{
    if (!error)
        return;
    fprintf(stderr, "bench: %s\n", error_text(error));
    exit(1);
}

struct bench {
    const char *folder;
    int sources, items;
    struct clock *clock;
    struct store *store;
};

static void want_sources(struct bench *bench, struct arena *arena)
{
    struct wanted_source *wanted = ARENA_ARRAY(arena, struct wanted_source, (size_t)bench->sources);

    for (int i = 0; i < bench->sources; i++) {
        wanted[i].id = wanted[i].name = arena_printf(arena, "news%d", i);
        wanted[i].feed = arena_printf(arena, "https://news%d.example/feed.xml", i);
    }
    must(store_want_sources(bench->store, wanted, (size_t)bench->sources));
}

static struct poll make_poll(struct bench *bench, struct arena *arena, int source, int edited)
{
    struct poll poll = {
        .source =
            {
                .id = arena_printf(arena, "news%d", source),
                .feed = arena_printf(arena, "https://news%d.example/feed.xml", source),
                .last_poll_at = START,
                .last_success_at = START,
                .last_change_at = NO_TIME,
                .next_poll_at = START + HOUR,
            },
        .items = ARENA_ARRAY(arena, struct item, (size_t)bench->items),
        .item_count = (size_t)bench->items,
    };

    for (int i = 0; i < bench->items; i++)
        poll.items[i] = make_item(arena, source, i, edited && i % edited == 0);
    return poll;
}

/* Only the store's own time counts, not that of making texts. */
static void run_round(struct bench *bench, const char *name, int edited)
{
    struct stopwatch watch = {0};
    int64_t brought = 0, seen = 0;

    for (int first = 0; first < bench->sources; first += POLLS_AT_ONCE) {
        OWN(arena) arena = arena_new(1 * GiB);
        struct poll polls[POLLS_AT_ONCE];
        const struct poll *at[POLLS_AT_ONCE];
        struct poll_counts counts[POLLS_AT_ONCE];
        int count = MIN(POLLS_AT_ONCE, bench->sources - first);

        for (int i = 0; i < count; i++) {
            polls[i] = make_poll(bench, arena, first + i, edited);
            at[i] = &polls[i];
        }
        stopwatch_start(&watch);
        must(store_polls(bench->store, arena, at, (size_t)count, counts));
        stopwatch_stop(&watch);
        for (int i = 0; i < count; i++) {
            brought += counts[i].new_count + counts[i].revised_count;
            seen += (int64_t)polls[i].item_count;
        }
    }
    print_rate(name, &watch, seen, brought);
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static void run_few(struct bench *bench)
{
    enum { ROUNDS = 20, FEW = 10 };
    double spent[ROUNDS];
    int items = bench->items;

    for (int round = 0; round < ROUNDS; round++) {
        OWN(arena) arena = arena_new(1 * GiB);
        struct stopwatch watch = {0};
        struct poll_counts counts;
        struct poll poll;
        bench->items = items + (round + 1) * FEW;
        poll = make_poll(bench, arena, 0, 0);
        poll.items += bench->items - FEW;
        poll.item_count = FEW;
        stopwatch_start(&watch);
        must(store_poll(bench->store, arena, &poll, &counts));
        stopwatch_stop(&watch);
        spent[round] = watch.spent;
    }
    bench->items = items;
    qsort(spent, ROUNDS, sizeof *spent, by_value);
    printf("%-8s %8d new ones into %d: median %.2f ms, worst %.2f ms\n", "few", FEW, bench->sources * items,
           spent[ROUNDS / 2] * 1e3, spent[ROUNDS - 1] * 1e3);
}

/* The same texts in a table with one index, transactions of the same size */
static void run_bare(struct bench *bench)
{
    char path[512];
    sqlite3 *db;
    sqlite3_stmt *insert;
    struct stopwatch watch = {0};

    snprintf(path, sizeof path, "%s/bare.db", bench->folder);
    sqlite3_open(path, &db);
    sqlite3_exec(db,
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;"
                 "CREATE TABLE article (id INTEGER PRIMARY KEY, link TEXT UNIQUE, title TEXT, body TEXT)",
                 NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO article (link, title, body) VALUES (?, ?, ?)", -1, &insert, NULL);
    for (int first = 0; first < bench->sources; first += POLLS_AT_ONCE) {
        OWN(arena) arena = arena_new(1 * GiB);
        struct poll polls[POLLS_AT_ONCE];
        int count = MIN(POLLS_AT_ONCE, bench->sources - first);

        for (int i = 0; i < count; i++)
            polls[i] = make_poll(bench, arena, first + i, 0);
        stopwatch_start(&watch);
        sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
        for (int i = 0; i < count; i++) {
            for (size_t k = 0; k < polls[i].item_count; k++) {
                const struct item *item = &polls[i].items[k];
                sqlite3_bind_text(insert, 1, item->link.at, (int)item->link.len, SQLITE_STATIC);
                sqlite3_bind_text(insert, 2, item->title.at, (int)item->title.len, SQLITE_STATIC);
                sqlite3_bind_text(insert, 3, item->raw_body.at, (int)item->raw_body.len, SQLITE_STATIC);
                sqlite3_step(insert);
                sqlite3_reset(insert);
            }
        }
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
        stopwatch_stop(&watch);
    }
    sqlite3_finalize(insert);
    sqlite3_close(db);
    print_rate("bare", &watch, bench->sources * bench->items, bench->sources * bench->items);
}

static void print_size(const struct bench *bench)
{
    struct rusage usage;
    struct stat stat_;
    char path[512];

    snprintf(path, sizeof path, "%s/courant.db", bench->folder);
    if (stat(path, &stat_))
        return;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-8s %8.1f MB, %6.0f bytes an article; peak memory %ld MB\n", "size", (double)stat_.st_size / 1e6,
           (double)stat_.st_size / (bench->sources * bench->items), usage.ru_maxrss / 1024);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/courant-bench-XXXXXX";
    struct bench bench = {.sources = argc > 1 ? atoi(argv[1]) : 200, .items = argc > 2 ? atoi(argv[2]) : 100};
    struct store_options options = {.wait = 10 * MINUTE};
    OWN(arena) arena = arena_new(64 * MiB);

    bench.folder = argc > 3 ? argv[3] : mkdtemp(folder);
    bench.clock = clock_fixed(START);
    if (!bench.folder)
        return 1;
    must(timezone_load(arena, S("Asia/Shanghai"), &options.timezone));
    must(store_open(bench.folder, &options, bench.clock, &bench.store));
    want_sources(&bench, arena);
    run_round(&bench, "new", 0);
    run_round(&bench, "known", 0);
    run_round(&bench, "edited", 10);
    run_few(&bench);
    store_close(bench.store);
    print_size(&bench);
    run_bare(&bench);
    clock_free(bench.clock);
    printf("left in %s\n", bench.folder);
    return 0;
}
