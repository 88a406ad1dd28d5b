/* SPDX-License-Identifier: MIT */
#include "core/log.h"
#include "core/buf.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct log {
    const struct clock *clock;
    enum log_level level;
    pthread_mutex_t lock; /* one line at a time; guards what is below */
    enum log_format format;
    void (*redraw)(void *);
    void *redraw_context;
};

static const char *const level_names[] = {"error", "warning", "info", "debug"};

struct log *log_new(const struct clock *clock, enum log_format format, enum log_level level)
{
    struct log *log = memory_new(sizeof *log);

    log->clock = clock;
    log->format = format;
    log->level = level;
    pthread_mutex_init(&log->lock, NULL);
    return log;
}

void log_free(struct log *log)
{
    if (!log)
        return;
    pthread_mutex_destroy(&log->lock);
    free(log);
}

void log_set_format(struct log *log, enum log_format format)
{
    pthread_mutex_lock(&log->lock);
    log->format = format;
    pthread_mutex_unlock(&log->lock);
}

void log_set_status(struct log *log, void (*redraw)(void *), void *context)
{
    pthread_mutex_lock(&log->lock);
    log->redraw = redraw;
    log->redraw_context = context;
    pthread_mutex_unlock(&log->lock);
}

/* Bytes of the well-formed, printable character at the start of `s`; 0 if there is none. */
static size_t printable_len(span s)
{
    static const uint32_t least[] = {0, 0x20, 0x80, 0x800, 0x10000}; /* of so many bytes */
    unsigned char lead = (unsigned char)*s.at;
    size_t len = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
    uint32_t c = len == 1 ? lead : lead & (0x7f >> len);

    if (!len || s.len < len)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((s.at[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (s.at[i] & 0x3f);
    }
    if (c < least[len] || (c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
        return 0;
    return len;
}

/* Controls of direction: they make a line read as another, and are dropped. */
#define TURNS S("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

void log_escape(struct buf *out, span s)
{
    while (s.len) {
        size_t len = printable_len(s);
        if (len > 0 && (len == 1 || span_find(TURNS, span_sub(s, 0, len)) == SPAN_NONE))
            buf_add(out, span_sub(s, 0, len));
        else if (!len)
            buf_printf(out, "\\x%02x", (unsigned char)*s.at);
        s = span_from(s, len ? len : 1);
    }
}

/* In quotes; quotes and backslashes within are escaped, so that a value cannot end itself. As log_escape()
 * leaves no control character, that is right for logfmt and JSON alike. */
static void add_quoted(struct buf *line, span value)
{
    LOCAL(buf) plain = {.max = 64 * KiB};

    log_escape(&plain, value);
    buf_add_char(line, '"');
    for (size_t i = 0; i < plain.len; i++) {
        if (plain.at[i] == '"' || plain.at[i] == '\\')
            buf_add_char(line, '\\');
        buf_add_char(line, plain.at[i]);
    }
    buf_add_char(line, '"');
}

static void add_time(const struct log *log, struct buf *line)
{
    int64_t now = clock_now(log->clock);
    time_t seconds = (time_t)(now / 1000);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    buf_printf(line, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
               parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, (int)(now % 1000));
}

/* What stands around the parts of a line; in JSON the level ends with a quote. */
static const struct {
    const char *time, *level, *level_end, *subject, *message, *end;
} styles[] = {
    [LOG_LOGFMT] = {"time=", " level=", "", " about=", " msg=", "\n"},
    [LOG_JSON] = {"{\"time\":\"", "\",\"level\":\"", "\"", ",\"about\":", ",\"msg\":", "}\n"},
};

static void format_plain(enum log_level level, const char *subject, span message, struct buf *line)
{
    buf_add_text(line, level == LOG_INFO ? "" : "courant: ");
    log_escape(line, span_of(subject));
    buf_add_text(line, subject ? ": " : "");
    log_escape(line, message);
    buf_add_char(line, '\n');
}

static void format_line(const struct log *log, enum log_level level, const char *subject, span message,
                        struct buf *line)
{
    if (log->format == LOG_PLAIN) {
        format_plain(level, subject, message, line);
        return;
    }
    buf_add_text(line, styles[log->format].time);
    add_time(log, line);
    buf_add_text(line, styles[log->format].level);
    buf_add_text(line, level_names[level]);
    buf_add_text(line, styles[log->format].level_end);
    if (subject) {
        buf_add_text(line, styles[log->format].subject);
        add_quoted(line, span_of(subject));
    }
    buf_add_text(line, styles[log->format].message);
    add_quoted(line, message);
    buf_add_text(line, styles[log->format].end);
}

static void write_all(span s)
{
    while (s.len) {
        ssize_t written = write(STDERR_FILENO, s.at, s.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return; /* nobody listens: there is no place to say so */
        s = span_from(s, (size_t)written);
    }
}

void log_line(struct log *log, enum log_level level, const char *subject, const char *format, ...)
{
    LOCAL(buf) message = {.max = 64 * KiB};
    LOCAL(buf) line = {.max = 512 * KiB};
    va_list arguments;

    if (!log || level > log->level)
        return;
    va_start(arguments, format);
    buf_vprintf(&message, format, arguments);
    va_end(arguments);
    pthread_mutex_lock(&log->lock);
    if (log->redraw)
        buf_add(&line, S("\r\033[K"));
    format_line(log, level, subject, buf_span(&message), &line);
    write_all(buf_span(&line));
    if (log->redraw)
        log->redraw(log->redraw_context);
    pthread_mutex_unlock(&log->lock);
}

void log_failure(struct log *log, const char *subject, const struct error *error)
{
    char *text = error_text(error);

    log_line(log, LOG_ERROR, subject, "%s", text);
    free(text);
}
