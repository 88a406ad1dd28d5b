/* SPDX-License-Identifier: MIT
 * import_archive.c - `courant import DIR`: what is told of an import while it runs and when it ends
 *
 * Files that are not taken are named on standard error, or in the JSON; counts go to standard output.
 */
#include "cmd/import_archive.h"
#include "cmd/interrupt.h"
#include "cmd/progress.h"
#include "keep/import.h"
#include "text/json.h"
#include "text/timezone.h"
#include <inttypes.h>
#include <signal.h>

struct importing {
    struct courant *courant;
    struct progress *progress;
    bool is_json;
    struct json_writer json; /* the list of what was not taken, as it grows */
};

/* --- while it runs --- */

static const char *const kinds[] = {[UNTAKEN_OTHER] = "other",
                                    [UNTAKEN_FAILED] = "failed",
                                    [UNTAKEN_UNREAD] = "failed",
                                    [UNTAKEN_PAST] = "failed",
                                    [UNTAKEN_RENAMED] = "noted"};

static void tell(void *context, enum import_untaken kind, span path, span why)
{
    struct importing *importing = context;
    struct courant *courant = importing->courant;
    LOCAL(buf) name = {.max = 64 * KiB};
    bool is_failure = kind == UNTAKEN_FAILED || kind == UNTAKEN_UNREAD || kind == UNTAKEN_PAST;

    if (kind == UNTAKEN_KNOWN)
        return; /* it is counted */
    if (is_failure)
        courant->has_failed = true;
    if (importing->is_json) {
        json_open_object(&importing->json);
        json_pair(&importing->json, "path", path);
        json_pair(&importing->json, "kind", span_of(kinds[kind]));
        json_pair(&importing->json, "why", why);
        json_close_object(&importing->json);
    }
    if (importing->is_json && kind == UNTAKEN_OTHER)
        return;
    buf_add(&name, path);
    log_line(courant->log, is_failure ? LOG_ERROR : LOG_INFO, name.at,
             kind == UNTAKEN_RENAMED ? "%.*s" : "not taken: %.*s", SPAN_ARG(why));
}

static void show(void *context, const struct import_totals *totals)
{
    struct importing *importing = context;
    LOCAL(buf) words = {.max = 400};

    buf_printf(&words, " %" PRId64 "/%" PRId64 " files · %" PRId64 " new", totals->done_count,
               totals->file_count, totals->new_count);
    if (totals->failed_count)
        buf_printf(&words, " · %" PRId64 " failed", totals->failed_count);
    progress_show_count(importing->progress, totals->done_count, totals->file_count, buf_span(&words));
}

static void take_signal(void *context, int signal)
{
    struct courant *courant = context;

    if (signal != SIGHUP)
        courant->signal = signal;
}

static bool is_cancelled(void *context)
{
    const struct importing *importing = context;

    return importing->courant->signal != 0;
}

/* --- at the end --- */

struct figure {
    const char *name;
    int64_t count;
};

enum { MOST_FIGURES = FORM_OTHER + 1 + 9 };

/* Forms that were not met are left out of the table. */
static size_t list_figures(const struct import_totals *totals, struct figure figures[MOST_FIGURES])
{
    const struct figure rest[] = {
        {"lists", totals->list_count},
        {"readmes", totals->readme_count},
        {"not_articles", totals->other_count},
        {"failed", totals->failed_count},
        {"new", totals->new_count},
        {"revised", totals->revised_count},
        {"unchanged", totals->same_count},
        {"known", totals->known_count},
        {"revisions", totals->revision_count},
    };
    size_t count = 0;

    for (int form = 0; form <= FORM_OTHER; form++)
        if (totals->forms[form])
            figures[count++] =
                (struct figure){import_form_name((enum archive_form)form), totals->forms[form]};
    memcpy(figures + count, rest, sizeof rest);
    return count + ARRAY_SIZE(rest);
}

static void write_table(const struct import_totals *totals, struct buf *out)
{
    struct figure figures[MOST_FIGURES];
    size_t count = list_figures(totals, figures);

    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s\t%" PRId64 "\n", figures[i].name, figures[i].count);
}

static bool has_form(const struct import_totals *totals, bool is_dated)
{
    int64_t others = 0;

    for (int form = 0; form <= FORM_OTHER; form++)
        others += form == FORM_DATED ? 0 : totals->forms[form];
    return is_dated ? totals->forms[FORM_DATED] > 0 : others > 0;
}

