/* SPDX-License-Identifier: MIT
 * checking.h - what `verify` and `rebuild` share: options of keep/verify.h, signals, lines on standard output
 */
#pragma once
#include "cmd/cmd.h"
#include "keep/verify.h"

struct interrupt;
struct progress;

struct checking {
    struct courant *courant;
    bool is_json;
    struct verify_options options; /* `tell` is the command's */
    struct progress *progress;
    struct interrupt *interrupt;
    struct error *output_error; /* standard output is gone */
};

struct error *checking_begin(struct checking *checking) MUST_USE;
void checking_end(struct checking *checking);
/* A round of the harvest listens to signals itself, and has a bar of its own. */
void checking_pause(struct checking *checking);
struct error *checking_go_on(struct checking *checking) MUST_USE;
void checking_write(struct checking *checking, const struct buf *out);
