#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""train-extraction: learns the table by which blocks of a page are told from each other, and writes it as C.

    train-extraction.py CORPUS --courant build/courant               figures by cross-validation over domains
    train-extraction.py CORPUS --courant build/courant --write       ... and the table, src/article/forest.inc

CORPUS is a folder of sets (SET/gold.jsonl.gz and SET/html/ID.html.xz). The features of a page's blocks come from
`courant extract --features` and from nowhere else. Needs Debian's python3-sklearn. The same input gives the same table.

How it labels: a block's text is laid against the gold by runs of four words (one character a word in Chinese and its like);
what the gold holds once can be claimed once. Short blocks are looked for between their neighbours' places. Where the same words
stand in two places of a page, one is the article's and the other counts neither way.
"""
import argparse
import bisect
import collections
import gzip
import hashlib
import json
import lzma
import os
import re
import subprocess
import sys
import tempfile

import numpy as np

SOLID = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
TOKEN = re.compile(r"[%s]|(?:(?![%s])\w)+" % (SOLID, SOLID))

# How much a set counts; 0: only measured. daniel is left out: a collection under the GPL should not be in a table that ships, and so it
# shows what unseen sites get. magicforum's gold is every post of a thread, which contradicts the others.
SETS = {
    "scrapinghub": 1.0, "news424": 1.0, "fundus": 1.0, "fundus80": 1.0, "magic": 1.0, "zh69": 1.0,
    "wcxb": 0.5, "trafilatura": 0.5, "mozilla": 0.3, "daniel": 0.0, "magicforum": 0.0,
}
NEWS = ["scrapinghub", "news424", "fundus", "fundus80", "magic", "daniel", "zh69"]
TWO_PART = {"com", "co", "org", "net", "gov", "edu", "ac", "or", "ne"}


def tokens(text):
    return [t.lower() for t in TOKEN.findall(text)]


# --- pages -----------------------------------------------------------------------------------------------------------


class Page:
    """One page: its gold, and what `courant extract --features` says of its blocks."""

    def __init__(self, name, gold):
        self.set, self.id, self.gold = name, gold["id"], gold
        self.url = gold.get("url") or ""

    def take(self, answer):
        self.texts = answer.get("text") or []
        self.boxes = answer.get("box") or []
        self.parents = answer.get("parent") or []
        self.kinds = answer.get("kind") or []
        self.rows = np.array(answer.get("rows") or [], np.float32).reshape(len(self.texts), -1 if self.texts else 0)
        self.tokens = [tokens(t) for t in self.texts]
        self.counts = np.array([len(t) for t in self.tokens], float)


def domain(url):
    host = re.sub(r"^[a-z]+://", "", url.lower()).split("/")[0].split(":")[0]
    parts = host.split(".")
    if len(parts) <= 2:
        return host
    return ".".join(parts[-3:] if parts[-2] in TWO_PART and len(parts[-1]) == 2 else parts[-2:])


def fold(page, folds):
    key = domain(page.url)
    if not key or key in ("fakehost", "example.com"):
        key = page.id
    return int(hashlib.md5(key.encode()).hexdigest(), 16) % folds


def load(corpus, names):
    pages = []
    for name in names:
        path = os.path.join(corpus, name, "gold.jsonl.gz")
        if not os.path.exists(path):
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            pages += [Page(name, json.loads(line)) for line in lines]
    return pages


def read_features(pages, corpus, courant, folder):
    """Fills the pages; returns the names of the features."""
    listing = os.path.join(folder, "list.tsv")
    with open(listing, "w", encoding="utf-8") as out:
        for page in pages:
            path = os.path.join(folder, f"{page.set}-{page.id}.html")
            source = os.path.join(corpus, page.set, "html", page.id + ".html.xz")
            with lzma.open(source) as packed, open(path, "wb") as plain:
                plain.write(packed.read())
            out.write(f"{path}\t{page.url}\n")
    with open(listing, "rb") as lines:
        run = subprocess.Popen([courant, "extract", "--batch", "--features"], stdin=lines, stdout=subprocess.PIPE)
        names = json.loads(run.stdout.readline())
        for page, line in zip(pages, run.stdout):
            page.take(json.loads(line))
        run.wait()
    return names


# --- labels ----------------------------------------------------------------------------------------------------------


def index_runs(words, length=4):
    index = collections.defaultdict(list)
    for i in range(len(words) - length + 1):
        index[tuple(words[i : i + length])].append(i)
    return index


def lay(block, index):
    """Share of a block's words that the gold has, and where there they begin and end."""
    places = [index.get(tuple(block[i : i + 4])) for i in range(len(block) - 3)]
    hits = [i for i, p in enumerate(places) if p]
    if not hits:
        return 0.0, -1, -1
    covered = np.zeros(len(block), bool)
    for i in hits:
        covered[i : i + 4] = True
    offsets = [places[i][0] - i for i in hits if len(places[i]) == 1] or [places[i][0] - i for i in hits]
    offset = float(np.median(offsets))
    return float(covered.mean()), int(offset + hits[0]), int(offset + hits[-1] + 4)


