/* SPDX-License-Identifier: MIT
 * repository.c - the archive's repository: made, found, freed of what a killed run left
 */
#include "archive/internal.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files that only a git at work has. The newsroom's lock is ours and our gits die with us (launch.c), so they
 * are stale. */
const char *const git_lock_names[] = {"index.lock",           "HEAD.lock", "packed-refs.lock", "config.lock",
                                      "courant-journal.lock", NULL};

static void remove_locks(const struct git *git, struct arena *arena)
{
    for (const char *const *name = git_lock_names; *name; name++)
        unlink(arena_printf(arena, "%s/%s", git->dir, *name).at);
    unlink(arena_printf(arena, "%s/%.*s.lock", git->dir, SPAN_ARG(git->branch)).at);
}

static void remove_beginning_with(struct arena *arena, span folder, const char *start)
{
    DIR *open_folder = opendir(folder.at);
    struct dirent *entry;

    while (open_folder && (entry = readdir(open_folder)))
        if (span_starts(span_of(entry->d_name), span_of(start)))
            unlink(arena_printf(arena, "%s/%s", folder.at, entry->d_name).at);
    if (open_folder)
        closedir(open_folder);
}

static void remove_leftovers(const struct git *git)
{
    OWN(arena) arena = arena_new(16 * MiB);
    static const struct {
        const char *folder, *start;
    } leftovers[] = {
        {"", "fast_import_crash_"}, {"info", ".tmp-"},         {"objects", "tmp_"},
        {"objects/pack", "tmp_"},   {"objects/pack", ".tmp-"}, /* fast-import's, repack's */
    };

    remove_locks(git, arena);
    for (size_t i = 0; i < ARRAY_SIZE(leftovers); i++)
        remove_beginning_with(arena, arena_printf(arena, "%s/%s", git->dir, leftovers[i].folder),
                              leftovers[i].start);
}

/* fast-import holds a pack that it finishes by a file of this content, and cannot make the same pack again
 * while that is there. An empty one is its own, too, unless its pack is there: somebody keeps that. */
static bool is_stale_keep(struct arena *arena, span keep)
{
    span stem = span_sub(keep, 0, keep.len - strlen(".keep")), content = {0};
    struct stat about;
    struct error *error;
    bool is_read;

    if (lstat(keep.at, &about) || !S_ISREG(about.st_mode))
        return false;
    error = file_read(keep.at, 64, arena, &content);
    is_read = !error;
    error_free(error);
    return (is_read && span_is(content, "fast-import")) ||
           !file_exists(arena_printf(arena, "%.*s.pack", SPAN_ARG(stem)).at);
}

void git_drop_stale_keeps(const struct git *git)
{
    OWN(arena) arena = arena_new(16 * MiB);
    span folder = arena_printf(arena, "%s/objects/pack", git->dir);
    DIR *open_folder = opendir(folder.at);
    struct dirent *entry;

    while (open_folder && (entry = readdir(open_folder))) {
        span keep = arena_printf(arena, "%.*s/%s", SPAN_ARG(folder), entry->d_name);
        if (span_ends(keep, S(".keep")) && is_stale_keep(arena, keep))
            unlink(keep.at);
    }
    if (open_folder)
        closedir(open_folder);
}

/* The power failed while the repository was made: HEAD is there and has no bytes, and no branch is either. It
 * is made anew. */
static void clear_torn(const struct git *git, struct arena *arena)
{
    const char *head = arena_printf(arena, "%s/HEAD", git->dir).at;
    struct stat about;

    if (stat(head, &about) || about.st_size ||
        file_exists(arena_printf(arena, "%s/packed-refs", git->dir).at))
        return;
    if (rmdir(arena_printf(arena, "%s/refs/heads", git->dir).at) == 0 ||
        errno == ENOENT) /* only if it is empty */
        unlink(head);
}

/* What git itself takes for a repository. One that was killed while it was made is not, and is made whole. */
static bool is_repository(const struct git *git, struct arena *arena)
{
    return file_exists(arena_printf(arena, "%s/HEAD", git->dir).at) &&
           file_exists(arena_printf(arena, "%s/objects", git->dir).at) &&
           file_exists(arena_printf(arena, "%s/refs", git->dir).at);
}

struct error *git_make_repository(const struct git *git, struct arena *arena)
{
    remove_locks(git, arena);
    TRY_OR(git_run(git, arena, GIT("init", "-q", "--template=", "--initial-branch=main"), (span){0}, NULL),
           "could not make a repository in \"%s\"", git->folder);
    return file_sync_all(git->dir); /* git syncs nothing of what it makes here */
}

