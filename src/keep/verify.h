/* SPDX-License-Identifier: MIT
 * verify.h - do store, archive and git agree? And where they do not: mended from whichever copy is whole
 *
 * verify_newsroom() changes nothing and may look beside a running harvest. verify_repair() sets aside what is
 * damaged or edited (never deletes it), mends the store and the repository, and marks in the store what the
 * archive shall write again; the caller then lets the archiver follow the marks (harvest.h), and looks once
 * more. Each step is safe to be interrupted and done again. Pictures will be another pass of both, over the
 * same findings.
 */
#pragma once
#include "conf/conf.h"
#include "core/clock.h"
#include "core/log.h"

enum finding_kind {
    FOUND_STORE_DAMAGED,
    FOUND_STORE_LOG,
    FOUND_STORE_MISSING,
    FOUND_STORE_OLDER,
    FOUND_FILE_MISSING,
    FOUND_FILE_DIFFERS,
    FOUND_FILE_COMMITTED, /* it differs, and was committed so */
    FOUND_FILE_IN_THE_WAY,
    FOUND_FILE_NOT_COMMITTED,
    FOUND_FILE_UNKNOWN, /* an article's, which the store has not */
    FOUND_FILE_FOREIGN, /* a note: somebody else's */
    FOUND_PAGE_MISSING, /* a list or a README */
    FOUND_PAGE_DIFFERS,
    FOUND_PAGE_BEHIND, /* a note */
    FOUND_TEMPORARY,   /* a note */
    FOUND_NO_REPOSITORY,
    FOUND_HEAD,
    FOUND_SETTINGS,
    FOUND_BRANCH,
    FOUND_OBJECTS,
    FOUND_INDEX,
    FOUND_LOCK,
    FOUND_UNFINISHED, /* a note */
    FINDING_KINDS
};

struct finding_words {
    const char *name; /* for JSON: "file-missing" */
    bool is_wrong;    /* else a note: nothing need be done */
    const char *meaning;
    const char *remedy; /* what repair does */
};
extern const struct finding_words finding_words[FINDING_KINDS];

struct finding {
    enum finding_kind kind;
    span where; /* "archive/voa/2024/11/08-slug.md", "article 3fa0...", ".git/index" */
    span what;  /* a phrase */
};

struct verify_totals {
    int64_t article_count, revision_count, file_count;
    int64_t wrong_count, note_count;
    int64_t owed_count; /* articles that the archive is behind with: no fault */
    bool has_git;
    bool is_moving; /* another process has the newsroom: what it is about was left out */
};

struct verify_options {
    const char *folder; /* the newsroom */
    const struct conf *conf;
    const struct timezone_rules *timezone;
    const struct clock *clock;
    struct log *log;
    void (*tell)(void *context, const struct finding *finding);
    void (*done)(void *context, span where, span what);        /* repair: what was done */
    void (*progress)(void *context, int64_t done, int64_t of); /* articles */
    bool (*is_cancelled)(void *context);
    void *context;
};

/* ERROR_DAMAGED: the store cannot be read at all (the archive was looked at all the same). ERROR_CANCELLED.
 */
struct error *verify_newsroom(const struct verify_options *options,
                              struct verify_totals *out_totals) MUST_USE;

/* ERROR_LOCKED: another process has the newsroom. ERROR_DAMAGED: the store is a newer Courant's, or no
 * store. Nothing is told of what was found; `done` tells what was mended. */
struct error *verify_repair(const struct verify_options *options) MUST_USE;

/* The archive shall be written anew, wholly: articles, lists, READMEs. Files in their place that differ are
 * replaced when the archiver follows; what git does not have of them, or is no file there, is set aside. */
struct error *rebuild_archive(const struct verify_options *options) MUST_USE;