def nearness(page, share):
    """How much gold a block's neighbourhood holds: which of two copies is the article's."""
    mass = collections.Counter()
    for b in np.nonzero(share >= 0.5)[0]:
        box = page.boxes[b]
        for _ in range(4):
            if box < 0:
                break
            mass[box] += page.counts[b] * share[b]
            box = page.parents[box]

    def of(b):
        box, most = page.boxes[b], 0
        for _ in range(3):
            if box < 0:
                break
            most = max(most, mass[box])
            box = page.parents[box]
        return most

    return of


def label(page):
    """(share of gold 0..1, doubtful) for each block."""
    gold = tokens(page.gold.get("body") or "")
    index = index_runs(gold)
    n = len(page.texts)
    share, begin, end = np.zeros(n), np.full(n, -1), np.full(n, -1)
    doubtful = np.zeros(n, bool)
    for b, words in enumerate(page.tokens):
        if len(words) >= 4:
            share[b], begin[b], end[b] = lay(words, index)
    owner = np.full(len(gold) + 8, -1)
    of = nearness(page, share)
    for b in sorted(np.nonzero(share >= 0.5)[0], key=lambda b: (-of(b), b)):
        a, z = max(0, begin[b]), min(len(gold), end[b])
        if z <= a:
            continue
        if (owner[a:z] >= 0).mean() > 0.5 and len(index.get(tuple(page.tokens[b][:4]), ())) <= 1:
            share[b], doubtful[b] = 0, True  # the same words a second time
        else:
            owner[a:z] = b
    place_short(page, gold, share, begin, end, owner)
    for words in page.gold.get("optional") or []:
        runs = set(index_runs(tokens(words)))
        for b in range(n):
            mine = list(index_runs(page.tokens[b]))
            if mine and share[b] < 0.5 and sum(r in runs for r in mine) / len(mine) > 0.5:
                doubtful[b] = True
    return share, doubtful


def place_short(page, gold, share, begin, end, owner):
    """Blocks of fewer than four words: found in the gold between their neighbours, in order, or not at all. A row of them, as the
    cells of a table, goes on where the last was found, however far the next long block is."""
    anchors = [b for b in range(len(page.texts)) if page.counts[b] >= 4 and share[b] >= 0.5]
    last, last_block = -1, -99
    for b, words in enumerate(page.tokens):
        if not words or len(words) >= 4:
            continue
        k = bisect.bisect(anchors, b)
        low = end[anchors[k - 1]] - 4 if k else 0
        high = begin[anchors[k]] + 4 if k < len(anchors) else len(gold)
        near = (k and b - anchors[k - 1] <= 40) or (k < len(anchors) and anchors[k] - b <= 40)
        in_row = b - last_block <= 3
        if not near and not in_row:
            continue
        low = max(low, last)
        for i in range(max(0, low), min(len(gold), high, low + (80 if near else 8)) - len(words) + 1):
            if gold[i : i + len(words)] == words and (owner[i : i + len(words)] < 0).all():
                share[b] = 1
                owner[i : i + len(words)] = b
                last, last_block = i, b
                break


