/* SPDX-License-Identifier: MIT */
#include "text/escape.h"
