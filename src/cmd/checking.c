/* SPDX-License-Identifier: MIT */
#include "cmd/checking.h"
#include "cmd/interrupt.h"
#include "cmd/progress.h"
#include "text/json.h"
#include "text/timezone.h"
#include <inttypes.h>
#include <signal.h>

static void take_signal(void *context, int signal)
{
    struct courant *courant = context;

    if (signal != SIGHUP)
        courant->signal = signal;
}

static bool is_cancelled(void *context)
{
    const struct checking *checking = context;

    return checking->courant->signal || checking->output_error;
}

static void show(void *context, int64_t done, int64_t of)
{
    struct checking *checking = context;
    LOCAL(buf) words = {.max = 100};

    buf_printf(&words, " %" PRId64 "/%" PRId64 " articles", done, of);
    progress_show_count(checking->progress, done, of, buf_span(&words));
}

/* What a repair has done: a line each. */
static void take_done(void *context, span where, span what)
{
    struct checking *checking = context;
    LOCAL(buf) out = {.max = 256 * KiB};
    struct json_writer json = {.out = &out};

    if (checking->is_json) {
        json_open_object(&json);
        json_pair(&json, "kind", S("repaired"));
        json_pair(&json, "where", where);
        json_pair(&json, "what", what);
        json_close_object(&json);
    } else {
        buf_add(&out, S("repair: "));
        log_escape(&out, where);
        buf_add(&out, S(": "));
        log_escape(&out, what);
    }
    buf_add_char(&out, '\n');
    checking_write(checking, &out);
}

void checking_write(struct checking *checking, const struct buf *out)
{
    progress_hide(checking->progress);
    if (!checking->output_error)
        checking->output_error = output_write(out);
}

void checking_pause(struct checking *checking)
{
    progress_free(MOVE(checking->progress));
    interrupt_close(MOVE(checking->interrupt));
}

struct error *checking_go_on(struct checking *checking)
{
    struct courant *courant = checking->courant;

    if (checking->interrupt)
        return OK;
    checking->progress = progress_new(courant->log, courant->level >= LOG_INFO);
    return interrupt_open(take_signal, courant, &checking->interrupt);
}

struct error *checking_begin(struct checking *checking)
{
    struct courant *courant = checking->courant;

    checking->options = (struct verify_options){
        .folder = courant->folder,
        .conf = courant->conf,
        .clock = courant->clock,
        .log = courant->log,
        .done = take_done,
        .progress = show,
        .is_cancelled = is_cancelled,
        .context = checking,
    };
    TRY(timezone_load(courant->arena, courant->conf->archive.timezone, &checking->options.timezone));
    return checking_go_on(checking);
}

void checking_end(struct checking *checking)
{
    checking_pause(checking);
    error_free(checking->output_error);
}
