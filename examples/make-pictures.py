#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws the sample newsroom's pictures into examples/origin/pictures/, with nothing but the standard library."""
import math
import os
import struct
import zlib

WIDTH, HEIGHT = 320, 200
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "origin", "pictures")


class Picture:
    def __init__(self, top, bottom):
        """A sky or wall that goes from one colour to the other."""
        self.rows = []
        for y in range(HEIGHT):
            part = y * 24 // HEIGHT / 24
            colour = tuple(round(a + (b - a) * part) for a, b in zip(top, bottom))
            self.rows.append([colour] * WIDTH)

    def fill(self, colour, inside):
        for y in range(HEIGHT):
            for x in range(WIDTH):
                if inside(x, y):
                    self.rows[y][x] = colour

    def box(self, colour, left, top, right, bottom):
        self.fill(colour, lambda x, y: left <= x < right and top <= y < bottom)

    def disc(self, colour, at_x, at_y, radius, above=HEIGHT):
        self.fill(colour, lambda x, y: math.hypot(x - at_x, y - at_y) <= radius and y < above)

    def line(self, colour, points, width=2):
        for (x1, y1), (x2, y2) in zip(points, points[1:]):
            steps = max(abs(x2 - x1), abs(y2 - y1), 1)
            for i in range(int(steps) + 1):
                x, y = x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps
                self.box(colour, x, y, x + width, y + width) if width > 3 else self.dot(colour, x, y, width)

    def dot(self, colour, x, y, width):
        for row in range(int(y), min(int(y) + width, HEIGHT)):
            for column in range(int(x), min(int(x) + width, WIDTH)):
                self.rows[row][column] = colour

    def write(self, name):
        """As a PNG with a palette."""
        palette = sorted({colour for row in self.rows for colour in row})
        place = {colour: i for i, colour in enumerate(palette)}
        data = b"".join(b"\0" + bytes(place[colour] for colour in row) for row in self.rows)
        chunks = [
            (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
            (b"PLTE", b"".join(bytes(colour) for colour in palette)),
            (b"IDAT", zlib.compress(data, 9)),
            (b"IEND", b""),
        ]
        with open(os.path.join(FOLDER, name), "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n")
            for kind, body in chunks:
                file.write(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))


def lighthouse():
    picture = Picture((40, 60, 110), (240, 170, 120))
    picture.box((30, 60, 90), 0, 150, WIDTH, HEIGHT)
    picture.fill((250, 240, 170), lambda x, y: x > 170 and abs(y - 52) < (x - 170) / 6)
    picture.fill((235, 235, 230), lambda x, y: 60 <= y < 160 and abs(x - 160) < 12 + (y - 60) / 8)
    for top in (70, 102, 134):
        picture.fill((190, 40, 40), lambda x, y, t=top: t <= y < t + 14 and abs(x - 160) < 12 + (y - 60) / 8)
    picture.box((60, 60, 70), 144, 44, 177, 60)
    picture.disc((255, 245, 190), 160, 52, 6)
    picture.fill((70, 60, 50), lambda x, y: y > 178 - 25 * math.exp(-(((x - 160) / 70) ** 2)))
    picture.write("lighthouse.png")


def market():
    picture = Picture((225, 230, 235), (200, 205, 210))
    for i, colour in enumerate(((200, 60, 60), (60, 110, 170), (220, 160, 50), (70, 140, 90))):
        left = 10 + i * 78
        picture.fill(colour, lambda x, y, l=left: 40 <= y < 62 + 5 * math.sin(x / 4) and l <= x < l + 68)
        picture.box((245, 245, 245), left + 4, 110, left + 64, 150)
        for fish in range(3):
            picture.fill((120, 140, 160), lambda x, y, l=left, f=fish: ((x - l - 16 - f * 18) / 8) ** 2 + ((y - 122) / 4) ** 2 < 1)
    picture.box((150, 150, 155), 0, 165, WIDTH, HEIGHT)
    picture.write("market.png")


def tree():
    picture = Picture((200, 225, 240), (240, 245, 230))
    picture.box((150, 130, 100), 0, 165, WIDTH, HEIGHT)
    for offset in (-26, -12, 0, 13, 27):
        picture.line((95, 70, 50), [(160 + offset, 172), (160 + offset / 3, 90)], 6)
    for x, y, radius in ((160, 70, 58), (100, 88, 40), (222, 86, 44), (130, 48, 34), (195, 46, 36)):
        picture.disc((60, 115, 70), x, y, radius)
    for x, y, radius in ((140, 60, 22), (205, 70, 20), (105, 84, 16)):
        picture.disc((85, 140, 85), x, y, radius)
    picture.box((245, 240, 215), 178, 128, 202, 142)
    picture.write("tree.png")


def ledger():
    picture = Picture((110, 75, 45), (90, 60, 35))
    picture.box((240, 232, 205), 50, 25, 270, 180)
    for y in range(48, 176, 14):
        picture.box((190, 180, 160), 60, y, 260, y + 1)
        length = 40 + (y * 37) % 120
        picture.line((60, 60, 120), [(66 + i, y - 5 + 3 * math.sin(i / 3 + y)) for i in range(length)], 1)
    picture.box((190, 60, 60), 226, 30, 262, 42)
    picture.write("ledger.png")


def dome():
    picture = Picture((8, 12, 40), (30, 40, 80))
    for i in range(90):
        picture.dot((230, 230, 255), (i * 71) % WIDTH, (i * 43) % 130, 1 + (i % 11 == 0))
    picture.fill((20, 30, 30), lambda x, y: y > 160 + 8 * math.sin(x / 50))
    picture.disc((200, 200, 205), 190, 130, 46, above=131)
    picture.box((200, 200, 205), 144, 130, 237, 168)
    picture.fill((15, 15, 25), lambda x, y: abs(x - 190 + (y - 130) / 5) < 8 and 84 < y < 131)
    picture.disc((255, 200, 120), 40, 165, 10)
    picture.write("dome.png")


def darkness():
    picture = Picture((250, 250, 250), (250, 250, 250))
    picture.line((80, 80, 80), [(30, 15), (30, 175), (305, 175)])
    points = [(35 + i * 5, 40 + i * 1.2 + (30 if i > 28 else 0) + 6 * math.sin(i * 1.7)) for i in range(54)]
    picture.line((40, 80, 160), points)
    for x in range(75, 300, 45):
        picture.box((80, 80, 80), x, 172, x + 2, 180)
    picture.write("darkness.png")


def kiln():
    picture = Picture((60, 40, 35), (90, 60, 50))
    for row in range(12):
        for column in range(-1, 11):
            left = column * 32 + (row % 2) * 16
            picture.box((150 + (row * 7 + column * 13) % 30, 80, 60), left, row * 17, left + 30, row * 17 + 15)
    picture.box((35, 20, 20), 100, 34, 230, 136)
    for i, colour in enumerate(((90, 120, 110), (60, 90, 140), (200, 180, 150), (120, 70, 50))):
        left = 108 + i * 30
        picture.fill(colour, lambda x, y, l=left: 100 <= y < 134 and abs(x - l - 13) < 8 + 4 * math.sin((y - 100) / 11))
    picture.write("kiln.png")


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    for draw in (lighthouse, market, tree, ledger, dome, darkness, kiln):
        draw()
