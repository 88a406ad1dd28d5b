/* SPDX-License-Identifier: MIT */
#include "markup/xml.h"
