/* SPDX-License-Identifier: MIT
 * forms.c - what the forms of an article's file are called
 */
#include "keep/import.h"

static const char *const names[] = {
    [FORM_DUTY_MACHINE] = "duty-machine",
    [FORM_DATED] = "dated",
    [FORM_OLD_CDT] = "old-cdt",
    [FORM_JEKYLL] = "jekyll",
    [FORM_OTHER] = "other",
};

const char *import_form_name(enum archive_form form)
{
    return names[form];
}
