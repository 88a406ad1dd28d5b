/* SPDX-License-Identifier: MIT */
#include "text/language.h"
