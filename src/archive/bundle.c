/* SPDX-License-Identifier: MIT */
#include "archive/bundle.h"
#include "archive/internal.h"
#include <stdlib.h>

#define JOURNAL_LIMIT (256 * MiB)

static struct error *find_position(const struct git *git, struct arena *arena,
                                   struct archive_position *position)
{
    span said = {0};
    struct error *none =
        git_run(git, arena, GIT("rev-parse", "-q", "--verify", "HEAD^{commit}"), (span){0}, &said);

    if (none && none->kind == ERROR_USAGE)
        return none;
    error_free(none); /* there is no commit yet */
    position->commit = span_trim(said);
    said = (span){0};
    error_free(git_run(git, arena, GIT("symbolic-ref", "-q", "HEAD"), (span){0}, &said));
    position->branch = span_trim(said);
    if (!position->commit.len)
        return OK;
    TRY(git_run(git, arena, GIT("rev-list", "--count", "HEAD"), (span){0}, &said));
    span_to_int64(span_trim(said), &position->commit_count);
    return OK;
}

struct error *archive_find_position(const char *folder, const struct clock *clock, struct arena *arena,
                                    struct archive_position *out_position)
{
    struct git git = {0};
    struct error *error;

    *out_position = (struct archive_position){0};
    error = git_find(folder, clock, &git, &out_position->has_git);
    if (!error && out_position->has_git)
        error = find_position(&git, arena, out_position);
    git_release(&git);
    return error;
}

/* --- what is not committed --- */

/* What journal.c names is on its way: a harvest owes it, whatever becomes of its files. */
static struct error *read_journal(const struct git *git, struct arena *arena, struct map *on_its_way)
{
    span path = arena_printf(arena, "%s/courant-journal", git->dir), bytes = {0}, entry;

    if (!file_exists(path.at))
        return OK;
    struct error *error = file_read(path.at, JOURNAL_LIMIT, arena, &bytes);
    if (error && !file_exists(path.at)) { /* it went while we looked */
        error_free(error);
        return OK;
    }
    while (!error && span_cut(&bytes, '\0', &entry))
        *map_at(on_its_way, span_from(entry, 1)) = arena;
    return error;
}

static struct error *list_uncommitted(const struct git *git, struct arena *arena, span **out_paths,
                                      size_t *out_count)
{
    struct map seen = {.arena = arena};
    VEC(span) paths = {0};
    span said = {0}, path;

    TRY(read_journal(git, arena, &seen));
    TRY(git_run(git, arena, GIT("ls-files", "-z", "--others", "--modified"), (span){0}, &said));
    TRY(read_journal(git, arena, &seen)); /* one that was begun meanwhile */
    while (span_cut(&said, '\0', &path)) {
        if (map_get(&seen, path))
            continue;
        *map_at(&seen, path) = arena;
        *vec_add(arena, &paths) = path;
    }
    *out_paths = paths.at;
    *out_count = paths.len;
    return OK;
}

struct error *archive_list_uncommitted(const char *folder, const struct clock *clock, struct arena *arena,
                                       span **out_paths, size_t *out_count)
{
    struct git git = {0};
    bool has_git;
    struct error *error = git_find(folder, clock, &git, &has_git);

    *out_paths = NULL;
    *out_count = 0;
    if (!error && has_git)
        error = list_uncommitted(&git, arena, out_paths, out_count);
    git_release(&git);
    return error;
}

/* --- the bundle --- */

/* git works in the archive's folder, so a path from here has to be whole. */
static struct error *find_absolute(const char *path, struct arena *arena, const char **out_path)
{
    char *absolute = realpath(path, NULL);

    if (!absolute)
        return error_new(ERROR_IO, "could not find \"%s\"", path);
    *out_path = arena_string(arena, span_of(absolute));
    free(absolute);
    return OK;
}

struct error *archive_write_bundle(const char *folder, const struct clock *clock, const char *path)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct git git = {0};
    const char *absolute;
    bool has_git;
    struct error *error = file_write(path, S("")); /* it has to be there to have a whole path */

    if (!error)
        error = find_absolute(path, arena, &absolute);
    if (!error)
        error = git_find(folder, clock, &git, &has_git);
    if (!error)
        error =
            git_run(&git, arena, GIT("bundle", "create", "-q", absolute, "--all", "HEAD"), (span){0}, NULL);
    git_release(&git);
    return error_wrap(error, "could not bundle the archive in \"%s\"", folder);
}

static bool is_commit_name(span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!strchr("0123456789abcdef", name.at[i]) || name.at[i] == '\0')
            return false;
    return name.len == 40 || name.len == 64;
}

/* All refs of the bundle as they are, then the branch where it was. */
static struct error *unbundle(const struct git *git, struct arena *arena, const char *bundle,
                              const struct archive_position *position)
{
    const char *commit = arena_string(arena, position->commit);

    TRY(git_run(
        git, arena,
        GIT("fetch", "-q", "--no-write-fetch-head", "--update-head-ok", bundle, "+refs/*:refs/*", "HEAD"),
        (span){0}, NULL));
    TRY(git_run(git, arena,
                position->branch.len ? GIT("update-ref", "HEAD", commit)
                                     : GIT("update-ref", "--no-deref", "HEAD", commit),
                (span){0}, NULL));
    return git_run(git, arena, GIT("reset", "-q", "--hard"), (span){0}, NULL);
}

static struct error *make_repository(const struct git *git, struct arena *arena, const char *bundle,
                                     const struct archive_position *position)
{
    const char *format = position->commit.len == 64 ? "--object-format=sha256" : "--object-format=sha1";
    const char *branch = arena_string(arena, position->branch);

    TRY(git_run(git, arena, GIT("init", "-q", "--template=", format, "--initial-branch=main"), (span){0},
                NULL));
    TRY(git_set_attributes(git, arena));
    if (position->branch.len)
        TRY(git_run(git, arena, GIT("symbolic-ref", "HEAD", branch), (span){0}, NULL));
    return position->commit.len ? unbundle(git, arena, bundle, position) : OK;
}

static bool is_position(struct arena *arena, const struct archive_position *position)
{
    span head = arena_printf(arena, "ref: %.*s\n", SPAN_ARG(position->branch));

    return (position->commit.len == 0 || is_commit_name(position->commit)) &&
           (position->branch.len == 0 || git_head_is_whole(head));
}

struct error *archive_from_bundle(const char *folder, const struct clock *clock, const char *path,
                                  const struct archive_position *position)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct git git = {0};
    const char *bundle = NULL;
    bool has_git;
    struct error *error;

    if (!is_position(arena, position))
        return error_new(ERROR_DAMAGED, "where the archive's history stood is not told");
    if (position->commit.len)
        TRY(find_absolute(path, arena, &bundle));
    TRY(file_make_folder(folder));
    error = git_find(folder, clock, &git, &has_git);
    if (!error)
        error = make_repository(&git, arena, bundle, position);
    git_release(&git);
    return error_wrap(error, "could not make the archive from its bundle");
}
