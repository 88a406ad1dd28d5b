/* SPDX-License-Identifier: MIT
 * judge.c - is it an article at all, and how sure are we
 *
 * Walls and error pages are short, and say what they are; so what says so counts only where little text was
 * found. A long text is an article whatever words are in it.
 */
#include "article/internal.h"
#include "text/url.h"
#include "text/utf8.h"

static const float little = 600, /* weight of text below which a page may be a wall */
    stub = 400,                  /* ... and below which the start of an article behind a wall is only that */
    index_share = 0.12f,         /* of the page's weight: less is not what the page is about */
    sure_weight = 600;           /* from here on length speaks for an article fully */
enum { INDEX_LINKS = 60 };

const char *page_kind_name(enum page_kind kind)
{
    static const char *const names[] = {
        [PAGE_ARTICLE] = "article",           [PAGE_INDEX] = "index",
        [PAGE_BOT_WALL] = "bot-wall",         [PAGE_LOGIN] = "login",
        [PAGE_COOKIE_WALL] = "cookie-wall",   [PAGE_SOFT_404] = "soft-404",
        [PAGE_PAYWALL_STUB] = "paywall-stub", [PAGE_EMPTY] = "empty",
    };
    return names[kind];
}

/* What such pages say, in lower case. `in_title`: only there; in a text it may be about anything. */
static const struct wall {
    enum page_kind kind;
    bool in_title;
    const char *reason;
    const char *const *phrases;
} walls[] = {
    {PAGE_BOT_WALL, false, "the page asks whether we are human",
     (const char *const[]){"checking your browser",
                           "verify you are human",
                           "verifying you are human",
                           "are you a robot",
                           "not a robot",
                           "enable javascript and cookies",
                           "unusual traffic",
                           "ddos protection",
                           "pardon our interruption",
                           "incapsula incident",
                           "complete the security check",
                           "needs to review the security of your connection",
                           "you have been blocked",
                           "automated access",
                           "人机验证",
                           "安全验证",
                           "完成验证",
                           "访问过于频繁",
                           "滑动验证",
                           "ロボットではありません",
                           "подтвердите, что вы не робот",
                           NULL}},
    {PAGE_BOT_WALL, true, "the page refuses us",
     (const char *const[]){"just a moment", "access denied", "attention required", "403 forbidden",
                           "security check", "robot check", "captcha", "访问被拒绝", "拒绝访问", NULL}},
    {PAGE_SOFT_404, true, "the page says that it does not exist",
     (const char *const[]){"404",
                           "not found",
                           "page unavailable",
                           "page not available",
                           "doesn't exist",
                           "does not exist",
                           "no longer exists",
                           "nicht gefunden",
                           "nicht verfügbar",
                           "introuvable",
                           "no encontrad",
                           "não encontrad",
                           "non trovat",
                           "niet gevonden",
                           "nie znalezion",
                           "не найден",
                           "не знайден",
                           "页面不存在",
                           "頁面不存在",
                           "找不到",
                           "未找到",
                           "不存在或已",
                           "已被删除",
                           "見つかりません",
                           "찾을 수 없",
                           NULL}},
    {PAGE_COOKIE_WALL, false, "the page asks for consent to cookies first",
     (const char *const[]){"we value your privacy", "before you continue", "accept all cookies",
                           "manage your consent", "consent to the use of cookies", "your privacy choices",
                           "we and our partners", "wir und unsere partner", "mit werbung weiterlesen",
                           "nous et nos partenaires", "accepter et continuer", NULL}},
    {PAGE_LOGIN, true, "the page asks us to log in",
     (const char *const[]){"log in", "login", "sign in", "anmelden", "anmeldung", "connexion",
                           "iniciar sesión", "登录", "登入", "войти", "вход", NULL}},
    {PAGE_PAYWALL_STUB, false, "only the beginning can be read without a subscription",
     (const char *const[]){"subscribe to continue",
                           "subscribe to read",
                           "to continue reading",
                           "to read the full",
                           "to keep reading",
                           "for subscribers only",
                           "subscriber exclusive",
                           "already a subscriber",
                           "unlock this article",
                           "weiterlesen mit",
                           "jetzt weiterlesen",
                           "exklusiv für abonnenten",
                           "réservé aux abonnés",
                           "pour lire la suite",
                           "solo para suscriptores",
                           "订阅后",
                           "付费阅读",
                           "会员专享",
                           "только для подписчиков",
                           "この記事は有料",
                           "会員限定",
                           NULL}},
};

static bool has_phrase(span folded, const char *const *phrases)
{
    for (; *phrases; phrases++)
        if (span_has(folded, *phrases))
            return true;
    return false;
}

