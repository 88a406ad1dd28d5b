/* SPDX-License-Identifier: MIT
 * admission.c - how many polls may be in flight
 *
 * Credits bound the jobs, and a budget of bytes their bodies: what was answered is counted as it is, what is
 * still to come as the average so far. A source that has been silent for more than two generations (2 s each)
 * no longer counts for bytes: if it speaks at last, it is one of few. So ten thousand sources that answer 304
 * are asked by the thousand, and two hundred feeds of half a megabyte a few dozen at a time.
 */
#include "harvest/internal.h"

enum {
    GENERATION_MS = 2000,
    FIRST_FEW = 16,     /* before anything is known of the answers' size */
    KNOWN_ENOUGH = 8,   /* answers after which the average counts */
    WORKING_FACTOR = 4, /* a body, and what is read and cleaned of it */
};

static const int64_t budget = 32 * 1024 * 1024;

bool admission_is_open(const struct admission *admission, int64_t monotonic)
{
    int64_t generation = monotonic / GENERATION_MS;
    int64_t unanswered =
        admission->unanswered[generation % 64] + admission->unanswered[(generation + 63) % 64];
    int64_t answered = admission->answered;
    int64_t average = answered ? admission->answered_bytes / answered * WORKING_FACTOR : 0;

    if (admission->credits_used >= CREDITS)
        return false;
    if (answered < KNOWN_ENOUGH)
        return unanswered < FIRST_FEW;
    return admission->held_bytes + unanswered * average < budget;
}

void admission_take(struct admission *admission, struct job *job, int64_t monotonic)
{
    job->generation = (int)(monotonic / GENERATION_MS % 64);
    admission->unanswered[job->generation]++;
    admission->credits_used++;
}

void admission_answer(struct admission *admission, struct job *job, size_t body_size)
{
    job->held_bytes = (int64_t)body_size * WORKING_FACTOR;
    admission->held_bytes += job->held_bytes;
    admission->unanswered[job->generation]--;
    admission->answered++;
    admission->answered_bytes += (int64_t)body_size;
}

void admission_give_back(struct admission *admission, struct job *job)
{
    admission->held_bytes -= job->held_bytes;
    admission->credits_used--;
}
