/* SPDX-License-Identifier: MIT
 * restore.c - a newsroom from a backup, built beside its place and renamed there once all of it is right
 *
 *     .tmp-restore-XXXXXX/newsroom/        as it will be
 *     .tmp-restore-XXXXXX/archive.bundle   taken apart only after all checksums were right
 *     .tmp-restore-XXXXXX/files/           of archive/, waiting until git has made it
 */
#include "archive/check.h"
#include "conf/conf.h"
#include "core/fault.h"
#include "keep/backing.h"
#include "limits/limits.h"
#include "store/store.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct restore {
    const struct backup_options *options;
    struct arena *arena;  /* for what lives as long as this */
    struct arena *member; /* for the member in hand */
    char *target;         /* where the newsroom will be */
    char *folder;         /* .tmp-restore-XXXXXX beside it */
    struct tar_reader reader;
    struct buf manifest; /* as it has to be */
    struct digest_run *run;
    char *piece; /* PIECE_SIZE */
    struct archive_position position;
    struct backup_totals totals;
};

static const char *path_in(const struct restore *restore, struct arena *arena, const char *name)
{
    return arena_printf(arena, "%s/%s", restore->folder, name).at;
}

/* --- its place --- */

static struct error *check_is_free(const char *folder)
{
    DIR *there = opendir(folder);
    int count = 0;

    if (!there && errno == ENOENT)
        return OK;
    if (!there)
        return errno == ENOTDIR ? error_new(ERROR_USAGE, "\"%s\" is no folder", folder)
                                : error_errno(errno, "could not open folder \"%s\"", folder);
    while (readdir(there))
        count++;
    closedir(there);
    return count <= 2 ? OK
                      : error_new(ERROR_USAGE, "\"%s\" is not empty; a newsroom is restored to a new folder",
                                  folder);
}

static struct error *make_folder(struct restore *restore)
{
    span path = span_of(restore->options->newsroom), parent;
    size_t slash;

    TRY(check_is_free(restore->options->newsroom));
    while (path.len > 1 && span_ends(path, S("/")))
        path.len--;
    restore->target = realpath(restore->options->newsroom, NULL);
    if (!restore->target)
        restore->target = memory_string(path);
    slash = span_find_last_char(span_of(restore->target), '/');
    parent = slash == SPAN_NONE ? S("./") : span_sub(span_of(restore->target), 0, slash + 1);
    restore->folder =
        memory_string(arena_printf(restore->arena, "%.*s.tmp-restore-XXXXXX", SPAN_ARG(parent)));
    if (fault_at("restore.begin") || !mkdtemp(restore->folder)) {
        struct error *error = error_errno(errno, "could not write to folder \"%.*s\"", SPAN_ARG(parent));
        free(MOVE(restore->folder));
        return error;
    }
    return file_make_folder(path_in(restore, restore->arena, "newsroom"));
}

static int remove_one(const char *path, const struct stat *about, int flag, struct FTW *where)
{
    (void)about, (void)where;
    if (flag == FTW_DP)
        rmdir(path);
    else
        unlink(path);
    return 0;
}

static void remove_folder(const struct restore *restore)
{
    if (restore->folder)
        nftw(restore->folder, remove_one, 32, FTW_DEPTH | FTW_PHYS);
}

/* --- members --- */

/* The folders above `path`, below `root`; none of them is a link. */
static struct error *make_parents(struct arena *arena, const char *root, span path)
{
    for (size_t i = 0; i < path.len; i++) {
        span folder;
        struct stat about;
        if (path.at[i] != '/')
            continue;
        folder = arena_printf(arena, "%s/%.*s", root, (int)i, path.at);
        if (mkdir(folder.at, 0777) && errno != EEXIST)
            return error_errno(errno, "could not make \"%s\"", folder.at);
        if (lstat(folder.at, &about) || !S_ISDIR(about.st_mode))
            return error_new(ERROR_FORMAT, "\"%.*s\" stands in the way of \"%.*s\"", (int)i, path.at,
                             SPAN_ARG(path));
    }
    return OK;
}

