/* SPDX-License-Identifier: MIT
 * fuzz_salvage.c - a store and its log, damaged in any way: looking at it ends, and so does salvage, which
 * makes a store that is whole
 *
 * The input is a list of damages to a store that is made here: what is done, where (three bytes, a share of
 * the file), how many bytes follow, and these.
 */
#include "core/file.h"
#include "store/check.h"
#include "text/timezone.h"
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STORIES = 12, PAGE = 4096, HEAD = 5, MOST_SIZE = 4 * 1024 * 1024 };
#define NOW INT64_C(1731031838000) /* 2024-11-08 02:10:38 UTC */

static void check(bool is_kept) /* a promise of check.h */
{
    if (!is_kept)
        abort();
}

static void must(struct error *error)
{
    if (!error)
        return;
    fprintf(stderr, "%s\n", error_text(error));
    abort();
}

/* --- a store, made once --- */

static struct made { /* as it lies on disk while a writer has it open */
    struct arena *arena;
    struct clock *clock;
    struct store_options options;
    span file, log;
} made;

static void make_folder(char folder[64])
{
    snprintf(folder, 64, "%s/courant-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    check(mkdtemp(folder) != NULL);
}

static void remove_folder(const char *folder)
{
    OWN(arena) arena = arena_new(1 * MiB);
    DIR *entries = opendir(folder);
    struct dirent *entry;

    check(entries != NULL);
    while ((entry = readdir(entries)))
        if (*entry->d_name != '.')
            unlink(arena_printf(arena, "%s/%s", folder, entry->d_name).at);
    closedir(entries);
    check(rmdir(folder) == 0);
}

static void poll_once(struct store *store, int edition)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct source learnt = {.id = S("voa"),
                            .feed = S("https://a.example/feed"),
                            .next_poll_at = NOW + HOUR,
                            .last_poll_at = NOW,
                            .last_success_at = NOW,
                            .last_change_at = NOW};
    struct item items[STORIES];
    struct poll poll = {.source = learnt, .items = items, .item_count = STORIES, .wants_pages = true};
    struct poll_counts counts;

    for (int i = 0; i < STORIES; i++) {
        int now = i % 3 ? 1 : edition;
        span body = arena_printf(arena, "<p>%0*d bridges are closed in edition %d.</p>", 300 * (i + 1),
                                 i * 7919, now);
        span title = arena_printf(arena, "Bridge %d is closed, %d", i, now);
        span link = arena_printf(arena, "https://a.example/n/%d.html", i);
        items[i] = (struct item){.feed_id = link,
                                 .link = link,
                                 .title = title,
                                 .raw_title = title,
                                 .raw_body = body,
                                 .html = body,
                                 .summary = S("It is closed."),
                                 .language = S("en"),
                                 .is_full = i % 2,
                                 .raw_hash = (uint64_t)(i + 1) * 1000003 + (uint64_t)now,
                                 .published_at = NOW - i * DAY,
                                 .modified_at = NO_TIME};
    }
    must(store_poll(store, arena, &poll, &counts));
}

static void make_store(void)
{
    char folder[64], path[128];
    struct store *store = NULL;
    struct wanted_source wanted = {.id = S("voa"), .name = S("VOA"), .feed = S("https://a.example/feed")};

    make_folder(folder);
    made.arena = arena_new(64 * MiB);
    made.clock = clock_fixed(NOW);
    made.options.wait = 10 * MINUTE;
    must(timezone_load(made.arena, S("Asia/Shanghai"), &made.options.timezone));
    must(store_open(folder, &made.options, made.clock, &store));
    must(store_want_sources(store, &wanted, 1));
    poll_once(store, 1);
    store_close(store); /* the log goes into the file */
    must(store_open(folder, &made.options, made.clock, &store));
    poll_once(store, 2);
    snprintf(path, sizeof path, "%s/courant.db", folder);
    must(file_read(path, MOST_SIZE, made.arena, &made.file));
    snprintf(path, sizeof path, "%s/courant.db-wal", folder);
    must(file_read(path, MOST_SIZE, made.arena, &made.log));
    store_close(store);
    remove_folder(folder);
}

