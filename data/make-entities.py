#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes src/text/entities.inc, the named character references of HTML (HTML Standard 13.5).

    data/make-entities.py > src/text/entities.inc

The names come with Python's standard library. Some have a form without semicolon as well; no name has only that form.
"""
import html.entities

NAMES = html.entities.html5


def quote(text):
    return '"' + "".join(f"\\x{byte:02x}" for byte in text.encode()) + '"'


def main():
    names = sorted(name[:-1] for name in NAMES if name.endswith(";"))
    starts = {}
    for index, name in enumerate(names):
        starts.setdefault(ord(name[0]), index)
    print("/* SPDX-License-Identifier: MIT")
    print(" * entities.inc - named character references of HTML; made by data/make-entities.py, do not edit")
    print(" */")
    print("static const struct entity entities[] = {")
    for name in names:
        bare = ", true" if name in NAMES else ""
        print(f'    {{"{name}", {quote(NAMES[name + ";"])}{bare}}},')
    print("};")
    print()
    print("/* where the names that begin with a letter start, 'A' first; those of letter i end at [i + 1] */")
    print("static const uint16_t entity_starts['z' - 'A' + 2] = {")
    ends = []
    for letter in range(ord("A"), ord("z") + 2):
        later = [index for first, index in starts.items() if first >= letter]
        ends.append(min(later) if later else len(names))
    for row in range(0, len(ends), 12):
        print("    " + ", ".join(map(str, ends[row:row + 12])) + ",")
    print("};")


main()
