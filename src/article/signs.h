/* SPDX-License-Identifier: MIT
 * signs.h - words that say what a thing is: in class names, and in the text itself
 *
 * Two tables (signs.c): what publishers call their boxes in class and id, and the phrases of bylines, calls
 * to action, links to other stories, in a dozen languages. A sign is a hint among many: it may lower a score,
 * it never decides alone.
 */
#pragma once
#include "core/core.h"

enum class_sign {
    SIGN_NAV,
    SIGN_SHARE,
    SIGN_RELATED,
    SIGN_COMMENT,
    SIGN_NEWSLETTER,
    SIGN_CAPTION,
    SIGN_AUTHOR,
    SIGN_DATE,
    SIGN_TAG,
    SIGN_AD,
    SIGN_FOOT,
    SIGN_HEAD,
    SIGN_SIDE,
    SIGN_BODY,
    SIGN_CONTENT,
    SIGN_TITLE,
    SIGN_LEAD,
    SIGN_LIST,
    SIGN_HIDDEN,
    SIGN_VIDEO,
    SIGN_QUOTE,
    SIGN_ACTION,
    SIGN_BOX,
    SIGN_COMMENTS_AREA, /* the readers' own words, not a link or a count of them */
    CLASS_SIGNS
};

enum text_sign {
    TEXT_OTHER_STORY, /* "read more", "see also" */
    TEXT_SOURCE_LINE, /* Chinese source, editor, time, font-size lines */
    TEXT_BYLINE,      /* "by", "von", "photo" at the start */
    TEXT_CALL,        /* subscribe, sign up, follow, copyright */
    TEXT_MONTH,
    TEXT_SIGNS
};

struct signs; /* both tables, indexed; immutable once made */

const struct signs *signs_new(struct arena *arena);

/* Bits 1 << enum class_sign for what stands in class, id and the like. */
uint32_t signs_of_class(const struct signs *signs, span names);

struct sign_count {
    uint8_t count[TEXT_SIGNS]; /* occurrences, at most 255 */
    bool at_start[TEXT_SIGNS]; /* one begins the text (after marks and spaces) */
};
/* `folded`: lower case, white space collapsed */
void signs_of_text(const struct signs *signs, span folded, struct sign_count *out_count);
