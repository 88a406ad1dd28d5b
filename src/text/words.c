/* SPDX-License-Identifier: MIT */
#include "text/words.h"
