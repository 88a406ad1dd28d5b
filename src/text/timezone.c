/* SPDX-License-Identifier: MIT */
#include "text/timezone.h"
