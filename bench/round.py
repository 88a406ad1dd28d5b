#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""round: one harvest round of many sources that have nothing new, each a host of its own

    bench/round.py [--build FOLDER] [--sources N] [--peers]

Two newsrooms of N sources (10,000) on loopback, each source at its own 127.x.y.z. All were harvested once; what is measured
is the next round, in which they answer 304. In the second newsroom 5 in 100 take the request and are silent, 5 in 100 reset the
connection and 1 in 100 sends without end. Told are the round's time, when 99 in 100 of the good sources had been answered and
stored, the most memory, and the most connections that any host had at a time. With --peers, sfeed_update and newsboat ask a
tenth of the calm sources in the same run, newsboat those that it has asked before. The newsrooms lie in TMPDIR, so that a disk
can be left out of it.
"""
import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BAD = (("silent", 5), ("reset", 5), ("endless", 1))


def kind_of(i, is_rough):
    place = i * 37 % 100
    for kind, percent in BAD if is_rough else ():
        if place < percent:
            return kind
        place -= percent
    return "304"


def address(i):
    return f"127.{1 + i // 65025}.{i // 255 % 255}.{1 + i % 255}"


def make_newsroom(folder, count, port, is_rough):
    os.makedirs(folder)
    with open(os.path.join(folder, "courant.conf"), "w", encoding="utf-8") as file:
        file.write(f"[fetch]\nhost_gap = 0s\nports = {port}\nallow_networks = 127.0.0.0/8\n\n")
        for i in range(count):
            url = f"http://{address(i)}:{port}/feed/{kind_of(i, is_rough)}"
            file.write(f"[source s{i}]\nname = Source {i}\nfeed = {url}\nfull_text = never\n\n")


def run(courant, folder, *options):
    """Wall time, seconds at which each good source's line came, largest resident size in MB."""
    began = time.monotonic()
    process = subprocess.Popen([courant, "-q", "-C", folder, "run", "--once", "--json", *options], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    times = []
    for line in process.stdout:
        if json.loads(line)["status"] in ("unchanged", "ok"):
            times.append(time.monotonic() - began)
    _, _, usage = os.wait4(process.pid, 0)
    return time.monotonic() - began, times, usage.ru_maxrss / 1024


def measure(options, origin_program, is_rough):
    origin = subprocess.Popen([origin_program], stdout=subprocess.PIPE, text=True)
    port = int(origin.stdout.readline())
    folder = tempfile.mkdtemp(prefix="courant-round-")
    try:
        newsroom = os.path.join(folder, "newsroom")
        make_newsroom(newsroom, options.sources, port, is_rough)
        first, _, _ = run(options.courant, newsroom)
        wall, times, memory = run(options.courant, newsroom, "--force")
        if options.peers and not is_rough:
            sfeed(folder, options.sources // 10, port)
            newsboat(folder, options.sources // 10, port)
    finally:
        origin.send_signal(signal.SIGTERM)
        said = origin.communicate()[0].strip()
        shutil.rmtree(folder, ignore_errors=True)
    good = sum(kind_of(i, is_rough) == "304" for i in range(options.sources))
    at99 = sorted(times)[max(good * 99 // 100 - 1, 0)] if len(times) >= good * 99 // 100 else float("inf")
    print(f"{'rough' if is_rough else 'calm '}: {len(times)} of {good} good sources; round {wall:.1f} s, 99 in 100 after {at99:.2f} s, "
          f"{memory:.0f} MB; {said}; (their first harvest: {first:.1f} s)", flush=True)
    return at99


def time_peer(name, count, command, **options):
    """One that is there: its wall time, and the most that one process of it held."""
    if not shutil.which(command[0]):
        print(f"{name} is not installed")
        return
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    _, _, usage = os.wait4(process.pid, 0)
    print(f"{name}: {count} sources in {time.monotonic() - began:.1f} s, {usage.ru_utime + usage.ru_stime:.1f} s of the processor's, "
          f"{usage.ru_maxrss / 1024:.0f} MB", flush=True)


def sfeed(folder, count, port):
    path = os.path.join(folder, "sfeedrc")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"sfeedpath={folder}/feeds\nmaxjobs=64\nfeeds() {{\n")
        for i in range(count):
            file.write(f"feed s{i} http://{address(i)}:{port}/feed/304\n")
        file.write("}\n")
    time_peer("sfeed_update", count, ["sfeed_update", path])


def newsboat(folder, count, port):
    home = os.path.join(folder, "newsboat")
    os.makedirs(home)
    paths = {name: os.path.join(home, name) for name in ("urls", "config", "cache.db")}
    with open(paths["urls"], "w", encoding="utf-8") as file:
        file.writelines(f"http://{address(i)}:{port}/feed/304\n" for i in range(count))
    with open(paths["config"], "w", encoding="utf-8") as file:
        file.write("reload-threads 64\nmax-download-speed 0\n")
    command = ["newsboat", "-u", paths["urls"], "-C", paths["config"], "-c", paths["cache.db"], "-x", "reload"]
    for name in ("newsboat, first", "newsboat, again"):
        time_peer(name, count, command, env={"HOME": home, "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}, stdin=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.environ.get("BUILD", "build"))
    parser.add_argument("--sources", type=int, default=10000)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    options.courant = os.path.join(options.build, "courant")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    origin_program = os.path.join(options.build, "bench", "bench-origin")
    if not os.path.exists(origin_program):
        sys.exit(f"{origin_program}: not built (ninja -C {options.build} bench)")
    calm = measure(options, origin_program, False)
    rough = measure(options, origin_program, True)
    print(f"rough / calm, 99 in 100 of the good: {rough / calm:.2f}")


if __name__ == "__main__":
    main()
