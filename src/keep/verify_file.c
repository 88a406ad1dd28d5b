/* SPDX-License-Identifier: MIT
 * verify_file.c - a file of the archive against the bytes that it should have
 */
#include "core/file.h"
#include "keep/verifying.h"
#include "limits/limits.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { SHOWN_WIDTH = 60 };

/* What stands in the first line that differs, cut to a few words */
static span excerpt(struct arena *arena, span line)
{
    size_t end = MIN(line.len, (size_t)SHOWN_WIDTH);

    while (end > 0 && end < line.len && ((unsigned char)line.at[end] & 0xc0) == 0x80)
        end--;
    return end < line.len ? arena_printf(arena, "%.*s...", (int)end, line.at) : line;
}

static span difference(struct arena *arena, span wanted, span found)
{
    size_t at = 0, end = MIN(wanted.len, found.len), start = 0;
    int64_t line = 1;

    while (at < end && wanted.at[at] == found.at[at])
        at++;
    for (size_t i = 0; i < at; i++)
        if (wanted.at[i] == '\n') {
            line++;
            start = i + 1;
        }
    wanted = span_from(wanted, start);
    found = span_from(found, start);
    wanted = span_sub(wanted, 0, MIN(span_find_char(wanted, '\n'), wanted.len));
    found = span_sub(found, 0, MIN(span_find_char(found, '\n'), found.len));
    return arena_printf(arena, "line %" PRId64 " is \"%.*s\" and should be \"%.*s\"", line,
                        SPAN_ARG(excerpt(arena, found)), SPAN_ARG(excerpt(arena, wanted)));
}

static span find_obstacle(const struct verifying *verifying, struct arena *arena, span folder)
{
    struct stat about;

    for (size_t end = 1; end <= folder.len; end++) {
        if (end < folder.len && folder.at[end] != '/')
            continue;
        span path = span_sub(folder, 0, end);
        if (lstat(arena_printf(arena, "%s/%.*s", verifying->archive, SPAN_ARG(path)).at, &about))
            break; /* it is made */
        if (!S_ISDIR(about.st_mode))
            return path;
    }
    return (span){0};
}

span verify_obstacle(struct verifying *verifying, span path)
{
    size_t slash = span_find_last_char(path, '/');
    span folder = slash == SPAN_NONE ? (span){0} : span_sub(path, 0, slash), *obstacle;

    if (!folder.len)
        return folder;
    obstacle = map_get(&verifying->ways, folder);
    if (!obstacle) {
        OWN(arena) arena = arena_new(1 * MiB);
        folder = arena_keep(verifying->arena, folder);
        obstacle = ARENA_NEW(verifying->arena, span);
        *obstacle = find_obstacle(verifying, arena, folder);
        *map_at(&verifying->ways, folder) = obstacle;
    }
    return *obstacle;
}

struct error *verify_compare(struct verifying *verifying, struct arena *arena, span path, span wanted,
                             enum outcome *out_outcome, span *out_what)
{
    span full = arena_printf(arena, "%s/%.*s", verifying->archive, SPAN_ARG(path)), found = {0};
    span obstacle = verify_obstacle(verifying, path);
    struct stat about;

    *out_outcome = FILE_MISSING;
    *out_what = S("it is missing");
    if (obstacle.len) {
        *out_what = arena_printf(arena, "\"%.*s\" is no folder", SPAN_ARG(obstacle));
        return OK;
    }
    if (lstat(full.at, &about))
        return errno == ENOENT || errno == ENOTDIR ? OK
                                                   : error_errno(errno, "could not look at \"%s\"", full.at);
    *out_outcome = FILE_IN_THE_WAY;
    *out_what = S("it is no file");
    if (!S_ISREG(about.st_mode))
        return OK;
    *out_outcome = FILE_DIFFERS;
    *out_what = arena_printf(arena, "it is larger than %d bytes", LIMIT_COMPARED_FILE);
    if (about.st_size > LIMIT_COMPARED_FILE)
        return OK;
    struct error *error = file_read(full.at, LIMIT_COMPARED_FILE, arena, &found);
    if (error) { /* a part of the disk that cannot be read is damage like any other */
        char *text = error_text(error);
        *out_what = arena_keep(arena, span_of(text));
        free(text);
        error_free(error);
        return OK;
    }
    if (span_equal(found, wanted))
        *out_outcome = FILE_SAME;
    else
        *out_what = difference(arena, wanted, found);
    return OK;
}
