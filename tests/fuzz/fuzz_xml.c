/* SPDX-License-Identifier: MIT
 * fuzz_xml.c - any bytes as XML, in pieces of any size: each element that begins ends, within its parent, and
 * the events do not depend on the pieces
 */
#include "markup/xml.h"
#include "text/utf8.h"
#include <stdlib.h>

enum { DEPTH_MAX = 256 };

static void check(bool is_kept) /* a promise of xml.h */
{
    if (!is_kept)
        abort();
}

struct events {
    struct buf all; /* what came, in one line */
    size_t depth, damages;
};

static void on_start(void *context, span name_space, span name, const struct xml_attribute *attributes,
                     size_t count)
{
    struct events *events = context;

    check(++events->depth <= DEPTH_MAX);
    check(name.len > 0);
    buf_printf(&events->all, "<%.*s}%.*s", SPAN_ARG(name_space), SPAN_ARG(name));
    for (size_t i = 0; i < count; i++) {
        check(utf8_is_valid(attributes[i].value));
        buf_printf(&events->all, " %.*s=%.*s", SPAN_ARG(attributes[i].name), SPAN_ARG(attributes[i].value));
    }
    buf_add_char(&events->all, '>');
}

static void on_end(void *context, span name_space, span name)
{
    struct events *events = context;

    check(events->depth-- > 0);
    buf_printf(&events->all, "</%.*s}%.*s>", SPAN_ARG(name_space), SPAN_ARG(name));
}

static void on_text(void *context, span text)
{
    struct events *events = context;

    check(events->depth > 0 && text.len > 0);
    check(utf8_is_valid(text));
    buf_add(&events->all, text);
}

static void on_damage(void *context, int line, int column, const char *code, const char *message)
{
    struct events *events = context;

    check(line >= 0 && column >= 0 && *code && *message);
    check(events->damages++ < 1000);
}

static const struct xml_handler handler = {on_start, on_end, on_text, on_damage};

/* False: it ended in an error. */
static bool read_all(span text, size_t size, struct events *events)
{
    OPEN(xml) xml = xml_open(text, &handler, events);
    bool is_done = false;

    while (!is_done) {
        OWN(error) error = xml_step(xml, size, &is_done);

        if (error)
            return false;
    }
    check(events->depth == 0);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span text = {(const char *)data, size};
    struct events whole = {.all = {.max = 64 * MiB}}, pieces = {.all = {.max = 64 * MiB}};

    if (read_all(text, 1 << 20, &whole) && read_all(text, 7, &pieces))
        check(span_equal(buf_span(&whole.all), buf_span(&pieces.all)));
    buf_release(&whole.all);
    buf_release(&pieces.all);
    return 0;
}
