/* SPDX-License-Identifier: MIT */
#include "text/date.h"
