/* SPDX-License-Identifier: MIT */
#include "fetch/fetch.h"