static span headline_of(const struct evidence *evidence)
{
    const struct blocks *blocks = evidence->blocks;

    for (int i = 0; i < blocks->block_count; i++)
        if (blocks->elements[blocks->blocks[i].box].node->tag == TAG_h1)
            return blocks->blocks[i].folded;
    return (span){0};
}

static bool says(const struct evidence *evidence, const struct wall *wall, span title)
{
    const struct blocks *blocks = evidence->blocks;

    if (has_phrase(title, wall->phrases) || has_phrase(headline_of(evidence), wall->phrases))
        return true;
    for (int i = 0; !wall->in_title && i < blocks->block_count; i++)
        if (has_phrase(blocks->blocks[i].folded, wall->phrases))
            return true;
    return false;
}

bool judge_asks_for_password(const struct node *document)
{
    for (const struct node *node = document; node; node = node_next(node, document))
        if (node->type == NODE_ELEMENT && node->tag == TAG_input &&
            span_is_nocase(node_attribute(node, "type"), "password"))
            return true;
    return false;
}

static float weight_of(span text)
{
    float weight = 0;

    for (uint32_t c; utf8_next(&text, &c);)
        weight += is_js_space(c) ? 0 : is_unspaced(c) && is_letter_or_digit(c) ? 3 : 1;
    return weight;
}

static const struct wall *find_wall(struct arena *arena, const struct evidence *evidence, float weight)
{
    span title = utf8_fold(arena, evidence->page->title);

    for (size_t i = 0; i < ARRAY_SIZE(walls); i++) {
        const struct wall *wall = &walls[i];
        if (weight >= (wall->kind == PAGE_PAYWALL_STUB ? stub : little))
            continue;
        if (wall->kind == PAGE_LOGIN && !evidence->asks_for_password)
            continue;
        /* such words alone also stand in an offer beside a short text that is all there is */
        if (wall->kind == PAGE_PAYWALL_STUB && evidence->page->is_free == 1)
            continue;
        if (says(evidence, wall, title))
            return wall;
    }
    return NULL;
}

static bool is_front_page(struct arena *arena, const struct page *page)
{
    struct url url;

    return url_parse(arena, page->url, NULL, &url) && (span_is(url.path, "/") || !url.path.len) &&
           (!url.query.at || !url.query.len);
}

/* A page that leads elsewhere: it is a site's first, or says that it is no article; nothing on it stands
 * there as the headline of what the page is called, and it has little text among many links. */
static bool is_index(struct arena *arena, const struct evidence *evidence, float weight)
{
    const struct blocks *blocks = evidence->blocks;
    float whole = blocks->sum_weight[blocks->block_count];
    int links = 0;

    if (evidence->page->published_at != NO_TIME || weight >= little || weight >= index_share * whole)
        return false;
    if (evidence->choice && evidence->choice->headline >= 0)
        return false;
    if (!evidence->page->is_index && !is_front_page(arena, evidence->page))
        return false;
    for (int i = 0; i < blocks->block_count; i++)
        links += block_link_density(&blocks->blocks[i]) > 0.5f;
    return links >= INDEX_LINKS;
}

/* How sure the table was of what it chose, less where it doubted as much as it chose or found little */
static float confidence_of(const struct evidence *evidence, float weight)
{
    const struct choice *choice = evidence->choice;
    float sure = 0, whole = 0, doubtful = 0, size = MIN(1, weight / sure_weight);

    if (!choice || choice->is_plain)
        return 0.5f + 0.45f * size;
    for (int i = 0; i < evidence->blocks->block_count; i++) {
        float own = evidence->blocks->blocks[i].weight, chance = choice->chances[i];
        if (is_chosen(choice, i)) {
            sure += own * chance;
            whole += own;
        }
        if (chance > 0.25f && chance < 0.75f)
            doubtful += own;
    }
    if (whole <= 0)
        return 0;
    return sure / whole * (0.4f + 0.6f * size) * (1 - 0.5f * MIN(1, doubtful / whole));
}

void judge(struct arena *arena, const struct evidence *evidence, struct extraction *extraction)
{
    float weight = weight_of(evidence->text);
    const struct wall *wall = find_wall(arena, evidence, weight);

    extraction->kind = PAGE_ARTICLE;
    extraction->confidence = confidence_of(evidence, weight);
    if (wall) {
        extraction->kind = wall->kind;
        extraction->reason = wall->reason;
    } else if (weight == 0) {
        extraction->kind = PAGE_EMPTY;
        extraction->reason = "there is no text to be found";
    } else if (evidence->page->is_free == 0 && weight < stub) {
        extraction->kind = PAGE_PAYWALL_STUB;
        extraction->reason = "the page says that it is not free, and gives only its beginning";
    } else if (is_index(arena, evidence, weight)) {
        extraction->kind = PAGE_INDEX;
        extraction->reason = "the page leads to articles and is none";
    }
    if (extraction->kind != PAGE_ARTICLE)
        extraction->confidence = 0;
}
