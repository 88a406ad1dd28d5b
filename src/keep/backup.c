/* SPDX-License-Identifier: MIT
 * backup.c - what goes into a backup, and in which order, so that its parts agree
 *
 * First the names of what git does not have, then the archive's position, then the moment of the store. A
 * file is written after its article is stored, so no article's file gets in that the store does not know at
 * that moment. Its bytes are read later, and may be those of a revision that is newer than the moment: after
 * a restore that is an edit like any other, which `verify` finds. Where a commit came between position and
 * moment, both are taken anew. The bundle, made at leisure later, may hold newer commits; a restore puts the
 * branch where it was.
 */
#include "archive/check.h"
#include "conf/conf.h"
#include "keep/backing.h"
#include "limits/limits.h"
#include "store/store.h"
#include "text/date.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_TRIES = 20 };

struct backup {
    const struct backup_options *options;
    struct arena *arena;
    struct backup_file file;
    struct store_reader *reader;
    struct archive_position position;
    span *uncommitted;
    size_t uncommitted_count;
    const char *root; /* what is being walked: "images" */
};

static const char *path_of(struct backup *backup, const char *name)
{
    return arena_printf(backup->arena, "%s/%s", backup->options->newsroom, name).at;
}

/* --- names --- */

bool member_is_allowed(span name)
{
    static const char *const files[] = {MEMBER_HEAD, MEMBER_STORE, MEMBER_BUNDLE, MEMBER_CONF};
    static const char *const folders[] = {"archive/", "rules/", "images/"};
    span rest = name, part;
    bool is_below = false;

    for (size_t i = 0; i < ARRAY_SIZE(files); i++)
        if (span_is(name, files[i]))
            return true;
    for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
        is_below = is_below || span_starts(name, span_of(folders[i]));
    while (is_below && span_cut(&rest, '/', &part))
        if (part.len == 0 || span_is(part, ".") || span_is(part, "..") || span_is_nocase(part, ".git") ||
            span_is_nocase(part, "git~1") || span_starts(part, S(".tmp-")) || part.len > 255)
            return false;
    return is_below && !span_ends(name, S("/")) && name.len <= LIMIT_BACKUP_NAME &&
           !memchr(name.at, '\0', name.len);
}

/* --- secrets --- */

static void tell_secret(const struct backup_options *options, struct map *told, span path)
{
    if (!path.len || map_get(told, path))
        return;
    *map_at(told, path) = told;
    options->tell(options->context, path, S("holds secrets of courant.conf: keep it elsewhere"));
}

static void tell_of(const struct backup_options *options, struct map *told, const struct conf_fetch *fetch)
{
    if (span_starts(fetch->login, S("@")))
        tell_secret(options, told, span_from(fetch->login, 1));
    tell_secret(options, told, fetch->cookies);
}

void tell_secrets(const struct backup_options *options, span conf_text)
{
    OWN(arena) arena = arena_new(256 * MiB);
    struct map told = {.arena = arena};
    struct conf *conf = NULL;
    OWN(error) error = conf_parse(arena, conf_text, MEMBER_CONF, &conf);

    if (error)
        return; /* it is kept as it is; the next command says what is wrong with it */
    tell_of(options, &told, &conf->fetch);
    for (size_t i = 0; i < conf->source_count; i++)
        tell_of(options, &told, &conf->sources[i].fetch);
}

/* --- one moment --- */

static struct error *hold(struct backup *backup)
{
    const struct backup_options *options = backup->options;
    const char *archive = path_of(backup, "archive");
    struct archive_position now = {0};

    TRY(archive_list_uncommitted(archive, options->clock, backup->arena, &backup->uncommitted,
                                 &backup->uncommitted_count));
    for (int i = 0; i < MOST_TRIES; i++) {
        TRY(check_cancelled(options));
        TRY(archive_find_position(archive, options->clock, backup->arena, &backup->position));
        store_reader_close(MOVE(backup->reader));
        TRY(store_reader_open(options->newsroom, &backup->reader));
        TRY(store_hold(backup->reader));
        TRY(archive_find_position(archive, options->clock, backup->arena, &now));
        if (span_equal(now.commit, backup->position.commit))
            return OK;
    }
    return OK; /* the archive is behind then, and the next harvest writes what it lacks */
}

static struct error *count(struct backup *backup)
{
    struct store_totals totals = {0};

    TRY(store_count(backup->reader, &totals));
    backup->file.totals.articles = totals.articles;
    backup->file.totals.revisions = totals.revisions;
    backup->file.totals.commits = backup->position.commit_count;
    return OK;
}

/* --- members --- */

static struct error *add_head(struct backup *backup)
{
    LOCAL(buf) text = {.max = 64 * KiB};
    const struct backup_totals *totals = &backup->file.totals;
    const struct archive_position *position = &backup->position;
    char made_at[DATE_TEXT_SIZE];

