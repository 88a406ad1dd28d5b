/* SPDX-License-Identifier: MIT
 * mend.c - a repository mended from the ground up: HEAD and settings, objects, branch, index
 */
#include "archive/mend.h"
#include "archive/mending.h"
#include "core/fault.h"
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void mend_tell(const struct mending *mending, const char *where, const char *format, ...)
{
    LOCAL(buf) what = {.max = 4 * KiB};
    va_list arguments;

    va_start(arguments, format);
    buf_vprintf(&what, format, arguments);
    va_end(arguments);
    mending->mend->tell(mending->mend->context, arena_printf(mending->arena, ".git/%s", where),
                        buf_span(&what));
}

struct error *mend_ask(const struct mending *mending, const char *const *arguments, span input,
                       bool *out_is_fine, span *out_said)
{
    __attribute__((cleanup(git_process_release))) struct git_process process;
    struct error *error;
    int status = 0;

    TRY(git_start(&mending->git, arguments, NULL, 6 * HOUR, &process));
    error = git_send(&process, input);
    if (error && process.is_late)
        return error;
    error_free(error); /* it did not want all of it: its status tells */
    TRY(git_finish(&process, &status));
    *out_is_fine = status == 0;
    if (out_said)
        *out_said = arena_keep(mending->arena, buf_span(&process.said));
    return OK;
}

/* A second thing of that name gets a number: what was set aside before stays as it is. */
struct error *mend_set_aside(const struct mending *mending, const char *name)
{
    struct arena *arena = mending->arena;
    span from = arena_printf(arena, "%s/%s", mending->git.dir, name);
    span to = arena_printf(arena, "%s/git/%s", mending->mend->aside, name), folder;

    if (access(from.at, F_OK))
        return OK;
    folder = arena_printf(arena, "%.*s", (int)span_find_last_char(to, '/'), to.at);
    TRY(file_make_folder(folder.at));
    for (int n = 2; access(to.at, F_OK) == 0; n++)
        to = arena_printf(arena, "%s/git/%s.%d", mending->mend->aside, name, n);
    TRY(fault_error("mend.aside"));
    if (rename(from.at, to.at))
        return error_errno(errno, "could not set \"%s\" aside", from.at);
    return OK;
}

/* --- HEAD --- */

static span find_branch(const struct mending *mending)
{
    DIR *folder = opendir(arena_printf(mending->arena, "%s/refs/heads", mending->git.dir).at);
    span branch = S("main");
    struct dirent *entry;

    if (file_exists(arena_printf(mending->arena, "%s/refs/heads/main", mending->git.dir).at) || !folder) {
        if (folder)
            closedir(folder);
        return branch;
    }
    while ((entry = readdir(folder)))
        if (*entry->d_name != '.')
            branch = arena_keep(mending->arena, span_of(entry->d_name));
    closedir(folder);
    return branch;
}

static struct error *mend_head(const struct mending *mending)
{
    struct arena *arena = mending->arena;
    span path = arena_printf(arena, "%s/HEAD", mending->git.dir), head = {0};
    OWN(error) error = file_read(path.at, 64 * KiB, arena, &head);

    if (!error && git_head_is_whole(head))
        return OK;
    TRY(mend_set_aside(mending, "HEAD"));
    head = find_branch(mending);
    TRY(file_write(path.at, arena_printf(arena, "ref: refs/heads/%.*s\n", SPAN_ARG(head))));
    mend_tell(mending, "HEAD", "written anew; it names the branch \"%.*s\"", SPAN_ARG(head));
    return OK;
}

/* --- settings --- */

static const char plain_settings[] = "[core]\n"
                                     "\trepositoryformatversion = 0\n"
                                     "\tfilemode = true\n"
                                     "\tbare = false\n"
                                     "\tlogallrefupdates = true\n";

static struct error *set_pipes_aside(const struct mending *mending)
{
    for (const char *name; (name = git_find_pipe(&mending->git));) {
        TRY(mend_set_aside(mending, name));
        mend_tell(mending, name, "set aside, since it was no file");
    }
    return OK;
}

static struct error *make_folders(const struct mending *mending)
{
    static const char *const folders[] = {"objects/info", "objects/pack", "refs/heads", "refs/tags", "info"};

    for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
        TRY(file_make_folder(arena_printf(mending->arena, "%s/%s", mending->git.dir, folders[i]).at));
    return OK;
}

static struct error *answers(const struct mending *mending, bool *out_answers)
{
    return mend_ask(mending, GIT("rev-parse", "--is-inside-work-tree"), (span){0}, out_answers, NULL);
}

static struct error *mend_settings(const struct mending *mending)
{
    static const char *const suspects[] = {"config", "packed-refs", "shallow", "commondir"};
    bool is_fine;

