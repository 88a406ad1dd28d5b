/* SPDX-License-Identifier: MIT
 * bundle.h - the archive's repository as one file, and one made from such a file
 *
 * Reading takes no lock and changes nothing; a harvest may run beside it.
 */
#pragma once
#include "core/clock.h"
#include "core/core.h"

struct archive_position {
    bool has_git;
    span branch; /* "refs/heads/main"; empty: HEAD names a commit and no branch */
    span commit; /* in hexadecimal; empty: there is none yet */
    int64_t commit_count;
};
/* Where the archive's history stands. ERROR_USAGE: git is needed and not installed. */
struct error *archive_find_position(const char *folder, const struct clock *clock, struct arena *arena,
                                    struct archive_position *out_position) MUST_USE;

/* Files of the tree that git does not have, or has otherwise, but for those that a harvest is about to
 * commit. */
struct error *archive_list_uncommitted(const char *folder, const struct clock *clock, struct arena *arena,
                                       span **out_paths, size_t *out_count) MUST_USE;

/* All branches and tags with their history, written to the new file `path`. */
struct error *archive_write_bundle(const char *folder, const struct clock *clock, const char *path) MUST_USE;

/* Makes `folder`, with a repository of all that the bundle holds, and the files of `position->commit`; where
 * that is empty, without a bundle, one without commits. Fails where the bundle has no such commit. */
struct error *archive_from_bundle(const char *folder, const struct clock *clock, const char *path,
                                  const struct archive_position *position) MUST_USE;
