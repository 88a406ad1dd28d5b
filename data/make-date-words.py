#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes src/text/date_words.inc from date-names.txt: a sorted table of the words that dates are written with.

    data/make-date-words.py < data/date-names.txt > src/text/date_words.inc

Words are folded here as src/text/date_tokens.c folds what it reads: small letters, no joiners, Arabic letters in one
of their forms. Each word stands with its accents and without them.
"""
import sys
import unicodedata

FOLDED = str.maketrans({
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه",
    "ς": "σ", "ʼ": "'", "’": "'", "\u200c": None, "\u200d": None, "ـ": None, "\u093c": None, "\u09bc": None,
})
PLAIN = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ə": "e", "ё": "е", "ß": "ss", "æ": "ae"})
CALENDARS = {"jalali": "CALENDAR_JALALI", "thai": "CALENDAR_THAI"}


class Word:
    def __init__(self):
        self.months = {}  # month -> languages, the first believed
        self.weekdays, self.languages = set(), set()
        self.calendar, self.use, self.value = "CALENDAR_COMMON", None, 0


words, zones, languages = {}, [], []


def fold(text):
    folded = unicodedata.normalize("NFC", text.replace("_", " ").lower().translate(FOLDED))
    return "".join(c for c in folded if not "\u064b" <= c <= "\u065f" and not "\u0300" <= c <= "\u036f")


def plain(text):
    stripped = "".join(c for c in unicodedata.normalize("NFD", text) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", stripped).translate(PLAIN)


def forms(text):
    """The entries of a word, made where they are new."""
    exact = fold(text.lstrip("!"))
    kept = [exact] if text.startswith("!") else sorted({exact, plain(exact)})
    return [words.setdefault(form, Word()) for form in kept]


def add_names(kind, language, calendar, names):
    assert len(names) == (12 if kind == "months" else 7), (kind, names)
    if language not in languages:
        languages.append(language)
    for number, alternatives in enumerate(names):
        for word in (word for name in alternatives.split("/") for word in forms(name)):
            word.languages.add(language)
            if kind == "weekdays":
                word.weekdays.add(number)
            else:
                word.months.setdefault(number + 1, set()).add(language)
                word.calendar = CALENDARS.get(calendar, "CALENDAR_COMMON")


def add_use(use, argument, names):
    value = argument or "0"
    if not value.lstrip("-").isdigit():
        if value not in zones:
            zones.append(value)
        use, value = use + "_CIVIL", zones.index(value)
    for name in names:
        for word in forms(name):
            assert word.use in (None, use), (name, word.use, use)
            word.use, word.value = use, value


def read(lines):
    for line in lines:
        head, _, rest = line.partition("#")[0].strip().partition(":")
        kind, *arguments = head.split() or [""]
        if kind in ("months", "weekdays"):
            add_names(kind, arguments[0], arguments[1] if len(arguments) > 1 else "", rest.split())
        elif kind:
            add_use(kind, arguments[0] if arguments else "", rest.split())


def mask(names):
    return f"{sum(1 << languages.index(name) for name in names):#x}"


def speakers(month, text):
    """The languages in which `text` is the start of a name of the month."""
    found = set()
    for other, word in words.items():
        if other.startswith(text):
            found |= word.months.get(month, set())
    return found


def write_other_months(ordered):
    print("/* word, its other month, the languages where it is that one, those where it is the believed one */")
    print("static const struct other_month other_months[] = {")
    for index, text in enumerate(ordered):
        believed, *others = words[text].months or [0]
        for month in others:
            print(f"    {{{index}, {month}, {mask(speakers(month, text))}, {mask(speakers(believed, text))}}}, /* {text} */")
    print("};\n")


def write_starts(ordered):
    starts = [sum(text.encode()[0] < byte for text in ordered) for byte in range(257)]
    print("/* where the words that begin with a byte start; they end where those of the next do */")
    print("static const uint16_t word_starts[257] = {")
    for row in range(0, 257, 16):
        print("    " + ", ".join(map(str, starts[row:row + 16])) + ",")
    print("};\n")


def write():
    ordered = sorted(words, key=str.encode)
    assert len(languages) <= 64
    print("/* SPDX-License-Identifier: MIT")
    print(" * date_words.inc - words that dates are written with; made by data/make-date-words.py, do not edit")
    print(" */")
    print("static const char word_texts[] =")
    for text in ordered:
        print(f'    "{text}"')
    print("    ;\n")
    print("static const struct date_word words[] = {")
    start = 0
    for text in ordered:
        word, size = words[text], len(text.encode())
        weekdays = sum(1 << day for day in word.weekdays)
        use = "WORD_" + (word.use or "NAME")
        print(f"    {{{mask(word.languages)}, {start}, {size}, {next(iter(word.months), 0)}, {weekdays:#x}, "
              f"{word.calendar}, {use}, {word.value}}},")
        start += size
    print("};\n")
    write_starts(ordered)
    print(f"static const uint64_t month_first_languages = {mask(['en', 'fil'])};\n")
    write_other_months(ordered)
    print("const char *const date_civil_zones[] = {" + ", ".join(f'"{zone}"' for zone in zones) + "};")


read(sys.stdin)
write()
