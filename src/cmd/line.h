/* SPDX-License-Identifier: MIT
 * line.h - lines of standard input, of which nobody may make one without end
 */
#pragma once
#include "core/core.h"

/* The next line without its end (LF or CR LF) in `line`, which is cleared before; `*out_is_over`: there is
 * none left. ERROR_LIMIT: longer than LIMIT_INPUT_LINE, of which no more was read; ERROR_IO: it cannot be
 * read. */
struct error *line_read(struct buf *line, bool *out_is_over) MUST_USE;
