/* SPDX-License-Identifier: MIT
 * identity.h - what an item is known by, whether it has changed, and which article it is
 *
 * README.md tells the model. Forms, keys and what a document says of itself are pure; identify() asks the
 * store.
 */
#pragma once
#include "model/item.h"
#include "store/db.h"

struct store;
struct source_row;

/* --- normal.c: what of an item counts as its content (pure) --- */

struct form {         /* hashes; stored: a change of what they say needs a migration */
    uint64_t whole;   /* of all that counts: title, body, authors, picture */
    uint64_t body;    /* of the body's text, links and pictures */
    size_t body_size; /* bytes that counted in the body */
};
void item_form(struct arena *arena, const struct item *item, struct form *out_form);
/* The body as it is compared, appended to `out`: text without white space, addresses of links and pictures
 * without what varies. */
void normal_body(struct arena *arena, span raw_html, struct buf *out);

/* --- adopted.c: a body as an archive keeps it (pure) --- */

/* A hash of it. `is_dated_file`: only its words survive there; else its lines are glued. */
uint64_t adopted_form(struct arena *arena, const struct item *item, bool is_dated_file);

/* --- keys.c: by what an item may be known (pure) --- */

/* Stored, hashed together with the key: never renumber. */
enum key_kind {
    KEY_RAW,        /* all the feed said of it */
    KEY_WHOLE,      /* feed id, link, title and date together */
    KEY_ID,         /* the feed's id, without http:// */
    KEY_LINK,       /* canonical link */
    KEY_STORY,      /* registrable domain, and the publisher's number in the link */
    KEY_LOOSE_ID,   /* the id without host and fragment */
    KEY_LOOSE_LINK, /* the link without host */
    KEY_CONTENT,    /* title, date and body together */
    KEY_KINDS
};
#define KEY_BIT(kind) (1u << (kind))

struct item_keys {
    uint64_t at[KEY_KINDS]; /* 0: it has none of that kind */
    unsigned telling;       /* KEY_BIT of those that are hardly like another's by chance */
};
struct home { /* addresses that lead to the site and not to an article: canonical keys */
    span feed, address;
};
/* All but KEY_CONTENT, which needs the form. */
void item_keys(struct arena *arena, const struct item *item, const struct home *home,
               struct item_keys *out_keys);
uint64_t key_hash(enum key_kind kind, span value); /* never 0 */
uint64_t raw_key(const struct item *item);         /* 0: it has no raw hash */
uint64_t content_key(struct arena *arena, const struct item *item, const struct form *form);
/* KEY_WHOLE of an item whose id, link, title and date another of the document has too */
uint64_t narrow_key(struct arena *arena, uint64_t whole, const struct form *form);
uint64_t link_hash(struct arena *arena, span link); /* its KEY_LINK */

span feed_id_key(const struct item *item);                     /* empty: it has none */
span title_key(struct arena *arena, const struct item *item);  /* the title made comparable */
bool is_same_path(struct arena *arena, span link, span other); /* but for host and what varies */
/* The key that names the article for ever: the feed's id, else the link, else all of it. */
span first_key(struct arena *arena, const struct item *item);

/* --- story.c (pure) --- */

struct story { /* the publisher's own number, where the address holds one */
    span number;
    span script;     /* the path, where the number stands in the query: the number is its own then */
    bool is_telling; /* the number stands by itself, or is long */
};
bool story_of_link(span canonical, struct story *out_story);

/* --- document.c: what a document says of itself (pure) --- */

struct sighting { /* an item of the document in hand */
    const struct item *item;
    struct item_keys keys;
    unsigned shared; /* KEY_BIT of the kinds of which another item has the same key */
    struct form form;
    bool has_form;          /* those known by their raw hash need none */
    struct sighting *first; /* the one that said the same before it; NULL: none did */

    /* what identify() finds */
    int64_t article;          /* key of the row; 0: new */
    bool is_settled;          /* known by its raw hash, with nothing to do */
    int64_t known[KEY_KINDS]; /* articles that its keys lead to; 0: none, or more than one */
};
struct document {
    struct source_row *source;
    struct sighting *sightings;
    size_t count;
    unsigned distrusted; /* KEY_BIT of the kinds that this source's history speaks against */
};
/* Finds keys, repeats and what is shared; deleted items are left out. `arena` holds the sightings, `passing`
 * is used and reset. */
void document_read(struct arena *arena, struct arena *passing, const struct item *items, size_t count,
                   const struct home *home, struct document *out_document);
void sighting_read_form(struct arena *passing, struct sighting *sighting);

/* --- known.c: what the store recognises --- */

struct known {
    int64_t article; /* 0: nothing is known by that key */
    int64_t revision;
    bool is_shared;
};
struct error *known_look_up(struct db *db, int64_t source, uint64_t key, struct known *out_known) MUST_USE;
/* Writes down by what the article can be known from now on. `revision`: the one that the item's raw hash
 * says. `*key_count` is the article's number of keys. */
struct error *known_add(struct db *db, const struct document *document, const struct sighting *sighting,
                        int64_t revision, int64_t *key_count) MUST_USE;

/* --- trust.c: how the kinds of keys have done in a source --- */

struct error *trust_read(struct db *db, struct document *document) MUST_USE;
struct error *trust_judge(struct db *db, const struct document *document) MUST_USE;

/* --- identity.c --- */

/* Which article is each item of the document? Writes nothing but trust. */
struct error *identify(struct store *store, struct document *document) MUST_USE;
