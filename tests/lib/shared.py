# SPDX-License-Identifier: MIT
"""shared: data beside the project that is no part of it; tests that need it skip where it is absent."""
import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("COURANT_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))


def path(relative):
    """Where it is, or None."""
    full = os.path.join(SHARED, relative)
    return full if os.path.exists(full) else None


def old_articles():
    """Bytes of articles as the chain before us left them; empty where there are none."""
    for folder in ("corpus/duty-machine-news/articles", "corpus/seed"):
        for root, _, names in os.walk(path(folder) or ""):
            for name in sorted(names):
                with open(os.path.join(root, name), "rb") as file:
                    yield os.path.join(os.path.relpath(root, SHARED), name), file.read()
