/* SPDX-License-Identifier: MIT
 * forms.c - what the forms of an article's file are called, and what they cannot hold
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

/* [is_dated][has_history] */
static const char *const not_held[2][2][12] = {
    {
        {"earlier revisions", "when each revision was got", "the feed's own ids",
         "authors, tags, language, picture and summary", "line ends and indentation of the raw body",
         "paths of the dated layout (they are allotted anew)", "kept pages",
         "validators and other things learnt of sources", NULL},
        {"revisions between two commits", "when each revision was got (the commit's time stands for it)",
         "the feed's own ids", "authors, tags, language, picture and summary",
         "line ends and indentation of the raw body", "paths of the dated layout (they are allotted anew)",
         "kept pages", "validators and other things learnt of sources", NULL},
    },
    {
        {"earlier revisions", "the feed's own ids", "raw titles and bodies, as the feed had them",
         "tags and summary, addresses of authors",
         "numbers of the duty-machine layout (they are allotted anew)", "kept pages",
         "validators and other things learnt of sources", NULL},
        {"revisions between two commits", "the feed's own ids", "raw titles and bodies, as the feed had them",
         "tags and summary, addresses of authors",
         "numbers of the duty-machine layout (they are allotted anew)", "kept pages",
         "validators and other things learnt of sources", NULL},
    },
};

const char *const *import_not_held(bool is_dated, bool has_history)
{
    return not_held[is_dated][has_history];
}