    TRY(make_folders(mending));
    TRY(answers(mending, &is_fine));
    for (size_t i = 0; i < ARRAY_SIZE(suspects) && !is_fine; i++) {
        TRY(mend_set_aside(mending, suspects[i]));
        if (i == 0)
            TRY(file_write(arena_printf(mending->arena, "%s/config", mending->git.dir).at,
                           span_of(plain_settings)));
        mend_tell(mending, suspects[i], "set aside, since git does not answer with it");
        TRY(answers(mending, &is_fine));
    }
    return is_fine
               ? OK
               : error_new(ERROR_DAMAGED,
                           "git does not answer in \"%s\", and what is wrong cannot be told: move its .git "
                           "away, and repair again",
                           mending->git.folder);
}

/* --- the index --- */

static bool indexes_are_whole(const struct mending *mending)
{
    DIR *folder = opendir(mending->git.dir);
    struct dirent *entry;
    bool are_whole = git_index_is_whole(&mending->git, mending->arena, "index");

    while (folder && (entry = readdir(folder)))
        if (span_starts(span_of(entry->d_name), S("sharedindex.")))
            are_whole &= git_index_is_whole(&mending->git, mending->arena, entry->d_name);
    if (folder)
        closedir(folder);
    return are_whole;
}

static struct error *index_is_whole(const struct mending *mending, bool *out_is_whole)
{
    span path = arena_printf(mending->arena, "%s/index", mending->git.dir);
    int status = 0;
    span complaints;

    *out_is_whole = file_exists(path.at);
    if (!*out_is_whole)
        return OK;
    /* it alone looks at the index's own sum; objects are whole by now, or not to be had */
    TRY(git_fsck(&mending->git, mending->arena, &status, &complaints));
    *out_is_whole = !status && indexes_are_whole(mending);
    return OK;
}

static struct error *set_index_aside(const struct mending *mending)
{
    DIR *folder = opendir(mending->git.dir);
    struct error *error = mend_set_aside(mending, "index");
    struct dirent *entry;

    while (folder && !error && (entry = readdir(folder)))
        if (span_starts(span_of(entry->d_name), S("sharedindex.")))
            error = mend_set_aside(mending, entry->d_name);
    if (folder)
        closedir(folder);
    return error;
}

/* Before anything else asks git: some commands write the index again, and give what is wrong in it a sum that
 * is right. */
static struct error *drop_broken_index(const struct mending *mending)
{
    bool is_there = file_exists(arena_printf(mending->arena, "%s/index", mending->git.dir).at);

    return is_there && !indexes_are_whole(mending) ? set_index_aside(mending) : OK;
}

/* As the commit has it; where there is none, nothing is in it. */
static struct error *mend_index(const struct mending *mending)
{
    bool is_whole, has_commit;

    TRY(index_is_whole(mending, &is_whole));
    TRY(mend_ask(mending, GIT("rev-parse", "-q", "--verify", "HEAD^{tree}"), (span){0}, &has_commit, NULL));
    if (is_whole ||
        (!has_commit && !file_exists(arena_printf(mending->arena, "%s/index", mending->git.dir).at)))
        return OK;
    TRY(set_index_aside(mending));
    if (has_commit)
        TRY(git_run(&mending->git, mending->arena, GIT("read-tree", "HEAD"), (span){0}, NULL));
    TRY(mend_ask(mending, GIT("update-index", "-q", "--really-refresh"), (span){0}, &is_whole, NULL));
    mend_tell(mending, "index", "made anew from the last commit");
    return OK;
}

/* --- the whole --- */

static struct error *remove_locks(const struct mending *mending)
{
    for (const char *const *name = git_lock_names; *name; name++) {
        span path = arena_printf(mending->arena, "%s/%s", mending->git.dir, *name);
        if (unlink(path.at) == 0)
            mend_tell(mending, *name, "removed: who made it is gone");
    }
    return OK;
}

static struct error *make_repository(struct mending *mending)
{
    TRY(git_make_repository(&mending->git, mending->arena));
    mend_tell(mending, "", "a new repository was made; its history begins anew");
    return OK;
}

static struct error *mend_parts(struct mending *mending)
{
    TRY(remove_locks(mending));
    TRY(mend_head(mending));
    TRY(mend_settings(mending));
    TRY(drop_broken_index(mending));
    TRY(mend_objects(mending));
    TRY(mend_branch(mending));
    return mend_index(mending);
}

static struct error *mend_with(const struct repository_mend *mend,
                               struct error *(*mend_it)(struct mending *mending),
                               struct error *(*make_it)(struct mending *mending))
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct mending mending = {.mend = mend, .arena = arena};
    bool is_there;
    struct error *error = git_find_any(mend->folder, mend->clock, &mending.git, &is_there);

    if (!error && is_there)
        error = set_pipes_aside(&mending);
    if (!error && is_there)
        error = mend_it(&mending);
    else if (!error && make_it)
        error = make_it(&mending);
    git_release(&mending.git);
    return error;
}

struct error *archive_mend_repository(const struct repository_mend *mend)
{
    TRY(file_make_folder(mend->folder));
    return mend_with(mend, mend_parts, make_repository);
}

static struct error *mend_packs_alone(struct mending *mending)
{
    TRY(mend_head(mending));
    TRY(mend_settings(mending));
    return mend_packs(mending);
}

struct error *archive_mend_packs(const struct repository_mend *mend)
{
    return mend_with(mend, mend_packs_alone, NULL);
}
