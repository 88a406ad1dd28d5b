/* SPDX-License-Identifier: MIT */
#include "text/url.h"
