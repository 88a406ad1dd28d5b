/* SPDX-License-Identifier: MIT */
#include "cmd/line.h"
#include "limits/limits.h"
#include <errno.h>
#include <stdio.h>

struct error *line_read(struct buf *line, bool *out_is_over)
{
    int byte;

    buf_clear(line);
    line->max = LIMIT_INPUT_LINE;
    while ((byte = getc_unlocked(stdin)) != EOF && byte != '\n') {
        buf_add_char(line, (char)byte);
        if (line->overflowed)
            return error_new(ERROR_LIMIT, "a line of standard input is longer than %d bytes",
                             (int)LIMIT_INPUT_LINE);
    }
    if (byte == EOF && ferror(stdin))
        return error_errno(errno, "could not read standard input");
    *out_is_over = byte == EOF && line->len == 0;
    while (line->len && line->at[line->len - 1] == '\r')
        buf_truncate(line, line->len - 1);
    return OK;
}
