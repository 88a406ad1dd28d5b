/* SPDX-License-Identifier: MIT
 * test_page.c - what a page says of itself
 */
#include "page/page.h"
#include "tests/unit/unit.h"
#include "text/date.h"

static struct page *read_page(struct arena *arena, const char *html)
{
    struct page_bytes input = {.bytes = span_of(html),
                               .url = S("https://www.alder-post.example/town/mill_1.html")};
    struct page *page = NULL;

    assert_ok(page_read(arena, &input, &page));
    return page;
}

static const char *published(const struct page *page)
{
    static char text[DATE_TEXT_SIZE];

    return page->published_at == NO_TIME ? "" : date_format_rfc3339(page->published_at, text);
}

static void an_author_may_be_named_by_id_in_a_graph(void **state)
{
    OWN(arena) arena = arena_new(8 * MiB);

    (void)state;
    const struct page *page = read_page(
        arena, "<script type='application/ld+json'>{\"@graph\":[{\"@type\":[\"NewsArticle\",\"Article\"],"
               "\"headline\":\"The mill is mended\",\"datePublished\":\"2024-05-06T07:08:09+02:00\","
               "\"isAccessibleForFree\":false,\"author\":[{\"@id\":\"#p\"}]},"
               "{\"@type\":\"Person\",\"@id\":\"#p\",\"name\":\"Ann Lee\"},</script><h1>The mill</h1>");
    assert_int_equal(page->author_count, 1);
    assert_span_equal(page->authors[0].name, "Ann Lee");
    assert_string_equal(published(page), "2024-05-06T05:08:09Z");
    assert_int_equal(page->published_zone, 120);
    assert_true(page->published_has_time);
    assert_int_equal(page->is_free, 0);
}

static void data_may_be_wrapped_as_scripts_once_were(void **state)
{
    static const char *const wrappers[] = {"<!--", "<![CDATA[", "//<![CDATA[\n", "/*<![CDATA[*/"};
    OWN(arena) arena = arena_new(16 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wrappers); i++) {
        span html =
            arena_printf(arena,
                         "<script type='application/ld+json'>\n%s {\"@type\":\"Article\","
                         "\"headline\":\"A\",\"datePublished\":\"2024-05-06T05:08:09Z\"}\n]]></script>",
                         wrappers[i]);
        assert_string_equal(published(read_page(arena, html.at)), "2024-05-06T05:08:09Z");
    }
}

