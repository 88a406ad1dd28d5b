/* SPDX-License-Identifier: MIT
 * default.c - the table of keys, as the file that `init` writes and as rows for the manual
 */
#include "conf/internal.h"

enum { HELP_COLUMN = 44 };

static void write_key(struct buf *out, const struct key *key)
{
    size_t start = out->len;

    buf_printf(out, "# %s =%s%s", key->name, key->fallback && *key->fallback ? " " : "",
               key->fallback ? key->fallback : "");
    do
        buf_add_char(out, ' ');
    while (out->len - start < HELP_COLUMN && !out->overflowed);
    buf_printf(out, "# %s\n", key->help);
}

static void write_group(struct buf *out, const struct group *group, span title)
{
    buf_printf(out, "\n# %s\n%s[%s%s%s]\n", group->help, group->argument ? "# " : "", group->name,
               group->argument ? " " : "", group->argument ? group->argument : "");
    for (const struct key *key = conf_key_table; key->name; key++) {
        if (strcmp(key->group, group->name) != 0)
            continue;
        if (strcmp(key->name, "title") == 0 && strcmp(key->group, "courant") == 0) {
            buf_add(out, S("title = "));
            if (!line_write_value(out, title))
                buf_add(out, S("My newsroom"));
            buf_add_char(out, '\n');
            continue;
        }
        write_key(out, key);
    }
}

void conf_write_default(struct buf *out, span title)
{
    buf_add(out, S("# What this newsroom does: see courant.conf(5). Lines that begin with # are comments; "
                   "those that show\n"
                   "# a key show its default: take the # away to change it.\n"));
    for (const struct group *group = conf_groups; group->name; group++)
        write_group(out, group, title);
}

const struct conf_key_help *conf_keys(struct arena *arena, size_t *out_count)
{
    VEC(struct conf_key_help) rows = {0};

    for (const struct group *group = conf_groups; group->name; group++)
        for (const struct key *key = conf_key_table; key->name; key++)
            if (strcmp(key->group, group->name) == 0)
                *vec_add(arena, &rows) = (struct conf_key_help){.group = group->name,
                                                                .argument = group->argument,
                                                                .group_help = group->help,
                                                                .key = key->name,
                                                                .type = key->type->name,
                                                                .fallback = key->fallback,
                                                                .help = key->help,
                                                                .planned = key->planned,
                                                                .words = key->words};
    *out_count = rows.len;
    return rows.at;
}
