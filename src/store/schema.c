/* SPDX-License-Identifier: MIT
 * schema.c - the tables, and how an older store is brought forward
 *
 * `application_id` says that a file is a store of Courant's, `user_version` which version of the tables it
 * has. Steps are only ever added at the end of the list: step n makes version n + 1 of version n, in one
 * transaction.
 */
#include "core/fault.h"
#include "store/internal.h"
#include <stdio.h>

enum { APPLICATION_ID = 0x436f7572 }; /* "Cour" */

static const char *const steps[VERSION] = {
    /* 1 */
    "CREATE TABLE newsroom ("
    "  id INTEGER PRIMARY KEY CHECK (id = 1),"
    "  mark INTEGER NOT NULL" /* the last one given out; they only grow */
    ") STRICT;"
    "INSERT INTO newsroom VALUES (1, 0);"

    "CREATE TABLE note (" /* small values that others keep here */
    "  key TEXT NOT NULL PRIMARY KEY,"
    "  value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE source ("
    "  key INTEGER PRIMARY KEY,"
    "  id TEXT NOT NULL UNIQUE,"
    "  name TEXT NOT NULL,"
    "  feed TEXT NOT NULL,"
    "  is_wanted INTEGER NOT NULL,"
    "  is_paused INTEGER NOT NULL,"
    /* what was learnt, until `feed` changes */
    "  address TEXT NOT NULL,"
    "  state INTEGER NOT NULL DEFAULT 0,"
    "  etag BLOB NOT NULL DEFAULT x'',"
    "  last_modified BLOB NOT NULL DEFAULT x'',"
    "  body_hash INTEGER NOT NULL DEFAULT 0,"
    "  last_poll_at INTEGER,"
    "  last_success_at INTEGER,"
    "  last_change_at INTEGER,"
    "  next_poll_at INTEGER,"
    "  interval INTEGER NOT NULL DEFAULT 0,"
    "  failures INTEGER NOT NULL DEFAULT 0,"
    "  last_status INTEGER NOT NULL DEFAULT 0,"
    "  last_error TEXT NOT NULL DEFAULT '',"
    "  moved_to TEXT NOT NULL DEFAULT '',"
    "  moved_count INTEGER NOT NULL DEFAULT 0,"
    "  memory TEXT NOT NULL DEFAULT '',"
    /* what is the store's own */
    "  traits INTEGER NOT NULL DEFAULT 0,"
    "  next_number INTEGER NOT NULL,"
    "  article_count INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"

    "CREATE TABLE article ("
    "  key INTEGER PRIMARY KEY," /* grows, so that new rows lie together; known to this folder alone */
    "  id INTEGER NOT NULL UNIQUE,"
    "  source INTEGER NOT NULL REFERENCES source (key),"
    "  number INTEGER NOT NULL,"
    "  file_name TEXT NOT NULL,"
    "  path TEXT NOT NULL UNIQUE,"
    "  first_seen_at INTEGER NOT NULL,"
    "  said_at INTEGER,"            /* the date that its item gave last; NULL: none */
    "  sorted_at INTEGER NOT NULL," /* published, but never later than first seen */
    "  revision INTEGER NOT NULL,"  /* the current one, which is the last */
    "  flip_count INTEGER NOT NULL DEFAULT 0,"
    "  key_count INTEGER NOT NULL,"
    "  mark INTEGER NOT NULL," /* which change the archive is owed; 0: none */
    "  archive_after INTEGER NOT NULL,"
    "  withdrawn_at INTEGER,"
    "  seal INTEGER NOT NULL"
    ") STRICT;"
    "CREATE UNIQUE INDEX article_number ON article (source, number) WHERE number > 0;"
    "CREATE INDEX article_of_source ON article (source, sorted_at);"
    "CREATE INDEX article_of_all ON article (sorted_at);"
    "CREATE INDEX article_owed ON article (mark) WHERE mark > 0;"

    "CREATE TABLE body (" /* long texts: raw, then clean, then the summary */
    "  key INTEGER PRIMARY KEY,"
    "  hash INTEGER NOT NULL," /* of the three, uncompressed */
    "  raw_size INTEGER NOT NULL,"
    "  html_size INTEGER NOT NULL,"
    "  summary_size INTEGER NOT NULL,"
    "  bytes BLOB NOT NULL" /* zstd's, where that is shorter */
    ") STRICT;"

    "CREATE TABLE revision ("
    "  article INTEGER NOT NULL REFERENCES article (key),"
    "  revision INTEGER NOT NULL,"
    "  fetched_at INTEGER NOT NULL,"
    "  published_at INTEGER NOT NULL,"
    "  is_dated INTEGER NOT NULL,"
    "  modified_at INTEGER,"
    "  body INTEGER NOT NULL REFERENCES body (key),"
    "  raw_hash INTEGER NOT NULL,"
    "  form INTEGER NOT NULL,"
    "  body_form INTEGER NOT NULL,"
    "  is_full INTEGER NOT NULL,"
    "  feed_id TEXT NOT NULL,"
    "  link TEXT NOT NULL,"
    "  raw_link TEXT," /* NULL: the same as link */
    "  title TEXT NOT NULL,"
    "  raw_title TEXT," /* NULL: the same as title */
    "  language TEXT NOT NULL,"
    "  image TEXT NOT NULL,"
    "  authors TEXT NOT NULL," /* JSON; empty: none */
    "  tags TEXT NOT NULL,"
    "  seal INTEGER NOT NULL,"
    "  PRIMARY KEY (article, revision)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE known (" /* by what an item is known; see identity.c */
    "  source INTEGER NOT NULL REFERENCES source (key),"
    "  hash INTEGER NOT NULL,"
    "  article INTEGER NOT NULL,"
    "  revision INTEGER NOT NULL," /* that a raw hash says; 0 for other keys */
    "  is_shared INTEGER NOT NULL,"
    "  PRIMARY KEY (source, hash)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE trust (" /* polls in which a kind of key held, and in which it led astray */
    "  source INTEGER NOT NULL REFERENCES source (key),"
    "  kind INTEGER NOT NULL,"
    "  held INTEGER NOT NULL,"
    "  broke INTEGER NOT NULL,"
    "  PRIMARY KEY (source, kind)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE month ("
    "  source INTEGER NOT NULL REFERENCES source (key),"
    "  month INTEGER NOT NULL," /* year * 12 + month - 1, as in the path */
    "  article_count INTEGER NOT NULL,"
    "  PRIMARY KEY (source, month)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE task ("
    "  key INTEGER PRIMARY KEY AUTOINCREMENT," /* never used twice: an old lease must not fit a new task */
    "  kind INTEGER NOT NULL,"
    "  article INTEGER NOT NULL REFERENCES article (key),"
    "  url TEXT NOT NULL,"
    "  due_at INTEGER NOT NULL,"
    "  ready_at INTEGER NOT NULL," /* the later of due and the lease's end */
    "  attempts INTEGER NOT NULL DEFAULT 0,"
    "  epoch INTEGER NOT NULL DEFAULT 0,"
    "  holder TEXT NOT NULL DEFAULT '',"
    "  UNIQUE (article, kind, url)"
    ") STRICT;"
    "CREATE INDEX task_ready ON task (ready_at);",

    /* 2: what was fetched of an article's page */
    "CREATE TABLE dictionary (" /* of zstd, learnt from a source's pages */
    "  key INTEGER PRIMARY KEY,"
    "  source INTEGER NOT NULL REFERENCES source (key),"
    "  hash INTEGER NOT NULL,"
    "  bytes BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX dictionary_of_source ON dictionary (source);"

    "CREATE TABLE page ("
    "  key INTEGER PRIMARY KEY,"
    "  article INTEGER NOT NULL REFERENCES article (key),"
    "  source INTEGER NOT NULL REFERENCES source (key),"
    "  fetched_at INTEGER NOT NULL,"
    "  url TEXT NOT NULL," /* where it was found at last */
    "  content_type TEXT NOT NULL,"
    "  hash INTEGER NOT NULL," /* of the bytes, uncompressed */
    "  size INTEGER NOT NULL,"
    "  dictionary INTEGER REFERENCES dictionary (key)," /* NULL: none */
    "  bytes BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX page_of_article ON page (article);"
    "CREATE INDEX page_of_source ON page (source);"

    /* form of the text that was taken from a page; 0: it is the feed's */
    "ALTER TABLE revision ADD COLUMN page_form INTEGER NOT NULL DEFAULT 0;"
    /* when a page of it was first got: rechecks count from here; NULL: never */
    "ALTER TABLE article ADD COLUMN paged_at INTEGER;",

    /* 3: articles that were read from an archive (adopt.c) */
    "ALTER TABLE article ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;" /* revisions that it did not hold */
    /* of the file that a revision was read from; NULL: it came by a poll or from a page */
    "ALTER TABLE revision ADD COLUMN file_hash INTEGER;"
    "ALTER TABLE revision ADD COLUMN file INTEGER REFERENCES body (key);" /* its bytes; NULL: they can be made
                                                                           */
    "ALTER TABLE revision ADD COLUMN is_dated_file INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE revision ADD COLUMN file_form INTEGER NOT NULL DEFAULT 0;" /* of its body; see adopted.c */
    /* old archives have two files of one number, by names of their own */
    "DROP INDEX article_number;"
    "CREATE UNIQUE INDEX article_number ON article (source, number) WHERE number > 0 AND file_name = '';"
    "CREATE INDEX article_by_number ON article (source, number, file_name) WHERE number > 0;"
    "CREATE UNIQUE INDEX article_file ON article (file_name, source) WHERE file_name <> '';",

    /* 4: articles that tell the same story (stories.c); made anew from the articles where it is lost */
    "CREATE TABLE told (" /* how far stories have followed */
    "  id INTEGER PRIMARY KEY CHECK (id = 1),"
    "  article INTEGER NOT NULL"
    ") STRICT;"
    "INSERT INTO told VALUES (1, 0);"

    "CREATE TABLE telling ("
    "  article INTEGER PRIMARY KEY,"
    "  story INTEGER NOT NULL," /* the article that was its first */
    "  at INTEGER NOT NULL,"
    "  kinship INTEGER NOT NULL,"
    "  source INTEGER NOT NULL,"
    "  likeness BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX telling_of_story ON telling (story, at);"
    "CREATE INDEX telling_by_time ON telling (at);"

    "CREATE TABLE likeness (" /* parts of signatures: who shares one may be alike */
    "  week INTEGER NOT NULL,"
    "  band INTEGER NOT NULL,"
    "  article INTEGER NOT NULL,"
    "  PRIMARY KEY (week, band, article)"
    ") STRICT, WITHOUT ROWID;",

    /* 5: what articles are known by is sealed (seals.c) */
    ("ALTER TABLE known ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;"
     "UPDATE known SET seal = known_seal(source, hash, article, revision, is_shared);"),
};

