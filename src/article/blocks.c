/* SPDX-License-Identifier: MIT */
#include "article/blocks.h"
#include "core/vec.h"
#include "limits/limits.h"
#include "text/utf8.h"

struct known_signs {
    span names;
    uint32_t signs;
};

struct gathering {
    struct arena *arena;
    struct blocks *blocks;
    VEC(struct element) elements;
    VEC(struct block) list;
    struct buf text; /* of the block being gathered, spaces not yet collapsed */
    struct block open;
    int current; /* element that is open: index */
    int in_link, in_strong, in_em;
    int breaks;       /* <br> since the last text */
    struct buf names; /* of an element */
    struct known_signs known[256];
};

/* --- what counts of a text --- */

uint32_t *blocks_tokens(struct arena *arena, span text, int *out_count)
{
    VEC(uint32_t) tokens = {.capacity = text.len / 3 + 8}; /* few texts have more */
    uint32_t hash = 0;
    bool is_open = false;

    tokens.at = ARENA_ARRAY(arena, uint32_t, tokens.capacity);
    for (uint32_t c; utf8_next(&text, &c);) {
        bool is_alone = c >= 0x80 && is_unspaced(c) && is_letter_or_digit(c);
        bool is_word = !is_alone && (is_letter_or_digit(c) || c == '_');
        if (is_open && !is_word) {
            *vec_add(arena, &tokens) = hash;
            is_open = false;
        }
        if (is_alone)
            *vec_add(arena, &tokens) = (c ^ 0x5bd1e995u) * 0x9e3779b1u;
        if (!is_word)
            continue;
        hash = (is_open ? hash : 0x811c9dc5u) ^ fold_case(c);
        hash *= 0x01000193u;
        hash ^= hash >> 15;
        is_open = true;
    }
    if (is_open)
        *vec_add(arena, &tokens) = hash;
    *out_count = (int)tokens.len;
    return tokens.at;
}

/* What a character is to a text: most are ASCII, and known by a table. */
enum trait {
    SPACE = 1,
    DIGIT = 2,
    SMALL = 4,
    CAPITAL = 8,
    ENDS_SENTENCE = 16, /* before white space or a closing mark */
    ENDS_ANYWHERE = 32, /* a sentence, whatever follows */
    CLOSES = 64,        /* quotation marks and brackets */
    COMMA = 128,
    BAR = 256,
    UNSPACED = 512
};

static const uint8_t ascii_traits[128] = {
    ['\t'] = SPACE,        ['\n'] = SPACE,        ['\v'] = SPACE,        ['\f'] = SPACE,
    ['\r'] = SPACE,        [' '] = SPACE,         ['0' ... '9'] = DIGIT, ['A' ... 'Z'] = CAPITAL,
    ['a' ... 'z'] = SMALL, ['.'] = ENDS_SENTENCE, ['!'] = ENDS_SENTENCE, ['?'] = ENDS_SENTENCE,
    [';'] = ENDS_SENTENCE, ['"'] = CLOSES,        ['\''] = CLOSES,       [')'] = CLOSES,
    [']'] = CLOSES,        [','] = COMMA,
};

static unsigned traits_beyond_ascii(uint32_t c)
{
    switch (c) {
    case 0x3002: /* 。 */
    case 0xFF01: /* ！ */
    case 0xFF1F: /* ？ */
    case 0x2026: /* … */
    case 0xFF1B: /* ； */
        return ENDS_ANYWHERE;
    case 0x201C:
    case 0x201D:
    case 0x2019:
    case 0xFF09: /* ） */
    case 0x300D: /* 」 */
    case 0x300F: /* 』 */
        return CLOSES;
    case 0xBB: /* » */
        return CLOSES | BAR;
    case 0xFF0C: /* ， */
    case 0x3001: /* 、 */
    case 0x060C: /* Arabic */
        return COMMA;
    case 0x203A: /* › */
    case 0xB7:   /* · */
    case 0x2022: /* • */
        return BAR;
    default:
        break;
    }
    if (is_js_space(c))
        return SPACE;
    if (!is_letter_or_digit(c))
        return 0;
    return (fold_case(c) != c ? CAPITAL : SMALL) | (is_unspaced(c) ? UNSPACED : 0);
}

