/* SPDX-License-Identifier: MIT
 * verify.c - `courant verify`: do store, archive and git agree?
 *
 * What is found goes to standard output, a line each. `--repair` mends it, lets the archiver write what it
 * was marked to, and looks once more: what is told then is what stays.
 */
#include "keep/verify.h"
#include "cmd/checking.h"
#include "cmd/round.h"
#include "text/json.h"
#include <inttypes.h>

static void write_finding(struct checking *checking, const struct finding *finding, struct buf *out)
{
    const struct finding_words *words = &finding_words[finding->kind];
    struct json_writer json = {.out = out};

    if (checking->is_json) {
        json_open_object(&json);
        json_pair(&json, "kind", span_of(words->name));
        json_pair_boolean(&json, "wrong", words->is_wrong);
        json_pair(&json, "where", finding->where);
        json_pair(&json, "what", finding->what);
        json_pair(&json, "means", span_of(words->meaning));
        json_pair(&json, "repair", span_of(words->remedy));
        json_close_object(&json);
    } else {
        log_escape(out, finding->where);
        buf_add(out, S(": "));
        log_escape(out, finding->what);
        buf_printf(out, "%s; %s (%s: %s)", words->is_wrong ? "" : " (no fault)", words->meaning,
                   words->is_wrong ? "--repair" : "what is done", words->remedy);
    }
    buf_add_char(out, '\n');
}

static void take_finding(void *context, const struct finding *finding)
{
    struct checking *checking = context;
    LOCAL(buf) out = {.max = 256 * KiB};

    write_finding(checking, finding, &out);
    checking_write(checking, &out);
}

/* --- the end --- */

static void write_json_totals(const struct verify_totals *totals, struct buf *out)
{
    struct json_writer json = {.out = out};

    json_open_object(&json);
    json_pair_integer(&json, "articles", totals->article_count);
    json_pair_integer(&json, "revisions", totals->revision_count);
    json_pair_integer(&json, "files", totals->file_count);
    json_pair_integer(&json, "owed", totals->owed_count);
    json_pair_boolean(&json, "git", totals->has_git);
    json_pair_boolean(&json, "moving", totals->is_moving);
    json_pair_integer(&json, "notes", totals->note_count);
    json_pair_integer(&json, "wrong", totals->wrong_count);
    json_close_object(&json);
    buf_add_char(out, '\n');
}

static void add_count(struct buf *out, int64_t count, const char *what)
{
    buf_printf(out, "%" PRId64 " %s%s", count, what, count == 1 ? "" : "s");
}

/* "1204 articles, 1377 revisions, 1290 files, git: all agree" */
static void write_line(const struct verify_totals *totals, struct buf *out)
{
    add_count(out, totals->article_count, "article");
    buf_add(out, S(", "));
    add_count(out, totals->revision_count, "revision");
    buf_add(out, S(", "));
    add_count(out, totals->file_count, "file");
    buf_add_text(out, totals->has_git ? ", git: " : ": ");
    if (totals->wrong_count)
        buf_printf(out, "%" PRId64 " thing%s wrong", totals->wrong_count,
                   totals->wrong_count == 1 ? " is" : "s are");
    else
        buf_add(out, S("all agree"));
    if (totals->owed_count)
        buf_printf(out, " (%" PRId64 " still to be written by a run)", totals->owed_count);
    buf_add_char(out, '\n');
}

static struct error *finish(struct checking *checking, const struct verify_totals *totals)
{
    LOCAL(buf) out = {.max = 4 * KiB};

    if (checking->is_json)
        write_json_totals(totals, &out);
    else
        write_line(totals, &out);
    if (totals->is_moving)
        log_info(checking->courant->log, NULL,
                 "another process is at work in this newsroom: what it has in hand was left out");
    checking->courant->has_failed = totals->wrong_count > 0;
    checking_write(checking, &out);
    return MOVE(checking->output_error);
}

static struct error *repair(struct checking *checking)
{
    struct harvest_totals harvested;

    TRY(verify_repair(&checking->options));
    checking_pause(checking);
    return round_of_kind(checking->courant, HARVEST_ARCHIVE, NULL, 0, &harvested);
}

static struct error *verify(struct checking *checking, bool is_repairing)
{
    struct verify_totals totals;

    if (is_repairing)
        TRY(repair(checking));
    TRY(checking_go_on(checking));
    checking->options.tell = take_finding;
    struct error *error = verify_newsroom(&checking->options, &totals);
    checking_pause(checking);
    if (error)
        return error;
    return finish(checking, &totals);
}

static struct error *verify_run(struct courant *courant, const struct arguments *arguments)
{
    struct checking checking = {.courant = courant, .is_json = option_is_given(arguments, "json")};
    struct error *error = checking_begin(&checking);

    if (!error)
        error = verify(&checking, option_is_given(arguments, "repair"));
    checking_end(&checking);
    return error;
}

static const struct option options[] = {
    {"repair", 0, NULL, "mend what is wrong, from whichever copy is whole"},
    {"json", 'j', NULL, "print each finding as a JSON object on a line, then one with the counts"},
    {0},
};

const struct command cmd_verify = {
    .name = "verify",
    .arguments = "",
    .help = "check store, archive and git against each other",
    .more = "Every text of the store is read, every file of the archive compared with it, and git asked "
            "whether its "
            "objects, index and branch are whole. Nothing is changed without --repair, and a harvest may run "
            "beside "
            "it. The exit status is 1 if anything is wrong and stays so, 3 if the store cannot be read or "
            "another "
            "process has the newsroom that is to be repaired.\n"
            "With --repair a damaged store is made anew from its own rows and the archive with its history, "
            "damaged "
            "git objects from the files and the store, and files from the store. What was damaged or edited "
            "by hand "
            "is never deleted: it lies in set-aside/ in the newsroom, a damaged store beside the new one. "
            "Files that "
            "Courant did not write are told of and left alone.",
    .needs = NEEDS_CONF | NEEDS_QUIET | NEEDS_OWNER,
    .options = options,
    .run = verify_run,
};
