/* SPDX-License-Identifier: MIT
 * test_store_identity.c - which article is it? Scenarios of several polls, each with what it must bring
 */
#include "tests/unit/store_room.h"

enum { MOST_ITEMS = 8, MOST_POLLS = 10, MOST_SCENARIOS = 64 };

struct told { /* an item in a few words; hours: published, before the first poll; NO_DATE: none given */
    const char *id, *link, *title;
    int hours;
    const char *body;
};
enum { NO_DATE = -1000000 };

struct step {
    int new_count, revised_count;
    struct told items[MOST_ITEMS];
};

struct scenario {
    const char *name;
    struct step polls[MOST_POLLS];
};

#define LONG_BODY                                                                                       \
    "<p>The bridge over the Alder was closed on Tuesday night, after two bearings had been found worn " \
    "out.</p>"

static const struct scenario scenarios[] = {
    {"the same document again brings nothing",
     {{2, 0, {{"1", "https://a.example/one", "One", 1, "x"}, {"2", "https://a.example/two", "Two", 2, "y"}}},
      {0,
       0,
       {{"1", "https://a.example/one", "One", 1, "x"}, {"2", "https://a.example/two", "Two", 2, "y"}}}}},
    {"another order brings nothing",
     {{2, 0, {{"1", "https://a.example/one", "One", 1, "x"}, {"2", "https://a.example/two", "Two", 2, "y"}}},
      {0,
       0,
       {{"2", "https://a.example/two", "Two", 2, "y"}, {"1", "https://a.example/one", "One", 1, "x"}}}}},
    {"an edited text is a revision, once",
     {{1, 0, {{"1", "https://a.example/one", "One", 1, "first"}}},
      {0, 1, {{"1", "https://a.example/one", "One", 1, "second"}}},
      {0, 0, {{"1", "https://a.example/one", "One", 1, "second"}}}}},
    {"an id that is used for one story after another names none of them",
     {{1, 0, {{"latest", "https://a.example/one-story", "One", 30, "x"}}},
      {1, 0, {{"latest", "https://a.example/another-tale", "Two", 20, "y"}}},
      {1, 0, {{"latest", "https://a.example/third-matter", "Three", 10, "z"}}},
      {0, 0, {{"latest", "https://a.example/third-matter", "Three", 10, "z"}}},
      {0, 1, {{"latest", "https://a.example/third-matter", "Three", 10, "edited"}}}}},
    {"a retitled article with a new address is known by its id",
     {{1, 0, {{"tag:a,1", "https://a.example/old-words-here", "Old", 1, "x"}}},
      {0, 1, {{"tag:a,1", "https://a.example/new-words-here", "New", 1, "y"}}}}},
    {"without an id an article is known by its link",
     {{1, 0, {{"", "https://a.example/n/1", "Old", 1, "x"}}},
      {0, 1, {{"", "https://a.example/n/1", "New", 2, "y"}}}}},
    {"without an id and a date too",
     {{1, 0, {{"", "https://a.example/n/1", "Old", NO_DATE, "x"}}},
      {0, 1, {{"", "https://a.example/n/1", "New", NO_DATE, "y"}}}}},
    {"an id that comes and goes changes nothing",
     {{1, 0, {{"77", "https://a.example/one-story", "One", 1, "x"}}},
      {0, 0, {{"", "https://a.example/one-story", "One", 1, "x"}}},
      {0, 0, {{"77", "https://a.example/one-story", "One", 1, "x"}}}}},
    {"the publisher's number outlives the words in the address",
     {{1, 0, {{"", "https://www.a.example/a/old-words/7856214.html", "Old", 1, "x"}}},
      {0, 1, {{"", "https://www.a.example/a/new-words/7856214.html", "New", 2, "y"}}}}},
    {"and where the id is the address",
     {{1, 0, {{"https://a.example/zh/old/a-62120601", "https://a.example/zh/old/a-62120601", "Old", 1, "x"}}},
      {0,
       1,
       {{"https://a.example/zh/new/a-62120601", "https://a.example/zh/new/a-62120601", "New", 2, "y"}}}}},
    {"a number at the end of words counts where it is long",
     {{1, 0, {{"", "https://www.a.example/news/world-europe-53421876", "Old", 1, "x"}}},
      {0, 1, {{"", "https://www.a.example/news/uk-53421876", "New", 2, "y"}}}}},
    {"a short number in a headline is no story number",
     {{1, 0, {{"", "https://a.example/quake-kills-10000-people", "Quake", 9, "x"}}},
      {1, 0, {{"", "https://a.example/march-of-10000-in-rain", "March", 2, "y"}}}}},
    {"a date in the address is no story number",
     {{1, 0, {{"", "https://a.example/digest/20241107.html", "Thursday", 9, "x"}}},
      {1, 0, {{"", "https://a.example/evening/20241107.html", "Evening", 2, "y"}}}}},
    {"one number in two documents of other sites is another story",
     {{1, 0, {{"", "https://a.example/a/7856214.html", "One", 1, "x"}}},
      {1, 0, {{"", "https://b.example/a/7856214.htm", "Two", 2, "y"}}}}},
    {"a number that two items of a document share names neither",
     {{2,
       0,
       {{"", "https://a.example/old/a-62120601", "Old", 2, "x"},
        {"", "https://a.example/new/a-62120601", "New", 1, "y"}}},
      {0,
       0,
       {{"", "https://a.example/old/a-62120601", "Old", 2, "x"},
        {"", "https://a.example/new/a-62120601", "New", 1, "y"}}}}},
    {"the same in a feed that grew",
     {{1, 0, {{"", "https://a.example/old/a-62120601", "Old", 2, "x"}}},
      {1,
       0,
       {{"", "https://a.example/old/a-62120601", "Old", 2, "x"},
        {"", "https://a.example/new/a-62120601", "New", 1, "y"}}}}},
    {"an equal title alone is never the same article",
     {{1, 0, {{"1", "https://a.example/mon", "Weather", 30, "sun"}}},
      {1, 0, {{"2", "https://a.example/tue", "Weather", 6, "rain"}}}}},
    {"nor without ids and links",
     {{1, 0, {{"", "", "Weather", 30, "sun"}}}, {1, 0, {{"", "", "Weather", 6, "rain"}}}}},
    {"without id and link, title and date are the article's",
     {{2, 0, {{"", "", "Weather", 30, "sun"}, {"", "", "Roads", 30, "dry"}}},
      {0, 1, {{"", "", "Weather", 30, "cloud"}, {"", "", "Roads", 30, "dry"}}}}},
    {"placeholders name nothing",
     {{3, 0, {{"N/A", "N/A", "One", 1, "x"}, {"N/A", "N/A", "Two", 1, "y"}, {"N/A", "N/A", "Three", 2, "z"}}},
      {0,
       0,
       {{"N/A", "N/A", "One", 1, "x"}, {"N/A", "N/A", "Two", 1, "y"}, {"N/A", "N/A", "Three", 2, "z"}}}}},
    {"one placeholder at a time names nothing either",
     {{1, 0, {{"null", "#", "One", 3, "x"}}}, {1, 0, {{"null", "#", "Two", 1, "y"}}}}},
    {"the site's own address names nothing",
     {{1, 0, {{"", "https://a.example/", "One", 3, "x"}}},
      {1, 0, {{"", "https://www.a.example", "Two", 1, "y"}}}}},
    {"the feed's address names nothing",
     {{1, 0, {{"https://a.example/feed", "https://a.example/feed", "One", 3, "x"}}},
      {1, 0, {{"http://a.example/feed", "http://a.example/feed/", "Two", 1, "y"}}}}},
    {"one address and one date for all, no ids: titles tell them apart",
     {{4,
       0,
       {{"", "https://a.example/menu", "Soup", 0, "a"},
        {"", "https://a.example/menu", "Fish", 0, "b"},
        {"", "https://a.example/menu", "Rice", 0, "c"},
        {"", "https://a.example/menu", "Tea", 0, "d"}}},
      {0,
       0,
       {{"", "https://a.example/menu", "Soup", 0, "a"},
        {"", "https://a.example/menu", "Fish", 0, "b"},
        {"", "https://a.example/menu", "Rice", 0, "c"},
        {"", "https://a.example/menu", "Tea", 0, "d"}}},
      {1,
       0,
       {{"", "https://a.example/menu", "Cake", 0, "e"},
        {"", "https://a.example/menu", "Soup", 0, "a"},
        {"", "https://a.example/menu", "Fish", 0, "b"}}},
      {1, 0, {{"", "https://a.example/menu", "Nuts", 0, "f"}}}}},
    {"ids that differ behind the # alone, one of them twice",
     {{4,
       0,
       {{"https://t.example/#2d53", "https://t.example/", "0.3.1", 90, "a"},
        {"https://t.example/#2d53", "https://t.example/", "0.3.2", 60, "b"},
        {"https://t.example/#91aa", "https://t.example/", "0.4.0", 30, "c"},
        {"https://t.example/#c07e", "https://t.example/", "0.4.1", 9, "d"}}},
      {0,
       0,
       {{"https://t.example/#2d53", "https://t.example/", "0.3.1", 90, "a"},
        {"https://t.example/#2d53", "https://t.example/", "0.3.2", 60, "b"},
        {"https://t.example/#91aa", "https://t.example/", "0.4.0", 30, "c"},
        {"https://t.example/#c07e", "https://t.example/", "0.4.1", 9, "d"}}},
      {1,
       0,
       {{"https://t.example/#91aa", "https://t.example/", "0.4.0", 30, "c"},
        {"https://t.example/#c07e", "https://t.example/", "0.4.1", 9, "d"},
        {"https://t.example/#77b0", "https://t.example/", "0.5.0", 1, "e"}}}}},
    {"a counter behind the # that moves at each edit",
     {{2,
       0,
       {{"https://g.example/n/c1#0", "https://g.example/n/c1", "Bridge", 9, "x"},
        {"https://g.example/n/c2#0", "https://g.example/n/c2", "Otters", 9, "y"}}},
      {0,
       0,
       {{"https://g.example/n/c1#1", "https://g.example/n/c1", "Bridge", 7, "x"},
        {"https://g.example/n/c2#0", "https://g.example/n/c2", "Otters", 7, "y"}}},
      {0,
       1,
       {{"https://g.example/n/c1#2", "https://g.example/n/c1", "Bridge open", 7, "z"},
        {"https://g.example/n/c2#1", "https://g.example/n/c2", "Otters", 7, "y"}}}}},
    {"ids made anew at every poll",
     {{2,
       0,
       {{"r1", "https://a.example/n/1", "One", 3, "x"}, {"r2", "https://a.example/n/2", "Two", 2, "y"}}},
      {0,
       0,
       {{"r3", "https://a.example/n/1", "One", 3, "x"}, {"r4", "https://a.example/n/2", "Two", 2, "y"}}},
      {1,
       1,
       {{"r5", "https://a.example/n/1", "One", 3, "X"},
        {"r6", "https://a.example/n/2", "Two", 2, "y"},
        {"r7", "https://a.example/n/3", "Three", 1, "z"}}}}},
    {"ids that are places in the list",
     {{2, 0, {{"1", "https://a.example/n/2", "Two", 3, "y"}, {"2", "https://a.example/n/1", "One", 4, "x"}}},
      {1,
       0,
       {{"1", "https://a.example/n/3", "Three", 2, "z"},
        {"2", "https://a.example/n/2", "Two", 3, "y"},
        {"3", "https://a.example/n/1", "One", 4, "x"}}},
      {1,
       0,
       {{"1", "https://a.example/n/4", "Four", 1, "w"},
        {"2", "https://a.example/n/3", "Three", 2, "z"},
        {"3", "https://a.example/n/2", "Two", 3, "y"}}}}},
    {"one id for all, in one odd poll",
     {{2, 0, {{"a", "https://a.example/n/1", "One", 4, "x"}, {"b", "https://a.example/n/2", "Two", 3, "y"}}},
      {1,
       0,
       {{"err", "https://a.example/n/1", "One", 4, "x"},
        {"err", "https://a.example/n/2", "Two", 3, "y"},
        {"err", "https://a.example/n/3", "Three", 2, "z"}}},
      {0,
       1,
       {{"a", "https://a.example/n/1", "One", 4, "x"},
        {"b", "https://a.example/n/2", "Two, mended", 3, "y"},
        {"c", "https://a.example/n/3", "Three", 2, "z"}}}}},
    {"one link for all, in one odd poll",
     {{2, 0, {{"a", "https://a.example/n/1", "One", 4, "x"}, {"b", "https://a.example/n/2", "Two", 3, "y"}}},
      {0, 0, {{"a", "https://a.example/", "One", 4, "x"}, {"b", "https://a.example/", "Two", 3, "y"}}},
      {0,
       1,
       {{"a", "https://a.example/n/1", "One", 4, "x"}, {"b", "https://a.example/n/2", "Two", 3, "Y"}}}}},
    {"neither ids nor links, in one odd poll",
     {{2,
       0,
       {{"a", "https://a.example/n/1", "One", 4, LONG_BODY},
        {"b", "https://a.example/n/2", "Two", 3, LONG_BODY}}},
      {0, 0, {{"", "", "One", 4, LONG_BODY}, {"", "", "Two", 3, LONG_BODY}}},
      {0,
       0,
       {{"a", "https://a.example/n/1", "One", 4, LONG_BODY},
        {"b", "https://a.example/n/2", "Two", 3, LONG_BODY}}}}},
    {"http becomes https, in ids and links",
     {{1, 0, {{"http://a.example/one", "http://a.example/one", "One", 4, "x"}}},
      {0, 0, {{"https://a.example/one", "https://a.example/one", "One", 4, "x"}}}}},
    {"the site moves to another host",
     {{2,
       0,
       {{"http://old.example/n/1", "http://old.example/n/1", "One", 4, "x"},
        {"http://old.example/n/2", "http://old.example/n/2", "Two", 3, "y"}}},
      {1,
       0,
       {{"https://new.example/n/1", "https://new.example/n/1", "One", 4, "x"},
        {"https://new.example/n/2", "https://new.example/n/2", "Two", 3, "y"},
        {"https://new.example/n/3", "https://new.example/n/3", "Three", 1, "z"}}}}},
    {"the ids' host changes and the links stay",
     {{1, 0, {{"http://old.example/?p=17", "https://a.example/long-words-of-it", "One", 4, "x"}}},
      {0, 0, {{"http://new.example/?p=17", "https://a.example/long-words-of-it", "One", 4, "x"}}}}},
    {"a move that changes ids and addresses wholly",
     {{1, 0, {{"http://old.example/?p=17", "http://old.example/?p=17", "One", 4, LONG_BODY}}},
      {0, 1, {{"urn:x:5", "https://new.example/2024/bridge", "One", 4, LONG_BODY}}}}},
    {"a page of a project that each of its news links to",
     {{1, 0, {{"push-771", "https://forge.example/notes", "notes: 3 commits", 30, "a"}}},
      {1, 0, {{"push-772", "https://forge.example/notes", "notes: 1 commit", 6, "b"}}},
      {0, 1, {{"push-772", "https://forge.example/notes", "notes: 1 commit", 6, "c"}}}}},
    {"tracking parameters and fragments are not the address",
     {{1, 0, {{"", "https://a.example/n/1?utm_source=rss&utm_medium=feed", "One", 4, "x"}}},
      {0, 0, {{"", "https://a.example/n/1?utm_source=mail#top", "One", 4, "x"}}}}},
    {"the same item twice in a document is one",
     {{1, 0, {{"a", "https://a.example/n/1", "One", 4, "x"}, {"a", "https://a.example/n/1", "One", 4, "x"}}},
      {0, 0, {{"a", "https://a.example/n/1", "One", 4, "x"}}}}},
    {"two items under one id are both kept",
     {{2, 0, {{"a", "https://a.example/n/1", "One", 4, "x"}, {"a", "https://a.example/n/2", "Two", 3, "y"}}},
      {0, 0, {{"a", "https://a.example/n/1", "One", 4, "x"}, {"a", "https://a.example/n/2", "Two", 3, "y"}}},
      {0,
       1,
       {{"a", "https://a.example/n/1", "One", 4, "x"}, {"a", "https://a.example/n/2", "Two!", 3, "y"}}}}},
    {"two texts under one id, link, title and date are both kept",
     {{2,
       0,
       {{"a", "https://a.example/n/1", "Note", 4, "x"}, {"a", "https://a.example/n/1", "Note", 4, "y"}}},
      {0,
       0,
       {{"a", "https://a.example/n/1", "Note", 4, "y"}, {"a", "https://a.example/n/1", "Note", 4, "x"}}}}},
    {"notes without titles are told apart by what they say",
     {{2, 0, {{"", "", "", 4, "first"}, {"", "", "", 4, "second"}}},
      {1, 0, {{"", "", "", 4, "third"}, {"", "", "", 4, "first"}, {"", "", "", 4, "second"}}}}},
    {"ids made anew at every poll, and no links",
     {{2, 0, {{"r1", "https://a.example/", "One", 3, "x"}, {"r2", "https://a.example/", "Two", 2, "y"}}},
      {0, 0, {{"r3", "https://a.example/", "One", 3, "x"}, {"r4", "https://a.example/", "Two", 2, "y"}}},
      {1, 0, {{"r5", "https://a.example/", "Two", 2, "y"}, {"r6", "https://a.example/", "Three", 1, "z"}}}}},
    {"and no texts either: it takes three polls to see through",
     {{2, 0, {{"r1", "", "One", 3, ""}, {"r2", "", "Two", 2, ""}}},
      {2, 0, {{"r3", "", "One", 3, ""}, {"r4", "", "Two", 2, ""}}},
      {2, 0, {{"r5", "", "One", 3, ""}, {"r6", "", "Two", 2, ""}}},
      {2, 0, {{"r7", "", "One", 3, ""}, {"r8", "", "Two", 2, ""}}},
      {0, 0, {{"r9", "", "One", 3, ""}, {"ra", "", "Two", 2, ""}}},
      {1, 0, {{"rb", "", "Two", 2, ""}, {"rc", "", "Three", 1, ""}}}}},
    {"session numbers in the links, and no ids",
     {{2,
       0,
       {{"", "https://a.example/n?s=81", "One", 3, "x"}, {"", "https://a.example/n?s=82", "Two", 2, "y"}}},
      {0,
       2,
       {{"", "https://a.example/n?s=83", "One", 3, "x"}, {"", "https://a.example/n?s=84", "Two", 2, "y"}}},
      {0,
       0,
       {{"", "https://a.example/n?s=85", "One", 3, "x"}, {"", "https://a.example/n?s=86", "Two", 2, "y"}}}}},
    {"two forms of an article come to stand side by side",
     {{1, 0, {{"a", "https://a.example/n/1", "One", 4, "x"}}},
      {0, 1, {{"a", "https://a.example/n/1", "One, mended", 4, "y"}}},
      {1,
       0,
       {{"a", "https://a.example/n/1", "One", 4, "x"},
        {"a", "https://a.example/n/1", "One, mended", 4, "y"}}},
      {0,
       0,
       {{"a", "https://a.example/n/1", "One", 4, "x"},
        {"a", "https://a.example/n/1", "One, mended", 4, "y"}}}}},
    {"a round number is counted, not a story's own",
     {{1, 0, {{"", "https://a.example/1000000-march-in-rain", "March", 9, "x"}}},
      {1, 0, {{"", "https://a.example/1000000-flee-the-storm", "Storm", 2, "y"}}}}},
    {"one number under two scripts is two stories",
     {{1, 0, {{"", "https://a.example/news.php?id=53421876", "News", 9, "x"}}},
      {1, 0, {{"", "https://a.example/clip.php?id=53421876", "Clip", 2, "y"}}}}},
    {"a number in a parameter outlives the others",
     {{1, 0, {{"", "https://a.example/news.php?cat=2&id=53421876", "Old", 9, "x"}}},
      {0, 1, {{"", "https://a.example/news.php?id=53421876&cat=7", "New", 2, "y"}}}}},
    {"ids get another form while the links stay",
     {{2,
       0,
       {{"https://a.example/?p=1", "https://a.example/n/1", "One", 4, "x"},
        {"https://a.example/?p=2", "https://a.example/n/2", "Two", 3, "y"}}},
      {0,
       0,
       {{"tag:a.example,2024:1", "https://a.example/n/1", "One", 4, "x"},
        {"tag:a.example,2024:2", "https://a.example/n/2", "Two", 3, "y"}}},
      {0,
       1,
       {{"tag:a.example,2024:1", "https://a.example/n/1", "One", 4, "x"},
        {"tag:a.example,2024:2", "https://a.example/n/2", "Two again", 3, "y"}}}}},
    {"a tag's host changes with the links'",
     {{1, 0, {{"tag:old.example,2024:77", "https://old.example/n/1", "One", 4, "x"}}},
      {0, 0, {{"tag:new.example,2024:77", "https://new.example/n/1", "One", 4, "x"}}}}},
    {"a story told anew under its telling address",
     {{1, 0, {{"a", "https://a.example/bridge-closes-for-weeks", "Bridge closes", 30, "x"}}},
      {0, 1, {{"b", "https://a.example/bridge-closes-for-weeks", "Bridge: what we know", 6, "y"}}}}},
    {"one id for what is today's",
     {{1, 0, {{"today", "https://a.example/weather", "Monday", 30, "sun"}}},
      {0, 1, {{"today", "https://a.example/weather", "Tuesday", 6, "rain"}}}}},
    {"parts of one page, told apart behind the #",
     {{2,
       0,
       {{"", "https://a.example/live/x#p1", "First", 4, "x"},
        {"", "https://a.example/live/x#p2", "Second", 3, "y"}}},
      {1,
       0,
       {{"", "https://a.example/live/x#p1", "First", 4, "x"},
        {"", "https://a.example/live/x#p2", "Second", 3, "y"},
        {"", "https://a.example/live/x#p3", "Third", 1, "z"}}}}},
    {"routes behind the # are addresses",
     {{1, 0, {{"", "https://a.example/#/post/1", "One", 4, "x"}}},
      {1,
       1,
       {{"", "https://a.example/#/post/1", "One!", 4, "x"},
        {"", "https://a.example/#/post/2", "Two", 3, "y"}}}}},
    {"an item that vanished and comes back is known",
     {{1, 0, {{"a", "https://a.example/n/1", "One", 4, "x"}}},
      {1, 0, {{"b", "https://a.example/n/2", "Two", 3, "y"}}},
      {0, 0, {{"a", "https://a.example/n/1", "One", 4, "x"}}}}},
    {"a late item is new, whatever its date",
     {{1, 0, {{"a", "https://a.example/n/1", "One", 4, "x"}}},
      {1,
       0,
       {{"a", "https://a.example/n/1", "One", 4, "x"}, {"z", "https://a.example/n/0", "Late", 9000, "y"}}}}},
};

