/* SPDX-License-Identifier: MIT
 * arguments.c - a command line, read by the command's table
 */
#include "cmd/cmd.h"
#include "conf/nearest.h"

/* `--help` is every command's. */
static const struct option help_option = {"help", 'h', NULL, "say what this command does"};

struct parsing {
    struct arena *arena;
    const char *about; /* the command, for messages */
    const struct option *options;
    int argc;
    char **argv;
    int next; /* of argv */
    VEC(span) words;
    VEC(struct given) given;
    bool asks_for_help;
};

static const struct option *find_long(const struct parsing *parsing, span name)
{
    for (const struct option *option = parsing->options; option && option->name; option++)
        if (span_is(name, option->name))
            return option;
    return span_is(name, help_option.name) ? &help_option : NULL;
}

static const struct option *find_letter(const struct parsing *parsing, char letter)
{
    for (const struct option *option = parsing->options; option && option->name; option++)
        if (option->letter == letter)
            return option;
    return letter == help_option.letter ? &help_option : NULL;
}

static struct error *unknown_option(const struct parsing *parsing, span name)
{
    struct nearest nearest = {.word = name};

    nearest_try(&nearest, help_option.name);
    for (const struct option *option = parsing->options; option && option->name; option++)
        if (option->help)
            nearest_try(&nearest, option->name);
    return error_new(ERROR_USAGE, "%s has no option --%.*s; the nearest is --%s", parsing->about,
                     SPAN_ARG(name), nearest.found);
}

/* `value` {NULL}: it would be the next word. `typed`: "--directory", "-C" */
static struct error *take_option(struct parsing *parsing, const struct option *option, span typed, span value)
{
    if (option == &help_option) {
        parsing->asks_for_help = true;
        return OK;
    }
    if (option->argument && *option->argument == '[' && !value.at)
        value = S("");
    if (option->argument && !value.at) {
        if (parsing->next >= parsing->argc)
            return error_new(ERROR_USAGE, "option %.*s needs %s", SPAN_ARG(typed), option->argument);
        value = span_of(parsing->argv[parsing->next++]);
    }
    *vec_add(parsing->arena, &parsing->given) = (struct given){option, value};
    return OK;
}

static struct error *read_long(struct parsing *parsing, span typed)
{
    span text = span_from(typed, 2);
    size_t equals = span_find_char(text, '=');
    span name = span_sub(text, 0, equals);
    const struct option *option = find_long(parsing, name);

    if (!option)
        return unknown_option(parsing, name);
    if (equals == SPAN_NONE)
        return take_option(parsing, option, typed, (span){0});
    if (!option->argument)
        return error_new(ERROR_USAGE, "option --%s takes no value", option->name);
    return take_option(parsing, option, typed, span_from(text, equals + 1));
}

static struct error *read_letters(struct parsing *parsing, span letters)
{
    while (letters.len) {
        const struct option *option = find_letter(parsing, *letters.at);
        if (!option)
            return error_new(ERROR_USAGE, "%s has no option -%c", parsing->about, *letters.at);
        span typed = arena_printf(parsing->arena, "-%c", option->letter);
        letters = span_from(letters, 1);
        if (option->argument && letters.len)
            return take_option(parsing, option, typed, letters);
        TRY(take_option(parsing, option, typed, (span){0}));
    }
    return OK;
}

/* One option at argv[next]; false if a word stands there. `--` is passed over and ends the options. */
static struct error *read_option(struct parsing *parsing, bool *out_is_option, bool *out_is_end)
{
    span word = span_of(parsing->argv[parsing->next]);

    *out_is_end = span_is(word, "--");
    *out_is_option = word.len > 1 && *word.at == '-';
    if (*out_is_option)
        parsing->next++;
    if (*out_is_end || !*out_is_option)
        return OK;
    return span_starts(word, S("--")) ? read_long(parsing, word) : read_letters(parsing, span_from(word, 1));
}

