/* SPDX-License-Identifier: MIT
 * markdown_read.h - what the files that read Markdown share (markup/ alone includes it)
 */
#pragma once
#include "markup/markup.h"

/* What stands in a line or paragraph, as HTML at the end of `out`. */
void markdown_read_inline(span text, struct buf *out);
