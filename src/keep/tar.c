/* SPDX-License-Identifier: MIT */
#include "keep/tar.h"
#include "limits/limits.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define LARGEST_OCTAL ((UINT64_C(1) << 33) - 1) /* eleven digits */
#define PAX_NAME      "././@PaxHeader"

enum { LOOK_AGAIN_MS = 100 };

struct ustar { /* POSIX.1-1988: numbers are octal text */
    char name[100], mode[8], uid[8], gid[8], size[12], modified_at[12], sum[8], type, link[100], magic[6],
        version[2], user[32], group[32], major[8], minor[8], prefix[155], rest[12];
};
_Static_assert(sizeof(struct ustar) == TAR_BLOCK, "a header is one block");

size_t tar_padding(uint64_t size)
{
    return (size_t)(-size % TAR_BLOCK);
}

/* --- writing --- */

static void set_octal(char *field, size_t width, uint64_t number) /* `width`: with the NUL */
{
    char digits[32];

    snprintf(digits, sizeof digits, "%0*" PRIo64, (int)width - 1, number);
    memcpy(field, digits, width);
}

static void write_ustar(const struct tar_member *member, char type, struct buf *out)
{
    struct ustar head = {.type = type, .magic = "ustar", .version = {'0', '0'}, .sum = "       "};
    unsigned sum = ' ';

    memcpy(head.name, member->name.at, MIN(member->name.len, sizeof head.name));
    set_octal(head.mode, sizeof head.mode, member->mode & 0777);
    set_octal(head.uid, sizeof head.uid, 0);
    set_octal(head.gid, sizeof head.gid, 0);
    set_octal(head.size, sizeof head.size, member->size <= LARGEST_OCTAL ? member->size : 0);
    set_octal(head.modified_at, sizeof head.modified_at, (uint64_t)member->modified_at & LARGEST_OCTAL);
    for (size_t i = 0; i < sizeof head; i++)
        sum += ((const unsigned char *)&head)[i]; /* its own field counts as eight spaces */
    set_octal(head.sum, sizeof head.sum - 1, sum);
    head.sum[7] = ' ';
    buf_add(out, (span){(const char *)&head, sizeof head});
}

/* "27 path=...\n": the number counts the whole record, itself too. */
static void add_record(struct buf *out, const char *key, span value)
{
    size_t rest = strlen(key) + value.len + 3, len = rest + 1;
    char digits[24];

    while (rest + (size_t)snprintf(digits, sizeof digits, "%zu", len) != len)
        len = rest + strlen(digits);
    buf_printf(out, "%zu %s=", len, key);
    buf_add(out, value);
    buf_add_char(out, '\n');
}

static void write_pax(const struct tar_member *member, struct buf *out)
{
    LOCAL(buf) records = {.max = LIMIT_BACKUP_RECORDS};
    char digits[24];
    static const char zeros[TAR_BLOCK];

    if (member->name.len > sizeof((struct ustar *)NULL)->name)
        add_record(&records, "path", member->name);
    snprintf(digits, sizeof digits, "%" PRIu64, member->size);
    if (member->size > LARGEST_OCTAL)
        add_record(&records, "size", span_of(digits));
    if (!records.len)
        return;
    write_ustar(&(struct tar_member){S(PAX_NAME), records.len, 0, 0}, 'x', out);
    buf_add(out, buf_span(&records));
    buf_add(out, (span){zeros, tar_padding(records.len)});
}

void tar_write_head(const struct tar_member *member, struct buf *out)
{
    write_pax(member, out);
    write_ustar(member, '0', out);
}

/* --- reading --- */

static struct error *damage(const struct tar_reader *reader, const char *what)
{
    if (reader->after.len)
        return error_new(ERROR_FORMAT, "%s after its member \"%.*s\"", what,
                         SPAN_ARG(buf_span(&reader->after)));
    return error_new(ERROR_FORMAT, "%s at its beginning", what);
}

/* Until something comes, or its end. */
static struct error *wait_for_some(struct tar_reader *reader)
{
    struct pollfd ready = {.fd = reader->fd, .events = POLLIN};

    for (;;) {
        if (reader->is_cancelled && reader->is_cancelled(reader->context))
            return error_new(ERROR_CANCELLED, "stopped");
        if (poll(&ready, 1, LOOK_AGAIN_MS))
            return OK; /* what went wrong, reading tells */
    }
}

static struct error *read_some(struct tar_reader *reader, char *at, size_t size, size_t *out_got)
{
    size_t got = 0;

    while (got < size) {
        TRY(wait_for_some(reader));
        ssize_t n = read(reader->fd, at + got, size - got);
        if (n == 0)
            break;
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return error_errno(errno, "could not read \"%.*s\"", SPAN_ARG(reader->name));
        got += n < 0 ? 0 : (size_t)n;
    }
    *out_got = got;
    return OK;
}

struct error *tar_read(struct tar_reader *reader, char *at, size_t size)
{
    size_t got;

    TRY(read_some(reader, at, size, &got));
    return got == size ? OK : damage(reader, "it ends early:");
}