static struct error *copy_content(struct restore *restore, uint64_t size, int fd, const char *path)
{
    while (size) {
        size_t n = (size_t)MIN(size, PIECE_SIZE);
        TRY(check_cancelled(restore->options));
        TRY(tar_read(&restore->reader, restore->piece, n));
        digest_run_add(restore->run, (span){restore->piece, n});
        TRY(fault_error("restore.write"));
        TRY(file_write_all(fd, (span){restore->piece, n}, path));
        size -= n;
    }
    return OK;
}

static struct error *take_file(struct restore *restore, const struct tar_member *member)
{
    OWN(arena) arena = arena_new(1 * MiB);
    const char *root =
        span_is(member->name, MEMBER_BUNDLE) ? restore->folder : path_in(restore, arena, "newsroom");
    const char *path = arena_printf(arena, "%s/%.*s", root, SPAN_ARG(member->name)).at;
    struct error *error;
    int fd;

    TRY(make_parents(arena, root, member->name));
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, member->mode | 0600);
    if (fd < 0 && (errno == EEXIST || errno == EISDIR))
        return error_new(ERROR_FORMAT, "its member \"%.*s\" is there twice", SPAN_ARG(member->name));
    if (fd < 0)
        return error_errno(errno, "could not make \"%s\"", path);
    error = copy_content(restore, member->size, fd, path);
    if (close(fd) && !error)
        error = error_errno(errno, "could not write \"%s\"", path);
    return error;
}

/* `branch:` and `commit:`; the rest is for people. */
static void read_position(struct restore *restore, span text)
{
    span line;

    while (span_cut(&text, '\n', &line)) {
        if (span_starts(line, S("branch: ")))
            restore->position.has_git = true;
        if (span_starts(line, S("branch: ")))
            restore->position.branch = arena_keep(restore->arena, span_from(line, strlen("branch: ")));
        if (span_starts(line, S("commit: ")))
            restore->position.commit = arena_keep(restore->arena, span_from(line, strlen("commit: ")));
    }
}

static struct error *take_head(struct restore *restore, const struct tar_member *member)
{
    span text = {restore->piece, (size_t)member->size};

    if (!span_is(member->name, MEMBER_HEAD) || member->size > LIMIT_BACKUP_HEAD)
        return error_new(ERROR_FORMAT, "it is no backup: it does not begin with \"" MEMBER_HEAD "\"");
    TRY(tar_read(&restore->reader, restore->piece, text.len));
    if (!span_starts(text, S(BACKUP_FIRST)))
        return error_new(ERROR_FORMAT, "it is no backup, or one of a later Courant");
    digest_run_add(restore->run, text);
    read_position(restore, text);
    return OK;
}

static struct error *take_member(struct restore *restore, const struct tar_member *member)
{
    if (!restore->totals.files)
        TRY(take_head(restore, member));
    else if (!member_is_allowed(member->name) || span_is(member->name, MEMBER_HEAD))
        return error_new(ERROR_FORMAT, "its member \"%.*s\" is none of a backup", SPAN_ARG(member->name));
    else
        TRY(take_file(restore, member));
    restore->totals.files++;
    restore->totals.size += member->size;
    restore->totals.pictures += span_starts(member->name, S("images/"));
    manifest_add(&restore->manifest, digest_run_end(restore->run), member->name);
    if (restore->manifest.overflowed)
        return error_new(ERROR_LIMIT, "it has more members than a backup can name");
    return OK;
}

/* --- the manifest --- */

static span name_of(span line)
{
    return span_from(line, span_starts(line, S("\\")) ? 67 : 66); /* 64 digits and two spaces */
}

/* The first line in which what was read and what should have been differ. */
static struct error *tell_difference(span read, span wanted)
{
    span have, want;