static struct item item_of(const struct told *told)
{
    int64_t at = told->hours == NO_DATE ? NO_TIME : ROOM_NOW - told->hours * HOUR;

    return room_item(told->id, told->link, told->title, at, told->body);
}

/* The poll of a scenario; `with_known`: as a harvest gives it, items that are known not cleaned. */
static bool take_step(struct room *room, const struct scenario *scenario, size_t step, bool with_known)
{
    const struct step *wanted = &scenario->polls[step];
    struct item items[MOST_ITEMS];
    struct poll_counts counts;
    size_t count = 0;

    OPEN(store_reader) reader = room_reader(room);
    for (; count < MOST_ITEMS && wanted->items[count].title; count++) {
        items[count] = item_of(&wanted->items[count]);
        if (with_known)
            assert_ok(store_knows(reader, S("a"), items[count].raw_hash, &items[count].is_known));
        if (items[count].is_known)
            items[count].raw_body = items[count].html = (span){0};
    }
    clock_advance(room->clock, HOUR);
    counts = room_take(room, "a", items, count);
    if (counts.new_count == wanted->new_count && counts.revised_count == wanted->revised_count &&
        !counts.failed_count)
        return true;
    print_error("%s: poll %zu: %d new, %d revised, %d failed; wanted %d new, %d revised\n", scenario->name,
                step + 1, (int)counts.new_count, (int)counts.revised_count, (int)counts.failed_count,
                wanted->new_count, wanted->revised_count);
    return false;
}