/* Another process may have taken the step while this one waited for its turn. */
static struct error *take_step(struct db *db, int version)
{
    int64_t version_now;
    char sql[80];

    TRY(db_number(db, SQL_USER_VERSION, NULL, 0, 0, &version_now));
    if (version_now > version)
        return OK;
    TRY(fault_error("store.migrate"));
    TRY(db_execute(db, steps[version]));
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION_ID,
             version + 1);
    return db_execute(db, sql);
}

static struct error *apply_step(struct db *db, int version)
{
    TRY(db_begin(db));
    return db_end(db, take_step(db, version));
}

/* Nothing of this, and no table either, is a file that was only just made. */
static struct error *read_version(struct db *db, int64_t *out_version)
{
    int64_t application = 0, table_count = 0;

    TRY(db_number(db, SQL_APPLICATION_ID, NULL, 0, 0, &application));
    TRY(db_number(db, SQL_USER_VERSION, NULL, 0, 0, out_version));
    TRY(db_number(db, SQL_TABLE_COUNT, NULL, 0, 0, &table_count));
    if (application != APPLICATION_ID && (application || *out_version || table_count))
        return error_new(ERROR_DAMAGED, "\"%s\" is no store of Courant's; it was left as it is", db->path);
    if (*out_version > VERSION)
        return error_new(
            ERROR_DAMAGED,
            "store \"%s\" was made by a newer Courant (its version is %d, this program knows %d); "
            "install that one",
            db->path, (int)*out_version, VERSION);
    return OK;
}

struct error *schema_apply(struct db *db)
{
    return schema_apply_to(db, VERSION);
}

struct error *schema_apply_to(struct db *db, int last)
{
    int64_t version;

    TRY(read_version(db, &version));
    for (; version < last; version++)
        TRY_OR(apply_step(db, (int)version), "could not bring the store to version %d", (int)version + 1);
    return OK;
}

struct error *schema_is_older(struct db *db, bool *out_is_older)
{
    int64_t version;

    TRY(read_version(db, &version));
    *out_is_older = version < VERSION;
    return OK;
}

struct error *schema_check(struct db *db)
{
    bool is_older;

    TRY(schema_is_older(db, &is_older));
    if (is_older)
        return error_new(ERROR_DAMAGED,
                         "store \"%s\" is of an older version; `courant run` brings it forward", db->path);
    return OK;
}
