/* SPDX-License-Identifier: MIT
 * check.c - the repository looked at: what it stands on first, then objects, index and branch
 */
#include "archive/check.h"
#include "archive/internal.h"
#include "bytes/digest.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { MOST_COMPLAINTS = 20 };

struct checking {
    struct repository_check *check;
    struct git git;
    struct arena *arena;
};

static void tell(const struct checking *checking, enum repository_flaw flaw, span where, span what)
{
    checking->check->tell(checking->check->context, flaw, where, what);
}

/* Its name, as a user finds it: ".git/HEAD" */
static span shown(const struct checking *checking, const char *name)
{
    return arena_printf(checking->arena, ".git/%s", name);
}

/* --- what a git at work leaves behind --- */

static void check_leftovers(const struct checking *checking)
{
    static const char *const unfinished[] = {"courant-journal"};
    struct arena *arena = checking->arena;

    for (const char *const *name = git_lock_names; *name; name++)
        if (file_exists(arena_printf(arena, "%s/%s", checking->git.dir, *name).at))
            tell(checking, FLAW_LOCK, shown(checking, *name), S("a git that is gone left its lock"));
    for (size_t i = 0; i < ARRAY_SIZE(unfinished); i++)
        if (file_exists(arena_printf(arena, "%s/%s", checking->git.dir, unfinished[i]).at))
            tell(checking, FLAW_UNFINISHED, shown(checking, unfinished[i]),
                 S("a run was interrupted before its commit was complete"));
}

/* refs/heads/main.lock and its like */
static void check_branch_locks(const struct checking *checking)
{
    DIR *folder = opendir(arena_printf(checking->arena, "%s/refs/heads", checking->git.dir).at);
    struct dirent *entry;

    while (folder && (entry = readdir(folder)))
        if (span_ends(span_of(entry->d_name), S(".lock")))
            tell(checking, FLAW_LOCK,
                 shown(checking, arena_printf(checking->arena, "refs/heads/%s", entry->d_name).at),
                 S("a git that is gone left its lock"));
    if (folder)
        closedir(folder);
}

/* --- what git needs before it answers at all --- */

bool git_head_is_whole(span head)
{
    span name = span_trim_end(head);

    if (!span_starts(name, S("ref: refs/heads/")) || !span_ends(head, S("\n")))
        return false;
    name = span_from(name, strlen("ref: "));
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.at[i] <= ' ' || strchr("~^:?*[\\\x7f", name.at[i]))
            return false;
    return !span_has(name, "..") && !span_has(name, "//") && !span_ends(name, S("/")) &&
           !span_ends(name, S(".lock"));
}

static struct error *check_head(const struct checking *checking, bool *out_is_whole)
{
    span path = arena_printf(checking->arena, "%s/HEAD", checking->git.dir), head = {0};
    OWN(error) error = file_read(path.at, 64 * KiB, checking->arena, &head);

    *out_is_whole = !error && git_head_is_whole(head);
    if (!*out_is_whole)
        tell(checking, FLAW_HEAD, shown(checking, "HEAD"),
             error ? S("it is missing") : S("it does not name a branch"));
    return OK;
}

/* A question that only a repository in order can answer; `*out_said` empty and a word told where it cannot.
 */
static struct error *ask(const struct checking *checking, const char *const *arguments, span *out_said,
                         char **out_trouble)
{
    struct error *error = git_run(&checking->git, checking->arena, arguments, (span){0}, out_said);

    *out_trouble = NULL;
    if (error && error->kind == ERROR_USAGE)
        return error;
    if (error)
        *out_trouble = error_text(error);
    error_free(error);
    return OK;
}

static struct error *check_settings(const struct checking *checking, bool *out_is_whole)
{
    char *trouble;
    span said;

    TRY(ask(checking, GIT("rev-parse", "--is-inside-work-tree"), &said, &trouble));
    *out_is_whole = !trouble;
    if (trouble)
        tell(checking, FLAW_SETTINGS, S(".git"), span_of(trouble));
    free(trouble);
    return OK;
}

/* --- objects, index, branch --- */

/* What `git fsck` says of the index itself, and not of what it names. */
static bool is_of_index(span line)
{
    return span_has(line, "index file") || span_has(line, "index uses") || span_has(line, "sha1 signature") ||
           span_has(line, "unordered stage entries") || span_has(line, "broken index") ||
           span_has(line, "in sharedindex") || span_has(line, "shared index") ||
           span_has(line, "bad signature 0x") || span_has(line, "malformed name field");
}

static bool is_of_pack_index(span line)
{
    return span_has(line, "packfile") || span_has(line, ".idx") || span_has(line, ".pack");
}