def label_passages(page):
    """Sets that name only passages that must and must not be there: 1, 0, and nan for all else."""
    flat = [re.sub(r"\s+", " ", t).strip() for t in page.texts]
    out = np.full(len(flat), np.nan)
    for value, key in ((0, "without"), (1, "with")):
        for passage in page.gold.get(key) or []:
            passage = re.sub(r"\s+", " ", passage).strip()
            hits = [b for b, text in enumerate(flat) if passage and passage in text]
            if key == "with" and len(hits) > 1:
                hits = [max(hits, key=lambda b: len(flat[b]))]
            out[hits] = value
    return out


def prepare(page):
    """Target and weight of each block for training."""
    n = len(page.texts)
    page.target, page.weight = np.zeros(n, int), np.zeros(n)
    if n == 0:
        return
    if page.set == "trafilatura":
        values = label_passages(page)
        page.target = (np.nan_to_num(values) >= 0.5).astype(int)
        page.weight = np.where(np.isnan(values), 0, 1.0) / max(1, (~np.isnan(values)).sum())
        return
    share, doubtful = label(page)
    size = len(tokens(page.gold.get("body") or ""))
    page.target = (share >= 0.5).astype(int)
    page.weight = (page.counts + 3.0) / max(30, size)
    page.weight[(page.counts == 0) | doubtful] = 0
    page.weight *= np.where(page.target == 1, np.maximum(share, 0.3), 1.0)
    if size == 0:
        page.weight[:] = 0
    outside = page.weight[page.target == 0].sum()
    if outside > 3:
        page.weight[page.target == 0] *= 3 / outside
    page.weight = np.where(page.weight > 0, page.weight**0.8, 0)


# --- learning --------------------------------------------------------------------------------------------------------


def fit(pages, columns, trees, leaves, seed=0):
    from sklearn.ensemble import HistGradientBoostingClassifier

    used = [p for p in pages if SETS[p.set] > 0 and len(p.texts) and not (p.set == "wcxb" and p.gold.get("type") == "forum")]
    rows = np.concatenate([p.rows for p in used])[:, columns]
    target = np.concatenate([p.target for p in used])
    weight = np.concatenate([p.weight * SETS[p.set] for p in used])
    keep = weight > 0
    model = HistGradientBoostingClassifier(max_iter=trees, max_leaf_nodes=leaves, learning_rate=0.1, l2_regularization=20.0,
                                           min_samples_leaf=100, early_stopping=False, random_state=seed)
    return model.fit(rows[keep], target[keep], sample_weight=weight[keep] * keep.sum() / weight[keep].sum())


def predict(model, page, columns):
    return model.predict_proba(page.rows[:, columns])[:, 1] if len(page.texts) else np.zeros(0)


def cross_validate(pages, columns, trees, leaves, folds, spoilt=()):
    """Each page's probabilities by a table that saw no page of its domain."""
    of = np.array([fold(p, folds) for p in pages])
    for k in range(folds):
        model = fit([p for p, f in zip(pages, of) if f != k and (p.set, p.id) not in spoilt], columns, trees, leaves)
        for page, f in zip(pages, of):
            if f == k:
                page.chance = predict(model, page, columns)


# --- figures ---------------------------------------------------------------------------------------------------------


def runs(words, length=4):
    if len(words) < length:
        return collections.Counter([tuple(words)]) if words else collections.Counter()
    return collections.Counter(tuple(words[i : i + length]) for i in range(len(words) - length + 1))


def page_score(page, text):
    """Precision and recall of a page, by runs of four words."""
    gold = runs(TOKEN.findall(page.gold.get("body") or ""))
    mine = runs(TOKEN.findall(text))
    optional = collections.Counter()
    for words in page.gold.get("optional") or []:
        optional |= runs(TOKEN.findall(words))
    both = sum((gold & mine).values())
    extra = sum((mine - gold - optional).values())
    return both / max(1, both + extra) if mine else None, both / max(1, sum(gold.values()))


