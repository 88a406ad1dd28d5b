/* SPDX-License-Identifier: MIT
 * adopted.c - a body as an archive keeps it, so that a feed's can be compared with it
 *
 * The duty-machine layout glues a body's lines together, which may even break a tag that was written over
 * two of them; the dated layout keeps the words alone for certain. What a feed says is brought to the same
 * state before it is compared with what was read from a file.
 */
#include "bytes/digest.h"
#include "limits/limits.h"
#include "store/identity.h"
#include "store/normal.h"
#include "text/utf8.h"

static uint64_t form_of_glued(struct arena *arena, span raw)
{
    LOCAL(buf) glued = {.max = LIMIT_STORED_TEXT};
    LOCAL(buf) form = {.max = LIMIT_STORED_TEXT};
    span line;

    while (span_cut(&raw, '\n', &line))
        buf_add(&glued, js_trim(line));
    normal_body(arena, buf_span(&glued), &form);
    return digest_fast(buf_span(&form));
}

/* Letters and digits of the text: neither marks, which Markdown may have escaped, nor addresses. */
static uint64_t form_of_words(struct arena *arena, span html)
{
    LOCAL(buf) body = {.max = LIMIT_STORED_TEXT};
    LOCAL(buf) words = {.max = LIMIT_STORED_TEXT};
    span rest;
    uint32_t c;

    normal_body(arena, html, &body);
    rest = span_sub(buf_span(&body), 0, span_find_char(buf_span(&body), '\n')); /* addresses follow */
    while (utf8_next(&rest, &c))
        if (is_letter_or_digit(c))
            utf8_add(&words, c);
    return digest_fast(buf_span(&words));
}

uint64_t adopted_form(struct arena *arena, const struct item *item, bool is_dated_file)
{
    return is_dated_file ? form_of_words(arena, item->html) : form_of_glued(arena, item->raw_body);
}
