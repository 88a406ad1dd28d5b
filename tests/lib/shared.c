/* SPDX-License-Identifier: MIT
 * shared.c - finds inputs that lie beside the project
 */
#include "tests/lib/shared.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *shared_path(const char *relative)
{
    static char path[PATH_MAX];
    const char *shared = getenv("COURANT_SHARED"), *root = getenv("COURANT_ROOT");

    if (shared)
        snprintf(path, sizeof path, "%s/%s", shared, relative);
    else
        snprintf(path, sizeof path, "%s/../shared/%s", root ? root : ".", relative);
    if (access(path, R_OK) == 0)
        return path;
    fprintf(stderr, "# %s is not here: skipped\n", path);
    return NULL;
}