def figures(pages, threshold=0.5):
    by_set = collections.defaultdict(list)
    for page in pages:
        if page.set == "trafilatura":
            continue
        text = "\n".join(t for t, c in zip(page.texts, page.chance) if c >= threshold)
        page.precision, page.recall = page_score(page, text)
        by_set[page.set].append(page)
    out = {}
    for name, members in by_set.items():
        p = np.mean([m.precision for m in members if m.precision is not None])
        r = np.mean([m.recall for m in members])
        out[name] = (p, r, 2 * p * r / (p + r))
    return out


def show(name, result):
    mean = np.mean([result[s][2] for s in NEWS if s in result])
    print(f"{name:16}", " ".join(f"{s}={v[2]:.4f}" for s, v in result.items()), f"| mean of the news sets {mean:.4f}", flush=True)


# --- the table -------------------------------------------------------------------------------------------------------

HEAD = """/* SPDX-License-Identifier: MIT
 * forest.inc - made by data/train-extraction.py; do not edit
 *
 * {trees} trees over {features} features. A node: threshold, feature (index in forest_features), and how far on its right child stands;
 * the left one is the next. A leaf has feature 255 and its value as threshold.
 */
"""


def write_table(model, names, columns, path):
    nodes, roots = [], []

    def add(tree, i):
        at = len(nodes)
        node = tree[i]
        if node["is_leaf"]:
            nodes.append([float(node["value"]), 255, 0])
            return
        nodes.append([float(node["num_threshold"]), int(node["feature_idx"]), 0])
        add(tree, node["left"])
        nodes[at][2] = len(nodes) - at
        add(tree, node["right"])

    for predictor in model._predictors:
        roots.append(len(nodes))
        add(predictor[0].nodes, 0)
    with open(path, "w", encoding="utf-8") as out:
        out.write(HEAD.format(trees=len(roots), features=len(columns)))
        out.write("static const uint8_t forest_features[] = {\n")
        out.write("".join(f"    F_{names[c]},\n" for c in columns) + "};\n")
        out.write(f"static const float forest_base = {float(np.ravel(model._baseline_prediction)[0]):.9g};\n")
        out.write("static const uint16_t forest_roots[] = {" + ", ".join(map(str, roots)) + "};\n")
        out.write("static const struct forest_node forest_nodes[] = {\n")
        out.write("".join(f"    {{{t:.9g}, {f}, {r}}},\n" for t, f, r in nodes) + "};\n")


def by_gain(model, count):
    gain = collections.Counter()
    for predictor in model._predictors:
        for node in predictor[0].nodes:
            if not node["is_leaf"]:
                gain[int(node["feature_idx"])] += float(node["gain"])
    return sorted(i for i, _ in gain.most_common(count))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--courant", default="build/courant")
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--leaves", type=int, default=16)
    parser.add_argument("--features", type=int, default=72)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write src/article/forest.inc")
    options = parser.parse_args()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    pages = load(options.corpus, SETS)
    with tempfile.TemporaryDirectory() as folder:
        names = read_features(pages, options.corpus, options.courant, folder)
    for page in pages:
        prepare(page)
    everything = list(range(len(names)))
    columns = by_gain(fit(pages, everything, options.trees, options.leaves), options.features)
    cross_validate(pages, columns, options.trees, options.leaves, 3)
    figures(pages)
    # pages whose gold is wrong or another's: left out of training, never of the figures
    spoilt = {(p.set, p.id) for p in pages if p.set != "trafilatura" and SETS[p.set] > 0
              and 2 * (p.precision or 0) * p.recall / max(1e-9, (p.precision or 0) + p.recall) < 0.5}
    cross_validate(pages, columns, options.trees, options.leaves, options.folds, spoilt)
    show("cross-validated", figures(pages))
    print(f"left out of training: {len(spoilt)} pages", file=sys.stderr)
    if options.write:
        kept = [p for p in pages if (p.set, p.id) not in spoilt]
        here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        write_table(fit(kept, columns, options.trees, options.leaves), names, columns, os.path.join(here, "src", "article", "forest.inc"))


if __name__ == "__main__":
    main()