static int run_scenarios(bool with_known)
{
    int failed = 0;

    for (size_t i = 0; i < ARRAY_SIZE(scenarios); i++) {
        struct room room;
        bool is_right = true;
        room_make(&room);
        room_want(&room, "a", "https://a.example/feed");
        for (size_t step = 0; step < MOST_POLLS && scenarios[i].polls[step].items[0].title; step++)
            is_right = take_step(&room, &scenarios[i], step, with_known) && is_right;
        failed += !is_right;
        room_remove(&room);
    }
    return failed;
}

static void each_scenario_brings_what_it_should(void **state)
{
    (void)state;
    assert_int_equal(run_scenarios(false), 0);
}

static void it_does_so_where_known_items_come_without_their_text(void **state)
{
    (void)state;
    assert_int_equal(run_scenarios(true), 0);
}

/* --- a feed that grows --- */

enum { GROWING = 12, TRIALS = 60 };

struct dice {
    uint64_t state;
};

static int roll(struct dice *dice, int sides)
{
    dice->state = dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((dice->state >> 33) % (uint64_t)sides);
}

/* Items in order of publication, with ids, links and titles that clash in one way or another. */
static void make_feed(struct arena *arena, uint64_t seed, struct item *items)
{
    static const char *const ids[] = {"", "g%d", "g-%d", "https://a.example/x#%d", "N/A"};
    static const char *const links[] = {"", "https://a.example/n/%d", "https://a.example/w%d/a-62120601",
                                        "https://a.example/", "https://a.example/page?id=%d"};
    struct dice dice = {seed};
    const char *id = ids[roll(&dice, ARRAY_SIZE(ids))], *link = links[roll(&dice, ARRAY_SIZE(links))];
    int distinct[] = {1 + roll(&dice, GROWING), 1 + roll(&dice, GROWING), 1 + roll(&dice, GROWING)};

    for (int i = 0; i < GROWING; i++)
        items[i] =
            room_item(arena_printf(arena, id, roll(&dice, distinct[0])).at,
                      arena_printf(arena, link, roll(&dice, distinct[1])).at,
                      arena_printf(arena, "Title %d", roll(&dice, distinct[2])).at,
                      ROOM_NOW - (GROWING - i) / 4 * HOUR, arena_printf(arena, "body %d", roll(&dice, 8)).at);
}

