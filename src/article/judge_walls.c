/* SPDX-License-Identifier: MIT
 * judge_walls.c - pages that stand for another: walls, error pages, the beginning before a subscription
 *
 * Such pages are short and say what they are. An article may say the same words (of captchas, of a missing
 * boy, of 404 trees), so they count only up to a length, and up to a smaller one where the page has a date;
 * general words count only if they are all that a title says.
 */
#include "article/judge.h"
#include "text/utf8.h"

static const float with_date = 300, /* weight of text below which a dated page may be a wall */
    with_data = 150;                /* ... and one of which machines were told that it is an article */

/* Phrases are in lower case. "=": the whole title or heading; "^": its start. */
static const struct wall walls[] = {
    {PAGE_BOT_WALL, ANYWHERE, 600, "the page asks whether we are human",
     (const char *const[]){"checking your browser",
                           "checking if the site connection is secure",
                           "verify you are human",
                           "verifying you are human",
                           "confirm you are a human",
                           "confirm that you are human",
                           "are you a robot",
                           "not a robot",
                           "enable javascript and cookies",
                           "enable js and disable any ad blocker",
                           "unusual traffic",
                           "automated queries",
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
                           "訪問過於頻繁",
                           "滑动验证",
                           "ロボットではありません",
                           "подтвердите, что вы не робот",
                           "n'êtes pas un robot",
                           "n’êtes pas un robot",
                           "no eres un robot",
                           "não é um robô",
                           "non sei un robot",
                           "dass sie kein roboter",
                           "kein roboter sind",
                           "geen robot",
                           "nie jesteś robotem",
                           "robot olmadığınızı",
                           NULL}},
    {PAGE_BOT_WALL, ANYWHERE, 300, "the page asks for JavaScript before it shows anything",
     (const char *const[]){"you need to enable javascript", "please enable javascript",
                           "javascript is disabled", "javascript is required", "javascript ist deaktiviert",
                           "aktivieren sie javascript", "bitte javascript aktivieren", "activer javascript",
                           "javascript est désactivé", "habilita javascript", "activa javascript",
                           "abilita javascript", "включите javascript", "启用javascript", "启用 javascript",
                           "啟用 javascript", "開啟javascript", "javascriptを有効", NULL}},
    {PAGE_BOT_WALL, IN_TITLE, 600, "the page refuses us",
     (const char *const[]){"=just a moment...",
                           "=just a moment",
                           "=access denied",
                           "=attention required!",
                           "^attention required! |",
                           "403 forbidden",
                           "=forbidden",
                           "=security check",
                           "=robot check",
                           "=captcha",
                           "=captcha challenge",
                           "access to this page has been denied",
                           "=访问被拒绝",
                           "=拒绝访问",
                           "=accès refusé",
                           "=zugriff verweigert",
                           "=acceso denegado",
                           "=доступ запрещен",
                           "=доступ запрещён",
                           NULL}},
    {PAGE_SOFT_404, IN_TITLE, 600, "the page says that it does not exist",
     (const char *const[]){"=404",
                           "^404 -",
                           "^404 –",
                           "^404 |",
                           "^404:",
                           "404 not found",
                           "error 404",
                           "404 error",
                           "fehler 404",
                           "erreur 404",
                           "404错误",
                           "404 页面",
                           "ошибка 404",
                           "=not found",
                           "page not found",
                           "page cannot be found",
                           "page can't be found",
                           "page can’t be found",
                           "page could not be found",
                           "article not found",
                           "story not found",
                           "content not found",
                           "page unavailable",
                           "page not available",
                           "page doesn't exist",
                           "page doesn’t exist",
                           "page does not exist",
                           "page no longer exists",
                           "seite nicht gefunden",
                           "seite wurde nicht gefunden",
                           "seite wurde leider nicht gefunden",
                           "seite existiert nicht",
                           "seite nicht verfügbar",
                           "artikel nicht gefunden",
                           "page introuvable",
                           "page est introuvable",
                           "page non trouvée",
                           "página no encontrada",
                           "página não encontrada",
                           "pagina non trovata",
                           "pagina niet gevonden",
                           "strona nie została znaleziona",
                           "nie znaleziono strony",
                           "strony nie znaleziono",
                           "страница не найдена",
                           "сторінку не знайдено",
                           "sayfa bulunamadı",
                           "sidan kunde inte hittas",
                           "siden ble ikke funnet",
                           "siden blev ikke fundet",
                           "页面不存在",
                           "頁面不存在",
                           "=找不到页面",
                           "找不到网页",
                           "找不到頁面",
                           "页面未找到",
                           "ページが見つかりません",
                           "ページは見つかりません",
                           "페이지를 찾을 수 없",
                           "الصفحة غير موجودة",
                           "=该内容已被删除",
                           "=此内容因违规无法查看",
                           NULL}},
    {PAGE_SOFT_404, ANYWHERE, 300, "the page says that what we ask for is not there",
     (const char *const[]){"the page you are looking for",
                           "the page you were looking for",
                           "the page you requested",
                           "the page you have requested",
                           "nothing was found at this location",
                           "article is no longer available",
                           "story is no longer available",
                           "page is no longer available",
                           "has been removed from our site",
                           "您访问的页面",
                           "您要访问的页面",
                           "您要查看的文章",
                           "您查看的内容",
                           "您访问的内容",
                           "页面可能已被删除",
                           "地址有误",
                           "该文章已被删除",
                           "gewünschte seite",
                           "page que vous recherchez",
                           "page que vous cherchez",
                           "página que buscas",
                           "página que busca",
                           "pagina che cerchi",
                           "pagina die u zoekt",
                           "запрашиваемая страница",
                           "お探しのページ",
                           "요청하신 페이지",
                           "الصفحة غير موجودة",
                           NULL}},
    {PAGE_SOFT_404, ANYWHERE, 400, "nobody has anything to say at this address",
     (const char *const[]){"this domain is for sale", "domain may be for sale", "domain is parked",
                           "buy this domain", "diese domain steht zum verkauf", "ce domaine est à vendre",
                           "域名出售", "本域名", NULL}},
    {PAGE_SOFT_404, IN_TITLE, 300, "the site is out of order",
     (const char *const[]){"=service unavailable", "503 service", "502 bad gateway", "=bad gateway",
                           "500 internal server error", "=internal server error", "504 gateway",
                           "down for maintenance", "under maintenance", "scheduled maintenance",
                           "=wartungsarbeiten", "=en maintenance", "=网站维护中", "=系统维护", NULL}},
    {PAGE_COOKIE_WALL, ANYWHERE, 1500, "the page asks for consent to cookies first",
     (const char *const[]){"we value your privacy", "before you continue", "accept all cookies",
                           "manage your consent", "consent to the use of cookies", "your privacy choices",
                           "we and our partners", "wir und unsere partner", "mit werbung weiterlesen",
                           "nous et nos partenaires", "accepter et continuer", "nosotros y nuestros socios",
                           "noi e i nostri partner", "wij en onze partners", "my i nasi partnerzy",
                           "vi och våra partner", "vi og våre partnere", NULL}},
    {PAGE_LOGIN, IN_TITLE, 600, "the page asks us to log in",
     (const char *const[]){"log in", "login", "sign in", "anmelden", "anmeldung", "connexion",
                           "iniciar sesión", "登录", "登入", "войти", "вход", NULL}},
    {PAGE_PAYWALL_STUB, ANYWHERE, 400, "only the beginning can be read without a subscription",
     (const char *const[]){"subscribe to continue",
                           "subscribe to read",
                           "to continue reading",
                           "to read the full",
                           "to keep reading",
                           "for subscribers only",
                           "subscribers only",
                           "subscriber exclusive",
                           "already a subscriber",
                           "unlock this article",
                           "weiterlesen mit",
                           "jetzt weiterlesen",
                           "exklusiv für abonnenten",
                           "réservé aux abonnés",
                           "pour lire la suite",
                           "solo para suscriptores",
                           "exclusivo para suscriptores",
                           "para seguir leyendo",
                           "exclusivo para assinantes",
                           "riservato agli abbonati",
                           "per continuare a leggere",
                           "voor abonnees",
                           "for abonnenter",
                           "för prenumeranter",
                           "订阅后",
                           "付费阅读",
                           "会员专享",
                           "試閱結束",
                           "只限訂戶",
                           "только для подписчиков",
                           "только по подписке",
                           "この記事は有料",
                           "会員限定",
                           "유료 회원",
                           NULL}},
};

