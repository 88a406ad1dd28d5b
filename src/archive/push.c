/* SPDX-License-Identifier: MIT
 * push.c - the archive to where others find it
 */
#include "archive/internal.h"
#include "core/fault.h"
#include "limits/limits.h"
#include "text/utf8.h"

enum { LONGEST_REASON = 300 };

/* "https://user:secret@host/" -> "https://host/", wherever it stands in a message */
static void add_without_login(struct buf *out, span text)
{
    for (size_t start = span_find(text, S("://")); start != SPAN_NONE; start = span_find(text, S("://"))) {
        size_t end = start + 3;
        size_t at = SPAN_NONE;
        for (; end < text.len && !strchr("/ '\"", text.at[end]); end++)
            if (text.at[end] == '@')
                at = end;
        buf_add(out, span_sub(text, 0, start + 3));
        text = span_from(text, at == SPAN_NONE ? start + 3 : at + 1);
    }
    buf_add(out, text);
}

/* With --porcelain a refused ref is a line "!<TAB>from:to<TAB>[rejected] (fetch first)". */
static span refusal(span said)
{
    span line;

    while (span_cut(&said, '\n', &line)) {
        size_t tab = span_find_last_char(line, '\t');
        if (span_starts(line, S("!\t")) && tab != SPAN_NONE)
            return span_from(line, tab + 1);
    }
    return (span){0};
}

static bool has_letter(span line)
{
    for (size_t i = 0; i < line.len; i++)
        if ((line.at[i] | 0x20) >= 'a' && (line.at[i] | 0x20) <= 'z')
            return true;
    return false;
}

/* What the other side, or the ssh on the way to it, says itself: git's own last words are that it was
 * refused, or that it "could not read from remote repository". */
static span reason_told(span complaint)
{
    span line, before = {0};

    while (span_cut(&complaint, '\n', &line)) {
        line = span_trim(line);
        if (span_starts(line, S("remote:")) && has_letter(span_from(line, strlen("remote:"))))
            return span_trim(span_from(line, strlen("remote:")));
        if (span_starts(line, S("fatal: Could not read from remote repository")))
            return before;
        if (has_letter(line))
            before = line;
    }
    return (span){0};
}

static struct error *push_failure(const struct git_process *process, int status)
{
    LOCAL(buf) message = {.max = 16 * KiB};
    span refused = refusal(buf_span(&process->said));
    span reason = reason_told(buf_span(&process->complaint));
    OWN(error) failure = git_failure(ERROR_NETWORK, process, status);

    add_without_login(&message, refused.len ? refused : span_of(failure->message));
    if (reason.len) {
        while (span_ends(buf_span(&message), S(".")))
            buf_truncate(&message, message.len - 1);
        buf_add(&message, S(": "));
        add_without_login(&message, utf8_cut(reason, LONGEST_REASON));
    } else if (span_ends(refused, S("(fetch first)")) || span_ends(refused, S("(non-fast-forward)")))
        buf_add(&message, S(": it has commits that the archive does not have"));
    return error_new(ERROR_NETWORK, "%s", message.at ? message.at : "no reason given");
}

static struct error *push(const struct git *git, const struct conf_remote *remote)
{
    __attribute__((cleanup(git_process_release))) struct git_process process;
    OWN(arena) arena = arena_new(1 * MiB);
    span branch = remote->branch.len ? remote->branch : S("main");
    span url = arena_printf(arena, "remote.courant.url=%.*s", SPAN_ARG(remote->url));
    span refspec = arena_printf(arena, "%.*s:refs/heads/%.*s", SPAN_ARG(git->branch), SPAN_ARG(branch));
    const char *const settings[] = {url.at, "push.followTags=false", "push.recurseSubmodules=no", NULL};
    struct error *error;
    int status = 0;

    /* the address goes by the environment: a command line, with the login in it, is there for all to see */
    TRY(git_start(git, GIT("push", "--porcelain", "--no-verify", "courant", refspec.at), settings,
                  LIMIT_PUSH_TIME, &process));
    error = git_finish(&process, &status);
    if (error)
        error->kind = ERROR_NETWORK; /* too late, that is */
    return error || status == 0 ? error : push_failure(&process, status);
}

struct error *archive_push(struct archive *archive, const struct conf_remote *remote)
{
    if (!archive->uses_git)
        return error_new(ERROR_USAGE, "cannot push: the archive is kept without git");
    TRY(fault_error("git.push"));
    TRY_OR(push(&archive->git, remote), "could not push");
    return OK;
}