/* --- damage --- */

struct damaged {
    char *at;
    size_t len;
};

static size_t place(const struct damaged *file, span where)
{
    size_t share =
        (size_t)(uint8_t)where.at[0] << 16 | (size_t)(uint8_t)where.at[1] << 8 | (uint8_t)where.at[2];

    return file->len ? share % file->len : 0;
}

static void overwrite(struct damaged *file, size_t at, span bytes)
{
    memcpy(file->at + at, bytes.at, MIN(bytes.len, file->len - at));
}

/* A page in another's place */
static void copy_page(struct damaged *file, size_t at, span bytes)
{
    size_t pages = file->len / PAGE, from = at / PAGE;

    if (bytes.len && from < pages)
        memmove(file->at + (uint8_t)bytes.at[0] % pages * PAGE, file->at + from * PAGE, PAGE);
}

static void damage(span input, struct damaged *file, struct damaged *log)
{
    enum { OVERWRITE, ZEROS, CUT, COPY_PAGE, DAMAGES };

    while (input.len >= HEAD) {
        int what = (uint8_t)input.at[0] % (2 * DAMAGES);
        struct damaged *one = what < DAMAGES ? file : log;
        size_t at = place(one, span_sub(input, 1, 3)), count = (uint8_t)input.at[4];
        span bytes = span_sub(span_from(input, HEAD), 0, MIN(count, input.len - HEAD));
        input = span_from(input, HEAD + bytes.len);
        switch (what % DAMAGES) {
        case OVERWRITE:
            overwrite(one, at, bytes);
            break;
        case ZEROS:
            memset(one->at + at, 0, MIN(count * 16, one->len - at));
            break;
        case CUT:
            one->len = at;
            break;
        case COPY_PAGE:
            copy_page(one, at, bytes);
            break;
        }
    }
}

static void write_damaged(const char *folder, span input)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct damaged file = {arena_string(arena, made.file), made.file.len};
    struct damaged log = {arena_string(arena, made.log), made.log.len};

    damage(input, &file, &log);
    must(file_write(arena_printf(arena, "%s/courant.db", folder).at, (span){file.at, file.len}));
    must(file_write(arena_printf(arena, "%s/courant.db-wal", folder).at, (span){log.at, log.len}));
}

/* --- what is looked at --- */

static void ignore_flaw(void *context, span where, span what)
{
    (void)context;
    (void)where;
    (void)what;
}

static void tell_flaw(void *context, span where, span what)
{
    fprintf(stderr, "%.*s: %.*s\n", SPAN_ARG(where), SPAN_ARG(what));
    ++*(int *)context;
}

/* Whatever is wrong with it: an answer */
static void look(const char *folder)
{
    struct store_reader *reader = NULL;
    struct error *error;

    error_free(store_check_log(folder, ignore_flaw, NULL));
    error = store_reader_open(folder, &reader);
    if (!error)
        error = store_check(reader, ignore_flaw, NULL);
    error_free(error);
    store_reader_close(reader);
}

static void salvage_it(const char *folder)
{
    OWN(arena) arena = arena_new(256 * MiB);
    struct salvage salvage = {
        .folder = folder, .options = &made.options, .clock = made.clock, .tell = ignore_flaw};
    struct store_reader *reader = NULL;
    int flaws = 0;
    OWN(error) error = store_salvage(&salvage, arena);

    if (error) { /* it may say that a newer Courant made it, no more */
        check(error->kind == ERROR_DAMAGED);
        return;
    }
    check(salvage.article_count <= STORIES);
    must(store_reader_open(folder, &reader));
    must(store_check(reader, tell_flaw, &flaws));
    store_reader_close(reader);
    check(flaws == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[64];

    if (!made.arena)
        make_store();
    make_folder(folder);
    write_damaged(folder, (span){(const char *)data, size});
    look(folder);
    write_damaged(folder, (span){(const char *)data, size}); /* the look may have taken the log in */
    salvage_it(folder);
    remove_folder(folder);
    return 0;
}
