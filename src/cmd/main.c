/* SPDX-License-Identifier: MIT
 * main.c - finds the command
 */
#include "cmd/cmd.h"
#include "cmd/hooks.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define COMMAND(name) extern const struct command cmd_##name;
#include "cmd/commands.def"
#undef COMMAND

static const struct command *const commands[] = {
#define COMMAND(name) &cmd_##name,
#include "cmd/commands.def"
#undef COMMAND
    NULL,
};

const struct option global_options[] = {
    {"directory", 'C', "DIR", "the newsroom's directory; without it, the current one"},
    {"verbose", 'v', NULL, "say more on standard error"},
    {"quiet", 'q', NULL, "say nothing there but errors"},
    {"version", 0, NULL, "print the version"},
    {0},
};

/* What a failure means to whoever started the program. */
static const struct {
    enum error_kind kind;
    int status;
} statuses[] = {
    {ERROR_USAGE, 2},   {ERROR_DAMAGED, 3}, {ERROR_LOCKED, 3}, {ERROR_FORMAT, 1},    {ERROR_LIMIT, 1},
    {ERROR_REFUSED, 1}, {ERROR_NETWORK, 1}, {ERROR_IO, 1},     {ERROR_CANCELLED, 1},
};

static int status_of(const struct courant *courant, const struct error *error)
{
    if (courant->signal)
        return 128 + courant->signal;
    for (size_t i = 0; error && i < ARRAY_SIZE(statuses); i++)
        if (statuses[i].kind == error->kind)
            return statuses[i].status;
    return courant->has_failed ? 1 : 0;
}

/* Shows the failure, unless it is only that we were told to stop. */
static int finish(struct courant *courant, struct error *error)
{
    int status = status_of(courant, error);

    if (error && error->kind != ERROR_CANCELLED && !courant->signal)
        log_failure(courant->log, NULL, error);
    error_free(error);
    return status;
}

static int finish_usage(struct courant *courant, struct error *error, const char *command)
{
    int status = finish(courant, error);

    log_info(courant->log, NULL, "see \"courant help%s%s\"", command ? " " : "", command ? command : "");
    return status;
}

static int finish_conf(struct courant *courant, struct error *error)
{
    log_each(courant->log, error);
    error_free(error);
    return 2; /* nothing runs on a half-understood configuration */
}

static struct error *print_help(const struct courant *courant, const struct command *command)
{
    LOCAL(buf) text = {.max = 256 * KiB};

    if (command)
        usage_write_command(command, &text);
    else
        usage_write(courant, &text);
    return output_write(&text);
}

static int run_command(struct courant *courant, int argc, char **argv)
{
    const struct command *command = command_find(courant, span_of(argv[0]));
    struct arguments arguments;
    struct error *error;

    if (!command)
        return finish_usage(courant, command_unknown(courant, span_of(argv[0])), NULL);
    error = arguments_parse(courant->arena, command, argc - 1, argv + 1, &arguments);
    if (error)
        return finish_usage(courant, error, command->name);
    if (arguments.asks_for_help)
        return finish(courant, print_help(courant, command));
    if (command->needs & NEEDS_OWNER)
        error = newsroom_check_owner(courant);
    if (error)
        return finish(courant, error);
    if (command->needs & NEEDS_CONF)
        error = newsroom_read_conf(courant, courant->arena, &courant->conf);
    if (error)
        return finish_conf(courant, error);
    for (size_t i = 0; courant->conf && !(command->needs & NEEDS_QUIET) && i < courant->conf->warning_count;
         i++)
        log_warn(courant->log, NULL, "%.*s", SPAN_ARG(courant->conf->warnings[i]));
    return finish(courant, command->run(courant, &arguments));
}

static int run(struct courant *courant, int argc, char **argv)
{
    struct arguments global;
    int next;
    struct error *error =
        arguments_parse_global(courant->arena, global_options, argc - 1, argv + 1, &global, &next);

    if (error)
        return finish_usage(courant, error, NULL);
    if (option_is_given(&global, "version"))
        return finish(courant, output_span(S("courant " COURANT_VERSION "\n")));
    if (global.asks_for_help)
        return finish(courant, print_help(courant, NULL));
    if (1 + next == argc)
        return finish_usage(courant, error_new(ERROR_USAGE, "a command is missing"), NULL);
    if (option_value(&global, "directory").len)
        courant->folder = option_value(&global, "directory").at;
    courant->level = option_is_given(&global, "quiet")     ? LOG_ERROR
                     : option_is_given(&global, "verbose") ? LOG_DEBUG
                                                           : LOG_INFO;
    log_free(courant->log);
    courant->log = log_new(courant->clock, LOG_PLAIN, courant->level);
    return run_command(courant, argc - 1 - next, argv + 1 + next);
}

/* A standard stream that is closed would be the number of the next file opened, such as the store. What is
 * put in its place refuses what the stream is for, so that a result that cannot be written is an error. */
static void hold_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            _exit(1);
}

int main(int argc, char **argv)
{
    struct courant courant = {.folder = ".", .commands = commands, .level = LOG_INFO};
    int status;

    hold_streams();
    signal(SIGPIPE, SIG_IGN); /* a reader who went away is an error of the write */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that may grow no further */
    courant.clock = hooks_clock();
    courant.arena = arena_new(1 * GiB);
    courant.log = log_new(courant.clock, LOG_PLAIN, courant.level);
    status = run(&courant, argc, argv);
    log_free(courant.log);
    arena_free(courant.arena);
    clock_free(courant.clock);
    return status;
}
