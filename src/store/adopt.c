/* SPDX-License-Identifier: MIT
 * adopt.c - articles that are read from an archive's files, with their numbers, names and paths
 *
 * A file is its place: what lies at a place that was read before is the same article, and other bytes there
 * are a revision of it. Two files of one link stay two articles, as their archive has them; the key then
 * leads to the later one, which is what a feed's item would replace. What a poll brought is never touched:
 * an archive knows less than a feed says.
 */
#include "store/check.h"
#include "store/internal.h"
#include "text/url.h"
#include <stdlib.h>

enum { MOST_NAMES = 9 }; /* tried for a file whose place is another article's */

struct placed {      /* an article that the store has */
    int64_t article; /* 0: none */
    uint64_t id;
    int64_t source, revision, missing, key_count, mark;
    bool is_adopted; /* its current revision was read from a file */
    bool is_dated_file;
    span link, raw_title;
};

struct adopting { /* one file */
    struct store *store;
    struct adoption *adoption;
    struct source_row source;
    struct document document;
    struct sighting sighting; /* of the revision in hand */
    struct home home;
    span file_name;
};

/* --- what is there --- */

static struct error *look(struct db *db, struct arena *arena, enum sql sql, int64_t source,
                          struct value place, struct placed *out_placed)
{
    LOCAL(query) query = {0};
    bool has_row;

    *out_placed = (struct placed){0};
    TRY(query_open(&query, db, sql, VALUES(number(source), place)));
    TRY(query_next(&query, &has_row));
    if (has_row)
        *out_placed = (struct placed){
            .article = query_number(&query, 0),
            .id = (uint64_t)query_number(&query, 1),
            .source = query_number(&query, 2),
            .revision = query_number(&query, 3),
            .missing = query_number(&query, 4),
            .is_adopted = !query_is_null(&query, 5),
            .is_dated_file = query_number(&query, 6),
            .link = query_keep(&query, 7, arena),
            .raw_title = query_keep(&query, 8, arena),
            .key_count = query_number(&query, 9),
            .mark = query_number(&query, 10),
        };
    return OK;
}

static bool is_path(span file_name)
{
    return span_find_char(file_name, '/') != SPAN_NONE;
}

static struct error *look_at_place(struct db *db, struct arena *arena, int64_t source,
                                   const struct adoption *adoption, span file_name, struct placed *out_placed)
{
    if (file_name.len)
        return look(db, arena, is_path(file_name) ? SQL_PLACED_BY_FILE : SQL_PLACED_BY_NAME, source,
                    text(file_name), out_placed);
    if (adoption->path.len)
        return look(db, arena, SQL_PLACED_BY_PATH, source, text(adoption->path), out_placed);
    return look(db, arena, SQL_PLACED_BY_NUMBER, source, number(adoption->number), out_placed);
}

static struct error *has_hash(struct db *db, int64_t article, uint64_t hash, bool *out_has)
{
    int64_t revision;

    TRY(db_number(db, SQL_HAS_FILE_HASH, VALUES(number(article), number((int64_t)hash)), 0, &revision));
    *out_has = revision != 0;
    return OK;
}

struct error *store_has_adopted(struct store_reader *reader, span source_id, const struct adoption *adoption,
                                uint64_t hash, bool *out_has)
{
    OWN(arena) arena = arena_new(16 * MiB);
    struct source_row source;
    struct placed placed;

    *out_has = false;
    TRY(source_row_read(&reader->db, arena, source_id, &source, out_has));
    if (!*out_has)
        return OK;
    TRY(look_at_place(&reader->db, arena, source.key, adoption, adoption->file_name, &placed));
    *out_has = false;
    return placed.article ? has_hash(&reader->db, placed.article, hash, out_has) : OK;
}

static const struct article *last(const struct adoption *adoption)
{
    return &adoption->revisions[adoption->revision_count - 1];
}

/* Is it, by its words, the article that the file tells of? */
static bool is_same_story(const struct adopting *adopting, const struct placed *placed)
{
    const struct item *item = &last(adopting->adoption)->item;
    struct item before = {.raw_title = placed->raw_title};
    struct arena *arena = adopting->store->passing;

    if (adopting->adoption->id && placed->id == adopting->adoption->id)
        return true;
    if (item->link.len && is_same_path(arena, item->link, placed->link))
        return true;
    return span_equal(title_key(arena, item), title_key(arena, &before));
}

/* --- a revision --- */

