/* SPDX-License-Identifier: MIT */
#include "text/charset.h"
