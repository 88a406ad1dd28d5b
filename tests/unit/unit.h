/* SPDX-License-Identifier: MIT
 * unit.h - what unit tests share: cmocka, and assertions in our own words
 */
#pragma once
#include "core/core.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h> /* needs those above */

#define assert_ok(call)                                     \
    do {                                                    \
        struct error *assert_error_ = (call);               \
        if (assert_error_) {                                \
            char *assert_text_ = error_text(assert_error_); \
            print_error("%s: %s\n", #call, assert_text_);   \
            free(assert_text_);                             \
            error_free(assert_error_);                      \
            fail();                                         \
        }                                                   \
    } while (0)

#define assert_fails(call, wanted_kind)              \
    do {                                             \
        struct error *assert_error_ = (call);        \
        assert_non_null(assert_error_);              \
        int assert_kind_ = (int)assert_error_->kind; \
        error_free(assert_error_);                   \
        assert_int_equal(assert_kind_, wanted_kind); \
    } while (0)

#define assert_span_equal(got, wanted)                                                    \
    do {                                                                                  \
        span assert_got_ = (got);                                                         \
        span assert_want_ = span_of(wanted);                                              \
        if (!span_equal(assert_got_, assert_want_)) {                                     \
            print_error("%s is \"%.*s\", wanted \"%.*s\"\n", #got, SPAN_ARG(assert_got_), \
                        SPAN_ARG(assert_want_));                                          \
            fail();                                                                       \
        }                                                                                 \
    } while (0)