static void write_json_sources(struct json_writer *json, const struct import_totals *totals)
{
    json_key(json, "sources");
    json_open_array(json);
    for (size_t i = 0; i < totals->source_count; i++) {
        const struct import_source *source = &totals->sources[i];
        json_open_object(json);
        json_pair(json, "id", source->id);
        json_pair(json, "name", source->name);
        json_pair(json, "feed", source->feed);
        json_pair_integer(json, "articles", source->article_count);
        json_pair_boolean(json, "followed", source->is_wanted);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_json_not_held(struct json_writer *json, const struct import_totals *totals)
{
    json_key(json, "not_in_archive");
    json_open_object(json);
    for (int is_dated = 0; is_dated < 2; is_dated++) {
        if (!has_form(totals, is_dated))
            continue;
        json_key(json, is_dated ? "dated" : "duty-machine");
        json_open_array(json);
        for (const char *const *what = import_not_held(is_dated, totals->has_history); *what; what++)
            json_string(json, span_of(*what));
        json_close_array(json);
    }
    json_close_object(json);
}

static void write_json(const struct importing *importing, const struct import_totals *totals, struct buf *out)
{
    struct json_writer json = {.out = out};
    struct figure figures[MOST_FIGURES];
    size_t count = list_figures(totals, figures);

    json_open_object(&json);
    for (size_t i = 0; i < count; i++)
        json_pair_integer(&json, figures[i].name, figures[i].count);
    write_json_sources(&json, totals);
    write_json_not_held(&json, totals);
    json_key(&json, "not_taken");
    buf_add_char(out, '[');
    buf_add(out, buf_span(importing->json.out));
    buf_add(out, S("]}\n"));
}

/* A source that nobody follows is told, with the group that would follow it. */
static void advise(const struct courant *courant, const struct import_source *source)
{
    LOCAL(buf) group = {.max = 64 * KiB};

    if (source->is_wanted)
        return;
    if (conf_id_is_valid(source->id))
        buf_printf(&group, "[source %.*s]", SPAN_ARG(source->id));
    if (group.len && source->name.len)
        buf_printf(&group, " name = %.*s", SPAN_ARG(source->name));
    if (group.len)
        buf_printf(&group, " feed = %.*s", SPAN_ARG(source->feed.len ? source->feed : S("...")));
    if (group.len)
        log_info(courant->log, NULL,
                 "\"%.*s\" (%" PRId64
                 " articles) is not followed; to go on with it, add to courant.conf: %.*s",
                 SPAN_ARG(source->id), source->article_count, SPAN_ARG(buf_span(&group)));
    else
        log_info(courant->log, NULL,
                 "\"%.*s\" (%" PRId64
                 " articles) is not followed, and its folder's name cannot be a source's "
                 "id; an import into a newsroom with a [source] of that name goes on with it",
                 SPAN_ARG(source->id), source->article_count);
}

/* An archive that is adopted in place goes on in the layout that courant.conf wants. */
static void warn_of_layout(const struct courant *courant, const struct import_totals *totals)
{
    bool is_dated = courant->conf->archive.layout == LAYOUT_DATED;

    if (totals->is_in_place && has_form(totals, !is_dated))
        log_warn(courant->log, NULL,
                 "archive/ holds files of the other layout; [archive] layout = %s goes on with them, else "
                 "the next "
                 "harvest writes all of it anew beside them",
                 is_dated ? "duty-machine" : "dated");
}

static void tell_not_held(const struct courant *courant, const struct import_totals *totals)
{
    for (int is_dated = 0; is_dated < 2; is_dated++) {
        LOCAL(buf) words = {.max = 4 * KiB};
        if (!has_form(totals, is_dated))
            continue;
        for (const char *const *what = import_not_held(is_dated, totals->has_history); *what; what++)
            buf_printf(&words, "%s%s", words.len ? "; " : "", *what);
        log_info(courant->log, NULL, "the archive does not hold: %.*s", SPAN_ARG(buf_span(&words)));
    }
}

static struct error *finish(const struct importing *importing, const struct import_totals *totals)
{
    const struct courant *courant = importing->courant;
    LOCAL(buf) out = {.max = 1 * GiB};

    if (importing->is_json) {
        write_json(importing, totals, &out);
        return output_write(&out);
    }
    for (size_t i = 0; i < totals->source_count; i++)
        advise(courant, &totals->sources[i]);
    warn_of_layout(courant, totals);
    tell_not_held(courant, totals);
    write_table(totals, &out);
    return output_write(&out);
}

static struct error *import(struct importing *importing, struct import_options *options)
{
    struct courant *courant = importing->courant;
    struct import_totals totals;
    OPEN(interrupt) interrupt = NULL;
    struct error *error, *told;

    TRY(interrupt_open(take_signal, courant, &interrupt));
    error = import_archive(options, courant->arena, &totals);
    progress_hide(importing->progress);
    if (error && error->kind != ERROR_CANCELLED)
        return error;
    told = finish(importing, &totals);
    if (!error)
        return told;
    error_free(told);
    return error;
}

struct error *import_folder(struct courant *courant, const char *folder, const struct arguments *arguments)
{
    LOCAL(buf) untaken = {.max = 1 * GiB};
    struct importing importing = {
        .courant = courant, .is_json = option_is_given(arguments, "json"), .json = {.out = &untaken}};
    struct import_options options = {
        .folder = folder,
        .newsroom = courant->folder,
        .source = option_value(arguments, "source"),
        .conf = courant->conf,
        .clock = courant->clock,
        .tell = tell,
        .progress = show,
        .is_cancelled = is_cancelled,
        .context = &importing,
    };
    struct error *error;

    TRY(timezone_load(courant->arena, courant->conf->archive.timezone, &options.timezone));
    importing.progress = progress_new(courant->log, courant->level >= LOG_INFO);
    error = import(&importing, &options);
    progress_free(importing.progress);
    return error;
}
