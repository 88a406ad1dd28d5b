/* SPDX-License-Identifier: MIT */
#include "markup/markup.h"
