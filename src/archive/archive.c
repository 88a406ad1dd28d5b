/* SPDX-License-Identifier: MIT */
#include "archive/archive.h"
