/* SPDX-License-Identifier: MIT
 * mend_objects.c - packs, loose objects, and files that the history has lost
 *
 * A pack of which a part is damaged still has the rest: its objects are read one by one, and those that are
 * whole go into a new one. What is lost is looked for in the work tree and offered by the caller; an object
 * is its bytes, so the same file anywhere is the object.
 */
#include "archive/check.h"
#include "archive/mending.h"
#include "core/fault.h"
#include "limits/limits.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { PIECE = 1024 * 1024 };

/* --- reading what is whole --- */

struct reading { /* of one pack's objects, one after another */
    const struct mending *mending;
    struct git_process git;
    struct buf whole; /* names of those that could be read */
};

static struct error *pass_over(struct git_process *git, int64_t size)
{
    while (size > 0) {
        span bytes;
        TRY(git_take_bytes(git, (size_t)MIN(size, (int64_t)PIECE), &bytes));
        size -= (int64_t)bytes.len;
    }
    return OK;
}

/* "<name> <type> <size>", then the bytes and a line feed */
static struct error *read_one(struct reading *reading, span name, bool *out_is_whole)
{
    span answer = {0}, word;
    int64_t size = 0;
    bool is_there;

    *out_is_whole = false;
    if (reading->git.pid < 0)
        TRY(git_start(&reading->mending->git, GIT("cat-file", "--batch"), NULL, 6 * HOUR, &reading->git));
    TRY(git_send(&reading->git, name));
    TRY(git_send(&reading->git, S("\n")));
    TRY(git_take_piece(&reading->git, '\n', &answer, &is_there));
    if (!is_there)
        return error_new(ERROR_DAMAGED, "it ended");
    span_cut_word(&answer, &word); /* its name */
    if (!span_cut_word(&answer, &word) || span_is(word, "missing"))
        return OK;
    if (!span_to_int64(span_trim(answer), &size) || size < 0)
        return error_new(ERROR_DAMAGED, "it gave no size");
    TRY(pass_over(&reading->git, size + 1));
    *out_is_whole = true;
    return OK;
}

/* A git that stumbles over a damaged object ends; the next one goes on behind it. */
static struct error *read_all(struct reading *reading, span names)
{
    span line, name;

    while (span_cut(&names, '\n', &line)) {
        bool is_whole = false;
        span_cut_word(&line, &name); /* the offset */
        if (!span_cut_word(&line, &name))
            continue;
        struct error *error = read_one(reading, name, &is_whole);
        if (error && error->kind == ERROR_USAGE)
            return error;
        if (error) {
            git_process_release(&reading->git);
            reading->git = GIT_PROCESS_NONE;
        }
        error_free(error);
        if (is_whole) {
            buf_add(&reading->whole, name);
            buf_add_char(&reading->whole, '\n');
        }
    }
    return OK;
}

/* --- a pack --- */

/* Its bytes in pieces to a git that reads them from its input. */
static struct error *pour(const struct mending *mending, const char *const *arguments, const char *path)
{
    __attribute__((cleanup(git_process_release))) struct git_process process;
    char *piece = arena_alloc(mending->arena, PIECE);
    int fd = open(path, O_RDONLY | O_CLOEXEC), status = 0;
    struct error *error = fd < 0 ? error_errno(errno, "could not read \"%s\"", path) : OK;
    ssize_t got;

    process = GIT_PROCESS_NONE;
    if (!error)
        error = git_start(&mending->git, arguments, NULL, 6 * HOUR, &process);
    while (!error && (got = read(fd, piece, PIECE)) > 0)
        error = git_send(&process, (span){piece, (size_t)got});
    if (fd >= 0)
        close(fd);
    if (error && process.pid < 0)
        return error;
    error_free(error); /* it has had enough of it */
    return git_finish(&process, &status);
}

static span own_name(const struct mending *mending, span stem, const char *end)
{
    return arena_printf(mending->arena, "objects/pack/%.*s.%s", SPAN_ARG(stem), end);
}

