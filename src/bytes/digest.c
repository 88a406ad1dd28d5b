/* SPDX-License-Identifier: MIT */
#include "bytes/digest.h"