/* Commits go to the branch that is checked out, whatever an adopted archive calls it. */
static struct error *find_branch(struct git *git, struct arena *arena)
{
    span branch = {0};
    struct error *error = git_run(git, arena, GIT("symbolic-ref", "-q", "HEAD"), (span){0}, &branch);

    if (error && error->kind == ERROR_USAGE) /* there is no git */
        return error;
    if (error) {
        error_free(error);
        return error_new(ERROR_REFUSED,
                         "the archive in \"%s\" is on no branch, so that a commit would be lost: "
                         "\"git -C %s switch main\" puts it on one",
                         git->folder, git->folder);
    }
    git->branch = span_of(memory_string(span_trim_end(branch)));
    return OK;
}

/* `.git` is a folder of the archive's own, or a file that names one (`gitdir: ...`). */
struct error *git_find_dir(struct git *git, struct arena *arena)
{
    struct stat about;
    span dir = {0};

    if (stat(git->dir, &about) || S_ISDIR(about.st_mode))
        return OK;
    TRY_OR(git_run(git, arena, GIT("rev-parse", "--absolute-git-dir"), (span){0}, &dir),
           "\"%s\" names a repository that is not there: put that back, or move this file away", git->dir);
    free(git->dir);
    git->dir = memory_string(span_trim_end(dir));
    return OK;
}

const char *git_find_pipe(const struct git *git)
{
    static const char *const names[] = {"HEAD",    "config",    "index",           "packed-refs",
                                        "shallow", "commondir", "courant-journal", "info/attributes"};
    OWN(arena) arena = arena_new(1 * MiB);
    struct stat about;

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (stat(arena_printf(arena, "%s/%s", git->dir, names[i]).at, &about) == 0 &&
            !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode))
            return names[i];
    return NULL;
}

struct error *git_refuse_pipe(const struct git *git)
{
    const char *name = git_find_pipe(git);

    return name ? error_new(ERROR_DAMAGED, "\"%s/%s\" is no file (`courant verify --repair` sets it aside)",
                            git->dir, name)
                : OK;
}

/* Articles have little in common: to look for it takes git 20 times as long, and the packs stay as large.
 * Lists are other, as each is much like the one before. */
struct error *git_set_attributes(const struct git *git, struct arena *arena)
{
    span path = arena_printf(arena, "%s/info/attributes", git->dir);

    if (file_exists(path.at))
        return OK;
    TRY(file_make_folder(arena_printf(arena, "%s/info", git->dir).at));
    return file_write(path.at, S("*.md -text -filter -ident -working-tree-encoding -delta\n"
                                 "README.md delta\n"
                                 "lists/*.md delta\n"));
}

struct error *git_open(const char *folder, const struct clock *clock, struct git *git)
{
    OWN(arena) arena = arena_new(1 * MiB);
    char *absolute = realpath(folder, NULL);

    if (!absolute)
        return error_new(ERROR_IO, "could not find folder \"%s\"", folder);
    *git = (struct git){.folder = absolute, .clock = clock};
    git->dir = memory_string(arena_printf(arena, "%s/.git", absolute));
    TRY(git_find_dir(git, arena));
    TRY(git_refuse_pipe(git));
    clear_torn(git, arena);
    if (!is_repository(git, arena))
        TRY(git_make_repository(git, arena));
    TRY(find_branch(git, arena));
    TRY(git_set_attributes(git, arena));
    remove_leftovers(git);
    return OK;
}

struct error *git_tip(const struct git *git, struct arena *arena, struct tip *out_tip)
{
    span said = {0};

    TRY(git_run(git, arena, GIT("for-each-ref", "--format=%(objectname) %(tree)", git->branch.at), (span){0},
                &said));
    span_cut_word(&said, &out_tip->commit);
    span_cut_word(&said, &out_tip->tree);
    return OK;
}

span archive_head(struct archive *archive, struct arena *arena)
{
    struct tip tip = {0};

    if (archive->uses_git)
        error_free(git_tip(&archive->git, arena, &tip));
    return arena_keep(arena, tip.commit); /* with a NUL of its own */
}

bool archive_has_commit(struct archive *archive, span commit)
{
    OWN(arena) arena = arena_new(64 * KiB);
    const char *name = arena_string(arena, commit);
    struct error *error = OK;

    if (archive->uses_git && !span_equal(archive_head(archive, arena), commit))
        error = git_run(&archive->git, arena,
                        GIT("merge-base", "--is-ancestor", name, archive->git.branch.at), (span){0}, NULL);
    if (error)
        error_free(error);
    return !error && file_exists(arena_printf(arena, "%s/README.md", archive->folder).at);
}

void git_release(struct git *git)
{
    free((char *)git->folder);
    free(git->dir);
    free((char *)git->branch.at);
    *git = (struct git){0};
}
