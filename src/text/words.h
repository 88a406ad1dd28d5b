/* SPDX-License-Identifier: MIT
 * words.h - runs of letters, and bigrams of scripts written without spaces
 */
#pragma once
#include "core/core.h"

/* Calls `each` for every word: runs of letters and digits folded to lower case; each pair of neighbouring
 * characters of an unspaced script (single ones alone). `word` is valid during the call only, and
 * cut at 255 bytes before folding; `offset` is where it begins in `text`. */
void words_each(span text, void (*each)(void *context, span word, size_t offset), void *context);
/* Does one of `words`, each of two bytes or more, stand anywhere in the text, ASCII letters of either case?
 * They are looked for together: most places of a text fail by two bytes that no word begins with. */
bool words_stand_in(span text, const char *const *words, size_t count);
/* How a reader would count: words, and each character of an unspaced script as one. */
size_t words_count(span text);
