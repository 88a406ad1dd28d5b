/* SPDX-License-Identifier: MIT
 * session.h - a fetcher for one command, which ^C ends
 */
#pragma once
#include "cmd/cmd.h"
#include "fetch/fetch.h"

struct session;

struct error *session_open(struct courant *courant, const struct conf_fetch *settings,
                           struct session **out_session) MUST_USE;
void session_close(struct session *session);
DEFINE_CLOSE(session)
struct fetcher *session_fetcher(struct session *session);