static void see(struct adopting *adopting, const struct item *item)
{
    adopting->sighting = (struct sighting){.item = item, .article = adopting->sighting.article};
    item_keys(adopting->store->passing, item, &adopting->home, &adopting->sighting.keys);
    sighting_read_form(adopting->store->passing, &adopting->sighting);
}

static struct error *write_file(struct adopting *adopting, const struct article *revision, int64_t number_,
                                uint64_t hash)
{
    struct store *store = adopting->store;
    int64_t article = adopting->sighting.article, file = NO_TIME;
    struct body body = {.raw = revision->file_text};

    if (revision->file_text.len)
        TRY(body_write(store, 0, &body, &file));
    return db_run(
        &store->db, SQL_SET_FILE,
        VALUES(number(article), number(number_), number((int64_t)hash), moment(file),
               number(revision->is_dated_file),
               number((int64_t)adopted_form(store->passing, &revision->item, revision->is_dated_file))));
}

/* A key that leads to an article which this one issues again leads to this one from now on. */
static struct error *take_over_keys(struct adopting *adopting)
{
    struct db *db = &adopting->store->db;
    const struct sighting *sighting = &adopting->sighting;
    int64_t source = adopting->source.key;

    for (int kind = KEY_ID; kind <= KEY_LOOSE_LINK; kind++) {
        struct placed before;
        struct known known;
        if (!sighting->keys.at[kind])
            continue;
        TRY(known_look_up(db, source, sighting->keys.at[kind], &known));
        if (!known.article || known.article == sighting->article || known.is_shared)
            continue;
        TRY(look(db, adopting->store->passing, SQL_PLACED_BY_KEY, source, number(known.article), &before));
        if (before.article && before.is_adopted && is_same_story(adopting, &before))
            TRY(db_run(db, SQL_MOVE_KNOWN,
                       VALUES(number(source), number((int64_t)sighting->keys.at[kind]),
                              number(sighting->article), number(0))));
    }
    return OK;
}

static int64_t published(const struct article *revision)
{
    return revision->published_at == NO_TIME ? revision->fetched_at : revision->published_at;
}

static struct error *write_revision(struct adopting *adopting, const struct article *from, int64_t number_,
                                    uint64_t hash, int64_t *key_count)
{
    struct revision revision = {
        .article = adopting->sighting.article,
        .number = number_,
        .fetched_at = from->fetched_at,
        .published_at = published(from),
        .is_dated = from->published_at != NO_TIME,
    };

    see(adopting, &from->item);
    TRY(revision_add(adopting->store, &revision, &from->item, &adopting->sighting.form));
    TRY(write_file(adopting, from, number_, hash));
    TRY(take_over_keys(adopting));
    return known_add(&adopting->store->db, &adopting->document, &adopting->sighting, number_, key_count);
}

/* Revisions from `first` on, behind `*number_`; `*out_missing`: how many numbers between them nobody has. */
static struct error *write_revisions(struct adopting *adopting, size_t first, int64_t *number_,
                                     int64_t *key_count, int64_t *out_missing)
{
    struct adoption *adoption = adopting->adoption;

    for (size_t i = first; i < adoption->revision_count; i++) {
        int64_t next = MAX((int64_t)adoption->revisions[i].revision, *number_ + 1);
        *out_missing += next - *number_ - 1;
        *number_ = next;
        TRY(write_revision(adopting, &adoption->revisions[i], next, adoption->hashes[i], key_count));
        adoption->taken_count++;
    }
    return OK;
}

static struct error *want_archived(struct adopting *adopting, int64_t *out_mark)
{
    *out_mark = 0;
    return adopting->adoption->is_archived ? OK : next_mark(&adopting->store->db, out_mark);
}

static struct error *set_current(struct adopting *adopting, int64_t revision, int64_t missing,
                                 int64_t key_count)
{
    const struct article *current = last(adopting->adoption);
    int64_t article = adopting->sighting.article, mark;
    struct db *db = &adopting->store->db;

    TRY(want_archived(adopting, &mark));
    TRY(db_run(db, SQL_SET_REVISION,
               VALUES(number(article), number(revision), number(published(current)), number(mark), number(0),
                      number(0))));
    TRY(db_run(db, SQL_SET_MISSING, VALUES(number(article), number(missing))));
    return db_run(db, SQL_SET_SEEN,
                  VALUES(number(article), number(key_count), moment(current->published_at)));
}

