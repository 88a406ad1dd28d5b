/* SPDX-License-Identifier: MIT
 * digest.h - hashes: SHA-256 for identity and names on disk, xxHash64 for "has it changed?" */
#pragma once
#include "core/core.h"

struct sha256 {
    uint8_t at[32];
};

struct sha256 digest_sha256(span bytes);
span digest_hex(struct arena *arena, struct sha256 digest); /* 64 lower-case digits */

/* The same of bytes that come piece by piece. */
struct digest_run;
struct digest_run *digest_run_new(void) MUST_USE;
void digest_run_free(struct digest_run *run);
DEFINE_FREE(digest_run)
void digest_run_add(struct digest_run *run, span bytes);
struct sha256 digest_run_end(struct digest_run *run); /* of all since the last end; it begins anew */

/* SHA-256 over several parts, each preceded by its length, so that ("ab","c") differs from ("a","bc"). */
struct sha256 digest_parts(const span *parts, size_t count);

/* Is `name` what git calls a file of these bytes? 40 digits of a SHA-1, or 64 of a SHA-256. */
bool digest_is_git_name(span name, span bytes);

/* Do they end with the SHA-1 (or SHA-256) of all before it, as git's indexes do? */
bool digest_ends_bytes(span bytes);

uint64_t digest_fast(span bytes); /* XXH3, 64 bits; stable over versions: it is stored */
