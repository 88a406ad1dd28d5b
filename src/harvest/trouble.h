/* SPDX-License-Identifier: MIT
 * trouble.h - failures of the disk that somebody, or time, can end: what they are, and how long to wait
 */
#pragma once
#include "core/error.h"

struct trouble {
    int number;         /* errno's value */
    bool is_full;       /* ended by making room */
    const char *name;   /* "the disk is full" */
    const char *passed; /* said when it is over: "there is room again" */
};

/* Which one it is; NULL: none that ends by itself, such as a file system that may only be read. It goes by
 * the words, as git tells of it in words alone. */
const struct trouble *trouble_of(const struct error *error);

/* How long to wait after an attempt that failed, given how long was waited before it (0: it is the first);
 * milliseconds. */
int64_t trouble_pause(int64_t before);
