/* SPDX-License-Identifier: MIT
 * check_log.c - SQLite's write-ahead log, looked at by its own sums
 *
 * A frame's sum goes on from the one before it. SQLite takes the first that is wrong for the log's end, as it
 * must: after a crash it is. But a frame that is right by what its neighbour says, behind one that is wrong,
 * was written once and would be lost; that is damage, and is told. Frames of an earlier round of the log have
 * another salt.
 */
#include "core/file.h"
#include "store/check.h"
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

enum { HEAD = 32, FRAME_HEAD = 24 };

struct log {
    FILE *file;
    bool is_big; /* its sums read words so */
    uint32_t page_size, salt[2], sum[2];
};

static uint32_t big(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t word(const struct log *log, const uint8_t *at)
{
    return log->is_big ? big(at)
                       : (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static void add(const struct log *log, const uint8_t *bytes, size_t size, uint32_t sum[2])
{
    for (size_t i = 0; i + 8 <= size; i += 8) {
        sum[0] += word(log, bytes + i) + sum[1];
        sum[1] += word(log, bytes + i + 4) + sum[0];
    }
}

static bool read_head(struct log *log, const uint8_t head[HEAD])
{
    uint32_t magic = big(head);

    log->is_big = magic & 1;
    log->page_size = big(head + 8);
    log->salt[0] = big(head + 16);
    log->salt[1] = big(head + 20);
    add(log, head, 24, log->sum);
    return (magic & ~1u) == 0x377f0682 && log->sum[0] == big(head + 24) && log->sum[1] == big(head + 28) &&
           log->page_size >= 512 && log->page_size <= 65536;
}

struct frames {
    int64_t count;        /* read so far */
    int64_t wrong;        /* the first that is wrong; 0: none */
    bool is_right_behind; /* one that was written in this round stands behind it */
};

/* Right by itself: its sum goes on from what the frame before it says. */
static void take_frame(struct log *log, const uint8_t *frame, struct frames *frames)
{
    uint32_t sum[2] = {log->sum[0], log->sum[1]}, said[2] = {big(frame + 16), big(frame + 20)};
    bool is_of_round = big(frame + 8) == log->salt[0] && big(frame + 12) == log->salt[1];
    bool is_right;

    add(log, frame, 8, sum);
    add(log, frame + FRAME_HEAD, log->page_size, sum);
    is_right = is_of_round && sum[0] == said[0] && sum[1] == said[1];
    frames->count++;
    if (!is_right && !frames->wrong)
        frames->wrong = frames->count;
    if (frames->wrong && is_of_round && frames->count > frames->wrong)
        frames->is_right_behind = true;
    /* One that ends a transaction is written last: a kill hardly ever leaves it half done. */
    if (!is_right && is_of_round && big(frame + 4))
        frames->is_right_behind = true;
    log->sum[0] = said[0];
    log->sum[1] = said[1];
}

static struct error *check_frames(struct log *log, void (*tell)(void *context, span where, span what),
                                  void *context)
{
    OWN(arena) arena = arena_new(1 * MiB);
    size_t size = FRAME_HEAD + log->page_size;
    uint8_t *frame = arena_alloc(arena, size);
    struct frames frames = {0};

    while (fread(frame, 1, size, log->file) == size)
        take_frame(log, frame, &frames);
    if (ferror(log->file))
        return error_errno(errno, "could not read the store's log");
    if (frames.is_right_behind)
        tell(context, S("courant.db-wal"),
             arena_printf(arena,
                          "it is damaged at frame %lld of %lld: what was stored from there on is lost to "
                          "the store",
                          (long long)frames.wrong, (long long)frames.count));
    return OK;
}

struct error *store_check_log(const char *folder, void (*tell)(void *context, span where, span what),
                              void *context)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span path = arena_printf(arena, "%s/courant.db-wal", folder);
    struct log log = {0};
    uint8_t head[HEAD];
    struct error *error = OK;
    struct stat about;
    size_t got;

    if (stat(path.at, &about) == 0 && !S_ISREG(about.st_mode))
        return error_new(ERROR_IO, "\"%s\" is no file: move it away", path.at);
    log.file = fopen(path.at, "rbe");
    if (!log.file)
        return errno == ENOENT ? OK : error_errno(errno, "could not read \"%s\"", path.at);
    got = fread(head, 1, HEAD, log.file);
    if (got == HEAD && !read_head(&log, head))
        tell(context, S("courant.db-wal"),
             S("its head is damaged: all that stands in it is lost to the store"));
    else if (got == HEAD)
        error = check_frames(&log, tell, context);
    fclose(log.file);
    return error;
}
