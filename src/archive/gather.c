/* SPDX-License-Identifier: MIT
 * gather.c - many packs become few
 *
 * Each commit leaves a pack of its own, with whole trees in it: a folder of 48,000 files costs a megabyte
 * each time. Gathered, all but one of those trees are differences of some bytes. A geometric repack takes
 * just so many packs that each that stays is twice as large as all that are smaller: the large old ones are
 * touched once in a long while.
 */
#include "archive/internal.h"
#include "core/fault.h"
#include <dirent.h>

#define PACK_LIMIT  50
#define LOOSE_LIMIT 2000

static int64_t count_ending(struct arena *arena, const struct git *git, const char *folder, const char *end)
{
    DIR *open_folder = opendir(arena_printf(arena, "%s/objects/%s", git->dir, folder).at);
    struct dirent *entry;
    int64_t count = 0;

    while (open_folder && (entry = readdir(open_folder)))
        count += *entry->d_name != '.' && span_ends(span_of(entry->d_name), span_of(end));
    if (open_folder)
        closedir(open_folder);
    return count;
}

struct error *git_gather(const struct git *git)
{
    OWN(arena) arena = arena_new(1 * MiB);

    /* Loose objects are spread evenly over 256 folders. */
    if (count_ending(arena, git, "pack", ".pack") <= PACK_LIMIT &&
        count_ending(arena, git, "17", "") <= LOOSE_LIMIT / 256)
        return OK;
    TRY(fault_error("git.gather"));
    TRY_OR(git_run(git, arena, GIT("repack", "-d", "-l", "-q", "--geometric=2"), (span){0}, NULL),
           "could not gather the packs of \"%s\"", git->folder);
    return OK;
}
