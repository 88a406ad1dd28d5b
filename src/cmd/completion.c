/* SPDX-License-Identifier: MIT
 * completion.c - `courant completion SHELL`: scripts made from the table of commands
 */
#include "cmd/cmd.h"

/* Lists the sources of the newsroom in $directory, for commands that take an ID. */
#define LIST_SOURCES \
    "sed -n 's/^\\[source \\([a-z0-9-]*\\)\\].*/\\1/p' \"$directory/courant.conf\" 2>/dev/null"

static bool takes_id(const struct command *command)
{
    return strncmp(command->arguments, "ID", 2) == 0;
}

/* `text` within single quotes, with `special` characters behind a backslash. */
static void add_quoted(struct buf *out, const char *text, const char *special)
{
    for (; *text; text++) {
        if (*text == '\'')
            buf_add(out, S("'\\'"));
        else if (strchr(special, *text))
            buf_add_char(out, '\\');
        buf_add_char(out, *text);
    }
}

/* --- bash --- */

static void add_words(struct buf *out, const struct option *options)
{
    for (; options && options->name; options++)
        if (options->help)
            buf_printf(out, " --%s", options->name);
}

static void write_bash(const struct courant *courant, struct buf *out)
{
    buf_add(out, S("# bash completion for courant\n_courant()\n{\n"
                   "    local word=${COMP_WORDS[COMP_CWORD]} command='' directory=. words='' i\n"
                   "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                   "        case ${COMP_WORDS[i]} in\n"
                   "        -C | --directory) ((i++)); directory=${COMP_WORDS[i]} ;;\n"
                   "        -*) ;;\n"
                   "        *) command=${COMP_WORDS[i]}; break ;;\n"
                   "        esac\n    done\n    case $command in\n    '') words='"));
    for (const struct command *const *command = courant->commands; *command; command++)
        buf_printf(out, "%s ", (*command)->name);
    buf_add(out, S("-C"));
    add_words(out, global_options);
    buf_add(out, S(" --help' ;;\n"));
    for (const struct command *const *command = courant->commands; *command; command++) {
        buf_printf(out, "    %s) words=\"--help", (*command)->name);
        add_words(out, (*command)->options);
        if (takes_id(*command))
            buf_add(out, S(" $(" LIST_SOURCES ")"));
        buf_add(out, S("\" ;;\n"));
    }
    buf_add(out, S("    esac\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n}\n"
                   "complete -o default -F _courant courant\n"));
}

/* --- zsh --- */

static void add_zsh_option(struct buf *out, const struct option *option)
{
    static const char special[] = "[]:\\";

    if (option->letter)
        buf_printf(out, " '(-%c --%s)'{-%c,--%s}'[", option->letter, option->name, option->letter,
                   option->name);
    else
        buf_printf(out, " '--%s[", option->name);
    add_quoted(out, option->help, special);
    buf_add_char(out, ']');
    if (option->argument)
        buf_printf(out, ":%s:_files", option->argument);
    buf_add_char(out, '\'');
}

static void add_zsh_options(struct buf *out, const struct option *options)
{
    for (; options && options->name; options++)
        if (options->help)
            add_zsh_option(out, options);
    add_zsh_option(out, &(struct option){"help", 'h', NULL, "say what this does"});
}

static void write_zsh(const struct courant *courant, struct buf *out)
{
    buf_add(out, S("#compdef courant\n_courant() {\n    local state directory=. \n    local -a commands\n    "
                   "commands=(\n"));
    for (const struct command *const *command = courant->commands; *command; command++) {
        buf_printf(out, "        '%s:", (*command)->name);
        add_quoted(out, (*command)->help, ":\\");
        buf_add(out, S("'\n"));
    }
    buf_add(out, S("    )\n    _arguments -C"));
    add_zsh_options(out, global_options);
    buf_add(out, S(" '1:command:->command' '*::argument:->argument'\n    case $state in\n"
                   "    command) _describe command commands ;;\n    argument)\n        case $words[1] in\n"));
    for (const struct command *const *command = courant->commands; *command; command++) {
        buf_printf(out, "        %s) _arguments", (*command)->name);
        add_zsh_options(out, (*command)->options);
        if (takes_id(*command))
            buf_add(out, S(" \"*:source:($(" LIST_SOURCES "))\""));
        else
            buf_add(out, S(" '*:file:_files'"));
        buf_add(out, S(" ;;\n"));
    }
    buf_add(out, S("        esac ;;\n    esac\n}\n_courant \"$@\"\n"));
}

/* --- fish --- */

static void add_fish_option(struct buf *out, const char *condition, const struct option *option)
{
    buf_printf(out, "complete -c courant -n '%s' -l %s", condition, option->name);
    if (option->letter)
        buf_printf(out, " -s %c", option->letter);
    buf_printf(out, "%s -d '", option->argument ? " -r" : "");
    add_quoted(out, option->help, "\\");
    buf_add(out, S("'\n"));
}

static void add_fish_command(struct buf *out, const struct command *command)
{
    LOCAL(buf) condition = {.max = 256};

    buf_printf(out, "complete -c courant -n __fish_use_subcommand -f -a %s -d '", command->name);
    add_quoted(out, command->help, "\\");
    buf_add(out, S("'\n"));
    buf_printf(&condition, "__fish_seen_subcommand_from %s", command->name);
    for (const struct option *option = command->options; option && option->name; option++)
        if (option->help)
            add_fish_option(out, condition.at, option);
    if (takes_id(command))
        buf_printf(out,
                   "complete -c courant -n '%s' -f -a '(set -l directory .; "
                   "sed -n \"s/^\\\\[source \\\\([a-z0-9-]*\\\\)\\\\].*/\\\\1/p\" $directory/courant.conf "
                   "2>/dev/null)'\n",
                   condition.at);
}

static void write_fish(const struct courant *courant, struct buf *out)
{
    buf_add(out, S("# fish completion for courant\n"));
    for (const struct option *option = global_options; option->name; option++)
        add_fish_option(out, "__fish_use_subcommand", option);
    add_fish_option(out, "true", &(struct option){"help", 'h', NULL, "say what this does"});
    for (const struct command *const *command = courant->commands; *command; command++)
        add_fish_command(out, *command);
}

static const struct {
    const char *name;
    void (*write)(const struct courant *courant, struct buf *out);
} shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};

static struct error *completion_run(struct courant *courant, const struct arguments *arguments)
{
    LOCAL(buf) out = {.max = 1 * MiB};

    for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
        if (!span_is(arguments->words[0], shells[i].name))
            continue;
        shells[i].write(courant, &out);
        return output_write(&out);
    }
    return error_new(ERROR_USAGE, "there is no completion for \"%.*s\"; there is for bash, zsh and fish",
                     SPAN_ARG(arguments->words[0]));
}

const struct command cmd_completion = {
    .name = "completion",
    .arguments = "bash|zsh|fish",
    .help = "print a completion script for a shell",
    .more = "For bash: source <(courant completion bash). \"make install\" puts all three where the shells "
            "look for them.",
    .run = completion_run,
};
