/* SPDX-License-Identifier: MIT */
#include "feed/feed.h"