static bool is_said(span folded, const char *phrase, bool is_title)
{
    span text = js_trim(folded);

    if (*phrase == '=')
        return is_title && span_is(text, phrase + 1);
    if (*phrase == '^')
        return is_title && span_starts(text, span_of(phrase + 1));
    return span_has(text, phrase);
}

static bool has_phrase(span folded, const struct wall *wall, bool is_title)
{
    for (const char *const *phrase = wall->phrases; *phrase; phrase++)
        if (is_said(folded, *phrase, is_title))
            return true;
    return false;
}

/* The first heading of the page; what was taken of it had its <h1> made an <h2>. */
static span headline_of(const struct blocks *blocks)
{
    for (int i = 0; i < blocks->block_count; i++) {
        enum tag tag = blocks->elements[blocks->blocks[i].box].node->tag;
        if (tag == TAG_h1 || tag == TAG_h2)
            return blocks->blocks[i].folded;
    }
    return (span){0};
}

/* In what was taken, or anywhere where next to nothing was: a banner may lie over any article. */
static bool is_heard(const struct evidence *evidence, const struct wall *wall, int block, float weight)
{
    return wall->kind != PAGE_COOKIE_WALL || weight < with_data || !evidence->choice ||
           is_chosen(evidence->choice, block);
}

static bool says(const struct evidence *evidence, const struct wall *wall, span title, span headline,
                 float weight)
{
    const struct blocks *blocks = evidence->blocks;

    if (has_phrase(title, wall, true) || has_phrase(headline, wall, true))
        return true;
    for (int i = 0; wall->place == ANYWHERE && i < blocks->block_count; i++)
        if (is_heard(evidence, wall, i, weight) && has_phrase(blocks->blocks[i].folded, wall, false))
            return true;
    return false;
}

/* The weight of text from which on the page is an article, whatever words are in it */
static float limit_of(const struct wall *wall, const struct page *page)
{
    enum { PAID_TEASER = 430 };

    if (wall->kind == PAGE_PAYWALL_STUB) /* which is an article's, with its date */
        return page->is_free == 1 ? 0 : page->is_free == 0 ? PAID_TEASER : wall->most;
    if (wall->kind == PAGE_LOGIN && page->published_at != NO_TIME)
        return 0; /* any page may have a form to log in at its top */
    if (page->says_article)
        return MIN(wall->most, with_data);
    return page->published_at != NO_TIME ? MIN(wall->most, with_date) : wall->most;
}

const struct wall *judge_wall(struct arena *arena, const struct evidence *evidence, float weight)
{
    span title = utf8_fold(arena, evidence->page->title), headline = headline_of(evidence->blocks);

    for (size_t i = 0; i < ARRAY_SIZE(walls); i++) {
        const struct wall *wall = &walls[i];
        if (weight >= limit_of(wall, evidence->page))
            continue;
        if (wall->kind == PAGE_LOGIN && !evidence->asks_for_password)
            continue;
        if (says(evidence, wall, title, headline, weight))
            return wall;
    }
    return NULL;
}
