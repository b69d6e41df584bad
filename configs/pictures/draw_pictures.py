#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the PNG files beside it. No dependencies; the same bytes on every machine, as nothing is compressed."""
import pathlib
import struct
import zlib

SAMPLES = 4  # a pixel and side: the edges are smooth


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def stored(data):
    """A zlib stream of stored blocks: what compresses differs between zlib's versions."""
    blocks = [data[i : i + 65535] for i in range(0, len(data), 65535)]
    parts = [struct.pack("<BHH", block is blocks[-1], len(block), len(block) ^ 0xFFFF) + block for block in blocks]
    return b"\x78\x01" + b"".join(parts) + struct.pack(">I", zlib.adler32(data))


def png(rows):
    """Rows of pixels, each (r, g, b), or a number where the picture is grey."""
    grey = isinstance(rows[0][0], int)
    lines = [b"\0" + bytes(row if grey else [value for pixel in row for value in pixel]) for row in rows]
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0 if grey else 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", stored(b"".join(lines)))
            + chunk(b"IEND", b""))


def drawn(width, height, colour_at):
    def pixel(x, y):
        samples = [colour_at(x + (i + 0.5) / SAMPLES, y + (j + 0.5) / SAMPLES)
                   for j in range(SAMPLES) for i in range(SAMPLES)]
        return tuple((2 * sum(channel) + len(samples)) // (2 * len(samples)) for channel in zip(*samples))

    return [[pixel(x, y) for x in range(width)] for y in range(height)]


def lit(colour, light):
    return tuple(min(255, int(value * light + 0.5)) for value in colour)


def ball(x, y):
    """An orange ball on a table before a wall, in light from the upper left."""
    dx, dy, r = x - 96, y - 70, 44
    if dx * dx + dy * dy < r * r:
        depth = (r * r - dx * dx - dy * dy) ** 0.5
        return lit((250, 140, 20), 0.78 + 0.3 * max(0.0, (-0.5 * dx - 0.5 * dy + 0.7 * depth) / r))
    if y > 108:
        shadow = ((x - 104) / 52) ** 2 + ((y - 114) / 8) ** 2 < 1
        return lit((120, 72, 40), 0.6 if shadow else 0.9 + 0.001 * y)
    return lit((35, 70, 205), 1.08 - 0.0012 * x)


def pair(x, y):
    """A red circle to the left of a green square, on white."""
    if (x - 33) ** 2 + (y - 64) ** 2 < 23 * 23:
        return 220, 30, 35
    return (35, 160, 60) if abs(x - 95) < 20 and abs(y - 64) < 20 else (248, 248, 248)


def main():
    here = pathlib.Path(__file__).parent
    (here / "ball.png").write_bytes(png(drawn(192, 144, ball)))
    (here / "pair.png").write_bytes(png(drawn(128, 128, pair)))
    right = [[255 if x >= 64 else 0 for x in range(128)] for _ in range(128)]
    (here / "right.png").write_bytes(png(right))


if __name__ == "__main__":
    main()
