/* SPDX-License-Identifier: MIT
 * shared.h - inputs for measuring that lie beside the project, and may be absent
 */
#pragma once

/* Where `relative` ("corpus/url/toascii.json") is: below $COURANT_SHARED, else below ../shared from the
 * project's root ($COURANT_ROOT). NULL where it is not there: the test is skipped, saying so. Valid until the
 * next call. */
const char *shared_path(const char *relative);
