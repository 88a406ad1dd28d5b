/* SPDX-License-Identifier: MIT */
#include "core/fault.h"

struct error *fault_error(const char *point)
{
    return fault_at(point) ? error_new(ERROR_IO, "fault injected at %s", point) : OK;
}
