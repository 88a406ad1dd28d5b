/* SPDX-License-Identifier: MIT
 * run.c - `courant run`: the harvest
 *
 * Results are one line a source: a table of words, or JSON. On a terminal a bar on standard error shows how
 * far the round is.
 */
#include "cmd/progress.h"
#include "cmd/round.h"
#include "cmd/words.h"
#include "text/json.h"
#include <inttypes.h>

struct running {
    struct round round; /* first: see round.h */
    bool is_json;
    bool is_quiet_when_unchanged; /* a continuous harvest tells only what happened */
    struct error *output_error;   /* standard output is gone: the harvest ends */
};

static const char *const status_names[] = {"ok", "unchanged", "error", "gone"};

/* --- what a source's poll gave --- */

static void write_json(const struct poll_report *report, struct buf *out)
{
    struct json_writer json = {.out = out};

    json_open_object(&json);
    json_pair(&json, "source", report->source_id);
    json_pair(&json, "status", span_of(status_names[report->status]));
    json_pair_integer(&json, "new", report->new_count);
    json_pair_integer(&json, "revised", report->revised_count);
    json_pair_integer(&json, "failed", report->failed_count);
    json_pair_or_null(&json, "error", report->error);
    json_pair_integer(&json, "ms", report->took_ms);
    json_pair_if(&json, "warning", report->warning);
    if (report->dropped_count)
        json_pair_integer(&json, "dropped", report->dropped_count);
    json_close_object(&json);
    buf_add_char(out, '\n');
}

static void write_counts(const struct poll_report *report, struct buf *out)
{
    if (report->new_count == 0 && report->revised_count == 0 && report->failed_count == 0)
        buf_add(out, S("nothing new"));
    if (report->new_count)
        buf_printf(out, "%" PRId64 " new", report->new_count);
    if (report->revised_count)
        buf_printf(out, "%s%" PRId64 " revised", report->new_count ? ", " : "", report->revised_count);
    if (report->failed_count)
        buf_printf(out, "%s%" PRId64 " could not be stored",
                   report->new_count || report->revised_count ? ", " : "", report->failed_count);
    if (report->dropped_count)
        buf_printf(out, ", %" PRId64 " dropped by rules", report->dropped_count);
}

static void write_line(struct running *running, const struct poll_report *report, struct buf *out)
{
    log_escape(out, report->source_id);
    buf_add(out, S(": "));
    write_counts(report, out);
    if (report->warning.len) {
        buf_add(out, S(" ("));
        log_escape(out, report->warning);
        buf_add_char(out, ')');
    }
    buf_add_char(out, '\n');
    (void)running;
}

/* `voa: 503 from feeds.example (it asks for 20 min); next try in 20 minutes` */
static void log_error(struct running *running, const struct poll_report *report)
{
    struct courant *courant = running->round.courant;
    OWN(arena) arena = arena_new(64 * KiB);
    const char *id = arena_string(arena, report->source_id);

    if (report->next_poll_at == NO_TIME)
        log_line(courant->log, LOG_ERROR, id, "%.*s; it is not asked again", SPAN_ARG(report->error));
    else
        log_line(courant->log, LOG_ERROR, id, "%.*s; next try %.*s", SPAN_ARG(report->error),
                 SPAN_ARG(time_ago(arena, report->next_poll_at, clock_now(courant->clock))));
}

static void take_report(void *context, const struct poll_report *report)
{
    struct running *running = context;
    LOCAL(buf) out = {.max = 256 * KiB};
    bool has_news = report->new_count || report->revised_count || report->failed_count;

    if ((report->status == POLL_ERROR || report->status == POLL_GONE) && !report->is_old_trouble)
        log_error(running, report);
    if (running->is_json)
        write_json(report, &out);
    else if (report->status != POLL_ERROR && report->status != POLL_GONE &&
             (has_news || !running->is_quiet_when_unchanged))
        write_line(running, report, &out);
    if (out.len == 0 || running->output_error)
        return;
    progress_hide(running->round.progress);
    running->output_error = output_write(&out);
    if (running->output_error)
        harvest_stop(running->round.harvest);
}

