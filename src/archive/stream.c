/* SPDX-License-Identifier: MIT
 * stream.c - what a git says, taken piece by piece, so that a long history needs no more room than a short
 * one
 */
#include "archive/internal.h"
#include "limits/limits.h"

#define SPENT_LIMIT (1 * MiB) /* of what was taken already, before the rest is moved to the front */

static span unread(const struct git_process *process)
{
    return span_from(buf_span(&process->said), process->said_read);
}

static void forget_spent(struct git_process *process)
{
    struct buf *said = &process->said;
    size_t left = said->len - process->said_read;

    if (process->said_read < SPENT_LIMIT && left)
        return;
    if (left)
        memmove(said->at, said->at + process->said_read, left);
    buf_truncate(said, left);
    process->said_read = 0;
}

/* Waits until it has said more; a git that does so is not late, however long it takes. */
static struct error *wait_for_more(struct git_process *process)
{
    size_t before = process->said.len;

    TRY(git_nudge(process));
    TRY(git_wait(process));
    if (process->said.len > before)
        process->deadline = clock_monotonic(process->clock) + LIMIT_GIT_QUIET;
    return OK;
}

struct error *git_take_piece(struct git_process *process, char end, span *out_piece, bool *out_is_there)
{
    size_t seen = 0;

    forget_spent(process);
    for (;;) {
        span rest = unread(process);
        size_t at = span_find_char(span_from(rest, seen), end);
        *out_is_there = at != SPAN_NONE;
        if (*out_is_there) {
            *out_piece = span_sub(rest, 0, seen + at);
            process->said_read += seen + at + 1;
            return OK;
        }
        if (rest.len > LIMIT_GIT_PIECE)
            return error_new(ERROR_LIMIT, "git %s said something longer than %zu bytes", process->name,
                             (size_t)LIMIT_GIT_PIECE);
        if (process->out < 0)
            return OK;
        seen = rest.len;
        TRY(wait_for_more(process));
    }
}

struct error *git_take_bytes(struct git_process *process, size_t size, span *out_bytes)
{
    forget_spent(process);
    while (unread(process).len < size) {
        if (process->out < 0)
            return error_new(ERROR_IO, "git %s ended early", process->name);
        TRY(wait_for_more(process));
    }
    *out_bytes = span_sub(unread(process), 0, size);
    process->said_read += size;
    return OK;
}