/* The pack is whole and its index is not: another can be made. */
static struct error *index_again(const struct mending *mending, span stem, bool *out_is_mended)
{
    span pack =
        arena_printf(mending->arena, "%s/%.*s", mending->git.dir, SPAN_ARG(own_name(mending, stem, "pack")));
    span index =
        arena_printf(mending->arena, "%s/%.*s", mending->git.dir, SPAN_ARG(own_name(mending, stem, "idx")));
    span made = arena_printf(mending->arena, "%s/objects/pack/tmp_idx_mend", mending->git.dir);

    unlink(made.at);
    TRY(mend_ask(mending, GIT("index-pack", "-o", made.at, pack.at), (span){0}, out_is_mended, NULL));
    if (!*out_is_mended) {
        unlink(made.at);
        return OK;
    }
    TRY(mend_set_aside(mending, own_name(mending, stem, "idx").at));
    if (rename(made.at, index.at))
        return error_errno(errno, "could not write \"%s\"", index.at);
    mend_tell(mending, own_name(mending, stem, "idx").at, "made anew from its pack");
    return OK;
}

static struct error *read_whole_objects(const struct mending *mending, span stem, struct reading *reading)
{
    span path =
        arena_printf(mending->arena, "%s/%.*s", mending->git.dir, SPAN_ARG(own_name(mending, stem, "idx")));
    span index = {0}, names = {0};
    OWN(error) unreadable = file_read(path.at, SIZE_MAX / 4, mending->arena, &index);
    bool is_fine;

    if (unreadable)
        return OK;
    TRY(mend_ask(mending, GIT("show-index"), index, &is_fine, &names));
    return read_all(reading, names);
}

/* What is whole of it goes into a pack of its own before it is moved away; what git can read from the file
 * without its index comes afterwards. */
static struct error *salvage_pack(const struct mending *mending, span stem)
{
    struct reading reading = {mending, GIT_PROCESS_NONE, {.max = SIZE_MAX / 4}};
    span base = arena_printf(mending->arena, "%s/objects/pack/pack", mending->git.dir);
    span aside = arena_printf(mending->arena, "%s/git/%.*s", mending->mend->aside,
                              SPAN_ARG(own_name(mending, stem, "pack")));
    struct error *error = read_whole_objects(mending, stem, &reading);
    bool is_fine = true;

    git_process_release(&reading.git);
    if (!error && reading.whole.len)
        error =
            mend_ask(mending, GIT("pack-objects", "-q", base.at), buf_span(&reading.whole), &is_fine, NULL);
    buf_release(&reading.whole);
    TRY(error);
    TRY(mend_set_aside(mending, own_name(mending, stem, "idx").at));
    TRY(mend_set_aside(mending, own_name(mending, stem, "rev").at));
    TRY(mend_set_aside(mending, own_name(mending, stem, "pack").at));
    mend_tell(mending, own_name(mending, stem, "pack").at, "set aside; what is whole of it was kept");
    return file_exists(aside.at) ? pour(mending, GIT("unpack-objects", "-r", "-q"), aside.at) : OK;
}

static struct error *mend_pack(const struct mending *mending, span stem)
{
    span index =
        arena_printf(mending->arena, "%s/%.*s", mending->git.dir, SPAN_ARG(own_name(mending, stem, "idx")));
    bool is_whole;

    TRY(mend_ask(mending, GIT("verify-pack", index.at), (span){0}, &is_whole, NULL));
    if (!is_whole)
        TRY(index_again(mending, stem, &is_whole));
    return is_whole ? OK : salvage_pack(mending, stem);
}

struct names {
    VEC(span) list;
};

static void list_ending(const struct mending *mending, const char *folder_name, const char *end,
                        struct names *out_stems)
{
    DIR *folder = opendir(arena_printf(mending->arena, "%s/%s", mending->git.dir, folder_name).at);
    struct dirent *entry;

    while (folder && (entry = readdir(folder))) {
        span name = span_of(entry->d_name);
        if (*entry->d_name != '.' && span_ends(name, span_of(end)))
            *vec_add(mending->arena, &out_stems->list) =
                arena_keep(mending->arena, span_sub(name, 0, name.len - strlen(end)));
    }
    if (folder)
        closedir(folder);
}

/* --- loose objects --- */

/* "error: inflate: ...", "error: ...: object corrupt or missing: .git/objects/ab/cd...": those that it names
 * by their file. */
static struct error *set_loose_aside(const struct mending *mending, span complaints)
{
    span line;

