/* SPDX-License-Identifier: MIT */
#include "cmd/progress.h"
#include "cmd/terminal.h"
#include "core/core.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR_WIDTH = 24 };

struct progress {
    struct log *log;
    bool has_colour;
    pthread_mutex_t lock; /* guards the line: the log draws it from any thread */
    char line[512];
    size_t len;
};

static void draw(void *context) /* by the log, after each of its lines */
{
    struct progress *progress = context;

    pthread_mutex_lock(&progress->lock);
    if (progress->len && write(STDERR_FILENO, progress->line, progress->len) < 0)
        progress->len = 0;
    pthread_mutex_unlock(&progress->lock);
}

struct progress *progress_new(struct log *log, bool is_wanted)
{
    struct progress *progress;

    if (!is_wanted || !isatty(STDERR_FILENO))
        return NULL;
    progress = memory_new(sizeof *progress);
    progress->log = log;
    progress->has_colour = terminal_find().has_colour;
    pthread_mutex_init(&progress->lock, NULL);
    log_set_status(log, draw, progress);
    return progress;
}

static int columns_of_stderr(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

static void write_bar(const struct progress *progress, int64_t done, int64_t wanted, struct buf *out)
{
    int64_t filled = wanted ? MIN(done, wanted) * BAR_WIDTH / wanted : BAR_WIDTH;

    buf_add_text(out, progress->has_colour ? "\033[36m" : "");
    for (int64_t i = 0; i < BAR_WIDTH; i++)
        buf_add_text(out, i < filled ? "█" : "░");
    buf_add_text(out, progress->has_colour ? "\033[0m" : "");
}

void progress_show_count(struct progress *progress, int64_t done, int64_t wanted, span words)
{
    LOCAL(buf) line = {.max = sizeof progress->line};
    int room;

    if (!progress)
        return;
    room = columns_of_stderr() - BAR_WIDTH - 1;
    buf_add(&line, S("\r"));
    write_bar(progress, done, wanted, &line);
    buf_add(&line, text_cut(words, (size_t)MAX(room, 0)));
    buf_add(&line, S("\033[K"));
    pthread_mutex_lock(&progress->lock);
    progress->len = MIN(line.len, sizeof progress->line);
    memcpy(progress->line, line.at, progress->len);
    pthread_mutex_unlock(&progress->lock);
    draw(progress);
}

void progress_show(struct progress *progress, const struct harvest_progress *now)
{
    LOCAL(buf) words = {.max = 400};

    if (!progress)
        return;
    buf_printf(&words, " %" PRId64 "/%" PRId64 " sources", now->done, now->wanted);
    if (now->failed)
        buf_printf(&words, ", %" PRId64 " failed", now->failed);
    buf_printf(&words, " · %" PRId64 " new · %" PRId64 " archived ", now->new_count, now->archived_count);
    log_escape(&words, span_sub(now->current, 0, 64));
    progress_show_count(progress, now->done, now->wanted, buf_span(&words));
}

void progress_hide(struct progress *progress)
{
    if (!progress)
        return;
    pthread_mutex_lock(&progress->lock);
    if (progress->len && write(STDERR_FILENO, "\r\033[K", 4) < 0)
        progress->len = 0;
    progress->len = 0;
    pthread_mutex_unlock(&progress->lock);
}

void progress_free(struct progress *progress)
{
    if (!progress)
        return;
    progress_hide(progress);
    log_set_status(progress->log, NULL, NULL);
    pthread_mutex_destroy(&progress->lock);
    free(progress);
}