/* --- an article that was read before --- */

static struct error *add_to(struct adopting *adopting, const struct placed *placed)
{
    struct adoption *adoption = adopting->adoption;
    int64_t revision = placed->revision, key_count = placed->key_count, missing = 0;
    size_t first = adoption->revision_count - 1;

    for (size_t i = adoption->revision_count - 1; i-- > 0;) {
        bool has_it;
        TRY(has_hash(&adopting->store->db, placed->article, adoption->hashes[i], &has_it));
        if (has_it)
            break;
        first = i;
    }
    adoption->outcome = ADOPT_REVISED;
    adopting->sighting.article = placed->article;
    TRY(write_revisions(adopting, first, &revision, &key_count, &missing));
    return set_current(adopting, revision, missing, key_count);
}

/* --- a new one --- */

/* "voa/2024/11/08-slug.md": 2024 * 12 + 10; 0: the path does not say */
static int month_of_path(span path)
{
    int64_t year = 0, month = 0;
    span name;

    span_cut(&path, '/', &name);
    if (!span_cut(&path, '/', &name) || name.len != 4 || !span_to_int64(name, &year) || year < 1)
        return 0;
    if (!span_cut(&path, '/', &name) || name.len != 2 || !span_to_int64(name, &month) || !path.len)
        return 0;
    return month >= 1 && month <= 12 ? (int)(year * 12 + month - 1) : 0;
}

static struct error *find_place(struct adopting *adopting, struct place *out_place)
{
    const struct adoption *adoption = adopting->adoption;
    const struct article *first = &adoption->revisions[0];
    struct source_row *source = &adopting->source;
    int month = month_of_path(adoption->path);

    TRY(place_find_path(adopting->store, source, &first->item, published(first), out_place));
    if (adoption->path.len) {
        out_place->path = adoption->path;
        out_place->month = month ? month : out_place->month;
    }
    out_place->number = adoption->number;
    if (!adoption->number && source->next_number > 0)
        out_place->number = source->next_number;
    if (out_place->number > 0)
        source->next_number = MAX(MIN(source->next_number, out_place->number - 1), 0);
    return OK;
}

static struct error *find_id(struct adopting *adopting, int64_t *out_id)
{
    int64_t is_taken = 1;

    *out_id = (int64_t)adopting->adoption->id;
    if (*out_id)
        TRY(db_number(&adopting->store->db, SQL_HAS_ID, VALUES(number(*out_id)), 0, &is_taken));
    if (!is_taken)
        return OK;
    see(adopting, &adopting->adoption->revisions[0].item);
    return article_free_id(adopting->store, &adopting->document, &adopting->sighting, out_id);
}

static struct error *add_row(struct adopting *adopting, const struct place *place)
{
    const struct article *first = &adopting->adoption->revisions[0];
    struct db *db = &adopting->store->db;
    int64_t key, id;
    span file_name = adopting->file_name;

    TRY(find_id(adopting, &id));
    TRY(db_number(db, SQL_LAST_ARTICLE, NULL, 0, 0, &key));
    if (!place->number && !file_name.len)
        file_name = arena_printf(adopting->store->passing, "0_%016" PRIx64 ".md", (uint64_t)id);
    struct value values[] = {
        number(id),
        number(adopting->source.key),
        text(file_name),
        text(place->path),
        number(first->fetched_at),
        number(place->number),
        number(key + 1),
        moment(first->published_at),
        number(MIN(published(first), first->fetched_at)),
        number(0),
        number(0),
        {0},
    };
    values[ARRAY_SIZE(values) - 1] = number(seal(values, SEALED_OF_ARTICLE));
    adopting->sighting.article = key + 1;
    return db_run(db, SQL_ADD_ARTICLE, values, ARRAY_SIZE(values));
}

static struct error *add_new(struct adopting *adopting)
{
    int64_t revision = 0, key_count = 0, missing = 0;
    struct place place;

    adopting->adoption->outcome = ADOPT_NEW;
    TRY(find_place(adopting, &place));
    TRY(add_row(adopting, &place));
    TRY(write_revisions(adopting, 0, &revision, &key_count, &missing));
    TRY(set_current(adopting, revision, missing, key_count));
    adopting->source.article_count++;
    return db_run(&adopting->store->db, SQL_COUNT_MONTH,
                  VALUES(number(adopting->source.key), number(place.month)));
}

/* --- which of these? --- */