static inline unsigned traits_of(uint32_t c)
{
    return c >= 0x80 ? traits_beyond_ascii(c) : c == '|' ? BAR : ascii_traits[c];
}

/* What a text begins with */
static void look_at_start(struct block *block, uint32_t c)
{
    block->starts_quote = c == '"' || c == '\'' || c == 0x201C || c == 0x201E || c == 0xAB || c == 0x2018 ||
                          c == 0x300C || c == 0x300E;
    block->starts_dash = c == '-' || c == 0x2013 || c == 0x2014 || c == 0x2022 || c == 0xB7 || c == '*' ||
                         c == '>' || c == '|' || c == '#';
    block->starts_bracket = c == '(' || c == 0xFF08 || c == '[' || c == 0x3010;
}

struct looking { /* along a text */
    uint32_t before, before_that;
    unsigned traits_before;
    uint32_t last;              /* neither white space nor a mark that closes */
    int digit_run, digits_year; /* digits in a row; of a run that began 19 or 20 */
    int characters;
    bool in_word;
};

static void look_at_digit(struct block *block, struct looking *looking, uint32_t c)
{
    block->digits++;
    if (looking->digit_run == 0)
        looking->digits_year = c == '1' || c == '2';
    else if (looking->digit_run == 1)
        looking->digits_year &= (looking->before == '1' && c == '9') || (looking->before == '2' && c == '0');
    looking->digit_run++;
    if (looking->digit_run == 2 && looking->before_that == ':')
        block->has_clock = true;
}

static void end_digits(struct block *block, struct looking *looking, uint32_t c)
{
    if ((looking->digit_run == 4 && looking->digits_year) || c == 0x6708 || c == 0x5E74) /* 月 年 */
        block->has_year = true;
    looking->digit_run = 0;
}

static void look_at_letter(struct block *block, struct looking *looking, unsigned traits)
{
    bool is_capital = traits & CAPITAL;

    block->letters++;
    block->capitals += is_capital;
    if (!looking->in_word) {
        block->words++;
        block->capital_words += is_capital;
        if (looking->characters == 0)
            block->starts_lower = !is_capital && !(traits & UNSPACED);
    }
}

/* What is seen of a text: no white space */
static void look_at_visible(struct block *block, struct looking *looking, uint32_t c, unsigned traits)
{
    if (looking->characters == 0)
        look_at_start(block, c);
    if (traits & DIGIT)
        look_at_digit(block, looking, c);
    else if (traits & (SMALL | CAPITAL))
        look_at_letter(block, looking, traits);
    looking->in_word = true;
    looking->characters++;
    block->unspaced += (traits & UNSPACED) != 0;
    block->commas += (traits & COMMA) != 0;
    block->bars += (traits & BAR) != 0;
    block->has_at |= c == '@';
    if (!(traits & CLOSES) || !looking->last)
        looking->last = c;
}

static inline void look_at(struct block *block, struct looking *looking, uint32_t c)
{
    unsigned traits = traits_of(c);

    if (looking->digit_run && !(traits & DIGIT))
        end_digits(block, looking, c);
    block->sentences +=
        ((traits & (SPACE | CLOSES)) && (looking->traits_before & ENDS_SENTENCE)) || (traits & ENDS_ANYWHERE);
    if (traits & SPACE)
        looking->in_word = false;
    else
        look_at_visible(block, looking, c, traits);
    looking->before_that = looking->before;
    looking->before = c;
    looking->traits_before = traits;
}

static span folded(struct arena *arena, span text)
{
    LOCAL(buf) out = {.max = LIMIT_ARTICLE_BLOCK * 2};

    while (text.len) {
        size_t plain = utf8_ascii_len(text);
        char *room = buf_reserve(&out, plain);
        uint32_t c;
        for (size_t i = 0; room && i < plain; i++)
            room[i] = (char)fold_case((unsigned char)text.at[i]);
        out.len += room ? plain : 0;
        text = span_from(text, plain);
        if (utf8_next(&text, &c))
            utf8_add(&out, c == 0x2019 ? '\'' : fold_case(c));
    }
    return arena_keep(arena, buf_span(&out));
}

