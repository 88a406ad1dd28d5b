/* SPDX-License-Identifier: MIT
 * error.h - failures are values
 *
 * What can fail returns OK or a failure told in full, owned by whoever gets it. "Not found" and "unchanged"
 * are answers, not errors. Each level adds what it alone knows; the chain reads `could not poll "voa": could
 * not read feed: line 3: ...`. "could not" may succeed another day, "cannot" never will.
 */
#pragma once
#include "core/span.h"

enum error_kind {
    ERROR_USAGE,   /* the user's words or configuration are wrong: tell, change nothing (exit 2) */
    ERROR_FORMAT,  /* bytes from outside are not what they should be: give up on them */
    ERROR_LIMIT,   /* larger, deeper or longer than is allowed: give up on it */
    ERROR_REFUSED, /* we do not do that: guard, robots, policy */
    ERROR_NETWORK, /* the other side did not do its part: wait, try again */
    ERROR_IO, /* this machine's files: disk full, permissions, I/O error: stop writing, try again later */
    ERROR_DAMAGED,   /* the store is broken or of another version (exit 3) */
    ERROR_LOCKED,    /* another process has it (exit 3) */
    ERROR_CANCELLED, /* we were asked to stop */
};

struct error {
    enum error_kind kind;
    char *message;       /* one line, lower case, no full stop */
    struct error *cause; /* what lay beneath, owned; NULL at the root */
};

#define OK ((struct error *)NULL)

struct error *error_new(enum error_kind kind, const char *format, ...) PRINTF(2, 3) MUST_USE;

/* `<what>: <reason>` from errno's value; ERROR_IO. */
struct error *error_errno(int number, const char *format, ...) PRINTF(2, 3) MUST_USE;

/* Puts a level on top, of the same kind. Takes over `cause`; NULL stays NULL. */
struct error *error_wrap(struct error *cause, const char *format, ...) PRINTF(2, 3) MUST_USE;

void error_free(struct error *error);
DEFINE_FREE(error)

/* The whole chain, joined with ": ". The caller frees it. */
char *error_text(const struct error *error) MUST_USE;

#define TRY(call)                          \
    do {                                   \
        struct error *try_error_ = (call); \
        if (try_error_)                    \
            return try_error_;             \
    } while (0)
#define TRY_OR(call, ...)                               \
    do {                                                \
        struct error *try_error_ = (call);              \
        if (try_error_)                                 \
            return error_wrap(try_error_, __VA_ARGS__); \
    } while (0)