static const struct {
    const char *html, *title;
} titles[] = {
    {"<title>The mill is mended | Alder Post</title>", "The mill is mended"},
    {"<title>The mill is mended</title><h1>Alder Post</h1>", "The mill is mended"},
    {"<title>The mill is mended - Alder Post</title><h1>The Mill is Mended</h1>", "The Mill is Mended"},
    {"<meta property='og:title' content='Mill mended at last'><h1>Something else</h1>",
     "Mill mended at last"},
    {"<title>老磨坊修好了_Alder Post</title>", "老磨坊修好了"},
    {"<title>洪水兩年之後老磨坊終於修好 | 生活要闻 | 即時新聞 | 老鎮新聞網</title>",
     "洪水兩年之後老磨坊終於修好"},
    {"<title>記者談老鎮的新聞網</title>", "記者談老鎮的新聞網"},
    /* the page tells which part of <title> is the title by showing it */
    {"<title>Town - The mill is mended - Daily</title><td>Town<td><b>The mill is mended</b>",
     "The mill is mended"},
    {"<title>Town - The mill is mended - Daily</title><a>Daily</a>", "Town - The mill is mended - Daily"},
    {"<title>The mill is mended - Part 1</title><td>The mill is mended - Part 1<p>The mill is mended",
     "The mill is mended - Part 1"},
    {"<title>Two-year-old boy rescued from well</title><div>Two-<wbr>year-<wbr>old boy rescued from "
     "well</div>",
     "Two-year-old boy rescued from well"},
    /* one headline for search engines, another for readers */
    {"<meta property='og:title' content='Alder mill: repairs end after flood'>"
     "<h1>Two years after the flood, Alder has its mill back</h1>",
     "Two years after the flood, Alder has its mill back"},
    {"<meta property='og:title' content='Alder mill: repairs end after flood'>"
     "<h1>Two years after the flood, Alder has its mill back</h1><h1>Letters to the mill of Alder</h1>",
     "Alder mill: repairs end after flood"},
    {"<h1>Die Mühlen&shy;besitzer<wbr>&#x200B;versammlung</h1>", "Die Mühlenbesitzerversammlung"},
    /* what stands above the headline in the same heading */
    {"<meta property='og:title' content='The mill is mended'><h1><span>Letters</span> <span>The mill is "
     "mended</span></h1>",
     "The mill is mended"},
    {"<meta property='og:title' content='The mill is mended'><h1><b>Alder:</b> where the mill is mended</h1>",
     "The mill is mended"},
    /* where the reader is: in a breadcrumb, for search engines */
    {"<meta property='og:title' content='The mill of Alder is mended'><ul><li><a "
     "href=/town>Town</a><li><h1>Alder "
     "mill: repairs of mill end</h1></ul><h2>The mill of Alder is mended</h2>",
     "The mill of Alder is mended"},
    /* the headline was cut by a quotation mark within it, or is that of the whole site */
    {"<meta property=\"og:title\" content=\"The mill - \"mended at last\"\"><title>The mill - \"mended at "
     "last\" &gt; "
     "Its portrait</title><h1>The mill - \"mended at last\"</h1>",
     "The mill - \"mended at last\""},
    {"<meta property='og:title' content='All the news there is from the valley of Alder'>"
     "<title>The mill is mended after the flood - valley</title><h2>The mill is mended after the flood</h2>",
     "The mill is mended after the flood"},
    /* the site's name behind a colon, before one, and that of a part of it */
    {"<title>The mill is mended: ALDER POST</title>", "The mill is mended"},
    {"<title>The mill is mended: at last</title>", "The mill is mended: at last"},
    {"<title>老鎮新聞網：洪水兩年之後老磨坊終於修好</title>", "洪水兩年之後老磨坊終於修好"},
    {"<title>洪水两年之后老磨坊终于修好_要闻_新镇网（原老镇新闻网）</title>", "洪水两年之后老磨坊终于修好"},
    {"<p>no title", ""},
};

static void the_title_is_the_articles_and_not_the_sites(void **state)
{
    OWN(arena) arena = arena_new(32 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(titles); i++)
        assert_span_equal(read_page(arena, titles[i].html)->title, titles[i].title);
}