static void measure(struct blocks *blocks, struct block *block)
{
    struct looking looking = {0};
    span rest = block->text;

    for (uint32_t c; utf8_next(&rest, &c);)
        look_at(block, &looking, c);
    end_digits(block, &looking, ' ');
    block->sentences += (looking.traits_before & ENDS_SENTENCE) != 0;
    block->ends_sentence = traits_of(looking.last) & (ENDS_SENTENCE | ENDS_ANYWHERE) && looking.last != ';' &&
                           looking.last != 0xFF1B;
    block->ends_colon = looking.last == ':' || looking.last == 0xFF1A;
    block->characters = (float)looking.characters;
    block->weight = block->characters + 2 * (float)block->unspaced;
    block->folded = folded(blocks->arena, block->text);
    block->tokens = blocks_tokens(blocks->arena, block->text, &block->token_count);
    signs_of_text(blocks->signs, block->folded, &block->signs);
}

float block_good(const struct block *block)
{
    float density = block_link_density(block);

    if (block->weight < 60 || density >= 0.5f || block->sentences + block->commas == 0)
        return 0;
    return block->weight * (1 - density);
}

bool block_is_long(const struct block *block)
{
    return block->weight >= 140 && block_link_density(block) < 0.34f && block->sentences >= 1;
}

/* --- gathering --- */

static void end_block(struct gathering *gathering)
{
    struct block *open = &gathering->open;

    if (gathering->text.len > 0) {
        span text = text_collapse(gathering->arena, buf_span(&gathering->text));
        if (text.len > 0) {
            open->text = text;
            open->box = gathering->current;
            while (open->box > 0 && !node_is_block(gathering->elements.at[open->box].node))
                open->box = gathering->elements.at[open->box].parent;
            measure(gathering->blocks, open);
            *vec_add(gathering->arena, &gathering->list) = *open;
        }
    }
    *open = (struct block){0};
    buf_clear(&gathering->text);
    gathering->breaks = 0;
}

static float count_characters(span text)
{
    float count = 0;

    for (uint32_t c; utf8_next(&text, &c);)
        count += !is_js_space(c);
    return count;
}

static bool is_blank(span text)
{
    for (uint32_t c; utf8_next(&text, &c);)
        if (!is_js_space(c))
            return false;
    return true;
}

static bool begins_wide(span text)
{
    return span_starts(text, S("\xe3\x80\x80")) || span_starts(text, S("\xc2\xa0\xc2\xa0")) ||
           span_starts(text, S("  \xe3\x80\x80"));
}

static void add_text(struct gathering *gathering, struct node *node)
{
    span text = node->text;
    float count;

    if (is_blank(text)) {
        if (gathering->text.len)
            buf_add_char(&gathering->text, ' ');
        return;
    }
    if (gathering->breaks >= 2 || (gathering->breaks == 1 && begins_wide(text)))
        end_block(gathering);
    else if (gathering->breaks)
        buf_add_char(&gathering->text, ' ');
    gathering->breaks = 0;
    count = gathering->in_link || gathering->in_strong || gathering->in_em ? count_characters(text) : 0;
    gathering->open.link_characters += gathering->in_link ? count : 0;
    gathering->open.strong_characters += gathering->in_strong ? count : 0;
    gathering->open.em_characters += gathering->in_em ? count : 0;
    if (!gathering->open.first_node)
        gathering->open.first_node = node;
    gathering->open.last_node = node;
    buf_add(&gathering->text, text);
}

static uint32_t mix(uint32_t a, uint32_t b)
{
    a = (a ^ (b + 0x9e3779b9u + (a << 6) + (a >> 2))) * 0x85ebca6bu;
    return a ^ a >> 13;
}

/* Tag and first class with digits made one: how a template calls its kind */
static uint32_t own_signature(const struct node *node)
{
    span rest = node_attribute(node, "class"), first = {0};
    uint32_t hash = node->tag == TAG_UNKNOWN ? (uint32_t)span_hash(node->name) : node->tag;

    if (!span_cut_word(&rest, &first))
        return mix(hash, 1);
    for (size_t i = 0; i < first.len && i < 100; i++)
        hash = mix(hash, first.at[i] >= '0' && first.at[i] <= '9' ? '#' : (unsigned char)first.at[i]);
    return hash;
}

