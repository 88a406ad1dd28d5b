/* SPDX-License-Identifier: MIT
 * conf.h - courant.conf: what the user wants
 *
 * A key file; every key stands in one table (conf/keys.c) with its type, default and help, from which errors,
 * the manual page and `courant help` are made. Nothing runs on a half-understood configuration: an unknown
 * key or a bad value is an error that names file, line, key and the nearest known key. Edits keep comments
 * and order.
 */
#pragma once
#include "core/core.h"

enum full_text { FULL_TEXT_AUTO, FULL_TEXT_ALWAYS, FULL_TEXT_NEVER };
enum layout { LAYOUT_DATED, LAYOUT_DUTY_MACHINE };
enum archive_body { BODY_FEED, BODY_PAGE };
enum image_mode { IMAGES_PROXY, IMAGES_KEEP, IMAGES_REMOTE };

struct network {         /* CIDR, or CIDR:PORT */
    uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
    int prefix;          /* bits of those 128 */
    int port;            /* 0: any */
};

struct conf_fetch { /* [fetch], and for each source with its own values over them */
    span user_agent;
    int64_t concurrency, max_open, per_host;
    int64_t host_gap, timeout;                    /* ms */
    int64_t max_size;                             /* bytes */
    int64_t interval, min_interval, max_interval; /* ms */
    bool interval_is_set;                         /* by the user, in this [source] */
    int *ports;
    size_t port_count;
    struct network *allow_networks;
    size_t allow_network_count;
    span proxy;
    span *headers; /* "Name: value" */
    size_t header_count;
    span login;   /* "user:password", read from @FILE already */
    span cookies; /* path of a file, or empty */
};

struct conf_archive {
    enum layout layout;
    enum archive_body body;
    bool git;
    span author;   /* "Name <address>" */
    span timezone; /* name */
    int64_t list_length;
    int64_t wait; /* ms */
};

struct conf_remote {
    span name, url, branch;
};

struct conf_rule {
    span name, match, action;     /* `do` */
    int match_line, match_column; /* where its text begins, from 1 */
};

struct conf_source {
    span id, name, feed, page;
    span items, link, title, date, summary; /* how a page's news are found */
    enum full_text full_text;
    span *categories; /* paths, see text/category.h */
    size_t category_count;
    span *rules;
    size_t rule_count;
    bool paused;
    struct conf_fetch fetch;
    int line; /* where its group begins */
};

struct conf {
    span title, listen, base_url;
    bool log_is_json;
    struct conf_fetch fetch;
    struct conf_archive archive;
    struct conf_remote *remotes;
    size_t remote_count;
    span *rules_dirs;
    size_t rules_dir_count;
    int64_t *rechecks; /* ms */
    size_t recheck_count;
    bool keep_pages;
    enum image_mode image_mode;
    span image_proxy;
    struct conf_rule *rules;
    size_t rule_count;
    span hook_new;
    struct conf_source *sources;
    size_t source_count;
    span *warnings; /* keys whose feature is not built yet */
    size_t warning_count;
    struct map source_by_id; /* for conf_find_source() */
};

/* Reads a configuration; everything is in `arena`. ERROR_USAGE: `courant.conf:12: ...`, all mistakes found
 * (but no more than fifty), each a link of the error's chain, to be shown on a line of its own; ERROR_IO if
 * it cannot be read. Relative file names are below the file's folder. */
struct error *conf_read(struct arena *arena, const char *path, struct conf **out_conf) MUST_USE;
/* The same from text; no other file is looked at: `login = @FILE` stays as it stands. */
struct error *conf_parse(struct arena *arena, span text, const char *name, struct conf **out_conf) MUST_USE;

const struct conf_source *conf_find_source(const struct conf *conf, span id); /* NULL: there is none */
bool conf_id_is_valid(span id); /* [a-z0-9-]+, at most 64 bytes */

/* Edits: text in, text out, comments kept; the result parses if the input did, else ERROR_USAGE and nothing
 * is changed. */
struct conf_setting {
    span key, value;
};
struct error *conf_add_source(struct arena *arena, span text, span id, const struct conf_setting *settings,
                              size_t count, span *out_text) MUST_USE;
struct conf_addition {
    span id;
    const struct conf_setting *settings;
    size_t count;
};
struct error *conf_add_sources(struct arena *arena, span text, const struct conf_addition *additions,
                               size_t count, span *out_text) MUST_USE; /* many, as fast as one */
struct error *conf_edit_source(struct arena *arena, span text, span id, const struct conf_setting *settings,
                               size_t count,
                               span *out_text) MUST_USE; /* a value with at == NULL takes the key out */
struct error *conf_remove_source(struct arena *arena, span text, span id, span *out_text) MUST_USE;
span conf_group(struct arena *arena, span text, span id); /* the [source ID] group as it stands; {0}: none */

/* The default configuration with its comments, as `init` writes it; from the table of keys. */
void conf_write_default(struct buf *out, span title);

/* The table, for the manual page: each key once, in order, keys of a group together. Its strings are
 * constants. */
struct conf_key_help {
    const char *group, *argument; /* [group argument]; NULL: the group has no name of its own */
    const char *group_help;
    const char *key, *type, *fallback, *help; /* fallback NULL: there is none */
    const char *planned;                      /* why it has no effect yet; NULL: it has */
    const char *const *words;                 /* all its values, NULL-ended; NULL: too many to tell */
};
const struct conf_key_help *conf_keys(struct arena *arena, size_t *out_count);
