#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/harvest: how fast news becomes a committed archive, beside what SQLite, files and git alone take for the same texts.

    bench/harvest.py [--courant build/courant] [--sources 200] [--items 100] [--layout dated]
    bench/harvest.py --growth        ten new articles in an archive of 1,000 and of 100,000: what a commit costs
    bench/harvest.py --commits 1000  so many commits of one article each, in a source of 48,000: what the repository grows by

All in one run on one machine, so that the ratios hold where the seconds do not. Everything is synced to disk: SQLite with
synchronous=FULL in transactions of 500, files with one syncfs and an fsync a folder, git by fast-import.
"""
import argparse
import ctypes
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import newstext
import origin

CONF = """[fetch]
host_gap = 0s
per_host = 8
allow_networks = 127.0.0.0/8
ports = {port}
[archive]
layout = {layout}
[images]
mode = remote
"""


def sync_folder(folder):
    fd = os.open(folder, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


def sqlite_alone(folder, articles):
    db = sqlite3.connect(os.path.join(folder, "alone.db"), isolation_level=None)
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "CREATE TABLE a(id INTEGER PRIMARY KEY, guid TEXT UNIQUE, link TEXT UNIQUE, title TEXT, at INTEGER, body TEXT);")
    begin = time.perf_counter()
    for i in range(0, len(articles), 500):
        db.execute("BEGIN")
        db.executemany("INSERT INTO a VALUES(?,?,?,?,?,?)",
                       [(n, a["guid"], a["link"], a["title"], a["published"], a["html"]) for n, a in articles[i : i + 500]])
        db.execute("COMMIT")
    return time.perf_counter() - begin


def files_alone(folder, articles):
    libc = ctypes.CDLL(None, use_errno=True)
    root = os.path.join(folder, "files")
    begin = time.perf_counter()
    places = []
    for n, a in articles:
        below = os.path.join(root, f"s{n // 100:04d}")
        os.makedirs(below, exist_ok=True)
        places.append(os.path.join(below, f"{n}.md"))
        with open(places[-1] + ".tmp", "w", encoding="utf-8") as out:
            out.write(a["html"])
    fd = os.open(root, os.O_RDONLY)
    libc.syncfs(fd)
    os.close(fd)
    for place in places:
        os.rename(place + ".tmp", place)
    for below in {os.path.dirname(p) for p in places}:
        sync_folder(below)
    return time.perf_counter() - begin


def git_alone(folder, articles):
    repository = os.path.join(folder, "alone.git")
    subprocess.run(["git", "init", "-q", "--bare", repository], check=True)
    begin = time.perf_counter()
    run = subprocess.Popen(["git", "-C", repository, "fast-import", "--quiet", "--depth=0"], stdin=subprocess.PIPE)
    write = run.stdin.write
    write(b"commit refs/heads/main\ncommitter A <a@example.org> 0 +0000\ndata 1\nx\n")
    for n, a in articles:
        body = a["html"].encode()
        write(f"M 100644 inline s{n // 100:04d}/{n}.md\ndata {len(body)}\n".encode())
        write(body)
        write(b"\n")
    run.stdin.close()
    run.wait()
    os.sync()
    return time.perf_counter() - begin


def make_newsroom(folder, port, names, layout):
    os.makedirs(folder)
    with open(os.path.join(folder, "courant.conf"), "w", encoding="utf-8") as out:
        out.write(CONF.format(port=port, layout=layout))
        for name in names:
            out.write(f"[source {name}]\nname = {name}\nfeed = http://127.0.0.1:{port}/{name}.xml\nfull_text = never\n")


def peak_of(pid):
    """Peak memory of a running process in MB; 0 once it is gone. (rusage would count what we were before exec.)"""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return max((int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM:")), default=0)
    except OSError:
        return 0


def harvest(courant, newsroom):
    """Seconds and peak memory (MB) of one round."""
    begin = time.perf_counter()
    run = subprocess.Popen([courant, "-q", "-C", newsroom, "run", "--once", "--force"], stdout=subprocess.DEVNULL)
    memory = 0
    while run.poll() is None:
        memory = max(memory, peak_of(run.pid))
        time.sleep(0.01)
    if run.returncode:
        sys.exit(f"courant run ended with status {run.returncode}")
    return time.perf_counter() - begin, memory


def whole(options, folder):
    count = options.sources * options.items
    feeds = os.path.join(folder, "feeds")
    names = newstext.write_tree(feeds, options.sources, options.items)
    articles = [(n, newstext.article(n)) for n in range(1, count + 1)]
    alone = {"SQLite": sqlite_alone(folder, articles), "files": files_alone(folder, articles), "git": git_alone(folder, articles)}
    site = origin.Origin(feeds)
    site.start()
    newsroom = os.path.join(folder, "newsroom")
    make_newsroom(newsroom, site.port, names, options.layout)
    seconds, memory = harvest(options.courant, newsroom)
    slowest = max(alone.values())
    print(f"{count} articles from {options.sources} sources, layout {options.layout}")
    for name, took in alone.items():
        print(f"  {name + ' alone':14} {took:6.2f} s  {count / took:8.0f} articles/s")
    print(f"  {'harvest':14} {seconds:6.2f} s  {count / seconds:8.0f} articles/s  {memory:.0f} MB")
    print(f"  the harvest ran at {slowest / seconds:.2f} of the rate of the slowest alone")
    again, _ = harvest(options.courant, newsroom)
    print(f"  a round that finds nothing new: {again:.2f} s")
    site.stop()


class Grown:
    """An archive of so many articles, which gets ten new ones at a time."""

    syncs = "fsync,fdatasync,syncfs,sync_file_range,msync"

    def __init__(self, options, folder, size):
        self.courant, self.size, self.rounds, self.trace = options.courant, size, 0, os.path.join(folder, "trace")
        self.site = origin.Origin()
        self.site.start()
        self.newsroom = os.path.join(folder, f"n{size}")
        names = [f"s{i:04d}" for i in range(size // 1000)]
        make_newsroom(self.newsroom, self.site.port, names, options.layout)
        for i, name in enumerate(names):
            self.site.put(f"/{name}.xml", newstext.rss(range(1 + 1000 * i, 1001 + 1000 * i)))
        harvest(options.courant, self.newsroom)

    def add_ten(self, *before):
        """Seconds of the round that finds them."""
        first = 10_000_000 + 10 * self.rounds
        self.rounds += 1
        self.site.put("/s0000.xml", newstext.rss(range(first, first + 10)))
        begin = time.perf_counter()
        subprocess.run([*before, self.courant, "-q", "-C", self.newsroom, "run", "--once", "--force", "--source", "s0000"],
                       stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - begin

    def seconds_of_syncs(self):
        """What its threads and processes wait for the disk in one round, added up."""
        self.add_ten("strace", "-f", "-T", "-o", self.trace, "-e", "trace=" + self.syncs)
        with open(self.trace, encoding="utf-8", errors="replace") as lines:
            return sum(float(line.rpartition("<")[2].rstrip(">\n")) for line in lines if line.endswith(">\n"))


def growth(options, folder):
    small, large = [Grown(options, folder, size) for size in (1000, 100_000)]
    took, syncs = {small: [], large: []}, {small: [], large: []}
    for _ in range(20):  # by turns, so that what else the machine does is borne by both
        for grown in took:
            took[grown].append(grown.add_ten())
    for _ in range(5 if shutil.which("strace") else 0):
        for grown in syncs:
            syncs[grown].append(grown.seconds_of_syncs())
    for grown, seconds in took.items():
        waited = f", of it {statistics.median(syncs[grown]) * 1000:.0f} ms in fsync and its like" if syncs[grown] else ""
        print(f"  ten new articles in an archive of {grown.size}: median of 20 {statistics.median(seconds) * 1000:.0f} ms "
              f"(from {min(seconds) * 1000:.0f} to {max(seconds) * 1000:.0f}){waited}")
        grown.site.stop()
    print(f"  the large one takes {statistics.median(took[large]) / statistics.median(took[small]):.2f} times as long, "
          f"the median of pairs {statistics.median(b / a for a, b in zip(took[small], took[large])):.2f}")


def size_of(folder):
    """Bytes of the files below, as they are on disk."""
    return sum(os.lstat(os.path.join(below, name)).st_blocks * 512 for below, _, names in os.walk(folder) for name in names)


def packs_of(repository):
    return sum(name.endswith(".pack") for name in os.listdir(os.path.join(repository, "objects", "pack")))


def in_ms(took):
    return f"median {statistics.median(took) * 1000:.0f} ms, longest {max(took) * 1000:.0f} ms"


def commits(options, folder):
    articles, together = 48_000, 2000
    site = origin.Origin()
    site.start()
    newsroom = os.path.join(folder, "newsroom")
    repository = os.path.join(newsroom, "archive", ".git")
    make_newsroom(newsroom, site.port, ["heron"], options.layout)
    for first in range(1, articles, together):
        site.put("/heron.xml", newstext.rss(range(first, first + together)))
        harvest(options.courant, newsroom)
    before = last = size_of(repository)
    took, gathering, most = [], [], 0
    print(f"  {articles} articles of one source, layout {options.layout}: {before / 1e6:.0f} MB")
    for k in range(1, options.commits + 1):
        site.put("/heron.xml", newstext.rss([10_000_000 + k]))
        packs = packs_of(repository)
        seconds = harvest(options.courant, newsroom)[0]
        (gathering if packs_of(repository) < packs else took).append(seconds)
        size = size_of(repository)
        most = max(most, size)
        if k % 100 == 0 or k == options.commits:
            print(f"  commit {k:5}: {size / 1e6:.1f} MB, {(size - before) / k / 1000:.0f} KB a commit since the first, at most {most / 1e6:.1f} MB; "
                  f"{in_ms(took)}; the last hundred {(size - last) / 1e6:.1f} MB",
                  flush=True)
            last = size
    if gathering:
        print(f"  {len(gathering)} of them gathered packs: {in_ms(gathering)}")
    site.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--courant", default=os.path.join(ROOT, os.environ.get("BUILD", "build"), "courant"))
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--items", type=int, default=100)
    parser.add_argument("--layout", default="dated", choices=["dated", "duty-machine"])
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--commits", type=int, metavar="N")
    parser.add_argument("--folder", help="where to work; on the disk that is to be measured (default: a temporary one)")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="courant-bench-", dir=options.folder)
    try:
        (commits if options.commits else growth if options.growth else whole)(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