static bool is_hidden(const struct node *node)
{
    span style = node_attribute(node, "style");
    size_t at;

    if (node_attribute(node, "hidden").at || span_is_nocase(node_attribute(node, "aria-hidden"), "true"))
        return true;
    at = style.len ? span_find_nocase(style, S("display")) : SPAN_NONE;
    if (at != SPAN_NONE) {
        span rest = span_trim(span_from(style, at + 7));
        return span_starts(rest, S(":")) && span_starts_nocase(span_trim(span_from(rest, 1)), S("none"));
    }
    return false;
}

/* All that names an element, in one row */
static void gather_names(struct buf *names, const struct node *node)
{
    static const char *const attributes[] = {
        "class",     "id",          "role",    "data-testid",     "data-component", "data-component-name",
        "data-type", "data-module", "data-qa", "data-block-name", "aria-label"};

    buf_clear(names);
    for (size_t i = 0; node->attribute_count && i < ARRAY_SIZE(attributes); i++) {
        span value = node_attribute(node, attributes[i]);
        if (value.len == 0)
            continue;
        if (names->len)
            buf_add_char(names, ' ');
        buf_add(names, span_sub(value, 0, 300));
    }
}

/* The elements of a list have the same names, and are asked about once. */
static uint32_t signs_of_element(struct gathering *gathering, const struct node *node)
{
    struct known_signs *known;
    span names;

    gather_names(&gathering->names, node);
    names = buf_span(&gathering->names);
    if (names.len == 0)
        return 0;
    known = &gathering->known[span_hash(names) % ARRAY_SIZE(gathering->known)];
    if (!span_equal(known->names, names))
        *known = (struct known_signs){.names = arena_keep(gathering->arena, names),
                                      .signs = signs_of_class(gathering->blocks->signs, names)};
    return known->signs;
}

static void open_element(struct gathering *gathering, struct node *node)
{
    int parent = gathering->current;
    const struct element *above = parent >= 0 ? &gathering->elements.at[parent] : NULL;
    uint32_t own = own_signature(node);
    struct element element = {
        .node = node,
        .parent = parent,
        .depth = above ? above->depth + 1 : 0,
        .first_block = (int)gathering->list.len,
        .signs = signs_of_element(gathering, node),
        .own_signature = own,
        .pair_signature = mix(own, above ? above->own_signature : 0),
        .is_hidden = is_hidden(node),
        .is_body_property = span_find_nocase(node_attribute(node, "itemprop"), S("articlebody")) != SPAN_NONE,
    };

    element.signature =
        mix(element.pair_signature,
            above && above->parent >= 0 ? gathering->elements.at[above->parent].own_signature : 0);
    if (node->tag == TAG_body || node->tag == TAG_html || node->tag == TAG_a || node->tag == TAG_button)
        element.signs &= ~(1u << SIGN_COMMENTS_AREA);
    gathering->current = (int)gathering->elements.len;
    *vec_add(gathering->arena, &gathering->elements) = element;
}

bool block_passes_over(const struct node *node)
{
    switch (node->tag) {
    case TAG_input:
    case TAG_object:
    case TAG_video:
    case TAG_audio:
    case TAG_math:
    case TAG_map:
    case TAG_iframe:
    case TAG_textarea:
    case TAG_select:
    case TAG_option:
        return true;
    default:
        return node->name_space != NAMESPACE_HTML || tag_is(node->tag, TAG_IS_SKIPPED);
    }
}

/* <a name=top> leads nowhere; and left unclosed, as it often is, it holds the rest of the page. */
static bool leads_somewhere(const struct node *node)
{
    return node_attribute(node, "href").at || node_attribute(node, "onclick").at;
}

static void count_inline(struct gathering *gathering, const struct node *node, int step)
{
    switch (node->tag) {
    case TAG_a:
        gathering->in_link += leads_somewhere(node) ? step : 0;
        gathering->open.links += step > 0 && leads_somewhere(node);
        break;
    case TAG_b:
    case TAG_strong:
        gathering->in_strong += step;
        break;
    case TAG_i:
    case TAG_em:
        gathering->in_em += step;
        break;
    case TAG_br:
        gathering->breaks += step > 0;
        break;
    default:
        break;
    }
}

