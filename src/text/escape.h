/* SPDX-License-Identifier: MIT
 * escape.h - character references of HTML and XML, there and back
 */
#pragma once
#include "core/core.h"

/* & < > and, in attributes, " as references; for HTML and XML alike. What XML refuses is dropped: control
 * characters but TAB, LF and CR, and U+FFFE and U+FFFF. */
void escape_text(struct buf *out, span s);
void escape_attribute(struct buf *out, span s);

/* HTML character references decoded once (HTML Standard 13.2.5.72: named with and without ';', numeric;
 * 128-159 mean windows-1252). `s` itself where there is none. */
span unescape_html(struct arena *arena, span s);

/* What "&name;" stands for (1 or 2 characters, UTF-8), `name` without & and ;. {0} if HTML has no such name.
 */
span entity_value(span name);
bool has_reference(span s); /* holds something that unescape_html() would change */
