/* SPDX-License-Identifier: MIT */
#include "cmd/session.h"
#include "cmd/interrupt.h"
#include <signal.h>
#include <stdlib.h>

struct session {
    struct courant *courant;
    struct interrupt *interrupt;
    struct fetcher *_Atomic fetcher; /* NULL until it is there: a signal may come before */
};

static void stop(void *context, int signal)
{
    struct session *session = context;

    if (signal == SIGHUP)
        signal = SIGTERM; /* a command that ends soon has nothing to read again */
    session->courant->signal = signal;
    if (session->fetcher)
        fetcher_cancel(session->fetcher);
}

static struct error *open_fetcher(struct session *session, const struct conf_fetch *settings)
{
    struct fetcher *fetcher;

    TRY(fetcher_open(settings, session->courant->clock, session->courant->log, &fetcher));
    session->fetcher = fetcher;
    return OK;
}

struct error *session_open(struct courant *courant, const struct conf_fetch *settings,
                           struct session **out_session)
{
    struct session *session = memory_new(sizeof *session);
    struct error *error;

    session->courant = courant;
    error = interrupt_open(stop, session, &session->interrupt);
    if (!error)
        error = open_fetcher(session, settings);
    if (!error && courant->signal)
        error = error_new(ERROR_CANCELLED, "stopped");
    if (error) {
        session_close(session);
        return error;
    }
    *out_session = session;
    return OK;
}

void session_close(struct session *session)
{
    if (!session)
        return;
    interrupt_close(session->interrupt); /* first: it may use the fetcher */
    fetcher_close(session->fetcher);
    free(session);
}

struct fetcher *session_fetcher(struct session *session)
{
    return session->fetcher;
}
