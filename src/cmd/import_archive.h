/* SPDX-License-Identifier: MIT
 * import_archive.h - `courant import DIR`: an archive that exists becomes the newsroom's
 */
#pragma once
#include "cmd/cmd.h"

/* `--json` and `--source` are looked for in `arguments`. */
struct error *import_folder(struct courant *courant, const char *folder,
                            const struct arguments *arguments) MUST_USE;