static const struct article_filter all_of_a = {
    .source_id = {"a", 1}, .since = NO_TIME, .until = NO_TIME, .by_number = true};

static size_t harvest(struct arena *arena, struct item *items, struct dice *steps,
                      struct listing **out_listings)
{
    struct room room;
    size_t count;

    room_make(&room);
    room_want(&room, "a", "https://f.example/feed");
    for (int given = 0; given < GROWING;) {
        int more = steps ? 1 + roll(steps, 4) : GROWING;
        struct poll_counts counts;
        given = MIN(given + more, GROWING);
        counts = room_take(&room, "a", items, (size_t)given);
        assert_int_equal(counts.revised_count + counts.failed_count, 0);
    }
    OPEN(store_reader) reader = room_reader(&room);
    assert_ok(store_list(reader, arena, &all_of_a, out_listings, &count));
    store_reader_close(MOVE(reader));
    room_remove(&room);
    return count;
}

static void a_feed_that_grows_gives_what_it_gives_at_once(void **state)
{
    (void)state;
    for (uint64_t trial = 1; trial <= TRIALS; trial++) {
        OWN(arena) arena = arena_new(16 * MiB);
        struct dice steps = {trial * 77};
        struct item items[GROWING];
        struct listing *at_once, *grown;
        size_t count;
        make_feed(arena, trial, items);
        count = harvest(arena, items, NULL, &at_once);
        assert_int_equal(harvest(arena, items, &steps, &grown), count);
        for (size_t i = 0; i < count; i++) {
            assert_true(at_once[i].id == grown[i].id);
            assert_int_equal(at_once[i].number, grown[i].number);
            assert_true(span_equal(at_once[i].path, grown[i].path));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_scenario_brings_what_it_should),
        cmocka_unit_test(it_does_so_where_known_items_come_without_their_text),
        cmocka_unit_test(a_feed_that_grows_gives_what_it_gives_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
