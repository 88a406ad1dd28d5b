/* SPDX-License-Identifier: MIT */
#include "text/slug.h"
