/* SPDX-License-Identifier: MIT */
#include "text/json.h"
