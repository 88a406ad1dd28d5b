/* SPDX-License-Identifier: MIT
 * macros.h - the few macros there are
 *
 * Ends of life are tied to scopes: OWN frees, OPEN closes, LOCAL releases what it declares. Each type says
 * once which of them it has (DEFINE_FREE, DEFINE_CLOSE).
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE     __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a), nonnull(f)))

#define OWN(type)   __attribute__((cleanup(type##_free_at))) struct type *  /* freed where the scope ends */
#define OPEN(type)  __attribute__((cleanup(type##_close_at))) struct type * /* closed there */
#define LOCAL(type) __attribute__((cleanup(type##_release))) struct type    /* released there */
#define MOVE(p)                                                             /* handed over: ours no more */ \
    ({                                                                                                      \
        __auto_type moved_ = (p);                                                                           \
        (p) = NULL;                                                                                         \
        moved_;                                                                                             \
    })

#define DEFINE_FREE(type)                               \
    static inline void type##_free_at(struct type **at) \
    {                                                   \
        type##_free(*at);                               \
    }
#define DEFINE_CLOSE(type)                               \
    static inline void type##_close_at(struct type **at) \
    {                                                    \
        type##_close(*at);                               \
    }

#define KiB ((size_t)1024)
#define MiB (1024 * KiB)
#define GiB (1024 * MiB)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof *(a))
#define MIN(a, b)     ((a) < (b) ? (a) : (b))
#define MAX(a, b)     ((a) > (b) ? (a) : (b))

#define SECOND  ((int64_t)1000) /* times and intervals are milliseconds */
#define MINUTE  (60 * SECOND)
#define HOUR    (60 * MINUTE)
#define DAY     (24 * HOUR)
#define NO_TIME INT64_MIN /* an int64_t time that is not known */