    for (;;) {
        bool has_more = span_cut(&read, '\n', &have), wants_more = span_cut(&wanted, '\n', &want);
        if (has_more && wants_more && span_equal(have, want))
            continue;
        if (has_more && wants_more && span_equal(name_of(have), name_of(want)))
            return error_new(ERROR_FORMAT, "its member \"%.*s\" is damaged", SPAN_ARG(name_of(have)));
        if (wants_more && name_of(want).len)
            return error_new(ERROR_FORMAT, "its member \"%.*s\" is missing", SPAN_ARG(name_of(want)));
        return error_new(ERROR_FORMAT, "its member \"" MEMBER_MANIFEST "\" is damaged");
    }
}

static struct error *check_manifest(struct restore *restore, uint64_t size)
{
    LOCAL(buf) wanted = {.max = LIMIT_BACKUP_MANIFEST};

    for (uint64_t left = size; left; left -= MIN(left, PIECE_SIZE)) {
        size_t n = (size_t)MIN(left, PIECE_SIZE);
        TRY(tar_read(&restore->reader, restore->piece, n));
        buf_add(&wanted, (span){restore->piece, n});
        if (wanted.overflowed)
            return error_new(ERROR_LIMIT, "its member \"" MEMBER_MANIFEST "\" is too long");
    }
    TRY(tar_read_padding(&restore->reader, size));
    return span_equal(buf_span(&restore->manifest), buf_span(&wanted))
               ? OK
               : tell_difference(buf_span(&restore->manifest), buf_span(&wanted));
}

/* --- reading it through --- */

static struct error *read_members(struct restore *restore)
{
    struct tar_member member;
    bool is_end = false;

    for (;;) {
        TRY(check_cancelled(restore->options));
        arena_reset(restore->member);
        TRY(tar_read_head(&restore->reader, restore->member, &member, &is_end));
        if (is_end)
            return error_new(ERROR_FORMAT, "its member \"" MEMBER_MANIFEST "\" is missing");
        if (span_is(member.name, MEMBER_MANIFEST))
            break;
        TRY(take_member(restore, &member));
        TRY(tar_read_padding(&restore->reader, member.size));
    }
    TRY(check_manifest(restore, member.size));
    TRY(tar_read_head(&restore->reader, restore->member, &member, &is_end));
    return is_end ? OK
                  : error_new(ERROR_FORMAT, "its member \"%.*s\" follows the last", SPAN_ARG(member.name));
}

static struct error *check_is_there(const struct restore *restore, const char *name)
{
    OWN(arena) arena = arena_new(64 * KiB);

    return file_exists(arena_printf(arena, "%s/newsroom/%s", restore->folder, name).at)
               ? OK
               : error_new(ERROR_FORMAT, "its member \"%s\" is missing", name);
}

static struct error *read_backup(struct restore *restore)
{
    const char *path = restore->options->path;
    bool is_input = strcmp(path, "-") == 0;
    struct error *error;

    restore->reader = (struct tar_reader){.name = span_of(is_input ? "standard input" : path),
                                          .after = {.max = LIMIT_BACKUP_NAME},
                                          .is_cancelled = restore->options->is_cancelled,
                                          .context = restore->options->context};
    restore->reader.fd = is_input
                             ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                             : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe: it is waited on */
    if (restore->reader.fd < 0)
        return error_errno(errno, "could not read \"%s\"", path);
    error = read_members(restore);
    close(restore->reader.fd);
    if (!error)
        error = check_is_there(restore, MEMBER_STORE);
    if (!error)
        error = check_is_there(restore, MEMBER_CONF);
    return error_wrap(error, "could not use backup \"%.*s\"", SPAN_ARG(restore->reader.name));
}

/* --- the archive --- */

struct moving {
    struct arena *arena;
    const char *from, *to;
};

static struct error *move_file(void *context, const struct tree_file *file)
{
    struct moving *moving = context;
    const char *from, *to;

    arena_reset(moving->arena);
    if (file->is_folder)
        return OK;
    TRY(make_parents(moving->arena, moving->to, file->path));
    from = arena_printf(moving->arena, "%s/%.*s", moving->from, SPAN_ARG(file->path)).at;
    to = arena_printf(moving->arena, "%s/%.*s", moving->to, SPAN_ARG(file->path)).at;
    return rename(from, to) ? error_errno(errno, "could not make \"%s\"", to) : OK;
}

