/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "core/buf.h"
#include "core/fault.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static PRINTF(3, 0) struct error *error_make(enum error_kind kind, struct error *cause, const char *format,
                                             va_list arguments)
{
    enum { LONGEST_MESSAGE = 16 * 1024 }; /* what is longer is cut */
    struct error *error = memory_new(sizeof *error);
    va_list again;
    int len;

    va_copy(again, arguments);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    len = MIN(MAX(len, 0), LONGEST_MESSAGE);
    error->kind = kind;
    error->message = memory_new((size_t)len + 1);
    vsnprintf(error->message, (size_t)len + 1, format, arguments);
    error->cause = cause;
    return error;
}

struct error *error_new(enum error_kind kind, const char *format, ...)
{
    struct error *error;
    va_list arguments;

    va_start(arguments, format);
    error = error_make(kind, NULL, format, arguments);
    va_end(arguments);
    return error;
}

struct error *error_errno(int number, const char *format, ...)
{
    char reason[128];
    struct error *error;
    va_list arguments;

    va_start(arguments, format);
    error = error_make(ERROR_IO, NULL, format, arguments);
    va_end(arguments);
    error->cause = error_new(ERROR_IO, "%s", strerror_r(number, reason, sizeof reason));
    return error;
}

struct error *error_wrap(struct error *cause, const char *format, ...)
{
    struct error *error;
    va_list arguments;

    if (!cause)
        return NULL;
    va_start(arguments, format);
    error = error_make(cause->kind, cause, format, arguments);
    va_end(arguments);
    return error;
}

void error_free(struct error *error)
{
    while (error) {
        struct error *cause = error->cause;
        free(error->message);
        free(error);
        error = cause;
    }
}

char *error_text(const struct error *error)
{
    struct buf text = {.max = 64 * KiB};

    for (; error; error = error->cause) {
        buf_add_text(&text, error->message);
        if (error->cause)
            buf_add(&text, S(": "));
    }
    return text.at ? text.at : memory_string(S(""));
}

struct error *fault_error(const char *point)
{
    return fault_at(point) ? error_errno(errno, "fault injected at %s", point) : OK;
}