static const struct {
    const char *html, *date;
} dates[] = {
    {"<meta property='article:published_time' content='2024-05-06T07:08:09Z'>", "2024-05-06T07:08:09Z"},
    {"<h1>The mill</h1><p>2024年5月6日 10:20</p>", "2024-05-06T10:20:00Z"},
    {"<h1>The mill</h1><p>Published: May 6, 2024 at 3:05 pm</p>", "2024-05-06T15:05:00Z"},
    {"<h1>Die Mühle</h1><p>Alder, 6. Mai 2024</p>", "2024-05-06T00:00:00Z"},
    {"<h1>Die Mühle</h1><p>Stand: 06.05.2024</p>", "2024-05-06T00:00:00Z"},
    {"<h1>방앗간</h1><p>입력 2024.05.06 10:20</p>", "2024-05-06T10:20:00Z"},
    {"<h1>The mill</h1><p>In May 2024 it was mended</p>", ""},
    {"<h1>The mill</h1><time datetime='2024-05-06'>long ago</time>", "2024-05-06T00:00:00Z"},
    {"<h1>The mill</h1><aside>6 May 2024</aside>", ""},
    {"<h1>水磨修好了</h1><p>来源：桤木日报 时间：2024-05-06 10:20:30 编辑：林木</p>", "2024-05-06T10:20:30Z"},
    {"<h1>水磨修好了</h1><p>发布时间：2024年05月06日 10:20</p>", "2024-05-06T10:20:00Z"},
    {"<h1>水車</h1><p>公開日 2024年5月6日</p>", "2024-05-06T00:00:00Z"},
    {"<h1>Мельница</h1><p>Опубликовано: 6 мая 2024, 10:20</p>", "2024-05-06T10:20:00Z"},
    {"<h1>Le moulin</h1><p>Publié le 6 mai 2024 à 10:20</p>", "2024-05-06T10:20:00Z"},
    {"<h1>El molino</h1><p>Publicado: 6 de mayo de 2024</p>", "2024-05-06T00:00:00Z"},
    {"<h1>Il mulino</h1><p>Pubblicato il 6 maggio 2024</p>", "2024-05-06T00:00:00Z"},
    {"<h1>Młyn</h1><p>Opublikowano 6 maja 2024</p>", "2024-05-06T00:00:00Z"},
    {"<h1>De molen</h1><p>Gepubliceerd op 6 mei 2024 om 10:20</p>", "2024-05-06T10:20:00Z"},
    {"<h1>الطاحونة</h1><p>نشر في ٢٦/٥/٢٠٢٤</p>", "2024-05-26T00:00:00Z"},
    {"<h1>The mill</h1><p>May 6, 2024 11:30 pm EST</p>", "2024-05-07T04:30:00Z"},
    /* what stands before a date says whose it is */
    {"<h1>The mill</h1><p>Member since 5 May 2012</p><p>6 May 2024</p>", "2024-05-06T00:00:00Z"},
    {"<h1>The mill</h1><p>Published: 6 May 2024 | Updated: 9 May 2024</p>", "2024-05-06T00:00:00Z"},
    {"<h1>The mill</h1><p>Updated: 9 May 2024. Published: 6 May 2024</p>", "2024-05-06T00:00:00Z"},
    {"<h1>The mill</h1><p><b>Updated:</b> <i>9 May 2024</i></p><p>6 May 2024</p>", "2024-05-06T00:00:00Z"},
    {"<h1>The mill</h1><p>Updated: 9 May 2024</p>", "2024-05-09T00:00:00Z"}, /* the only one */
    {"<h1>The mill</h1><ul><li>01/02/2005 - 01/03/2005</ul><p>6 May 2024</p>", "2024-05-06T00:00:00Z"},
    {"<h1>The mill</h1><figure><img src=m.jpg><figcaption>On 1 May 2024</figcaption></figure><p>6 May "
     "2024</p>",
     "2024-05-06T00:00:00Z"},
    {"<h1>The mill</h1><p>On 1 May 2024 the council met, as it had met each year since the flood carried the "
     "first of the three mills away, and asked who was to pay.</p><p>6 May 2024</p>",
     "2024-05-06T00:00:00Z"},
    {"<div class=commentary><h2>The mill</h2><p>6 May 2024</p></div>", "2024-05-06T00:00:00Z"},
    /* a box is called a teaser or a foot, but stands beside the heading, or says whose property it holds */
    {"<div><h3 class=teaser>06.05.2024</h3><h1>Die Mühle</h1></div>", "2024-05-06T00:00:00Z"},
    {"<div itemscope itemtype='https://schema.org/Article'><h1>Die Mühle</h1><div class=footer><time "
     "itemprop=datePublished datetime=2024-05-06>6.5.</time></div></div>",
     "2024-05-06T00:00:00Z"},
    {"<h1>The mill</h1><p itemprop=citation itemscope itemtype='https://schema.org/ScholarlyArticle'>Ash: "
     "Rivers"
     "<meta itemprop=datePublished content=1988><span itemprop=datePublished>1988</span></p>",
     ""},
    /* far from the heading, but it says what it is */
    {"<h1>Die Mühle</h1><p>Sie steht.</p><p>Erschienen am: 06.05.2024<br>Lesungen: 61</p>",
     "2024-05-06T00:00:00Z"},
};

/* Machines were told one moment; what readers are shown has its zone, or is that of the article brought out
 * anew. */
static const struct {
    const char *said, *modified, *shown, *date;
    int zone;
} compared[] = {
    {"2024-05-06T03:30:00Z", "", "May 5, 2024 10:30 pm EST", "2024-05-06T03:30:00Z", -300},
    {"2024-05-06T03:30:00Z", "", "May 5, 2024 10:30 pm", "2024-05-06T03:30:00Z", -300},
    {"2022-10-21T11:16:35Z", "2024-05-06T12:00:00Z", "6 May 2024", "2024-05-06T12:00:00Z", 0},
    {"2023-10-21T11:16:35Z", "2024-05-06T12:00:00Z", "Updated 6 May 2024", "2024-05-06T12:00:00Z", 0},
    {"2023-10-21T11:16:35Z", "2024-05-09T12:00:00Z", "6 May 2024, 08:20 GMT", "2024-05-06T08:20:00Z", 0},
    /* nobody calls the upkeep of an old text its publication */
    {"2012-10-21T11:16:35Z", "2024-05-06T12:00:00Z", "Updated 6 May 2024", "2012-10-21T11:16:35Z", 0},
    {"2023-10-21T11:16:35Z", "2024-05-06T12:00:00Z", "21 October 2023. Updated 6 May 2024",
     "2023-10-21T11:16:35Z", 0},
    {"2023-10-21T11:16:35Z", "2024-05-06T12:00:00Z", "The mill of 7 July 1999", "2023-10-21T11:16:35Z", 0},
};