static void take_complaints(const struct checking *checking, span text, int *count)
{
    span line;

    while (span_cut(&text, '\n', &line)) {
        line = span_trim(line);
        if (!line.len || span_starts(line, S("notice:")) || span_starts(line, S("hint:")) ||
            span_starts(line, S("dangling")))
            continue;
        if (is_of_index(line) && !is_of_pack_index(line)) {
            tell(checking, FLAW_INDEX, shown(checking, "index"), line);
            *count += 1;
            continue;
        }
        if (++*count <= MOST_COMPLAINTS)
            tell(checking, FLAW_OBJECTS, S(".git"), line);
    }
    if (*count > MOST_COMPLAINTS)
        tell(checking, FLAW_OBJECTS, S(".git"),
             arena_printf(checking->arena, "and %d more complaints of git's", *count - MOST_COMPLAINTS));
}

struct error *git_fsck(const struct git *git, struct arena *arena, int *out_status, span *out_complaints)
{
    __attribute__((cleanup(git_process_release))) struct git_process process;

    TRY(git_start(git, GIT("fsck", "--full", "--no-dangling", "--no-progress"), NULL, 6 * HOUR, &process));
    TRY(git_finish(&process, out_status));
    *out_complaints = arena_printf(arena, "%.*s\n%.*s", SPAN_ARG(buf_span(&process.said)),
                                   SPAN_ARG(buf_span(&process.complaint)));
    return OK;
}

static struct error *check_objects(const struct checking *checking)
{
    int status = 0, count = 0;
    span complaints;

    TRY(git_fsck(&checking->git, checking->arena, &status, &complaints));
    if (status)
        take_complaints(checking, complaints, &count);
    if (status && !count)
        tell(checking, FLAW_OBJECTS, S(".git"),
             arena_printf(checking->arena, "git fsck ended with status %d", status));
    return OK;
}

/* git itself looks at the sum only now and then. */
bool git_index_is_whole(const struct git *git, struct arena *arena, const char *name)
{
    span bytes = {0};
    OWN(error) error = file_read(arena_printf(arena, "%s/%s", git->dir, name).at, 1 * GiB, arena, &bytes);

    return !error && digest_ends_bytes(bytes);
}

/* git answers without an index, too: as if all that is committed had been taken out of it. */
static void check_index(const struct checking *checking)
{
    DIR *folder = opendir(checking->git.dir);
    struct dirent *entry;

    if (checking->check->has_commit &&
        !file_exists(arena_printf(checking->arena, "%s/index", checking->git.dir).at))
        tell(checking, FLAW_INDEX, shown(checking, "index"), S("it is missing"));
    while (folder && (entry = readdir(folder)))
        if ((strcmp(entry->d_name, "index") == 0 || span_starts(span_of(entry->d_name), S("sharedindex."))) &&
            !git_index_is_whole(&checking->git, checking->arena, entry->d_name))
            tell(checking, FLAW_INDEX, shown(checking, entry->d_name), S("its sum is wrong"));
    if (folder)
        closedir(folder);
}

static bool has_objects(const struct checking *checking)
{
    DIR *folder = opendir(arena_printf(checking->arena, "%s/objects/pack", checking->git.dir).at);
    struct dirent *entry;
    bool has = false;

    while (folder && (entry = readdir(folder)))
        has |= span_ends(span_of(entry->d_name), S(".pack"));
    if (folder)
        closedir(folder);
    return has;
}

static struct error *check_branch(const struct checking *checking)
{
    char *trouble;
    span said;

    TRY(ask(checking, GIT("rev-parse", "-q", "--verify", "HEAD^{tree}"), &said, &trouble));
    checking->check->has_commit = !trouble;
    if (trouble && has_objects(checking))
        tell(checking, FLAW_BRANCH, shown(checking, "HEAD"),
             S("its branch does not lead to a commit, though there are some"));
    free(trouble);
    return OK;
}

static struct error *check_parts(struct checking *checking)
{
    bool is_whole;
    const char *pipe = git_find_pipe(&checking->git);

    check_leftovers(checking);
    check_branch_locks(checking);
    if (pipe) {
        tell(checking, FLAW_SETTINGS, shown(checking, pipe), S("it is no file"));
        return OK;
    }
    TRY(check_head(checking, &is_whole));
    if (!is_whole)
        return OK;
    TRY(check_settings(checking, &is_whole));
    if (!is_whole)
        return OK;
    checking->check->can_ask = true;
    TRY(check_branch(checking));
    check_index(checking);
    return check_objects(checking);
}

struct error *git_find(const char *folder, const struct clock *clock, struct git *out_git, bool *out_is_there)
{
    TRY(git_find_any(folder, clock, out_git, out_is_there));
    return *out_is_there ? git_refuse_pipe(out_git) : OK;
}