static bool is_zero(const char *at, size_t size)
{
    return size == 0 || (at[0] == '\0' && memcmp(at, at + 1, size - 1) == 0);
}

struct error *tar_read_padding(struct tar_reader *reader, uint64_t size)
{
    char padding[TAR_BLOCK];

    TRY(tar_read(reader, padding, tar_padding(size)));
    return is_zero(padding, tar_padding(size)) ? OK : damage(reader, "it is damaged");
}

static struct error *read_end(struct tar_reader *reader)
{
    char block[16 * KiB];
    size_t got = 0, all = 0;

    TRY(tar_read(reader, block, TAR_BLOCK)); /* the second of the two that end it */
    if (!is_zero(block, TAR_BLOCK))
        return damage(reader, "it is damaged");
    do {
        TRY(read_some(reader, block, sizeof block, &got));
        all += got;
        if (!is_zero(block, got) || all > LIMIT_BACKUP_TAIL)
            return damage(reader, "something follows its end,");
    } while (got);
    return OK;
}

static uint64_t get_octal(const char *field, size_t width)
{
    uint64_t number = 0;

    for (size_t i = 0; i < width && field[i] >= '0' && field[i] <= '7'; i++)
        number = number << 3 | (uint64_t)(field[i] - '0');
    return number;
}

/* Only as far as a head of ours goes; whether it is one, is told by writing it again. */
static void parse_pax(span records, struct arena *arena, struct tar_member *member)
{
    span len;
    int64_t n;

    while (span_cut(&records, ' ', &len) && span_to_int64(len, &n) && n > (int64_t)len.len + 1 &&
           (uint64_t)n - len.len - 1 <= records.len) {
        span value = span_sub(records, 0, (size_t)n - len.len - 2); /* without its line feed */
        records = span_from(records, (size_t)n - len.len - 1);
        if (span_starts(value, S("path=")))
            member->name = arena_keep(arena, span_from(value, strlen("path=")));
        else if (span_starts(value, S("size=")) && span_to_int64(span_from(value, strlen("size=")), &n) &&
                 n > 0)
            member->size = (uint64_t)n;
    }
}

static struct error *read_pax(struct tar_reader *reader, const struct ustar *head, struct arena *arena,
                              struct buf *raw, struct tar_member *member)
{
    uint64_t size = get_octal(head->size, sizeof head->size);
    size_t start = raw->len;

    if (size > LIMIT_BACKUP_RECORDS - TAR_BLOCK)
        return damage(reader, "there is a name longer than any");
    size += tar_padding(size);
    TRY(tar_read(reader, buf_reserve(raw, (size_t)size + TAR_BLOCK), (size_t)size + TAR_BLOCK));
    raw->len += (size_t)size + TAR_BLOCK; /* the member's own head follows the records */
    parse_pax(span_sub(buf_span(raw), start, (size_t)size), arena, member);
    return OK;
}

static const char *describe(char type)
{
    switch (type) {
    case '1':
    case '2':
        return "a link";
    case '3':
    case '4':
    case '6':
        return "a device";
    case '5':
        return "a folder";
    default:
        return "something that is no file";
    }
}

struct error *tar_read_head(struct tar_reader *reader, struct arena *arena, struct tar_member *out_member,
                            bool *out_is_end)
{
    LOCAL(buf) raw = {.max = 32 * KiB};
    LOCAL(buf) again = {.max = 32 * KiB};
    struct tar_member member = {0};
    struct ustar head;

    TRY(tar_read(reader, buf_reserve(&raw, TAR_BLOCK), TAR_BLOCK));
    raw.len += TAR_BLOCK;
    *out_is_end = is_zero(raw.at, raw.len);
    if (*out_is_end)
        return read_end(reader);
    memcpy(&head, raw.at, sizeof head);
    if (head.type == 'x')
        TRY(read_pax(reader, &head, arena, &raw, &member));
    memcpy(&head, raw.at + raw.len - sizeof head, sizeof head);
    if (!member.name.at)
        member.name = arena_keep(arena, (span){head.name, strnlen(head.name, sizeof head.name)});
    if (!member.size)
        member.size = get_octal(head.size, sizeof head.size);
    member.mode = (unsigned)get_octal(head.mode, sizeof head.mode) & 0777;
    member.modified_at = (int64_t)get_octal(head.modified_at, sizeof head.modified_at);
    tar_write_head(&member, &again);
    if (!span_equal(buf_span(&raw), buf_span(&again)) || member.name.len > LIMIT_BACKUP_NAME) {
        if (span_starts((span){head.magic, sizeof head.magic}, S("ustar")) && head.type != '0')
            return error_new(ERROR_FORMAT, "its member \"%.*s\" is %s, and a backup has files alone",
                             SPAN_ARG(member.name), describe(head.type));
        return damage(reader, "it is damaged, or no backup,");
    }
    buf_clear(&reader->after);
    buf_add(&reader->after, member.name);
    *out_member = member;
    return OK;
}