static void what_is_shown_mends_what_machines_are_told(void **state)
{
    OWN(arena) arena = arena_new(32 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(compared); i++) {
        LOCAL(buf) html = {.max = 4096};
        buf_printf(&html,
                   "<meta property=article:published_time content='%s'>"
                   "<meta property=article:modified_time content='%s'><h1>The mill</h1><p>%s</p>",
                   compared[i].said, compared[i].modified, compared[i].shown);
        buf_add_char(&html, '\0');
        const struct page *page = read_page(arena, arena_keep(arena, buf_span(&html)).at);
        assert_string_equal(published(page), compared[i].date);
        assert_int_equal(page->published_zone, compared[i].zone);
    }
}

static void a_date_is_found_where_readers_find_it(void **state)
{
    OWN(arena) arena = arena_new(32 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(dates); i++)
        assert_string_equal(published(read_page(arena, dates[i].html)), dates[i].date);
}

static void the_day_in_the_address_is_the_last_resort(void **state)
{
    OWN(arena) arena = arena_new(8 * MiB);
    struct page_bytes input = {.bytes = S("<h1>The mill</h1>"),
                               .url = S("https://a.example/2024/05/06/mill")};
    struct page *page;

    (void)state;
    assert_ok(page_read(arena, &input, &page));
    assert_string_equal(published(page), "2024-05-06T00:00:00Z");
    assert_false(page->published_has_time);
}

static void a_day_in_an_address_may_stand_before_its_year(void **state)
{
    static const struct {
        const char *language, *url, *date;
    } addresses[] = {
        {"de", "https://a.example/meldungen/29-10-2021", "2021-10-29T00:00:00Z"},
        {"de", "https://a.example/detail/~02-01-2022-muehle", "2022-01-02T00:00:00Z"},
        {"de", "https://a.example/aktuelles/08112021-muehle", "2021-11-08T00:00:00Z"},
        {"en", "https://a.example/news/02-01-2022-mill", ""}, /* of January or of February */
        {"en", "https://a.example/news/22-01-2022-mill", "2022-01-22T00:00:00Z"},
        {"de", "https://a.example/artikel/40112021-muehle", ""},
        {"de", "https://a.example/artikel/11-2021", ""},
        {"de", "https://a.example/40112021", ""},
    };
    OWN(arena) arena = arena_new(8 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
        LOCAL(buf) html = {.max = 4096};
        struct page *page;
        buf_printf(&html, "<html lang=%s><h1>The mill</h1>", addresses[i].language);
        struct page_bytes input = {.bytes = buf_span(&html), .url = span_of(addresses[i].url)};
        assert_ok(page_read(arena, &input, &page));
        assert_string_equal(published(page), addresses[i].date);
    }
}

/* a meta element's content may be nothing but the charset */
static void the_encoding_is_found_whatever_form_it_is_declared_in(void **state)
{
    OWN(arena) arena = arena_new(8 * MiB);

    (void)state;
    const struct page *page =
        read_page(arena, "<meta http-equiv='Content-Type' "
                         "content='charset=gbk'><title>\xC0\xCF\xC7\xC5\xCD\xA3\xD3\xC3</title>");
    assert_string_equal(page->charset, "gbk");
    assert_span_equal(page->title, "老桥停用");
    page = read_page(arena, "<meta charset=gbk><title>老桥</title>"); /* a label that lies */
    assert_string_equal(page->charset, "utf-8");
    assert_span_equal(page->title, "老桥");
}