    buf_add(&text, S(BACKUP_FIRST));
    buf_printf(&text,
               "made: %s\nby: courant " COURANT_VERSION "\narticles: %" PRId64 "\nrevisions: %" PRId64 "\n",
               date_format_rfc3339(backup->file.made_at, made_at), totals->articles, totals->revisions);
    if (position->has_git)
        buf_printf(&text, "branch: %.*s\ncommit: %.*s\ncommits: %" PRId64 "\n", SPAN_ARG(position->branch),
                   SPAN_ARG(position->commit), totals->commits);
    buf_add(&text,
            S("\n\"courant restore FILE DIR\" makes a newsroom of it. Without Courant: courant.db is an "
              "SQLite database,\n\"git clone archive.bundle\" gives the archive with its history, "
              "\"sha256sum -c MANIFEST\" checks all files.\n"));
    return backup_add_bytes(&backup->file, S(MEMBER_HEAD), buf_span(&text));
}

static struct error *add_store(struct backup *backup)
{
    const char *copy = arena_printf(backup->arena, "%s/" MEMBER_STORE, backup->file.folder).at;
    struct stat about = {.st_mode = 0644};

    stat(path_of(backup, MEMBER_STORE), &about);
    TRY(store_copy(backup->reader, copy, backup->options->is_cancelled, backup->options->context));
    store_reader_close(MOVE(backup->reader));
    TRY(backup_add_file(&backup->file, S(MEMBER_STORE), copy, (about.st_mode & 0777) | 0600, false));
    unlink(copy);
    return OK;
}

static struct error *add_bundle(struct backup *backup)
{
    const char *bundle = arena_printf(backup->arena, "%s/" MEMBER_BUNDLE, backup->file.folder).at;

    if (!backup->position.commit.len)
        return OK;
    TRY(archive_write_bundle(path_of(backup, "archive"), backup->options->clock, bundle));
    TRY(backup_add_file(&backup->file, S(MEMBER_BUNDLE), bundle, 0644, false));
    unlink(bundle);
    return OK;
}

static struct error *add_conf(struct backup *backup)
{
    OWN(arena) arena = arena_new(32 * MiB);
    const char *path = path_of(backup, MEMBER_CONF);
    span text = {0};

    TRY(file_read(path, 16 * MiB, arena, &text));
    tell_secrets(backup->options, text);
    return backup_add_file(&backup->file, S(MEMBER_CONF), path, 0, true);
}

static struct error *add_named(struct backup *backup, const char *folder, span path)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span name = arena_printf(arena, "%s/%.*s", folder, SPAN_ARG(path));

    return backup_add_file(&backup->file, name,
                           arena_printf(arena, "%s/%.*s", backup->options->newsroom, SPAN_ARG(name)).at, 0,
                           false);
}

static struct error *take_file(void *context, const struct tree_file *file)
{
    struct backup *backup = context;

    if (file->is_folder || file->is_temporary || span_has(file->path, "/.tmp-"))
        return OK;
    if (!file->is_regular) {
        backup->options->tell(backup->options->context,
                              arena_printf(backup->arena, "%s/%.*s", backup->root, SPAN_ARG(file->path)),
                              S("is no regular file"));
        return OK;
    }
    backup->file.totals.pictures += strcmp(backup->root, "images") == 0;
    return add_named(backup, backup->root, file->path);
}

static struct error *add_folder(struct backup *backup, const char *name)
{
    const char *path = path_of(backup, name);

    backup->root = name;
    return file_exists(path) ? archive_walk(path, take_file, backup) : OK;
}

/* The tree whole where git does not have it; else what it does not have. */
static struct error *add_archive(struct backup *backup)
{
    if (!backup->position.has_git)
        return add_folder(backup, "archive");
    for (size_t i = 0; i < backup->uncommitted_count; i++)
        if (!span_has(backup->uncommitted[i], ".tmp-"))
            TRY(add_named(backup, "archive", backup->uncommitted[i]));
    return OK;
}

static struct error *write_backup(struct backup *backup)
{
    TRY(backup_file_open(&backup->file, backup->options));
    TRY(hold(backup));
    TRY(count(backup));
    TRY(add_head(backup));
    TRY(add_store(backup));
    TRY(add_bundle(backup));
    TRY(add_conf(backup));
    TRY(add_folder(backup, "rules"));
    TRY(add_archive(backup));
    TRY(add_folder(backup, "images"));
    return backup_file_finish(&backup->file);
}

struct error *backup_write(const struct backup_options *options, struct backup_totals *out_totals)
{
    OWN(arena) arena = arena_new(1 * GiB);
    struct backup backup = {.options = options, .arena = arena, .file = {.fd = -1}};
    struct error *error;

    if (!file_exists(path_of(&backup, MEMBER_CONF)))
        return error_new(ERROR_USAGE, "there is no newsroom in \"%s\" (no courant.conf)", options->newsroom);
    error = write_backup(&backup);
    *out_totals = backup.file.totals;
    store_reader_close(backup.reader);
    backup_file_release(&backup.file);
    return error;
}
