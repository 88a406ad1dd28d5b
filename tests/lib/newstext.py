# SPDX-License-Identifier: MIT
"""newstext: news that nobody wrote, for tests and benches: the same number gives the same text.

Chinese and English articles of 2-8 KB in the manner of a full-text feed: a dateline, a picture with its caption, paragraphs,
now and then a heading, a list, a quotation. As a library: article(n), rss(numbers). As a command:

    newstext.py feed --first 1 --count 100 > feed.xml
    newstext.py tree --sources 200 --items 100 FOLDER      # FOLDER/s0001.xml ...
"""
import argparse
import os
import random
import sys
from xml.sax.saxutils import escape

EPOCH = 1_700_000_000  # the first article's time; each later one comes a minute after
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

WORDS = """harbour council ferry bridge tide engineer library heron station market winter budget vote river school
museum captain signal festival orchard mayor report survey ticket quay lantern reservoir gallery clock garden railway
committee pilot bakery forecast archive barge lighthouse workshop meadow tower""".split()
VERBS = "approved delayed opened measured repaired counted promised rejected explained restored visited closed".split()
CHINESE = "港口渡轮大桥潮水工程师图书馆白鹭车站市场冬天预算投票河流学校博物馆船长信号灯塔果园市长报告调查码头水库花园铁路委员会天气档案"
CHINESE_VERBS = ["批准了", "推迟了", "开放了", "修复了", "统计了", "承诺了", "否决了", "说明了", "参观了", "关闭了"]


def _english(rng):
    words = [rng.choice(WORDS) for _ in range(rng.randint(6, 16))]
    words.insert(2, rng.choice(VERBS))
    return "The " + " ".join(words) + rng.choice([".", ".", ", officials said.", "?"])


def _chinese(rng):
    def part(n):
        return "".join(rng.choice(CHINESE) for _ in range(n))

    return part(rng.randint(4, 10)) + rng.choice(CHINESE_VERBS) + part(rng.randint(6, 14)) + "，" + part(rng.randint(5, 15)) + "。"


def article(number):
    """A dict: title, link, guid, published (seconds since 1970), html, language."""
    rng = random.Random(number)
    chinese = rng.random() < 0.6
    sentence = _chinese if chinese else _english
    size = rng.randint(2000, 8000)
    title = sentence(rng).rstrip("。.?")[:60] + f" {number}"
    parts = [
        f'<p><img src="https://pictures.example/{number % 97}/{number}.jpg" alt="{escape(sentence(rng))}"></p>'
        f"<div><small>{escape(sentence(rng))}</small></div>"
    ]
    length = 0
    while length < size:
        kind = rng.random()
        text = (" " if not chinese else "").join(sentence(rng) for _ in range(rng.randint(2, 6)))
        if kind < 0.06:
            parts.append(f"<h2>{escape(sentence(rng)[:30])}</h2>")
        elif kind < 0.12:
            parts.append("<ul>" + "".join(f"<li>{escape(sentence(rng))}</li>" for _ in range(3)) + "</ul>")
        elif kind < 0.18:
            parts.append(f"<blockquote><p>{escape(text)}</p></blockquote>")
        elif kind < 0.30:
            parts.append(f'<p><strong>{escape(sentence(rng))}</strong> {escape(text)} <a href="/see/{number}">→</a></p>')
        else:
            parts.append(f"<p>{escape(text)}</p>")
        length += len(parts[-1].encode())
    return {
        "title": title,
        "link": f"https://news.example/a/{number % 13}/story-{number}.html",
        "guid": f"tag:news.example,2026:{number}",
        "published": EPOCH + 60 * number,
        "html": "\n".join(parts),
        "language": "zh" if chinese else "en",
    }


def http_date(seconds):
    """RFC 822, in UTC; no locale."""
    import time

    t = time.gmtime(seconds)
    return f"{DAYS[t.tm_wday]}, {t.tm_mday:02d} {MONTHS[t.tm_mon - 1]} {t.tm_year} {t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d} GMT"


def rss(numbers, title="Generated news"):
    """An RSS document with these articles, newest first as feeds have it."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(title)}</title><link>https://news.example/</link><description>Made for tests</description>"
    ]
    for number in sorted(numbers, reverse=True):
        a = article(number)
        out.append(
            f"<item><title>{escape(a['title'])}</title><link>{a['link']}</link><guid isPermaLink=\"false\">{a['guid']}</guid>"
            f"<pubDate>{http_date(a['published'])}</pubDate><content:encoded><![CDATA[{a['html']}]]></content:encoded></item>"
        )
    out.append("</channel></rss>\n")
    return "\n".join(out)


def write_tree(folder, sources, items):
    """sources feeds of `items` articles each, all different: FOLDER/s0001.xml and so on; their names."""
    os.makedirs(folder, exist_ok=True)
    names = []
    for s in range(sources):
        names.append(f"s{s + 1:04d}")
        with open(os.path.join(folder, names[-1] + ".xml"), "w", encoding="utf-8") as out:
            out.write(rss(range(1 + s * items, 1 + (s + 1) * items), title=f"Source {s + 1}"))
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    feed = commands.add_parser("feed", help="one RSS document on standard output")
    feed.add_argument("--first", type=int, default=1)
    feed.add_argument("--count", type=int, default=20)
    tree = commands.add_parser("tree", help="a folder of feeds")
    tree.add_argument("--sources", type=int, default=20)
    tree.add_argument("--items", type=int, default=100)
    tree.add_argument("folder")
    options = parser.parse_args()
    if options.command == "feed":
        sys.stdout.write(rss(range(options.first, options.first + options.count)))
    else:
        write_tree(options.folder, options.sources, options.items)


if __name__ == "__main__":
    main()