static const struct {
    const char *html, *src;
} pictures[] = {
    {"<img src=/small.jpg data-src=/real.jpg>", "https://www.alder-post.example/real.jpg"},
    {"<img src='data:,' data-srcset='/a.jpg 500w, /b.jpg 1000w'>", "https://www.alder-post.example/b.jpg"},
    {"<img src=/a.jpg>", "https://www.alder-post.example/a.jpg"},
    {"<img src='data:,' data-attrs='{\"src\":\"https://p.example/x.png\",\"width\":5}'>",
     "https://p.example/x.png"},
    {"<noscript><img src=/a.jpg></noscript> <img src=data:image/gif;base64,R0 data-src=/a.jpg>",
     "https://www.alder-post.example/a.jpg"},
    {"<img src=/placeholder.gif><noscript><img src=/a.jpg></noscript>",
     "https://www.alder-post.example/a.jpg"},
    {"<picture><source srcset='/a.webp 1x, /b.webp 2x'><img src='data:,'></picture>",
     "https://www.alder-post.example/b.webp"},
    {"<div style=\"background-image: url('/a.jpg')\"></div>", "https://www.alder-post.example/a.jpg"},
    {"<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>", ""},
};

static void lazy_pictures_become_plain_ones(void **state)
{
    OWN(arena) arena = arena_new(32 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(pictures); i++) {
        const struct node *img = node_find(read_page(arena, pictures[i].html)->document, TAG_img);
        assert_non_null(img);
        assert_span_equal(node_attribute(img, "src"), pictures[i].src);
    }
}

/* The twin of a lazy picture, for those without scripts, stands before it or behind it. */
static void a_lazy_picture_and_its_twin_are_one(void **state)
{
    static const struct {
        const char *html;
        int count;
    } twins[] = {
        {"<p>x</p><noscript><img src=/a.jpg></noscript> <img src=data:image/gif;base64,R0 data-src=/a.jpg>",
         1},
        {"<p>x</p><img src=data:image/gif;base64,R0 data-src=/a.jpg><noscript><img src=/a.jpg></noscript>",
         1},
        {"<p>x</p><noscript><img src=/a.jpg></noscript><p>Between</p><img data-src=/b.jpg>", 2},
        {"<p>x</p><noscript><img src=/a.jpg></noscript><img data-src=/b.jpg>", 2},
    };
    OWN(arena) arena = arena_new(8 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(twins); i++) {
        const struct node *root = read_page(arena, twins[i].html)->document;
        int count = 0;
        for (const struct node *node = root; node; node = node_next(node, root)) {
            bool is_in_twin = node->parent && node->parent->tag == TAG_noscript;
            count += node->type == NODE_ELEMENT && node->tag == TAG_img && !is_in_twin;
        }
        assert_int_equal(count, twins[i].count);
    }
}

static void the_next_page_is_one_of_the_same_article(void **state)
{
    OWN(arena) arena = arena_new(8 * MiB);

    (void)state;
    assert_span_equal(read_page(arena, "<a href=mill_2.html>Next page &raquo;</a>")->next_url,
                      "https://www.alder-post.example/town/mill_2.html");
    assert_span_equal(read_page(arena, "<a href=/town/harbour-dredged.html>Next</a>")->next_url, "");
    assert_span_equal(read_page(arena, "<a href=https://b.example/town/mill_2.html>Next</a>")->next_url, "");
}

/* the site's own name is nobody's */
static void a_byline_beats_the_sites_name_as_author(void **state)
{
    OWN(arena) arena = arena_new(8 * MiB);

    (void)state;
    const struct page *page = read_page(
        arena, "<meta property=og:site_name content='Alder Post'><meta name=author content='Alder Post'>"
               "<h1>The mill</h1><p>By <a href=/author/lee>Ann Lee</a></p>");
    assert_int_equal(page->author_count, 1);
    assert_span_equal(page->authors[0].name, "Ann Lee");
}

static void a_role_beside_a_name_is_no_second_author(void **state)
{
    OWN(arena) arena = arena_new(8 * MiB);

    (void)state;
    const struct page *page =
        read_page(arena, "<h1>The mill</h1><div><p><span class=author-name>Ann Lee</span> "
                         "<span class=author-name>Senior Writer</span></div>");
    assert_int_equal(page->author_count, 1);
    assert_span_equal(page->authors[0].name, "Ann Lee");
    page = read_page(arena, "<meta name=author content='Staff Writer'><h1>The mill</h1>");
    assert_span_equal(page->authors[0].name, "Staff Writer");
}

static const struct {
    const char *html, *name;
} chinese_bylines[] = {
    {"<h1>老磨坊</h1><p>昨日晨报讯（记者 张三）老磨坊修好了。</p>", "张三"},
    {"<p>老磨坊修好了，大家都很高兴。(晨报记者 李四五)</p>", "李四五"},
    {"<p>老磨坊修好了，大家都很高兴。（张三 山城报道）</p>", "张三"},
    {"<table><tr><td><b>作者：</b><a href=u>水车</a> 时间：2005-08-22</table>", "水车"},
    {"<p>记者近日了解到（图片由磨坊的记者站提供，版权归其所有，转载请注明出处），修好了。</p>", ""},
    {"<div class=comments><p>（记者 张三）</p></div>", ""},
};

