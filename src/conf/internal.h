/* SPDX-License-Identifier: MIT
 * internal.h - the table of keys, and a configuration as lines
 */
#pragma once
#include "conf/conf.h"

/* --- keys.c: what may stand in the file --- */

struct group {
    const char *name, *help;
    const char *argument; /* what its name is called: "[source ID]"; NULL: it takes none */
};
extern const struct group conf_groups[]; /* ends with {0} */

struct key {
    const char *group, *name;
    const struct value_type *type;
    size_t target;            /* offset in the group's struct: struct conf, conf_fetch, conf_source, ... */
    size_t count;             /* lists: offset of how many there are */
    int64_t least, most;      /* numbers, durations (ms), sizes (bytes) */
    const char *const *words; /* choices, NULL-ended: the value is the word's place in it */
    const char *fallback;     /* as it would be written; NULL: there is none */
    const char *help;
    const char *planned;       /* what is not built yet, so that the key has no effect; NULL: it has */
    const char *works_already; /* the value that needs nothing to be built; NULL: none */
};
extern const struct key conf_key_table[]; /* ends with {0}; keys of a group stand together */

const struct group *conf_find_group(span name);
/* May the key stand in that group? In [source] those of [fetch] may, too. */
bool conf_key_is_in(const struct key *key, const char *group);
const struct key *conf_find_key(const char *group, span name);

/* --- values.c: a value's text becomes what the struct holds --- */

struct value_reader {
    struct arena *arena;
    const char *folder; /* relative files are below it; NULL: files are not looked at */
    span reason;        /* why the last value was refused; empty: it is not what its type wants */
};

struct value_type {
    const char *name;   /* for the manual */
    const char *wanted; /* for errors: "a duration, such as 30s, 5m, 6h or 1d" */
    bool is_repeatable; /* the key may stand several times, each adds a value */
    bool (*read)(struct value_reader *reader, const struct key *key, span value, char *base);
};
extern const struct value_type value_text, value_word, value_flag, value_number, value_duration, value_size,
    value_web_address, value_list, value_categories, value_durations, value_ports, value_networks,
    value_headers, value_folders, value_login, value_file, value_listen, value_proxy, value_author,
    value_timezone, value_action, value_remote;

span value_write_duration(struct arena *arena, int64_t duration); /* "15m" */

/* --- lines.c: the file as it was written --- */

enum line_kind { LINE_BLANK, LINE_COMMENT, LINE_GROUP, LINE_SETTING, LINE_MISTAKE };

struct line {
    enum line_kind kind;
    int number;           /* from 1 */
    span whole;           /* with its line end */
    span group, argument; /* [group argument] */
    span key, value;      /* key = value, without comment and quotes */
    span written;         /* the value as it stands there, quotes included */
    const char *mistake;
};

struct line_reader {
    span rest;
    int number;
};

bool line_next(struct line_reader *reader, struct line *out_line); /* false at the end */
/* `value` as it must be written to be read as itself; false if the file cannot hold it. */
bool line_write_value(struct buf *out, span value);
