/* SPDX-License-Identifier: MIT */
#include "cmd/disk.h"
#include <fts.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

int64_t disk_used(const char *path)
{
    char *const paths[] = {(char *)(uintptr_t)path, NULL};
    FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    int64_t bytes = 0;
    FTSENT *entry;

    while (walk && (entry = fts_read(walk)))
        if (entry->fts_info == FTS_F || entry->fts_info == FTS_D || entry->fts_info == FTS_SL)
            bytes += (int64_t)entry->fts_statp->st_blocks * 512;
    if (walk)
        fts_close(walk);
    return bytes;
}

int64_t disk_free(const char *path)
{
    struct statvfs about;

    return statvfs(path, &about) ? 0 : (int64_t)about.f_bavail * (int64_t)about.f_frsize;
}

span size_in_words(struct arena *arena, int64_t bytes)
{
    static const char *const units[] = {"KB", "MB", "GB", "TB", "PB"};
    double size = (double)bytes / 1000;
    size_t unit = 0;

    while (size >= 999.5 && unit + 1 < ARRAY_SIZE(units)) {
        size /= 1000;
        unit++;
    }
    return arena_printf(arena, size < 9.95 && unit ? "%.1f %s" : "%.0f %s", size, units[unit]);
}