/* By its link, or by the id that its file names: brought by a feed, or by an archive of another layout. */
static struct error *find_elsewhere(struct adopting *adopting, struct placed *out_placed)
{
    struct db *db = &adopting->store->db;
    struct arena *passing = adopting->store->passing;
    const struct article *current = last(adopting->adoption);
    struct known known;

    *out_placed = (struct placed){0};
    if (adopting->adoption->id)
        TRY(look(db, passing, SQL_PLACED_BY_ID, adopting->source.key, number((int64_t)adopting->adoption->id),
                 out_placed));
    if (out_placed->article)
        return OK;
    see(adopting, &current->item);
    if (!adopting->sighting.keys.at[KEY_LINK])
        return OK;
    TRY(known_look_up(db, adopting->source.key, adopting->sighting.keys.at[KEY_LINK], &known));
    if (!known.article || known.is_shared)
        return OK;
    TRY(look(db, passing, SQL_PLACED_BY_KEY, adopting->source.key, number(known.article), out_placed));
    if (out_placed->is_adopted && out_placed->is_dated_file == current->is_dated_file)
        *out_placed = (struct placed){0}; /* the archive has two files of one link */
    return OK;
}

/* A name beside the place that is another article's: "1048574_2.md" */
static span other_name(struct adopting *adopting, int n)
{
    struct arena *arena = adopting->store->passing;
    const struct adoption *adoption = adopting->adoption;
    span name = adoption->file_name.len ? adoption->file_name
                                        : arena_printf(arena, "%" PRId64 ".md", adoption->number);

    if (n == 1)
        return adoption->file_name;
    return arena_printf(arena, "%.*s_%d.md", SPAN_ARG(span_sub(name, 0, name.len - strlen(".md"))), n);
}

/* Finds the article of the file's place, or the place that the file shall have. */
static struct error *find_own(struct adopting *adopting, struct placed *out_placed)
{
    struct adoption *adoption = adopting->adoption;

    for (int n = 1; n <= MOST_NAMES; n++) {
        adopting->file_name = other_name(adopting, n);
        TRY(look_at_place(&adopting->store->db, adopting->store->passing, adopting->source.key, adoption,
                          adopting->file_name, out_placed));
        if (!out_placed->article || out_placed->is_adopted || is_same_story(adopting, out_placed))
            return OK;
        if (adoption->path.len)
            break;
    }
    return error_new(ERROR_REFUSED, "its place is another article's, which a feed brought");
}

static struct error *adopt(struct adopting *adopting)
{
    struct adoption *adoption = adopting->adoption;
    struct db *db = &adopting->store->db;
    uint64_t hash = adoption->hashes[adoption->revision_count - 1];
    struct placed placed;
    bool has_it = false;

    TRY(find_own(adopting, &placed));
    if (placed.article)
        TRY(has_hash(db, placed.article, hash, &has_it));
    adoption->outcome = ADOPT_SAME;
    if (placed.article)
        return has_it || !placed.is_adopted ? OK : add_to(adopting, &placed);
    TRY(find_elsewhere(adopting, &placed));
    adoption->outcome = ADOPT_KNOWN;
    return placed.article ? OK : add_new(adopting);
}

/* --- in its transaction --- */

static struct error *prepare(struct adopting *adopting, struct arena *arena)
{
    struct source_row *source = &adopting->source;
    span id = adopting->adoption->revisions[0].source_id;
    bool is_there;

    TRY(source_row_read(&adopting->store->db, arena, id, source, &is_there));
    if (!is_there)
        return error_new(ERROR_USAGE, "there is no source \"%.*s\" in the store", SPAN_ARG(id));
    adopting->document = (struct document){.source = source, .sightings = &adopting->sighting, .count = 1};
    adopting->home = (struct home){.feed = url_canonical_key(arena, source->feed),
                                   .address = url_canonical_key(arena, source->address)};
    return OK;
}

static struct error *write_source(struct adopting *adopting)
{
    const struct source_row *source = &adopting->source;

    return adopting->adoption->outcome == ADOPT_NEW
               ? db_run(&adopting->store->db, SQL_WRITE_SOURCE_ROW,
                        VALUES(number(source->next_number), number(source->article_count),
                               number(source->traits), moment(NO_TIME), number(source->key)))
               : OK;
}

static struct error *adopt_one(struct store *store, struct adoption *adoption)
{
    struct adopting adopting = {.store = store, .adoption = adoption};

