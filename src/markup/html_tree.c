/* SPDX-License-Identifier: MIT */
#include "markup/html.h"
