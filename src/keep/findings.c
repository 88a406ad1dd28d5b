/* SPDX-License-Identifier: MIT
 * findings.c - what each finding means, and what repair does about it
 */
#include "keep/verify.h"

const struct finding_words finding_words[FINDING_KINDS] = {
    [FOUND_STORE_DAMAGED] =
        {"store-damaged", true, "the store does not say what it said",
         "the rows that are whole go into a new store, the rest is read from the archive and "
         "its history; the damaged file stays beside it"},
    [FOUND_STORE_LOG] = {"store-log-damaged", true, "the last changes to the store are lost to it",
                         "what the archive has of them is read back; the damaged log stays beside it"},
    [FOUND_STORE_MISSING] = {"store-missing", true, "the archive has articles, and there is no store",
                             "the store is made anew from the archive and its history"},
    [FOUND_STORE_OLDER] = {"store-older", true, "it is of an older version, and nobody can read it yet",
                           "it is brought forward, as by the next run"},
    [FOUND_FILE_MISSING] = {"file-missing", true, "an article of the store has no file",
                            "it is written again"},
    [FOUND_FILE_DIFFERS] = {"file-differs", true, "it was edited by hand, or is damaged",
                            "it is set aside and written again"},
    [FOUND_FILE_COMMITTED] =
        {"file-committed", true, "git has it so, and the store says something else",
         "a newer revision of Courant's own is read into the store; anything else is set "
         "aside and written again"},
    [FOUND_FILE_IN_THE_WAY] = {"file-in-the-way", true, "it stands where an article's file belongs",
                               "it is set aside, and the article is written"},
    [FOUND_FILE_NOT_COMMITTED] = {"file-not-committed", true, "git does not have it as it is",
                                  "it is committed"},
    [FOUND_FILE_UNKNOWN] = {"file-unknown", true, "it is an article, and the store does not have it",
                            "it is read into the store"},
    [FOUND_FILE_FOREIGN] = {"file-foreign", false, "Courant did not write it", "it is left as it is"},
    [FOUND_PAGE_MISSING] = {"page-missing", true, "a list or README is gone", "it is written again"},
    [FOUND_PAGE_DIFFERS] = {"page-differs", true, "a list or README was edited by hand, or is damaged",
                            "it is set aside and written again"},
    [FOUND_PAGE_BEHIND] = {"page-behind", false,
                           "a list or README is as it was last written, and the store has other news",
                           "it is written again, as with the next article of it"},
    [FOUND_TEMPORARY] = {"temporary", false, "an interrupted run left it",
                         "it is removed, as by the next run"},
    [FOUND_NO_REPOSITORY] = {"no-repository", true, "the archive's history is gone",
                             "a new repository is made, and the archive committed to it"},
    [FOUND_HEAD] = {"head-damaged", true, "git does not know which branch it is on",
                    "it is written anew; the old one is set aside"},
    [FOUND_SETTINGS] = {"settings-damaged", true, "git does not take it for a repository",
                        "the file that is in the way is set aside and written anew"},
    [FOUND_BRANCH] = {"branch-lost", true, "the history cannot be found from the branch",
                      "it is led to the newest commit that is whole"},
    [FOUND_OBJECTS] =
        {"objects-damaged", true, "a part of the history, or what leads to it, is damaged",
         "what is damaged is set aside and made anew from the archive's files and the store; what "
         "nobody has any more is cut off the history"},
    [FOUND_INDEX] = {"index-damaged", true, "git does not know what is committed",
                     "it is set aside and made anew from the last commit"},
    [FOUND_LOCK] = {"lock", true, "a git that is gone left it, and others cannot work", "it is removed"},
    [FOUND_UNFINISHED] = {"unfinished", false, "a run was interrupted", "it is taken up, as by the next run"},
};
