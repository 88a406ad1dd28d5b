/* SPDX-License-Identifier: MIT
 * tar.h - the members of a backup: plain files in the tar format of POSIX (ustar, pax where a name is long)
 *
 * What is read must be to the byte what tar_write_head() writes, so a link, a device, an owner or any other
 * thing that a tar file can hold is damage here and never acted upon.
 */
#pragma once
#include "core/core.h"
#include "limits/limits.h"

enum { TAR_BLOCK = 512 };

struct tar_member {
    span name; /* at most LIMIT_BACKUP_NAME bytes, no NUL */
    uint64_t size;
    unsigned mode;       /* permission bits */
    int64_t modified_at; /* seconds since 1970 */
};

void tar_write_head(const struct tar_member *member, struct buf *out);
size_t tar_padding(uint64_t size); /* zeros behind so many bytes of content */
enum { TAR_END = 2 * TAR_BLOCK };  /* zeros that end it */

struct tar_reader {
    int fd;
    span name;        /* of the file, for messages */
    struct buf after; /* the member read last, for messages; empty: none yet; the owner releases it */
    /* Asked while nothing comes, too, as a pipe may stay open for ever; NULL: nobody asks. */
    bool (*is_cancelled)(void *context);
    void *context;
};

/* Exactly `size` bytes. ERROR_FORMAT: it ends early; ERROR_IO; ERROR_CANCELLED. */
struct error *tar_read(struct tar_reader *reader, char *at, size_t size) MUST_USE;
struct error *tar_read_padding(struct tar_reader *reader, uint64_t size) MUST_USE;
/* The next member; its name is in `arena`. `*out_is_end`: there is none, and nothing but zeros follows. */
struct error *tar_read_head(struct tar_reader *reader, struct arena *arena, struct tar_member *out_member,
                            bool *out_is_end) MUST_USE;
