#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""feeds: how fast feeds are read, beside Debian's sfeed

    bench/feeds.py [--build FOLDER] [--megabytes N] [--rounds N]

One RSS document of N megabytes (50), fifty Atom documents of 200 KB, two thousand small feeds, and documents that are one
title or one CDATA of 100 MB. Times are the processor's, user and system, the least of some rounds that take turns, so that the
ratios hold on a busy machine: above 1 is faster than sfeed. Memory is the most that was resident, less the document itself.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from xml.sax.saxutils import escape

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import newstext

MB = 1000 * 1000


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def repeated(path, head, piece, tail, size):
    """Written bit by bit: a process begins with the memory of the one that started it, and that would be counted."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(head)
        for _ in range(size // MB):
            file.write(piece * (MB // len(piece)))
        file.write(tail)
    return path


def large_rss(folder, size):
    """Its articles come again and again under other numbers: making news takes longer than reading it."""
    one = newstext.rss(range(1, 401))
    start, end = one.index("<item>"), one.rindex("</item>") + 7
    path = os.path.join(folder, "large.xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(one[:start])
        for round_number in range(max(1, size // len(one.encode()))):
            file.write(one[start:end].replace("tag:news.example,2026:", f"tag:news.example,2026:{round_number}-"))
        file.write(one[end:])
    return path


def atom(numbers):
    out = ['<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Generated news</title>'
           '<link href="https://news.example/"/><id>tag:news.example,2026:feed</id><updated>2026-01-01T00:00:00Z</updated>']
    for number in numbers:
        a = newstext.article(number)
        out.append(f"<entry><title>{escape(a['title'])}</title><link href=\"{a['link']}\"/><id>{a['guid']}</id>"
                   f"<updated>2026-01-01T00:{number // 60 % 60:02d}:{number % 60:02d}Z</updated>"
                   f"<author><name>A. Writer</name></author><content type=\"html\">{escape(a['html'])}</content></entry>")
    return "\n".join(out + ["</feed>\n"])


def run(command, path=None, lines=None):
    """Seconds of the processor, megabytes of memory."""
    with open(path or os.devnull, "rb") as file:
        process = subprocess.Popen(command, stdin=subprocess.PIPE if lines else file, stdout=subprocess.DEVNULL)
        if lines:
            process.stdin.write(lines.encode())
            process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)}: failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MB


def best(rounds, *runs):
    """Each of `runs` in turn, some times; the least of each."""
    return [min(times) for times in zip(*[[one() for one in runs] for _ in range(rounds)])]


def beside_sfeed(options, title, paths):
    """We read many in one batch, which is what a newsroom does; sfeed knows none, and begins anew for each."""
    size = sum(os.path.getsize(path) for path in paths) / MB
    lines = "".join(f"{path}\t\n" for path in paths)

    def ours(*raw):
        return lambda: run([options.courant, "feed", "--batch", *raw], lines=lines)[0]

    raw, clean, sfeed = best(options.rounds, ours("--raw"), ours(),
                             lambda: sum(run(["sfeed", "https://news.example/"], path)[0] for path in paths))
    print(f"{title}: {size / raw:.0f} MB/s raw, {size / clean:.0f} MB/s sanitised, sfeed {size / sfeed:.0f} MB/s: "
          f"{sfeed / raw:.2f} and {sfeed / clean:.2f} times sfeed", flush=True)


def batch(options, paths, large):
    def rate(raw, which):
        lines = "".join(f"{path}\t\n" for path in which)
        size = sum(os.path.getsize(path) for path in which) / MB
        return lambda: run([options.courant, "feed", "--batch", *raw], lines=lines)[0] / size

    for name, raw in (("raw", ["--raw"]), ("sanitised", [])):
        small, big = best(options.rounds, rate(raw, paths), rate(raw, [large]))
        print(f"{len(paths)} small feeds, {name}: {1 / small:.0f} MB/s, {big / small:.2f} times the large one's rate", flush=True)


def memory(options, folder):
    start, end = "<rss version='2.0'><channel><title>News</title><item>", "</item></channel></rss>"
    words = "harbour council ferry "
    for title, before, after in (("one title of 100 MB", "<title>", "</title>"),
                                 ("one CDATA of 100 MB", "<description><![CDATA[<p>", "]]></description>"),
                                 ("one CDATA of 50 MB", "<description><![CDATA[<p>", "]]></description>")):
        path = repeated(os.path.join(folder, "one.xml"), start + before, words, after + end, int(title.split()[3]) * MB)
        for name, raw in (("raw", ["--raw"]), ("sanitised", [])):
            seconds, most = run([options.courant, "feed", *raw, path])
            print(f"{title}, {name}: {most - os.path.getsize(path) / MB:.0f} MB besides the document, {seconds:.2f} s", flush=True)
    _, most = run([options.courant, "feed", options.large])
    print(f"the large RSS, sanitised: {most - os.path.getsize(options.large) / MB:.0f} MB besides the document")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.environ.get("BUILD", "build"))
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    options.courant = os.path.join(options.build, "courant")
    folder = tempfile.mkdtemp(prefix="courant-feeds-")
    try:
        options.large = large_rss(folder, options.megabytes * MB)
        atoms = [write(folder, f"atom{i}.xml", atom(range(i * 30, i * 30 + 30))) for i in range(50)]
        small = [write(folder, f"small{i}.xml", newstext.rss(range(i * 2, i * 2 + 2))) for i in range(2000)]
        if shutil.which("sfeed"):
            beside_sfeed(options, f"one RSS of {options.megabytes} MB", [options.large])
            beside_sfeed(options, "50 Atom feeds of 200 KB", atoms)
        else:
            print("sfeed is not installed: nothing to stand beside")
        batch(options, small, options.large)
        memory(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