static bool divides(const struct node *node)
{
    return node_is_block(node) || node->tag == TAG_iframe || node->tag == TAG_video ||
           node->tag == TAG_audio || node->tag == TAG_object || node->tag == TAG_button ||
           node->tag == TAG_select || node->tag == TAG_label;
}

static bool enter(struct gathering *gathering, struct node *node) /* true: look at its children */
{
    if (gathering->list.len >= LIMIT_ARTICLE_BLOCKS)
        return false;
    if (node->type == NODE_TEXT) {
        add_text(gathering, node);
        return false;
    }
    if (node->type != NODE_ELEMENT)
        return node->type == NODE_DOCUMENT;
    if (divides(node))
        end_block(gathering);
    if (block_passes_over(node))
        return false;
    open_element(gathering, node);
    count_inline(gathering, node, 1);
    return true;
}

static void leave(struct gathering *gathering, const struct node *node)
{
    struct element *element;

    if (node->type != NODE_ELEMENT)
        return;
    if (divides(node))
        end_block(gathering);
    element = &gathering->elements.at[gathering->current];
    element->end_block = (int)gathering->list.len;
    gathering->current = element->parent;
    count_inline(gathering, node, -1);
}

static void add_sums(struct blocks *blocks)
{
    size_t count = (size_t)blocks->block_count + 1;
    float *sums = ARENA_ARRAY(blocks->arena, float, count * 7);

    blocks->sum_characters = sums;
    blocks->sum_links = sums + count;
    blocks->sum_weight = sums + 2 * count;
    blocks->sum_good = sums + 3 * count;
    blocks->sum_long = sums + 4 * count;
    blocks->sum_paragraphs = sums + 5 * count;
    blocks->sum_sentences = sums + 6 * count;
    for (int i = 0; i < blocks->block_count; i++) {
        const struct block *block = &blocks->blocks[i];
        blocks->sum_characters[i + 1] = blocks->sum_characters[i] + block->characters;
        blocks->sum_links[i + 1] = blocks->sum_links[i] + block->link_characters;
        blocks->sum_weight[i + 1] = blocks->sum_weight[i] + block->weight;
        blocks->sum_good[i + 1] = blocks->sum_good[i] + block_good(block);
        blocks->sum_long[i + 1] = blocks->sum_long[i] + block_is_long(block);
        blocks->sum_paragraphs[i + 1] =
            blocks->sum_paragraphs[i] + (blocks->elements[block->box].node->tag == TAG_p);
        blocks->sum_sentences[i + 1] = blocks->sum_sentences[i] + (float)block->sentences;
    }
}

struct error *blocks_read(struct arena *arena, struct node *document, struct blocks **out_blocks)
{
    struct blocks *blocks = ARENA_NEW(arena, struct blocks);
    struct gathering gathering = {.arena = arena,
                                  .blocks = blocks,
                                  .current = -1,
                                  .text = {.max = LIMIT_ARTICLE_BLOCK},
                                  .names = {.max = 1 * KiB}};
    struct node *node = document;

    *blocks = (struct blocks){.arena = arena, .document = document, .signs = signs_new(arena)};
    while (node && !arena_is_full(arena)) {
        bool goes_down = enter(&gathering, node);
        if (goes_down && node->first) {
            node = node->first;
            continue;
        }
        if (goes_down)
            leave(&gathering, node);
        while (node != document && !node->next) {
            node = node->parent;
            leave(&gathering, node);
        }
        node = node == document ? NULL : node->next;
    }
    buf_release(&gathering.text);
    buf_release(&gathering.names);
    if (arena_is_full(arena))
        return error_new(ERROR_LIMIT, "the page is too large to look for an article in");
    blocks->elements = gathering.elements.at;
    blocks->element_count = (int)gathering.elements.len;
    blocks->blocks = gathering.list.at;
    blocks->block_count = (int)gathering.list.len;
    add_sums(blocks);
    *out_blocks = blocks;
    return OK;
}