    arena_reset(store->passing);
    adoption->taken_count = 0;
    TRY(prepare(&adopting, store->passing));
    TRY(adopt(&adopting));
    if (adoption->outcome == ADOPT_NEW && !span_equal(adopting.file_name, adoption->file_name))
        adoption->file_name_now = arena_keep(store->scratch, adopting.file_name);
    return write_source(&adopting);
}

static bool is_files_fault(const struct error *error)
{
    return error->kind != ERROR_IO && error->kind != ERROR_DAMAGED && error->kind != ERROR_LOCKED;
}

static struct error *adopt_all(struct store *store, struct arena *arena, struct adoption *adoptions,
                               size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct error *error;
        TRY(db_run(&store->db, SQL_SAVEPOINT, NULL, 0));
        error = adopt_one(store, &adoptions[i]);
        if (error && is_files_fault(error)) {
            char *reason = error_text(error);
            adoptions[i].outcome = ADOPT_FAILED;
            adoptions[i].taken_count = 0;
            adoptions[i].reason = arena_keep(arena, span_of(reason));
            free(reason);
            error_free(error);
            error = db_run(&store->db, SQL_BACK_TO_SAVEPOINT, NULL, 0);
        }
        TRY(error);
        adoptions[i].file_name_now = arena_keep(arena, adoptions[i].file_name_now);
        TRY(db_run(&store->db, SQL_RELEASE, NULL, 0));
    }
    return OK;
}

struct error *store_adopt(struct store *store, struct arena *arena, struct adoption *adoptions, size_t count)
{
    arena_reset(store->scratch);
    TRY(db_begin(&store->db));
    return db_end(&store->db, adopt_all(store, arena, adoptions, count));
}

/* --- a text that the store had and has lost --- */

struct error *adopt_lost(struct store *store, int64_t article, const struct article *text, int64_t number_,
                         uint64_t hash, int64_t *key_count)
{
    struct adoption adoption = {.revisions = text, .hashes = &hash, .revision_count = 1};
    struct adopting adopting = {.store = store, .adoption = &adoption, .sighting.article = article};

    TRY(prepare(&adopting, store->passing));
    return write_revision(&adopting, text, number_, hash, key_count);
}

struct error *adopt_keys(struct store *store, int64_t article, const struct article *text, int64_t number_)
{
    uint64_t hash = 1;
    int64_t key_count = 0;
    struct adoption adoption = {.revisions = text, .hashes = &hash, .revision_count = 1};
    struct adopting adopting = {.store = store, .adoption = &adoption, .sighting.article = article};

    TRY(prepare(&adopting, store->passing));
    see(&adopting, &text->item);
    return known_add(&store->db, &adopting.document, &adopting.sighting, number_, &key_count);
}

static struct error *restore_text(struct store *store, uint64_t id, const struct article *text, uint64_t hash)
{
    struct adoption adoption = {.revisions = text, .hashes = &hash, .revision_count = 1, .is_archived = true};
    struct adopting adopting = {.store = store, .adoption = &adoption};
    struct placed placed;
    int64_t number_, key_count;

    TRY(prepare(&adopting, store->passing));
    TRY(look(&store->db, store->passing, SQL_PLACED_BY_ID, adopting.source.key, number((int64_t)id),
             &placed));
    if (!placed.article)
        return error_new(ERROR_USAGE, "there is no article %016" PRIx64, id);
    adopting.sighting.article = placed.article;
    key_count = placed.key_count;
    number_ = MAX((int64_t)text->revision, placed.revision + 1);
    TRY(write_revision(&adopting, text, number_, hash, &key_count));
    return set_current(&adopting, number_, number_ - placed.revision - 1, key_count);
}

struct error *store_restore_text(struct store *store, uint64_t id, const struct article *text, uint64_t hash)
{
    arena_reset(store->passing);
    TRY(db_begin(&store->db));
    return db_end(&store->db, restore_text(store, id, text, hash));
}

static struct error *adopt_sources(struct store *store, const struct adopted_source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct wanted_source *source = &sources[i].source;
        TRY(db_run(&store->db, SQL_ADOPT_SOURCE,
                   VALUES(text(source->id), text(source->name), text(source->feed),
                          number(sources[i].is_wanted), number(source->is_paused), number(FIRST_NUMBER))));
    }
    return OK;
}

struct error *store_adopt_sources(struct store *store, const struct adopted_source *sources, size_t count)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, adopt_sources(store, sources, count));
}