struct error *git_find_any(const char *folder, const struct clock *clock, struct git *out_git,
                           bool *out_is_there)
{
    OWN(arena) arena = arena_new(1 * MiB);
    char *absolute = realpath(folder, NULL);
    struct stat about;

    *out_is_there = false;
    if (!absolute)
        return OK;
    *out_git = (struct git){.folder = absolute, .clock = clock};
    out_git->dir = memory_string(arena_printf(arena, "%s/.git", absolute));
    *out_is_there = stat(out_git->dir, &about) == 0;
    return *out_is_there ? git_find_dir(out_git, arena) : OK;
}

/* A file .git that names a repository which is not there */
static struct error *told(const struct checking *checking, struct error *error)
{
    char *text = error_text(error);

    tell(checking, FLAW_SETTINGS, S(".git"), span_of(text));
    free(text);
    error_free(error);
    return OK;
}

struct error *archive_check_repository(struct repository_check *check)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct checking checking = {.check = check, .arena = arena};
    bool is_there;
    struct error *error;

    check->has_commit = check->can_ask = false;
    error = git_find_any(check->folder, check->clock, &checking.git, &is_there);
    if (!error && !is_there)
        tell(&checking, FLAW_NO_REPOSITORY, S(".git"), S("there is no repository"));
    else if (!error)
        error = check_parts(&checking);
    else if (error->kind != ERROR_USAGE)
        error = told(&checking, error);
    git_release(&checking.git);
    return error;
}

/* --- the tree --- */

/* Has `read` take what git says to `arguments`; nothing, where there is no repository. */
static struct error *read_answer(const char *folder, const struct clock *clock, const char *const *arguments,
                                 struct error *(*read)(struct git_process *process, void *context),
                                 void *context, bool may_fail)
{
    struct git_process process = GIT_PROCESS_NONE;
    struct git git = {0};
    bool is_there;
    int status = 0;
    struct error *error = git_find(folder, clock, &git, &is_there);

    if (!error && is_there)
        error = git_start(&git, arguments, NULL, 1 * HOUR, &process);
    if (!error && is_there)
        error = read(&process, context);
    if (!error && is_there)
        error = git_finish(&process, &status);
    if (!error && status && !may_fail)
        error = git_failure(ERROR_DAMAGED, &process, status);
    git_process_release(&process);
    git_release(&git);
    return error;
}

struct states {
    struct error *(*take)(void *context, const struct tree_state *state);
    void *context;
};

static struct error *take_states(struct git_process *process, void *context)
{
    const struct states *states = context;
    bool is_there;
    span piece;

    for (;;) {
        TRY(git_take_piece(process, '\0', &piece, &is_there));
        if (!is_there)
            return OK;
        if (piece.len > 3)
            TRY(states->take(states->context,
                             &(struct tree_state){span_from(piece, 3), piece.at[0], piece.at[1]}));
    }
}

struct error *archive_check_tree(const char *folder, const struct clock *clock,
                                 struct error *(*take)(void *context, const struct tree_state *state),
                                 void *context)
{
    struct states states = {take, context};

    return read_answer(folder, clock,
                       GIT("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames",
                           "--ignore-submodules=all"),
                       take_states, &states, false);
}

struct authors {
    struct error *(*take)(void *context, span path, span author);
    void *context;
};

/* ^A, an author; then the paths, of which the first has a line feed before it */
static struct error *take_authors(struct git_process *process, void *context)
{
    const struct authors *authors = context;
    LOCAL(buf) author = {.max = 64 * KiB};
    bool is_there;
    span piece;

    for (;;) {
        TRY(git_take_piece(process, '\0', &piece, &is_there));
        if (!is_there)
            return OK;
        if (span_starts(piece, S("\1"))) {
            buf_truncate(&author, 0);
            buf_add(&author, span_from(piece, 1));
        } else {
            TRY(authors->take(authors->context, span_from(piece, span_starts(piece, S("\n"))),
                              buf_span(&author)));
        }
    }
}

struct error *archive_page_authors(const char *folder, const struct clock *clock,
                                   struct error *(*take)(void *context, span path, span author),
                                   void *context)
{
    struct authors authors = {take, context};

    return read_answer(folder, clock,
                       GIT("log", "-z", "--name-only", "--no-renames", "--format=%x01%an <%ae>", "HEAD", "--",
                           ":(glob)**/README.md", ":(glob)lists/**"),
                       take_authors, &authors, true);
}

struct error *archive_last_author(const char *folder, const struct clock *clock, span path,
                                  struct arena *arena, span *out_author)
{
    struct git git = {0};
    bool is_there;
    struct error *error = git_find(folder, clock, &git, &is_there);

    *out_author = (span){0};
    if (!error && is_there)
        error = git_run(&git, arena,
                        GIT("log", "-1", "--format=%an <%ae>", "HEAD", "--",
                            arena_printf(arena, ":(literal)%.*s", SPAN_ARG(path)).at),
                        (span){0}, out_author);
    *out_author = span_trim(*out_author);
    git_release(&git);
    if (!error || error->kind == ERROR_USAGE)
        return error;
    error_free(error);
    return OK;
}
