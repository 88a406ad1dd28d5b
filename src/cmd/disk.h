/* SPDX-License-Identifier: MIT
 * disk.h - room on disk
 */
#pragma once
#include "core/core.h"

/* Bytes that a file, or all files below a folder, take on disk; 0: it is not there. Links are not followed.
 */
int64_t disk_used(const char *path);
int64_t disk_free(const char *path); /* bytes that we may still write there; 0: that cannot be told */
span size_in_words(struct arena *arena, int64_t bytes); /* "640 KB", "3.2 GB" */
