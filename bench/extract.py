#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/extract: how fast articles are taken out of pages, beside MyHTML alone, Readability.js and python3-readability.

    bench/extract.py [--build FOLDER] [--rounds N] [--every N] [--modules FOLDER | --install] [PAGES]

PAGES is a folder, looked through for *.html and *.html.xz, or a list as `courant extract --batch` takes it (PATH<TAB>URL);
without it, pages of our own making. All read the same files, one after the other on one processor, in turns; times are the
processor's, user and system, the least of some rounds. Courant makes metadata, HTML, Markdown, text and JSON of each page;
MyHTML nothing but its tree, of the bytes as they are. Readability.js needs node and a folder that holds node_modules with
@mozilla/readability and linkedom: --install has npm put them into a temporary one. The slow ones take one round.
Memory is the most that was resident; it is flat if ten thousand pages need no more than each of them once.
"""
import argparse
import html
import json
import lzma
import os
import random
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import newstext

MB = 1000 * 1000
FLAT = 10_000  # pages
OWN_PAGES = 400


# --- pages of our own ---


def furniture(rng, number):
    """A site's frame: what stands around an article, several times its size, with the scripts and styles of such pages."""
    links = [newstext.article(number * 7 + i)["title"] for i in range(rng.randint(10, 40))]
    cards = "".join(
        f'<li class="card card--{i % 4} js-track" data-id="{number}-{i}"><a class="card__link" href="/a/{i}/story-{i}.html">'
        f'<img class="lazy" data-src="/p/{i}.jpg" alt=""><span class="card__title">{html.escape(title)}</span></a>'
        f'<time datetime="2026-01-{i % 28 + 1:02d}">{i % 28 + 1} January</time></li>'
        for i, title in enumerate(links))
    menu = "".join(f'<li class="menu-item menu-item-{i}"><a href="/section/{i}">Section {i}</a></li>' for i in range(60))
    script = "".join(f"window.dataLayer.push({{event:'view',id:{rng.randrange(1 << 30)},name:\"part-{i}\"}});\n"
                     for i in range(rng.randint(100, 600)))
    style = "".join(f".c-{i}{{margin:{i}px;padding:0 {i % 9}px;color:#{i:06x}}}\n" for i in range(rng.randint(100, 500)))
    return cards, menu, script, style


def own_page(number):
    rng = random.Random(number)
    article = newstext.article(number)
    cards, menu, script, style = furniture(rng, number)
    title = html.escape(article["title"])
    data = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "headline": article["title"],
                       "datePublished": "2026-01-05T10:00:00Z", "author": {"@type": "Person", "name": "A. Writer"}})
    comments = "".join(f'<div class="comment" id="c{i}"><b class="who">reader {i}</b><p>Well said, and soon done.</p></div>'
                       for i in range(rng.randint(0, 30)))
    return (f'<!DOCTYPE html><html lang="{article["language"]}"><head><meta charset="utf-8"><title>{title} | Generated news</title>'
            f'<meta property="og:title" content="{title}"><link rel="canonical" href="{article["link"]}"><style>{style}</style>'
            f'<script type="application/ld+json">{data}</script><script>{script}</script></head><body class="single">'
            f'<header class="site-header"><nav class="main-nav"><ul>{menu}</ul></nav></header><div class="layout"><main>'
            f'<article class="story"><h1 class="headline">{title}</h1><p class="byline">By A. Writer</p>'
            f'<div class="story-body">{article["html"]}</div></article><section class="related"><h2>More</h2><ul>{cards}</ul>'
            f'</section><section class="comments">{comments}</section></main><aside class="sidebar"><ul>{cards}</ul></aside></div>'
            f'<footer class="site-footer"><ul>{menu}</ul><p>All rights reserved.</p></footer><script>{script}</script></body></html>'
            ), article["link"]


