/* SPDX-License-Identifier: MIT
 * occupied.c - what stands at the place of an article's file already: its own earlier text, or somebody's
 *
 * People keep files of their own in the archive. One of them is never replaced, so a file is only written
 * over where it says, on disk or in the last commit, that it is the article's.
 */
#include "archive/internal.h"
#include "text/utf8.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_LIMIT (64 * MiB)

/* Everything below the archive's folder that a path goes through has to be a folder of its own: a symbolic
 * link would lead out of it. */
static struct error *way_is_open(const struct archive *archive, span path)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span full = arena_printf(arena, "%s/%.*s", archive->folder, SPAN_ARG(path));
    const char *above = archive->folder;
    struct stat about;

    for (size_t end = strlen(archive->folder) + 1; end < full.len; end++) {
        if (full.at[end] != '/')
            continue;
        const char *folder = arena_string(arena, span_sub(full, 0, end));
        if (lstat(folder, &about))
            break; /* it is made */
        if (!S_ISDIR(about.st_mode))
            return error_new(ERROR_REFUSED, "\"%s\" is %s where a folder belongs: move it away", folder,
                             S_ISLNK(about.st_mode) ? "a symbolic link" : "a file");
        above = folder;
    }
    if (access(above, W_OK | X_OK) && errno == EACCES)
        return error_new(ERROR_REFUSED,
                         "folder \"%s\" cannot be written to: give it to the user who harvests", above);
    return OK;
}

struct error *place_is_open(const struct archive *archive, span path)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span full = arena_printf(arena, "%s/%.*s", archive->folder, SPAN_ARG(path));
    struct stat about;

    TRY(way_is_open(archive, path));
    if (lstat(full.at, &about) == 0 && S_ISDIR(about.st_mode))
        return error_new(ERROR_REFUSED, "\"%s\" is a folder where a file belongs: move it away", full.at);
    return OK;
}

/* The file as the last commit has it: the one on disk may be damaged. */
static void look_in_commit(struct archive *archive, struct arena *arena, span path, span *out_bytes)
{
    span name = arena_printf(arena, "%.*s:%.*s", SPAN_ARG(archive->git.branch), SPAN_ARG(path));

    if (archive->uses_git) /* most often it is not there, which is no failure of ours */
        error_free(git_run(&archive->git, arena, GIT("cat-file", "blob", name.at), (span){0}, out_bytes));
}

struct error *archive_look(struct archive *archive, struct arena *arena, span path, span bytes,
                           struct archive_occupant *out_occupant)
{
    span full = arena_printf(arena, "%s/%.*s", archive->folder, SPAN_ARG(path));
    struct stat about;

    *out_occupant = (struct archive_occupant){0};
    if (!path_is_archives(path))
        return OK; /* staging it tells */
    TRY(way_is_open(archive, path));
    if (lstat(full.at, &about))
        return OK;
    out_occupant->is_there = true;
    if (!S_ISREG(about.st_mode))
        return OK;
    error_free(file_read(full.at, FILE_LIMIT, arena, &out_occupant->on_disk)); /* unreadable: not known */
    if (about.st_size == 0 || span_equal(out_occupant->on_disk, bytes))        /* nothing would be lost */
        out_occupant->is_there = false;
    else
        look_in_commit(archive, arena, path, &out_occupant->committed);
    return OK;
}

/* A link names an article, and so do time and title together. */
static bool says_the_same(const struct article *read, const struct article *article)
{
    if (read->item.link.len && span_equal(read->item.link, article->item.link))
        return true;
    return read->published_at != NO_TIME && read->published_at == article->published_at &&
           read->item.raw_title.len && span_equal(read->item.raw_title, js_trim(article->item.raw_title));
}

static bool is_of(enum layout layout, span path, span bytes, const struct article *article)
{
    OWN(arena) arena = arena_new(256 * MiB);
    struct archive_reading reading = {0};
    LOCAL(buf) text = {0};
    bool is_said = false;

    if (bytes.len == 0)
        return false;
    struct error *error = archive_read(arena, path, bytes, &reading);
    if (!error && layout == LAYOUT_DATED)
        is_said = reading.form == FORM_DATED && reading.article.id == article->id;
    else if (!error)
        is_said = reading.form != FORM_DATED && says_the_same(&reading.article, article);
    if (!error && !is_said) {
        error = archive_render(layout, article, &text);
        is_said = !error && span_equal(buf_span(&text), bytes);
    }
    error_free(error);
    return is_said;
}

bool archive_is_of(enum layout layout, span path, const struct archive_occupant *occupant,
                   const struct article *article)
{
    return is_of(layout, path, occupant->on_disk, article) ||
           is_of(layout, path, occupant->committed, article);
}
