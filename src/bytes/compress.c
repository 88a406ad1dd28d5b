/* SPDX-License-Identifier: MIT */
#include "bytes/compress.h"
