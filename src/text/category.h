/* SPDX-License-Identifier: MIT
 * category.h - nested categories as one text: "World/Asia"
 *
 * Names with a slash between them, outermost first; a slash, comma or backslash of a name itself stands
 * behind a backslash. So they are written in courant.conf, and so OPML's nested outlines are kept.
 */
#pragma once
#include "core/core.h"

/* Adds a name behind what is there, white space collapsed; an empty one adds nothing. */
void category_add(struct buf *out, span name);
/* Takes the outermost name off, without its backslashes; in `arena`. False at the end. */
bool category_cut(struct arena *arena, span *rest, span *out_name);
/* Takes the next category off a list with commas between, trimmed; empty ones are passed over. False at the
 * end. */
bool category_list_cut(span *rest, span *out_category);
/* As they are shown to people: "World / Asia" */
span category_shown(struct arena *arena, span category);
