/* SPDX-License-Identifier: MIT */
#include "cmd/cmd.h"
#include <errno.h>
#include <unistd.h>

struct error *output_span(span s)
{
    while (s.len) {
        ssize_t written = write(STDOUT_FILENO, s.at, s.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EPIPE)
            return error_new(ERROR_CANCELLED, "whoever read standard output went away");
        if (written < 0)
            return error_errno(errno, "could not write to standard output");
        s = span_from(s, (size_t)written);
    }
    return OK;
}

struct error *output_write(const struct buf *out)
{
    if (out->overflowed)
        return error_new(ERROR_LIMIT, "the result is larger than %zu MiB", out->max / MiB);
    return output_span(buf_span(out));
}

void log_each(struct log *log, const struct error *error)
{
    for (; error; error = error->cause)
        log_line(log, LOG_ERROR, NULL, "%s", error->message);
}
