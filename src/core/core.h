/* SPDX-License-Identifier: MIT
 * core.h - what every file of Courant may use: memory, bytes, errors. libc only. */
#pragma once
#include "core/arena.h"
#include "core/buf.h"
#include "core/error.h"
#include "core/macros.h"
#include "core/map.h"
#include "core/span.h"
#include "core/vec.h"