/* --- the end --- */

static void write_summary(struct running *running, const struct harvest_totals *totals)
{
    struct courant *courant = running->round.courant;

    if (totals->polled == 0 && !totals->has_committed) {
        log_info(courant->log, NULL,
                 courant->conf->source_count ? "no source is due"
                                             : "no sources yet; \"courant add URL\" follows one");
        return;
    }
    log_info(courant->log, NULL,
             "%" PRId64 " source%s polled: %" PRId64 " new, %" PRId64 " revised, %" PRId64 " failed%s",
             totals->polled, totals->polled == 1 ? "" : "s", totals->new_count, totals->revised_count,
             totals->failed, totals->has_committed ? "; committed to the archive" : "");
}

static struct error *harvest(struct running *running, const struct harvest_options *options)
{
    struct harvest_totals totals = {0};
    struct error *error = round_run(&running->round, options, &totals);

    if (error || running->output_error) {
        if (error)
            error_free(MOVE(running->output_error));
        return error ? error : MOVE(running->output_error);
    }
    running->round.courant->has_failed |=
        totals.failed > 0 || totals.failed_items > 0 || totals.obstructed > 0 || totals.failing_remotes > 0;
    write_summary(running, &totals);
    return OK;
}

static struct error *run_run(struct courant *courant, const struct arguments *arguments)
{
    bool is_once = option_is_given(arguments, "once");
    struct running running = {.round = {.courant = courant, .conf = courant->conf},
                              .is_json = option_is_given(arguments, "json"),
                              .is_quiet_when_unchanged = !is_once};
    struct harvest_options options = {
        .is_once = is_once,
        .is_forced = option_is_given(arguments, "force"),
        .report = take_report,
    };
    struct error *error;
    span *only;

    options.only_count = option_values(courant->arena, arguments, "source", &only);
    options.only = only;
    TRY(round_check_sources(courant, options.only, options.only_count));
    if (options.is_forced && !is_once)
        return error_new(ERROR_USAGE, "--force goes with --once: it is for one round, by hand");
    if (!is_once)
        log_set_format(courant->log, courant->conf->log_is_json ? LOG_JSON : LOG_LOGFMT);
    round_prepare(&running.round, &options);
    running.round.progress = progress_new(courant->log, is_once && courant->level >= LOG_INFO);
    error = harvest(&running, &options);
    progress_free(running.round.progress);
    return error;
}

const struct command cmd_run = {
    .name = "run",
    .arguments = "",
    .help = "harvest: poll the sources that are due, store, archive and commit what is new",
    .more =
        "Without --once it goes on until it is told to stop (SIGTERM or ^C): all that is finished is kept. "
        "SIGHUP makes it read "
        "courant.conf again; one with mistakes changes nothing. Where the disk is full, or fails, it says so "
        "and waits: what was finished is kept, and it goes on by itself when it can (at once upon SIGHUP). "
        "With --once it polls every source that is "
        "due, finishes everything "
        "that follows, and ends. One process at a time harvests a newsroom: a second one ends with exit "
        "status 3.\n\n"
        "With --json it prints an object a line for each source polled, when what it says is on disk: "
        "source, status (ok, unchanged, "
        "error, gone), new, revised, failed (items that could not be stored), error (a text or null), ms; "
        "dropped (items that a rule drops) where there "
        "are any.",
    .needs = NEEDS_CONF | NEEDS_OWNER,
    .options =
        (const struct option[]){
            {"once", '1', NULL, "poll what is due, finish what follows, and end"},
            {"force", 'f', NULL,
             "with --once: poll also what is not due; a Retry-After and a 410 are obeyed all the same"},
            {"source", 's', "ID", "only this source; may be repeated"},
            {"json", 'j', NULL, "print a JSON object a line for each source polled"},
            {0},
        },
    .run = run_run,
};
