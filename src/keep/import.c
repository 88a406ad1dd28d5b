/* SPDX-License-Identifier: MIT
 * import.c - an import from start to end
 *
 * First all names are read, then lists and the history, which say whose and how old the articles are; then
 * the files in order, oldest first, since numbers and paths are allotted so. A file that was read before is
 * known by its place and its bytes, and costs no more than reading it. Files are stored by the batch, each a
 * transaction.
 */
#include "bytes/digest.h"
#include "core/fault.h"
#include "core/file.h"
#include "keep/importing.h"
#include "limits/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum { BATCH_FILES = 256, BATCH_BYTES = 16 * 1024 * 1024, ONE_FILE = 256 * 1024 * 1024 };

struct batch {
    struct importing *importing;
    struct store *store;
    struct store_reader *reader;
    struct arena *arena; /* of the files in it */
    struct adoption adoptions[BATCH_FILES];
    const struct import_file *files[BATCH_FILES];
    size_t count, size;
    size_t stored_sources; /* of importing->source_list */
};

void import_tell(const struct importing *importing, enum import_untaken kind, span path, const char *format,
                 ...)
{
    LOCAL(buf) why = {.max = 4 * KiB};
    va_list arguments;

    va_start(arguments, format);
    buf_vprintf(&why, format, arguments);
    va_end(arguments);
    importing->options->tell(importing->options->context, kind, path, buf_span(&why));
}

/* --- the batch --- */

static struct error *store_sources_of(struct batch *batch)
{
    struct importing *importing = batch->importing;

    for (; batch->stored_sources < importing->source_list.len; batch->stored_sources++) {
        const struct import_source *source = importing->source_list.at[batch->stored_sources];
        const struct conf_source *wanted = conf_find_source(importing->options->conf, source->id);
        struct adopted_source adopted = {
            .source = {source->id, source->name.len ? source->name : source->id, source->feed,
                       wanted && wanted->paused},
            .is_wanted = source->is_wanted,
        };
        TRY(store_adopt_sources(batch->store, &adopted, 1));
    }
    return OK;
}

static void count_outcome(struct batch *batch, size_t i)
{
    struct import_totals *totals = batch->importing->totals;
    const struct adoption *adoption = &batch->adoptions[i];
    int64_t *const counts[] = {
        [ADOPT_NEW] = &totals->new_count,       [ADOPT_REVISED] = &totals->revised_count,
        [ADOPT_SAME] = &totals->same_count,     [ADOPT_KNOWN] = &totals->known_count,
        [ADOPT_FAILED] = &totals->failed_count,
    };

    ++*counts[adoption->outcome];
    totals->revision_count += adoption->taken_count;
    if (adoption->outcome == ADOPT_FAILED)
        import_tell(batch->importing, UNTAKEN_FAILED, batch->files[i]->path, "%.*s",
                    SPAN_ARG(adoption->reason));
    if (adoption->outcome == ADOPT_KNOWN)
        import_tell(batch->importing, UNTAKEN_KNOWN, batch->files[i]->path, "the store has its article");
    if (adoption->file_name_now.len)
        import_tell(batch->importing, UNTAKEN_RENAMED, batch->files[i]->path,
                    "its place is another article's, which a feed brought; it was taken as \"%.*s\"",
                    SPAN_ARG(adoption->file_name_now));
}

static struct error *flush(struct batch *batch)
{
    TRY(store_sources_of(batch));
    if (batch->count)
        TRY(store_adopt(batch->store, batch->arena, batch->adoptions, batch->count));
    for (size_t i = 0; i < batch->count; i++)
        count_outcome(batch, i);
    batch->count = batch->size = 0;
    arena_reset(batch->arena);
    return OK;
}

/* --- a file --- */

static void fail(struct importing *importing, enum import_untaken kind, span path, struct error *error)
{
    char *why = error_text(error);

    if (kind == UNTAKEN_FAILED && error->kind == ERROR_IO)
        kind = UNTAKEN_UNREAD;
    importing->totals->failed_count++;
    import_tell(importing, kind, path, "%s", why);
    free(why);
    error_free(error);
}

