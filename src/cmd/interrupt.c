/* SPDX-License-Identifier: MIT */
#include "cmd/interrupt.h"
#include "core/arena.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct interrupt {
    void (*on_signal)(void *context, int signal);
    void *context;
    sigset_t before;
    int signals, end; /* descriptors: a signalfd, and an eventfd that ends the thread */
    int stops_seen;   /* SIGINT and SIGTERM */
    pthread_t thread;
};

static void take_signal(struct interrupt *interrupt)
{
    struct signalfd_siginfo info;

    if (read(interrupt->signals, &info, sizeof info) != sizeof info)
        return;
    if (info.ssi_signo != SIGHUP && ++interrupt->stops_seen > 1)
        _exit(128 + (int)info.ssi_signo);
    interrupt->on_signal(interrupt->context, (int)info.ssi_signo);
}

static void *listen_for_signals(void *context)
{
    struct interrupt *interrupt = context;
    struct pollfd waits[] = {{.fd = interrupt->signals, .events = POLLIN},
                             {.fd = interrupt->end, .events = POLLIN}};

    for (;;) {
        if (poll(waits, ARRAY_SIZE(waits), -1) < 0 && errno != EINTR)
            return NULL;
        if (waits[0].revents)
            take_signal(interrupt);
        if (waits[1].revents)
            return NULL;
    }
}

static void release(struct interrupt *interrupt)
{
    if (interrupt->signals >= 0)
        close(interrupt->signals);
    if (interrupt->end >= 0)
        close(interrupt->end);
    pthread_sigmask(SIG_SETMASK, &interrupt->before, NULL);
    free(interrupt);
}

struct error *interrupt_open(void (*on_signal)(void *context, int signal), void *context,
                             struct interrupt **out_interrupt)
{
    struct interrupt *interrupt = memory_new(sizeof *interrupt);
    sigset_t ours;
    int failure;

    interrupt->on_signal = on_signal;
    interrupt->context = context;
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ours, &interrupt->before);
    interrupt->signals = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    interrupt->end = eventfd(0, EFD_CLOEXEC);
    failure = interrupt->signals < 0 || interrupt->end < 0
                  ? errno
                  : pthread_create(&interrupt->thread, NULL, listen_for_signals, interrupt);
    if (failure) {
        release(interrupt);
        return error_errno(failure, "could not listen for signals");
    }
    *out_interrupt = interrupt;
    return OK;
}

void interrupt_close(struct interrupt *interrupt)
{
    static const uint64_t one = 1;

    if (!interrupt)
        return;
    while (write(interrupt->end, &one, sizeof one) < 0)
        continue;
    pthread_join(interrupt->thread, NULL);
    release(interrupt);
}