def make_pages(folder):
    pages = []
    for number in range(OWN_PAGES):
        text, link = own_page(number)
        path = os.path.join(folder, f"{number}.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        pages.append((path, link))
    return pages


def pages_below(root, folder):
    """Packed ones are unpacked into `folder` first: nobody's time is that of a decoder."""
    pages = []
    for at, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(at, name)
            if name.endswith(".html.xz"):
                with lzma.open(path) as packed:
                    bytes = packed.read()
                path = os.path.join(folder, f"{len(pages)}.html")
                with open(path, "wb") as file:
                    file.write(bytes)
            elif not name.endswith(".html"):
                continue
            pages.append((path, ""))
    return pages


def pages_listed(path):
    with open(path, encoding="utf-8") as file:
        return [tuple((line.rstrip("\n") + "\t").split("\t")[:2]) for line in file if line.strip()]


# --- runs ---


def run(command, lines):
    """Seconds of the processor, megabytes of memory; exit status 1 says that a page had no article."""
    with tempfile.TemporaryFile() as file:
        file.write(lines.encode())
        file.seek(0)
        process = subprocess.Popen(command, stdin=file, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{' '.join(command)}: failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MB


def lines_of(pages):
    return "".join(f"{path}\t{url}\n" for path, url in pages)


def python_readability():
    """The run itself, in a process of its own: python3-readability on the pages that standard input lists."""
    import logging
    import readability

    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        with open(line.rstrip("\n").split("\t")[0], "rb") as file:
            bytes = file.read()
        try:
            document = readability.Document(bytes.decode("utf-8", "replace"))
            document.title(), document.summary()
        except Exception:  # pages that it cannot read cost it nothing more
            pass


def has_python_readability():
    return subprocess.run([sys.executable, "-c", "import readability"], capture_output=True).returncode == 0


def modules_of(options, folder):
    """Where node finds the two packages; None: nowhere."""
    if not shutil.which("node"):
        return None
    if options.install and shutil.which("npm"):
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder,
                        "@mozilla/readability", "linkedom"], check=False, stdout=subprocess.DEVNULL)
        return folder if os.path.isdir(os.path.join(folder, "node_modules", "linkedom")) else None
    return options.modules


def compare(options, pages, folder):
    lines = lines_of(pages)
    ours = [os.path.join(options.build, "courant"), "extract", "--batch"]
    alone = [os.path.join(options.build, "bench", "bench-myhtml")]
    modules = modules_of(options, folder)
    times = {"courant": [], "myhtml": []}
    slow = {}

    for round_number in range(options.rounds):
        times["courant"].append(run(ours, lines)[0])
        times["myhtml"].append(run(alone, lines)[0])
        if round_number == 0 and modules:
            slow["Readability.js on linkedom"] = run(["node", os.path.join(ROOT, "bench", "readability.cjs"), modules], lines)[0]
        if round_number == 0 and has_python_readability():
            slow["python3-readability"] = run([sys.executable, os.path.abspath(__file__), "--as-readability"], lines)[0]
    mine, mill = min(times["courant"]), min(times["myhtml"])
    size = sum(os.path.getsize(path) for path, _ in pages) / MB
    print(f"{len(pages)} pages, {size:.0f} MB: {mine:.2f} s, {mine / len(pages) * 1000:.2f} ms a page, {size / mine:.0f} MB/s")
    print(f"MyHTML alone: {mill:.2f} s; courant takes {mine / mill:.2f} times as long")
    for name in ("Readability.js on linkedom", "python3-readability"):
        if name in slow:
            print(f"{name}: {slow[name]:.2f} s; courant is {slow[name] / mine:.1f} times as fast")
        else:
            print(f"{name}: not here, so nothing to stand beside")


def memory(options, pages):
    ours = [os.path.join(options.build, "courant"), "extract", "--batch"]
    _, once = run(ours, lines_of(pages))
    many = (pages * (FLAT // len(pages) + 1))[:max(FLAT, len(pages))]
    _, often = run(ours, lines_of(many))
    print(f"memory: {once:.1f} MB for {len(pages)} pages, {often:.1f} MB for {len(many)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="?", metavar="PAGES")
    parser.add_argument("--build", default=os.environ.get("BUILD", "build"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--every", type=int, default=1, help="take only each N-th page")
    parser.add_argument("--modules", help="a folder with node_modules")
    parser.add_argument("--install", action="store_true", help="have npm install them for this run")
    parser.add_argument("--as-readability", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_readability:
        return python_readability()
    with tempfile.TemporaryDirectory(prefix="courant-extract-") as folder:
        if not options.pages:
            pages = make_pages(folder)
        elif os.path.isdir(options.pages):
            pages = pages_below(options.pages, folder)
        else:
            pages = pages_listed(options.pages)
        pages = pages[:: options.every]
        if not pages:
            sys.exit(f"{options.pages}: no pages")
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        compare(options, pages, folder)
        memory(options, pages)


if __name__ == "__main__":
    main()