    while (span_cut(&complaints, '\n', &line)) {
        size_t at = span_find(line, S("objects/"));
        span name = span_sub(line, at, strlen("objects/ab/") + 62);
        while (name.len && !strchr("0123456789abcdefobjects/", name.at[name.len - 1]))
            name.len--;
        if (at == SPAN_NONE || name.len < 40 || span_has(name, "pack"))
            continue;
        TRY(mend_set_aside(mending, arena_string(mending->arena, name)));
    }
    return OK;
}

/* --- what the work tree and others have --- */

struct offering {
    const struct mending *mending;
    struct git_process git;
    int64_t mark;
};

struct error *archive_offer(struct offering *offering, span bytes)
{
    LOCAL(buf) head = {.max = 1 * KiB};

    buf_printf(&head, "blob\nmark :%lld\ndata %zu\n", (long long)++offering->mark, bytes.len);
    TRY(git_send(&offering->git, buf_span(&head)));
    TRY(git_send(&offering->git, bytes));
    return git_send(&offering->git, S("\n"));
}

static struct error *offer_file(void *context, const struct tree_file *file)
{
    struct offering *offering = context;
    OWN(arena) arena = arena_new(SIZE_MAX);
    span path = arena_printf(arena, "%s/%.*s", offering->mending->git.folder, SPAN_ARG(file->path)),
         bytes = {0};

    if (!file->is_regular)
        return OK;
    OWN(error) unreadable = file_read(path.at, LIMIT_TREE_FILE, arena, &bytes);
    return unreadable ? OK : archive_offer(offering, bytes);
}

/* fast-import leaves out what the repository has. */
static struct error *take_offers(const struct mending *mending)
{
    struct offering offering = {mending, GIT_PROCESS_NONE, 0};
    const struct repository_mend *mend = mending->mend;
    struct error *error = git_start(&mending->git, GIT("fast-import", "--quiet", "--depth=0", "--done"), NULL,
                                    6 * HOUR, &offering.git);

    if (!error)
        error = git_send(&offering.git, S("feature done\n"));
    if (!error)
        error = archive_walk(mend->folder, offer_file, &offering);
    if (!error && mend->offer)
        error = mend->offer(mend->context, &offering);
    if (!error)
        error = git_send(&offering.git, S("done\n"));
    error = git_settle(&offering.git, error);
    git_process_release(&offering.git);
    return error;
}

/* The last commit's folders are in the index, whatever became of the objects. */
static struct error *remake_trees(const struct mending *mending)
{
    bool is_fine;

    return mend_ask(mending, GIT("write-tree", "--missing-ok"), (span){0}, &is_fine, NULL);
}

/* `out_complaints`: what git had to say of all objects before. */
static struct error *mend_each_pack(const struct mending *mending, int *out_status, span *out_complaints)
{
    static const char *const extras[] = {"objects/info/commit-graph", "objects/info/commit-graphs",
                                         "objects/pack/multi-pack-index"};
    struct names packs = {0};

    TRY(git_fsck(&mending->git, mending->arena, out_status, out_complaints));
    if (!*out_status)
        return OK;
    for (size_t i = 0; i < ARRAY_SIZE(extras); i++)
        TRY(mend_set_aside(mending, extras[i]));
    list_ending(mending, "objects/pack", ".pack", &packs);
    for (size_t i = 0; i < packs.list.len; i++)
        TRY(mend_pack(mending, packs.list.at[i]));
    return OK;
}

struct error *mend_packs(const struct mending *mending)
{
    int status = 0;
    span complaints;

    return mend_each_pack(mending, &status, &complaints);
}

struct error *mend_objects(const struct mending *mending)
{
    int status = 0;
    span complaints;

    TRY(mend_each_pack(mending, &status, &complaints));
    if (!status)
        return OK;
    TRY(set_loose_aside(mending, complaints));
    if (span_has(complaints, "reflog")) {
        TRY(mend_set_aside(mending, "logs"));
        mend_tell(mending, "logs", "set aside: they name commits that are not there");
    }
    TRY(git_fsck(&mending->git, mending->arena, &status, &complaints));
    if (!status)
        return OK;
    TRY(fault_error("mend.objects"));
    TRY(take_offers(mending));
    return remake_trees(mending);
}
