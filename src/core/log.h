/* SPDX-License-Identifier: MIT
 * log.h - lines on standard error: logfmt or JSON
 *
 * Libraries return errors; only cmd/, harvest/ and web/ log, once. Control characters in values are escaped,
 * so nothing from outside can forge a line or drive a terminal. Safe to call from any thread.
 */
#pragma once
#include "core/clock.h"
#include "core/error.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_LOGFMT, LOG_JSON, LOG_PLAIN /* `courant: message`, for commands at a terminal */ };

struct log;

struct log *log_new(const struct clock *clock, enum log_format format, enum log_level level) MUST_USE;
void log_free(struct log *log);
DEFINE_FREE(log)
void log_set_format(struct log *log, enum log_format format);

/* `subject`: what it is about (a source's id, a file), or NULL. One line. */
void log_line(struct log *log, enum log_level level, const char *subject, const char *format, ...)
    PRINTF(4, 5);
void log_failure(struct log *log, const char *subject, const struct error *error);
#define log_warn(log, subject, ...) log_line((log), LOG_WARNING, (subject), __VA_ARGS__)
#define log_info(log, subject, ...) log_line((log), LOG_INFO, (subject), __VA_ARGS__)

/* A progress bar draws itself on standard error's last line; these keep log lines out of it. `redraw` is
 * called with the log's lock held and must only write. NULL takes it away. */
void log_set_status(struct log *log, void (*redraw)(void *), void *context);

/* `s` for a terminal or a log: control characters (C0, DEL, C1) as \xNN, invalid UTF-8 likewise;
 * controls of direction (bidi) are dropped. */
struct buf;
void log_escape(struct buf *out, span s);
