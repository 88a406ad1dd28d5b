/* SPDX-License-Identifier: MIT
 * fuzz_tar.c - a backup read member by member: what is accepted is to the byte what would be written
 */
#include "keep/tar.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct error *read_through(struct tar_reader *reader, struct arena *arena, struct buf *again)
{
    struct tar_member member;
    bool is_end = false;
    char piece[TAR_BLOCK];

    for (;;) {
        arena_reset(arena);
        TRY(tar_read_head(reader, arena, &member, &is_end));
        if (is_end)
            return OK;
        if (member.name.len > LIMIT_BACKUP_NAME || memchr(member.name.at, '\0', member.name.len))
            abort();
        tar_write_head(&member, again);
        for (uint64_t left = member.size; left;) {
            size_t n = (size_t)MIN(left, sizeof piece);
            TRY(tar_read(reader, piece, n));
            buf_add(again, (span){piece, n});
            left -= n;
        }
        TRY(tar_read_padding(reader, member.size));
        memset(piece, 0, sizeof piece);
        buf_add(again, (span){piece, tar_padding(member.size)});
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) again = {.max = 64 * MiB};
    struct tar_reader reader = {.name = S("backup"), .after = {.max = LIMIT_BACKUP_NAME}};
    struct error *error;

    reader.fd = memfd_create("backup", MFD_CLOEXEC);
    if (reader.fd < 0 || write(reader.fd, data, size) != (ssize_t)size || lseek(reader.fd, 0, SEEK_SET))
        abort();
    error = read_through(&reader, arena, &again);
    if (!error && (again.len + TAR_END > size || memcmp(again.at ? again.at : "", data, again.len)))
        abort();
    error_free(error);
    buf_release(&reader.after);
    close(reader.fd);
    return 0;
}
