/* SPDX-License-Identifier: MIT
 * charset.h - bytes become UTF-8 (WHATWG Encoding Standard)
 *
 * Which encoding it is, the callers decide from what they know (BOM, HTTP, declaration); charset_choose()
 * does what they have in common. Conversion is by iconv with the Standard's repairs (gb2312 is gbk is decoded
 * as gb18030, iso-8859-1 is windows-1252, ...).
 */
#pragma once
#include "core/core.h"

/* The Standard's name, in lower case ("gbk", "windows-1252", "utf-8", "utf-16le"), of a label; NULL if it has
 * none. Labels are trimmed and case is ignored (4.2). */
const char *charset_of_label(span label);

/* "utf-8", "utf-16le" or "utf-16be" where the bytes begin with a byte order mark, else NULL. */
const char *charset_of_bom(span bytes, size_t *out_bom_len);

bool charset_is_valid(const char *charset, span bytes); /* no byte of it would become U+FFFD */

/* Decodes to UTF-8. Invalid bytes become U+FFFD; their count goes to `*out_damaged` unless NULL. A byte order
 * mark is dropped. `bytes` itself is returned where it is valid UTF-8 already. */
span charset_decode(struct arena *arena, const char *charset, span bytes, size_t *out_damaged);

/* UTF-8 that was taken for Latin-1 at its source and encoded once more ("Ä" and U+0085 for "ą"): what it was
 * meant to be. `text` itself where not all of it is so, or less than eight letters are. `text` must be valid.
 */
span charset_decode_again(struct arena *arena, span text);

/* The way back: `text` (UTF-8) in `charset`; a character it does not have becomes its number in decimal
 * between `before` and `after` ("&#" and ";" in forms). UTF-16 and "replacement" are encoded as UTF-8 (4.3).
 */
span charset_encode(struct arena *arena, const char *charset, span text, const char *before,
                    const char *after);

/* Guesses (libuchardet, mended where it is known to be wrong); NULL if it has no idea. Looks at 256 KiB at
 * most. */
const char *charset_guess(span bytes);

struct charset_hints {
    span http;        /* charset parameter of Content-Type, or {0} */
    span declared;    /* XML declaration or <meta>, or {0} */
    const char *last; /* what to take when nothing else fits, NULL: "utf-8" */
};
/* BOM, HTTP, declaration, UTF-8, guess: the first in which the bytes are valid. Bytes that are valid UTF-8
 * and not ASCII are UTF-8 whatever was declared (spec feed-json.md, "Encoding"). Where nothing is valid: the
 * first declared one. */
const char *charset_choose(span bytes, const struct charset_hints *hints);

/* The value of the charset parameter in a Content-Type header; {0} if it has none. */
span charset_of_content_type(span header);
