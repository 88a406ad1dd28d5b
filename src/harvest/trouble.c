/* SPDX-License-Identifier: MIT */
#include "harvest/trouble.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const int64_t first_pause = 5 * SECOND, longest_pause = 5 * MINUTE;

/* No code sets a locale: the system's words are English, in git's messages as well. */
static const struct trouble troubles[] = {
    {ENOSPC, true, "the disk is full", "there is room again"},
    {EDQUOT, true, "the disk is full", "there is room again"},
    {EIO, false, "the disk does not read or write as it should", "the disk works again"},
};

const struct trouble *trouble_of(const struct error *error)
{
    const struct trouble *trouble = NULL;
    char *text;

    if (!error || error->kind != ERROR_IO)
        return NULL;
    text = error_text(error);
    for (size_t i = 0; i < ARRAY_SIZE(troubles) && !trouble; i++) {
        char reason[128];
        if (strstr(text, strerror_r(troubles[i].number, reason, sizeof reason)))
            trouble = &troubles[i];
    }
    free(text);
    return trouble;
}

int64_t trouble_pause(int64_t before)
{
    return before ? MIN(before * 2, longest_pause) : first_pause;
}