static struct import_source *source_of(struct importing *importing, const struct import_file *file,
                                       const struct import_reading *reading)
{
    const struct article *article = &reading->article;

    if (reading->form == FORM_DATED && import_is_id(article->source_id))
        return import_source_named(importing, article->source_id);
    if (file->place->source)
        return file->place->source;
    if (article->source_name.len && import_is_id(article->source_name))
        return import_source_named(importing, article->source_name);
    return import_source_of_rest(importing);
}

/* Where the store shall say that it lies: as it does. */
static void set_place(struct arena *arena, const struct import_file *file, const struct import_source *source,
                      const struct article *article, struct adoption *adoption)
{
    span own = arena_printf(arena, "articles/%.*s/", SPAN_ARG(source->id));

    if (article->is_dated_file) {
        adoption->path = file->path;
        adoption->id = article->id;
        return;
    }
    adoption->number = article->number;
    if (span_starts(file->path, own) && span_find_char(span_from(file->path, own.len), '/') == SPAN_NONE)
        adoption->file_name = article->file_name;
    else if (span_find_char(file->path, '/') == SPAN_NONE)
        adoption->file_name = arena_printf(arena, "/%.*s", SPAN_ARG(file->path));
    else
        adoption->file_name = file->path;
}

struct contents { /* of one file: what it held, oldest first */
    VEC(struct article) revisions;
    VEC(uint64_t) hashes;
};

/* A file of the dated layout says which revision it is: what was written anew is still that one. */
static bool is_same_revision(const struct contents *contents, const struct import_reading *reading)
{
    const struct article *last;

    if (!contents->revisions.len)
        return false;
    last = &contents->revisions.at[contents->revisions.len - 1];
    return contents->hashes.at[contents->hashes.len - 1] == reading->hash ||
           (reading->form == FORM_DATED && last->is_dated_file &&
            last->revision == reading->article.revision);
}

static struct error *add_content(struct batch *batch, const struct import_source *source,
                                 struct import_reading *reading, span bytes, int64_t at,
                                 struct contents *contents)
{
    TRY(import_finish_article(batch->arena, reading, bytes, at));
    reading->article.source_id = source->id;
    reading->article.revision = reading->form == FORM_DATED ? reading->article.revision : 0;
    if (is_same_revision(contents, reading)) {
        int64_t fetched_at = contents->revisions.at[contents->revisions.len - 1].fetched_at;
        contents->revisions.len--;
        contents->hashes.len--;
        if (reading->form != FORM_DATED)
            reading->article.fetched_at = fetched_at;
    }
    *vec_add(batch->arena, &contents->revisions) = reading->article;
    *vec_add(batch->arena, &contents->hashes) = reading->hash;
    batch->size += bytes.len;
    return OK;
}

struct past_content {
    const struct import_version *version;
    span bytes; /* empty: they cannot be had, which was told */
};

struct past_contents { /* newest first */
    VEC(struct past_content) list;
    size_t size;
};

static void fail_past(struct importing *importing, const struct import_file *file, struct error *error)
{
    fail(importing, UNTAKEN_PAST, file->path, error_wrap(error, "an earlier version of it"));
}

/* From the newest back: what the file says now must find room beside what it said before. */
static void read_past(struct batch *batch, const struct import_file *file,
                      const struct import_version *newest, struct past_contents *past)
{
    struct importing *importing = batch->importing;
    int taken_count = file->newest == newest ? 0 : 1; /* the file as it is may be the newest of them */
    const struct import_version *version = newest;

    for (; version && past->size < LIMIT_IMPORT_PAST; version = version->older, taken_count++) {
        struct past_content *content = vec_add(batch->arena, &past->list);
        struct error *error;
        *content = (struct past_content){.version = version};
        error = history_read(importing->history, version->object, LIMIT_ARTICLE_FILE, batch->arena,
                             &content->bytes);
        if (error)
            fail_past(importing, file, error);
        past->size += content->bytes.len;
    }
    if (taken_count < file->version_count)
        import_tell(importing, UNTAKEN_RENAMED, file->path, "only the last %d of its %d versions were taken",
                    taken_count, file->version_count);
}

