/* SPDX-License-Identifier: MIT */
#include "cmd/cmd.h"
#include "core/file.h"
#include "filter/filter.h"
#include "gather/gather.h"
#include "store/store.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

const char *newsroom_conf_path(struct courant *courant)
{
    return strcmp(courant->folder, ".") == 0
               ? "courant.conf"
               : arena_printf(courant->arena, "%s/courant.conf", courant->folder).at;
}

/* The store's owner, or that of the folder where it will be. */
struct error *newsroom_check_owner(struct courant *courant)
{
    struct stat about;
    const struct passwd *user;
    const char *name;

    if (geteuid() != 0 || (stat(arena_printf(courant->arena, "%s/courant.db", courant->folder).at, &about) &&
                           stat(courant->folder, &about)))
        return OK;
    if (about.st_uid == 0)
        return OK;
    user = getpwuid(about.st_uid);
    name = user ? user->pw_name : arena_printf(courant->arena, "'#%u'", (unsigned)about.st_uid).at;
    return error_new(
        ERROR_USAGE,
        "the newsroom in \"%s\" belongs to another user, who could not change what root makes there: "
        "run it with \"sudo -u %s\"",
        courant->folder, name);
}

/* There is none, or nobody lets us see whether there is. */
static struct error *no_newsroom(struct courant *courant)
{
    struct stat about;

    if (stat(newsroom_conf_path(courant), &about) && errno != ENOENT && errno != ENOTDIR)
        return error_new(ERROR_USAGE, "could not look for courant.conf in \"%s\": %s", courant->folder,
                         strerror(errno));
    return error_new(ERROR_USAGE,
                     "there is no newsroom in \"%s\" (no courant.conf); \"courant init\" makes one",
                     courant->folder);
}

/* A pipe would be waited for, for ever. */
static struct error *check_conf_file(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && !S_ISREG(about.st_mode)
               ? error_new(ERROR_USAGE, "\"%s\" is no regular file", path)
               : OK;
}

/* What conf/ takes for texts: expressions of rules, selectors of pages. */
static struct error *check_rules(const struct conf *conf, const char *path)
{
    OWN(arena) arena = arena_new(256 * MiB);
    struct filter *filter;

    TRY(filter_read(arena, conf, path, &filter));
    for (size_t i = 0; i < conf->source_count; i++)
        TRY_OR(gather_check_rule(&conf->sources[i]), "%s:%d: [source %.*s]", path, conf->sources[i].line,
               SPAN_ARG(conf->sources[i].id));
    return OK;
}

struct error *newsroom_read_conf(struct courant *courant, struct arena *arena, struct conf **out_conf)
{
    const char *path = newsroom_conf_path(courant);

    if (!file_exists(path))
        return no_newsroom(courant);
    TRY(check_conf_file(path));
    TRY(conf_read(arena, path, out_conf));
    return check_rules(*out_conf, path);
}

struct error *newsroom_open_store(struct courant *courant, struct store_reader **out_reader)
{
    span path = arena_printf(courant->arena, "%s/courant.db", courant->folder);

    *out_reader = NULL;
    return file_exists(path.at) ? store_reader_open(courant->folder, out_reader) : OK;
}

/* Held while courant.conf is read, changed and written, so that two who change it at once lose nothing. The
 * lock is on the folder itself: no file is left behind. */
static struct error *lock_folder(const char *folder, int *out_fd)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return error_errno(errno, "could not open folder \"%s\"", folder);
    while (flock(fd, LOCK_EX))
        if (errno != EINTR) {
            struct error *error = error_errno(errno, "could not lock folder \"%s\"", folder);
            close(fd);
            return error;
        }
    *out_fd = fd;
    return OK;
}

static struct error *edit_locked(struct courant *courant, conf_edit *edit, void *context)
{
    char *path =
        realpath(newsroom_conf_path(courant), NULL); /* where it is a link, what it points to is written */
    struct error *error;
    span text, edited;

    if (!path)
        return no_newsroom(courant);
    error = file_read(path, 16 * MiB, courant->arena, &text);
    if (!error)
        error = edit(context, courant->arena, text, &edited);
    if (!error && !span_equal(text, edited))
        error = file_write(path, edited);
    free(path);
    return error;
}

struct error *newsroom_edit_conf(struct courant *courant, conf_edit *edit, void *context)
{
    struct error *error;
    int lock = -1;

    if (!file_exists(newsroom_conf_path(courant)))
        return no_newsroom(courant);
    TRY(check_conf_file(newsroom_conf_path(courant)));
    TRY(lock_folder(courant->folder, &lock));
    error = edit_locked(courant, edit, context);
    close(lock);
    return error;
}

/* --- finding an article --- */

enum { MOST_CANDIDATES = 10 };

static struct error *ambiguous(struct courant *courant, struct store_reader *reader, span words,
                               const uint64_t *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct article *article;
        TRY(store_article(reader, courant->arena, ids[i], &article));
        if (article)
            log_info(courant->log, NULL, "%016" PRIx64 "  %.*s", ids[i], SPAN_ARG(article->item.title));
    }
    return error_new(ERROR_USAGE, "\"%.*s\" is said of several articles", SPAN_ARG(words));
}

struct error *newsroom_find_article(struct courant *courant, struct store_reader *reader, span words,
                                    struct article **out_article)
{
    uint64_t ids[MOST_CANDIDATES];
    size_t count = 0;

    *out_article = NULL;
    if (reader)
        TRY(store_find(reader, courant->arena, words, ids, MOST_CANDIDATES, &count));
    if (count > 1)
        return ambiguous(courant, reader, words, ids, count);
    if (count == 1)
        TRY(store_article(reader, courant->arena, ids[0], out_article));
    if (!*out_article)
        return error_new(ERROR_USAGE, "there is no article \"%.*s\"; \"courant list\" shows which there are",
                         SPAN_ARG(words));
    return OK;
}
