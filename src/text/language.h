/* SPDX-License-Identifier: MIT
 * language.h - which language a text is in, roughly: by script, then by frequent words
 */
#pragma once
#include "core/core.h"

/* "zh", "ja", "ko", "ru", "en", ... or NULL where the text is too short or mixed to say. */
const char *language_guess(span text);
/* A BCP 47 tag as given, trimmed, "_" made "-"; {0} if it is none. */
span language_tag(struct arena *arena, span text);