/* What each version of it said; one that cannot be had is told, and the others are taken. */
static void add_past(struct batch *batch, const struct import_file *file, const struct import_version *newest,
                     const struct import_source *source, struct contents *contents)
{
    struct past_contents past = {0};

    read_past(batch, file, newest, &past);
    for (size_t i = past.list.len; i-- > 0;) {
        const struct past_content *content = &past.list.at[i];
        struct import_reading reading = {0};
        struct error *error = import_read_article(batch->arena, file->path, content->bytes, &reading);
        if (!error && reading.is_article)
            error = add_content(batch, source, &reading, content->bytes, content->version->at, contents);
        if (error)
            fail_past(batch->importing, file, error);
    }
}

/* Whether the newsroom's own archive has this already: as a file of its layout, and in its git as it is. */
static bool is_archived(const struct importing *importing, const struct import_file *file,
                        const struct article *article, span bytes)
{
    const struct conf_archive *archive = &importing->options->conf->archive;

    return importing->is_in_place && article->is_dated_file == (archive->layout == LAYOUT_DATED) &&
           (!archive->git || (file->newest && digest_is_git_name(file->newest->object, bytes)));
}

static struct error *add_article(struct batch *batch, const struct import_file *file,
                                 struct import_reading *reading, span bytes, int64_t changed_at)
{
    struct importing *importing = batch->importing;
    struct import_source *source = source_of(importing, file, reading);
    struct adoption adoption = {.is_archived = is_archived(importing, file, &reading->article, bytes)};
    const struct import_version *past = file->newest;
    struct contents contents = {0};
    struct error *error;
    bool has;

    importing->totals->forms[reading->form]++;
    source->article_count++;
    set_place(batch->arena, file, source, &reading->article, &adoption);
    TRY(store_has_adopted(batch->reader, source->id, &adoption, reading->hash, &has));
    if (has) {
        importing->totals->same_count++;
        return OK;
    }
    if (past && digest_is_git_name(past->object, bytes)) {
        changed_at = past->at;
        past = past->older;
    }
    add_past(batch, file, past, source, &contents);
    error = add_content(batch, source, reading, bytes, importing->history ? changed_at : NO_TIME, &contents);
    if (error) {
        fail(importing, UNTAKEN_FAILED, file->path, error);
        return OK;
    }
    adoption.revisions = contents.revisions.at;
    adoption.hashes = contents.hashes.at;
    adoption.revision_count = contents.revisions.len;
    batch->files[batch->count] = file;
    batch->adoptions[batch->count++] = adoption;
    return OK;
}

static const char *why_no_article(span bytes)
{
    if (span_starts(bytes, S("version https://git-lfs.")))
        return "it only says where Git LFS keeps the file";
    return bytes.len ? "it is no article: it has no head that one has" : "it is empty";
}

static struct error *take_file(struct batch *batch, const struct import_file *file)
{
    struct importing *importing = batch->importing;
    struct import_reading reading;
    struct error *error;
    int64_t changed_at;
    span bytes;

    error = fault_error("import.read");
    if (!error)
        error = import_read(importing, file, batch->arena, &bytes, &changed_at);
    if (!error)
        error = import_read_article(batch->arena, file->path, bytes, &reading);
    if (error) {
        fail(importing, UNTAKEN_FAILED, file->path, error);
        return OK;
    }
    batch->size += bytes.len; /* also of one that is not stored: the arena holds it */
    if (reading.is_article)
        return add_article(batch, file, &reading, bytes, changed_at);
    if (reading.is_list) {
        importing->totals->list_count++;
        return OK;
    }
    importing->totals->other_count++;
    import_tell(importing, UNTAKEN_OTHER, file->path, "%s", why_no_article(bytes));
    return OK;
}

static struct error *take_files(struct batch *batch)
{
    struct importing *importing = batch->importing;
    const struct import_options *options = importing->options;

    for (size_t i = 0; i < importing->files.len; i++) {
        TRY(take_file(batch, importing->files.at[i]));
        importing->totals->done_count++;
        if (batch->count < BATCH_FILES && batch->size < BATCH_BYTES)
            continue;
        TRY(flush(batch));
        options->progress(options->context, importing->totals);
        if (options->is_cancelled(options->context))
            return error_new(ERROR_CANCELLED, "interrupted; what was read before is kept");
    }
    return flush(batch);
}

/* --- from start to end --- */

static struct error *read_known_ids(struct importing *importing, struct store_reader *reader)
{
    struct source *sources = NULL;
    size_t count = 0;