static struct error *make_archive(struct restore *restore)
{
    OWN(arena) arena = arena_new(1 * MiB);
    const char *bundle = path_in(restore, restore->arena, MEMBER_BUNDLE);
    const char *archive = path_in(restore, restore->arena, "newsroom/archive");
    const char *files = path_in(restore, restore->arena, "files");
    struct moving moving = {arena, files, archive};
    bool has_files = file_exists(archive);

    if (!restore->position.has_git)
        return OK;
    if (restore->position.commit.len && !file_exists(bundle))
        return error_new(ERROR_FORMAT, "its member \"" MEMBER_BUNDLE "\" is missing");
    if (has_files && rename(archive, files))
        return error_errno(errno, "could not make \"%s\"", files);
    TRY(archive_from_bundle(archive, restore->options->clock, bundle, &restore->position));
    TRY(archive_find_position(archive, restore->options->clock, restore->arena, &restore->position));
    restore->totals.commits = restore->position.commit_count;
    return has_files ? archive_walk(files, move_file, &moving) : OK;
}

/* --- the store: opened as a harvest would, so that an older one is brought forward --- */

static struct error *open_store(struct restore *restore)
{
    const char *newsroom = path_in(restore, restore->arena, "newsroom");
    struct store_options options = {0};
    struct store_totals totals = {0};
    struct conf *conf = NULL;
    span text = {0};
    OPEN(store) store = NULL;
    OPEN(store_reader) reader = NULL;

    TRY(file_read(path_in(restore, restore->arena, "newsroom/" MEMBER_CONF), 16 * MiB, restore->arena,
                  &text));
    OWN(error) mistakes = conf_parse(restore->arena, text, MEMBER_CONF, &conf);
    if (!mistakes)
        options =
            (struct store_options){.wait = conf->archive.wait, .max_interval = conf->fetch.max_interval};
    tell_secrets(restore->options, text);
    TRY(store_open(newsroom, &options, restore->options->clock, &store));
    TRY(store_reader_open(newsroom, &reader));
    TRY(store_count(reader, &totals));
    restore->totals.articles = totals.articles;
    restore->totals.revisions = totals.revisions;
    return OK;
}

/* --- all of it --- */

static struct error *appear(struct restore *restore)
{
    const char *newsroom = path_in(restore, restore->arena, "newsroom");
    size_t slash = span_find_last_char(span_of(restore->target), '/');
    int fd = open(newsroom, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_synced = fd >= 0 && !fault_at("restore.fsync") && syncfs(fd) == 0;
    int number = errno;

    if (fd >= 0)
        close(fd);
    if (!is_synced)
        return error_errno(number, "could not write \"%s\"", newsroom);
    TRY(check_cancelled(restore->options));
    if (fault_at("restore.rename") || rename(newsroom, restore->target))
        return error_errno(errno, "could not make \"%s\"", restore->target);
    return file_sync_folder(
        slash == SPAN_NONE ? "."
                           : arena_keep(restore->arena, span_sub(span_of(restore->target), 0, slash + 1)).at);
}

static struct error *build(struct restore *restore)
{
    TRY(make_folder(restore));
    TRY(read_backup(restore));
    TRY(make_archive(restore));
    TRY(open_store(restore));
    return appear(restore);
}

struct error *backup_restore(const struct backup_options *options, struct backup_totals *out_totals)
{
    OWN(arena) arena = arena_new(512 * MiB);
    OWN(arena) member = arena_new(1 * MiB);
    struct restore restore = {
        .options = options, .arena = arena, .member = member, .manifest = {.max = LIMIT_BACKUP_MANIFEST}};
    struct error *error;

    restore.run = digest_run_new();
    restore.piece = memory_new(PIECE_SIZE);
    error = build(&restore);
    *out_totals = restore.totals;
    remove_folder(&restore);
    digest_run_free(restore.run);
    buf_release(&restore.manifest);
    buf_release(&restore.reader.after);
    free(restore.piece);
    free(restore.folder);
    free(restore.target);
    return error;
}
