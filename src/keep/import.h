/* SPDX-License-Identifier: MIT
 * import.h - an archive that exists is taken into the store
 *
 * Either layout, every older form (spec lineage.md 2.3, 2.6), from a folder or from a git repository with its
 * history: a file's earlier contents become the revisions of its article. Numbers, paths and file names stay
 * as they are found, so the archive written from the store afterwards has the same bytes.
 */
#pragma once
#include "archive/archive.h"

/* "duty-machine", "old-cdt", ...: what counts and JSON call a form. */
const char *import_form_name(enum archive_form form);