    TRY(store_sources(reader, importing->arena, &sources, &count));
    for (size_t i = 0; i < count; i++)
        *map_at(&importing->known_ids, sources[i].id) = &sources[i];
    return OK;
}

static bool is_same_folder(const char *one, const char *other)
{
    char *a = realpath(one, NULL), *b = realpath(other, NULL);
    bool is_same = a && b && strcmp(a, b) == 0;

    free(a);
    free(b);
    return is_same;
}

/* A work tree can be read without its history, too; what is wrong with that is told. */
static struct error *open_history(struct importing *importing)
{
    const struct import_options *options = importing->options;
    struct error *error = history_open(options->folder, options->clock, &importing->history);
    span git = arena_printf(importing->arena, "%s/.git", options->folder);

    if (!error || !file_exists(git.at))
        return error;
    fail(importing, UNTAKEN_FAILED, S(".git"), error_wrap(error, "without its history"));
    return OK;
}

static struct error *open_folder(struct importing *importing)
{
    const struct import_options *options = importing->options;
    span archive = arena_printf(importing->arena, "%s/archive", options->newsroom);

    importing->root = open(options->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (importing->root < 0)
        return error_new(ERROR_USAGE, "could not open folder \"%s\": %s", options->folder, strerror(errno));
    TRY(open_history(importing));
    if (importing->history && history_is_bare(importing->history)) {
        close(importing->root);
        importing->root = -1;
    }
    importing->is_in_place = importing->totals->is_in_place = is_same_folder(options->folder, archive.at);
    return OK;
}

static struct error *import_into(struct importing *importing, struct store *store,
                                 struct store_reader *reader)
{
    struct batch *batch = ARENA_NEW(importing->arena, struct batch);
    struct import_totals *totals = importing->totals;
    struct error *error;

    TRY(read_known_ids(importing, reader));
    TRY(import_list(importing));
    totals->list_count = (int64_t)importing->lists.len;
    totals->readme_count = (int64_t)importing->readmes.len;
    totals->file_count = (int64_t)importing->files.len;
    importing->options->progress(importing->options->context, totals);
    TRY(import_find_sources(importing));
    TRY(import_read_past(importing));
    *batch = (struct batch){importing, store, reader, arena_new(ONE_FILE)};
    error = take_files(batch);
    arena_free(batch->arena);
    return error;
}

static struct error *import_in(struct importing *importing)
{
    const struct import_options *options = importing->options;
    const struct conf *conf = options->conf;
    struct store_options store_options = {
        .timezone = options->timezone, .wait = conf->archive.wait, .max_interval = conf->fetch.max_interval};
    span lock_path = arena_printf(importing->arena, "%s/courant.lock", options->newsroom);
    OPEN(file_lock) lock = NULL;
    OPEN(store) store = NULL;
    OPEN(store_reader) reader = NULL;

    TRY(open_folder(importing));
    if (!options->has_lock)
        TRY(file_lock_open(lock_path.at, false, &lock));
    TRY(store_open(options->newsroom, &store_options, options->clock, &store));
    TRY(store_reader_open(options->newsroom, &reader));
    return import_into(importing, store, reader);
}

/* Those that files belong to. */
static void tell_sources(const struct importing *importing, struct arena *arena)
{
    struct import_totals *totals = importing->totals;

    totals->sources = ARENA_ARRAY(arena, struct import_source, importing->source_list.len);
    for (size_t i = 0; i < importing->source_list.len; i++) {
        struct import_source source = *importing->source_list.at[i];
        if (!source.article_count)
            continue;
        source.id = arena_keep(arena, source.id);
        source.name = arena_keep(arena, source.name);
        source.feed = arena_keep(arena, source.feed);
        totals->sources[totals->source_count++] = source;
    }
}

struct error *import_archive(const struct import_options *options, struct arena *arena,
                             struct import_totals *out_totals)
{
    struct importing importing = {
        .options = options, .totals = out_totals, .arena = arena_new(SIZE_MAX), .root = -1};
    struct error *error;

    *out_totals = (struct import_totals){0};
    importing.places = importing.known_ids = importing.sources = (struct map){.arena = importing.arena};
    error = import_in(&importing);
    tell_sources(&importing, arena);
    history_close(importing.history);
    if (importing.root >= 0)
        close(importing.root);
    arena_free(importing.arena);
    return error;
}