/* Each page's authors, joined */
static const struct {
    const char *html, *names;
} bylines[] = {
    {"<h1>剪纸</h1><p>人们剪出了新年的愿望。（常书香 马丹阳 ）</p>", "常书香+马丹阳"},
    {"<h1>剪纸</h1><p>人们剪出了新年的愿望。（附图）</p>", ""},
    {"<h1>剪纸</h1><p>人们剪出了新年的愿望。（完）</p>", ""},
    {"<h1>剪纸</h1><p>桤木日报记者 王建宏 张文攀</p><p>人们剪出了新年的愿望。</p>", "王建宏+张文攀"},
    {"<h1>剪纸</h1><p>人们剪出了新年的愿望。</p><p>（责任编辑：刘林源）</p>", "刘林源"},
    {"<h1>剪纸</h1><p>作者：李清芬</p><p>人们剪出了新年的愿望。</p><p>责编：刘林源</p>", "李清芬"},
    {"<meta name=citation_authors content='赵 培'><h1>剪纸</h1>", "赵培"},
    {"<h1>The mill</h1>by AnnLee, <small>6 May 2024</small>", "AnnLee"},
    {"<h1>The mill</h1>by mending it, <small>6 May 2024</small>", ""},
    {"<h1>The mill</h1><p class=author>Ann Lee<br>6 May 2024</p>", "Ann Lee"},
    {"<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Ann Lee'><h1>The "
     "mill</h1>",
     "Ann Lee"},
    {"<meta name=twitter:label1 content='Reading time'><meta name=twitter:data1 content='Six "
     "minutes'><h1>The "
     "mill</h1>",
     ""},
    {"<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"The mill\",\"author\":"
     "{\"@type\":\"Person\",\"name\":\", The Alder Post & Mail\"},\"publisher\":{\"name\":\"The Alder Post & "
     "Mail\"}}</script><h1>The mill</h1><p class=byline><a href=/staff/lee>Ann Lee</a><br>The Alder Post "
     "&amp; "
     "Mail</p>",
     "Ann Lee"},
};

static void who_wrote_it_is_found_where_readers_find_it(void **state)
{
    OWN(arena) arena = arena_new(32 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bylines); i++) {
        LOCAL(buf) names = {.max = 1000};
        const struct page *page = read_page(arena, bylines[i].html);
        for (size_t k = 0; k < page->author_count; k++)
            buf_printf(&names, "%s%.*s", k ? "+" : "", SPAN_ARG(page->authors[k].name));
        assert_span_equal(buf_span(&names), bylines[i].names);
    }
}

static void chinese_names_stand_in_brackets_within_the_text(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(chinese_bylines); i++) {
        const struct page *page = read_page(arena, chinese_bylines[i].html);
        assert_span_equal(page->author_count ? page->authors[0].name : (span){0}, chinese_bylines[i].name);
        assert_true(page->author_count <= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_author_may_be_named_by_id_in_a_graph),
        cmocka_unit_test(data_may_be_wrapped_as_scripts_once_were),
        cmocka_unit_test(the_title_is_the_articles_and_not_the_sites),
        cmocka_unit_test(a_date_is_found_where_readers_find_it),
        cmocka_unit_test(what_is_shown_mends_what_machines_are_told),
        cmocka_unit_test(the_day_in_the_address_is_the_last_resort),
        cmocka_unit_test(a_day_in_an_address_may_stand_before_its_year),
        cmocka_unit_test(the_encoding_is_found_whatever_form_it_is_declared_in),
        cmocka_unit_test(lazy_pictures_become_plain_ones),
        cmocka_unit_test(a_lazy_picture_and_its_twin_are_one),
        cmocka_unit_test(the_next_page_is_one_of_the_same_article),
        cmocka_unit_test(a_byline_beats_the_sites_name_as_author),
        cmocka_unit_test(a_role_beside_a_name_is_no_second_author),
        cmocka_unit_test(who_wrote_it_is_found_where_readers_find_it),
        cmocka_unit_test(chinese_names_stand_in_brackets_within_the_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