static void finish(const struct parsing *parsing, struct arguments *arguments)
{
    arguments->words = parsing->words.at;
    arguments->word_count = parsing->words.len;
    arguments->given = parsing->given.at;
    arguments->given_count = parsing->given.len;
    arguments->asks_for_help = parsing->asks_for_help;
}

/* How many words "ID KEY=VALUE...", "[DIR]", "ARTICLE [REV REV]" stand for. */
static void count_words(const char *text, size_t *out_least, size_t *out_most)
{
    span rest = span_of(text), word;
    bool is_optional = false;

    *out_least = *out_most = 0;
    while (span_cut_word(&rest, &word)) {
        is_optional |= *word.at == '[';
        *out_least += !is_optional;
        *out_most = span_has(word, "...") ? SIZE_MAX : *out_most + 1;
        is_optional &= !span_has(word, "]");
    }
}

static struct error *check_count(const struct command *command, size_t count)
{
    size_t least, most;

    count_words(command->arguments, &least, &most);
    if (count < least)
        return error_new(ERROR_USAGE, "%s needs %s", command->name, command->arguments);
    if (count > most)
        return error_new(ERROR_USAGE, most ? "%s takes no more than %s" : "%s takes no arguments",
                         command->name, command->arguments);
    return OK;
}

struct error *arguments_parse(struct arena *arena, const struct command *command, int argc, char **argv,
                              struct arguments *out_arguments)
{
    struct parsing parsing = {
        .arena = arena, .about = command->name, .options = command->options, .argc = argc, .argv = argv};
    bool is_option = false, is_end = false;

    while (parsing.next < argc) {
        if (!is_end)
            TRY(read_option(&parsing, &is_option, &is_end));
        else
            is_option = false;
        if (!is_option)
            *vec_add(arena, &parsing.words) = span_of(argv[parsing.next++]);
    }
    *out_arguments = (struct arguments){.command = command};
    finish(&parsing, out_arguments);
    return out_arguments->asks_for_help ? OK : check_count(command, out_arguments->word_count);
}

struct error *arguments_parse_global(struct arena *arena, const struct option *options, int argc, char **argv,
                                     struct arguments *out_arguments, int *out_next)
{
    struct parsing parsing = {
        .arena = arena, .about = "courant", .options = options, .argc = argc, .argv = argv};
    bool is_option = true, is_end = false;

    while (is_option && !is_end && parsing.next < argc)
        TRY(read_option(&parsing, &is_option, &is_end));
    *out_arguments = (struct arguments){0};
    finish(&parsing, out_arguments);
    *out_next = parsing.next;
    return OK;
}

bool option_is_given(const struct arguments *arguments, const char *name)
{
    return option_value(arguments, name).at != NULL;
}

span option_value(const struct arguments *arguments, const char *name)
{
    span value = {0};

    for (size_t i = 0; i < arguments->given_count; i++)
        if (strcmp(arguments->given[i].option->name, name) == 0)
            value = arguments->given[i].option->argument ? arguments->given[i].value : S("");
    return value;
}

size_t option_values(struct arena *arena, const struct arguments *arguments, const char *name,
                     span **out_values)
{
    VEC(span) values = {0};

    for (size_t i = 0; i < arguments->given_count; i++)
        if (strcmp(arguments->given[i].option->name, name) == 0)
            *vec_add(arena, &values) = arguments->given[i].value;
    *out_values = values.at;
    return values.len;
}

const struct command *command_find(const struct courant *courant, span name)
{
    for (const struct command *const *command = courant->commands; *command; command++)
        if (span_is(name, (*command)->name))
            return *command;
    return NULL;
}

struct error *command_unknown(const struct courant *courant, span name)
{
    struct nearest nearest = {.word = name};

    for (const struct command *const *command = courant->commands; *command; command++)
        nearest_try(&nearest, (*command)->name);
    return error_new(ERROR_USAGE, "there is no command \"%.*s\"; the nearest is \"%s\"", SPAN_ARG(name),
                     nearest.found);
}
