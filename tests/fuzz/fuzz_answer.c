/* SPDX-License-Identifier: MIT
 * fuzz_answer.c - header lines and a body, as a server sends them
 */
#include "fetch/body.h"
#include "fetch/fetch.h"
#include <stdlib.h>

enum { MOST_BODY = 256 * 1024 };

static void check_validator(span validator)
{
    if (validator.len > LIMIT_VALIDATOR)
        abort();
    for (size_t i = 0; i < validator.len; i++)
        if ((unsigned char)validator.at[i] < 0x20)
            abort(); /* it could not be sent back */
}

static void check_head(const struct head *head)
{
    check_validator(head->etag);
    check_validator(head->last_modified);
    if (head->content_length < -1 || head->link_count > LIMIT_LINK_HEADERS)
        abort();
    if (head->is_chunked && head->has_length && !head->has_framing_conflict)
        abort();
}

/* The body of a transfer that ended well is whole, unless a coding of it is not. */
static void check_body(struct arena *arena, const struct head *head, span bytes, enum body_end began)
{
    struct buf wire = {.max = bytes.len};
    enum body_end end = began;
    bool has_own_end = false;
    span body = {0};

    buf_add(&wire, bytes);
    OWN(error) error = body_decode(arena, &wire, head, MOST_BODY, &end, &has_own_end, &body);
    if (error) {
        if (error->kind != ERROR_LIMIT && error->kind != ERROR_FORMAT)
            abort();
        return;
    }
    if (!body.at || body.len > MAX((size_t)MOST_BODY, bytes.len))
        abort();
    if (began == BODY_CUT && end != BODY_CUT)
        abort();
    if (has_own_end && end == BODY_UNKNOWN)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span input = {(const char *)data, size}, line;
    LOCAL(buf) lines = {.max = 128 * KiB};
    struct head head;

    while (span_cut(&input, '\n', &line) && span_trim(line).len)
        head_add_line(&lines, line);
    head_read(arena, buf_span(&lines), &head);
    check_head(&head);
    retry_after_ms(head.retry_after, 0);
    for (int end = BODY_WHOLE; end <= BODY_CUT; end++)
        check_body(arena, &head, input, (enum body_end)end);
    return 0;
}
