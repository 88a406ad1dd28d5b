/* SPDX-License-Identifier: MIT
 * history.c - a repository read through `git ls-tree`, `git log` and `git cat-file --batch`
 */
#include "archive/history.h"
#include "archive/internal.h"
#include <stdlib.h>
#include <sys/stat.h>

#define START_TIMEOUT (10 * MINUTE) /* until it says its first word */

struct history {
    struct git git;
    bool is_bare;
    struct git_process reader; /* cat-file; pid -1: not begun */
};

/* --- found --- */

static bool is_folder(struct arena *arena, const char *folder, const char *name)
{
    struct stat about;

    return stat(arena_printf(arena, "%s/%s", folder, name).at, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool looks_bare(struct arena *arena, const char *folder)
{
    return is_folder(arena, folder, "objects") && is_folder(arena, folder, "refs") &&
           file_exists(arena_printf(arena, "%s/HEAD", folder).at);
}

struct error *history_open(const char *folder, const struct clock *clock, struct history **out_history)
{
    OWN(arena) arena = arena_new(1 * MiB);
    OPEN(history) history = memory_new(sizeof *history);
    char *absolute = realpath(folder, NULL);
    span dir;

    *out_history = NULL;
    history->reader = GIT_PROCESS_NONE;
    if (!absolute)
        return error_new(ERROR_IO, "could not find folder \"%s\"", folder);
    history->git = (struct git){.folder = absolute, .clock = clock, .is_foreign = true};
    dir = arena_printf(arena, "%s/.git", absolute);
    history->is_bare = !file_exists(dir.at);
    if (history->is_bare && !looks_bare(arena, absolute))
        return OK;
    history->git.dir = memory_string(history->is_bare ? span_of(absolute) : dir);
    TRY_OR(git_run(&history->git, arena, GIT("rev-parse", "--git-dir"), (span){0}, NULL),
           "cannot read the repository in \"%s\"", folder);
    *out_history = MOVE(history);
    return OK;
}

void history_close(struct history *history)
{
    if (!history)
        return;
    git_process_release(&history->reader);
    git_release(&history->git);
    free(history);
}

bool history_is_bare(const struct history *history)
{
    return history->is_bare;
}

static bool has_commit(const struct history *history)
{
    OWN(arena) arena = arena_new(64 * KiB);
    OWN(error) error =
        git_run(&history->git, arena, GIT("rev-parse", "-q", "--verify", "HEAD^{commit}"), (span){0}, NULL);

    return !error;
}

/* The rest of a talk: `error` is what went wrong in it, or OK. */
static struct error *end_talk(struct git_process *process, struct error *error)
{
    int status = 0;

    if (!error)
        error = git_finish(process, &status);
    if (!error && status)
        error = git_failure(ERROR_IO, process, status);
    git_process_release(process);
    return error;
}

struct error *history_count(struct history *history, span commit, span seen, int64_t *out_count)
{
    OWN(arena) arena = arena_new(64 * KiB);
    const char *wanted = arena_string(arena, commit);
    const char *without = seen.len ? arena_printf(arena, "^%.*s", SPAN_ARG(seen)).at : NULL;
    span said = {0};

    TRY(git_run(&history->git, arena, GIT("rev-list", "--count", "--end-of-options", wanted, without),
                (span){0}, &said));
    return span_to_int64(span_trim(said), out_count) ? OK
                                                     : error_new(ERROR_IO, "git rev-list gave no number");
}

/* --- files --- */

/* "100644 blob 3410062b...      12\tarticles/voa/1.md" */
static bool read_file_line(span line, struct history_file *file)
{
    size_t tab = span_find_char(line, '\t');
    span head = span_sub(line, 0, tab), mode, kind, size;

    if (tab == SPAN_NONE || !span_cut_word(&head, &mode) || !span_cut_word(&head, &kind) ||
        !span_cut_word(&head, &file->name) || !span_cut_word(&head, &size))
        return false;
    file->path = span_from(line, tab + 1);
    file->is_file = span_starts(mode, S("100"));
    if (!span_to_int64(size, &file->size))
        file->size = 0; /* of another repository it is "-" */
    return true;
}

struct error *history_files(struct history *history,
                            struct error *(*take)(void *context, const struct history_file *file),
                            void *context)
{
    struct git_process process = GIT_PROCESS_NONE;
    struct error *error;
    bool is_there = true;

    if (!has_commit(history))
        return OK;
    error = git_start(&history->git, GIT("ls-tree", "-r", "-l", "-z", "--full-tree", "HEAD"), NULL,
                      START_TIMEOUT, &process);
    while (!error) {
        struct history_file file = {0};
        span line = {0};
        error = git_take_piece(&process, '\0', &line, &is_there);
        if (error || !is_there)
            break;
        if (read_file_line(line, &file))
            error = take(context, &file);
    }
    return end_talk(&process, error);
}

/* --- changes --- */

/* ":100644 100644 <before> <after> M", perhaps behind a line feed */
static bool read_change_head(span head, struct history_change *change)
{
    span word = {0};

    head = span_trim(head);
    if (!span_starts(head, S(":")))
        return false;
    for (int i = 0; i < 4; i++)
        if (!span_cut_word(&head, &word))
            return false;
    change->name = word;
    if (!span_cut_word(&head, &word))
        return false;
    change->what = *word.at;
    return true;
}

/* Paths stand in pieces of their own behind the head: two of a rename. The head is kept meanwhile, since a
 * piece is valid until the next. */
static struct error *take_paths(struct git_process *process, struct arena *arena,
                                struct history_change *change, bool *out_is_there)
{
    change->name = arena_keep(arena, change->name);
    TRY(git_take_piece(process, '\0', &change->path, out_is_there));
    if (change->what != 'R' || !*out_is_there)
        return OK;
    change->old_path = arena_keep(arena, change->path);
    return git_take_piece(process, '\0', &change->path, out_is_there);
}

static struct error *take_changes(struct git_process *process,
                                  struct error *(*take)(void *context, const struct history_change *change),
                                  void *context)
{
    OWN(arena) arena = arena_new(1 * MiB);
    int64_t seconds = 0;

    while (true) {
        struct history_change change = {0};
        bool is_there;
        span piece;
        TRY(git_take_piece(process, '\0', &piece, &is_there));
        if (!is_there)
            return OK;
        if (span_starts(piece, S("\1"))) {
            if (!span_to_int64(span_from(piece, 1), &seconds))
                seconds = 0;
            continue;
        }
        if (!read_change_head(piece, &change))
            continue;
        arena_reset(arena);
        TRY(take_paths(process, arena, &change, &is_there));
        change.at = MIN(MAX(seconds, 0), INT64_MAX / SECOND) * SECOND;
        if (is_there)
            TRY(take(context, &change));
    }
}

struct error *history_changes(struct history *history,
                              struct error *(*take)(void *context, const struct history_change *change),
                              void *context)
{
    static const char *const settings[] = {"log.showRoot=true", "log.showSignature=false",
                                           "diff.orderFile=/dev/null", NULL};
    struct git_process process = GIT_PROCESS_NONE;
    struct error *error;

    if (!has_commit(history))
        return OK;
    error = git_start(&history->git,
                      GIT("log", "--format=%x01%ct", "--raw", "--no-abbrev", "-z", "-M100%", "--no-ext-diff",
                          "--no-textconv", "--no-color", "--ignore-submodules", "HEAD", "--"),
                      settings, START_TIMEOUT, &process);
    if (!error)
        error = take_changes(&process, take, context);
    return end_talk(&process, error);
}

/* --- bytes --- */

static struct error *begin_reading(struct history *history)
{
    if (history->reader.pid > 0) {
        history->reader.deadline = clock_monotonic(history->git.clock) + START_TIMEOUT;
        return OK;
    }
    return git_start(&history->git, GIT("cat-file", "--batch"), NULL, START_TIMEOUT, &history->reader);
}

/* What is not wanted is taken off in pieces. */
static struct error *pass_over(struct git_process *reader, int64_t size)
{
    span bytes;

    for (; size > 0; size -= (int64_t)bytes.len)
        TRY(git_take_bytes(reader, (size_t)MIN(size, (int64_t)(1 * MiB)), &bytes));
    return OK;
}

/* "<name> blob <size>", or "<name> missing" */
static struct error *ask(struct history *history, span name, int64_t *out_size)
{
    struct git_process *reader = &history->reader;
    span answer, word = {0};
    bool is_there;

    TRY(begin_reading(history));
    TRY(git_send(reader, name));
    TRY(git_send(reader, S("\n")));
    TRY(git_take_piece(reader, '\n', &answer, &is_there));
    if (!is_there)
        return error_new(ERROR_IO, "git cat-file ended early");
    *out_size = -1;
    span_cut_word(&answer, &word);
    if (!span_cut_word(&answer, &word) || span_is(word, "missing"))
        return OK;
    if (!span_to_int64(span_trim(answer), out_size) || *out_size < 0)
        return error_new(ERROR_IO, "git cat-file gave no size");
    if (span_is(word, "blob"))
        return OK;
    TRY(pass_over(reader, *out_size + 1));
    *out_size = -1;
    return OK;
}

static struct error *read_object(struct history *history, span name, size_t max, struct arena *arena,
                                 span *out_bytes)
{
    struct git_process *reader = &history->reader;
    int64_t size;
    span bytes;

    TRY(ask(history, name, &size));
    if (size < 0)
        return error_new(ERROR_DAMAGED, "the repository has no object %.*s", SPAN_ARG(name));
    if ((uint64_t)size > max) {
        TRY(pass_over(reader, size + 1));
        return error_new(ERROR_LIMIT, "it is larger than %zu bytes", max);
    }
    TRY(git_take_bytes(reader, (size_t)size + 1, &bytes));
    *out_bytes = arena_keep(arena, span_sub(bytes, 0, (size_t)size));
    return OK;
}

/* A git that stumbles over a damaged object ends; the next question begins another. */
struct error *history_read(struct history *history, span name, size_t max, struct arena *arena,
                           span *out_bytes)
{
    struct error *error = read_object(history, name, max, arena, out_bytes);

    if (!error || error->kind != ERROR_IO)
        return error;
    git_process_release(&history->reader);
    history->reader = GIT_PROCESS_NONE;
    error_free(error);
    return error_new(ERROR_DAMAGED, "the repository's object %.*s is damaged", SPAN_ARG(name));
}
