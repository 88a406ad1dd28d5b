/* SPDX-License-Identifier: MIT
 * edit.c - `courant edit`, `pause`, `resume`, `remove`: change one source in courant.conf
 */
#include "cmd/cmd.h"

struct change {
    span id;
    struct conf_setting *settings;
    size_t count;
    span group; /* as it stands after the change; before it, for `remove` */
};

static struct error *edit_source(void *context, struct arena *arena, span text, span *out_text)
{
    struct change *change = context;

    TRY(conf_edit_source(arena, text, change->id, change->settings, change->count, out_text));
    change->group = conf_group(arena, *out_text, change->id);
    return OK;
}

static struct error *remove_source(void *context, struct arena *arena, span text, span *out_text)
{
    struct change *change = context;

    change->group = conf_group(arena, text, change->id);
    return conf_remove_source(arena, text, change->id, out_text);
}

static struct error *change_conf(struct courant *courant, conf_edit *edit, struct change *change)
{
    LOCAL(buf) out = {.max = 1 * MiB};

    TRY(newsroom_edit_conf(courant, edit, change));
    buf_printf(&out, "%.*s\n", SPAN_ARG(span_trim_end(change->group)));
    return output_write(&out);
}

/* KEY=VALUE; an empty value takes the key out, so that its default holds again. */
static struct error *read_setting(span word, struct conf_setting *setting)
{
    size_t equals = span_find_char(word, '=');

    if (equals == SPAN_NONE)
        return error_new(ERROR_USAGE, "\"%.*s\" is no KEY=VALUE", SPAN_ARG(word));
    setting->key = span_trim(span_sub(word, 0, equals));
    setting->value = span_from(word, equals + 1);
    if (setting->value.len == 0)
        setting->value.at = NULL;
    return OK;
}

static struct error *edit_run(struct courant *courant, const struct arguments *arguments)
{
    size_t count = arguments->word_count - 1;
    struct change change = {
        .id = arguments->words[0],
        .settings = ARENA_ARRAY(courant->arena, struct conf_setting, count),
        .count = count,
    };

    for (size_t i = 0; i < count; i++)
        TRY(read_setting(arguments->words[i + 1], &change.settings[i]));
    return change_conf(courant, edit_source, &change);
}

static struct error *set_paused(struct courant *courant, const struct arguments *arguments, span value)
{
    struct conf_setting setting = {S("paused"), value};

    return change_conf(courant, edit_source,
                       &(struct change){.id = arguments->words[0], .settings = &setting, .count = 1});
}

static struct error *pause_run(struct courant *courant, const struct arguments *arguments)
{
    return set_paused(courant, arguments, S("true"));
}

static struct error *resume_run(struct courant *courant, const struct arguments *arguments)
{
    return set_paused(courant, arguments, S("false"));
}

static struct error *remove_run(struct courant *courant, const struct arguments *arguments)
{
    return change_conf(courant, remove_source, &(struct change){.id = arguments->words[0]});
}

const struct command cmd_edit = {
    .name = "edit",
    .arguments = "ID KEY=VALUE...",
    .help = "change a source in courant.conf",
    .more = "KEY is any key of a [source], see courant.conf(5). An empty VALUE takes the key out, so that "
            "its default holds "
            "again. Comments and order of the file are kept, and nothing is written that could not be read. "
            "Prints the "
            "source's group.",
    .run = edit_run,
};

const struct command cmd_pause = {
    .name = "pause",
    .arguments = "ID",
    .help = "stop polling a source for a while",
    .more = "The same as courant edit ID paused=true.",
    .run = pause_run,
};

const struct command cmd_resume = {
    .name = "resume",
    .arguments = "ID",
    .help = "poll a paused source again",
    .more = "The same as courant edit ID paused=false.",
    .run = resume_run,
};

const struct command cmd_remove = {
    .name = "remove",
    .arguments = "ID",
    .help = "take a source out of courant.conf",
    .more = "Its articles stay in store and archive. Prints the group that was taken out.",
    .run = remove_run,
};
