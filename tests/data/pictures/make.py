"""Writes the PNG files beside this one, of every kind that read_png must know, with Pillow, numpy and zlib.

Each holds a 5 x 3 picture whose pixels png_read_test.cpp computes by the same formulas.
"""
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

here = Path(__file__).parent
y, x = np.mgrid[0:3, 0:5]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, bits, colour, rows, extra=b"", interlace=0):
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlace)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def filtered(array):
    return b"".join(b"\0" + row.tobytes() for row in array)


red, green, blue, alpha = 40 * x, 100 * y, 255 - 50 * x, 60 * (x + y) % 256
rgb = np.stack([red, green, blue], -1).astype(np.uint8)
rgba = np.concatenate([rgb, alpha[..., None].astype(np.uint8)], -1)
Image.fromarray(rgb).save(here / "rgb8.png")
Image.fromarray(rgba).save(here / "rgba8.png")
Image.fromarray(red.astype(np.uint8)).save(here / "grey8.png")
(here / "rgb16.png").write_bytes(png(5, 3, 16, 2, filtered((rgb.astype(int) * 257 + 1).astype(">u2"))))
(here / "grey16.png").write_bytes(png(5, 3, 16, 0, filtered((red * 257 + 7).astype(">u2"))))

# Palette of 4 colours, 2 bits a pixel, the first of them transparent.
index = (x + y) % 4
bits = np.zeros((3, 8), int)
bits[:, :5] = index
packed = (bits[:, 0::4] << 6 | bits[:, 1::4] << 4 | bits[:, 2::4] << 2 | bits[:, 3::4]).astype(np.uint8)
palette = chunk(b"PLTE", bytes([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])) + chunk(b"tRNS", b"\x40")
(here / "palette2.png").write_bytes(png(5, 3, 2, 3, filtered(packed), palette))

# One colour that is transparent, in 16 bits whatever the picture has.
key = chunk(b"tRNS", struct.pack(">H", 80))
(here / "grey_key.png").write_bytes(png(5, 3, 8, 0, filtered(red.astype(np.uint8)), key))
key = chunk(b"tRNS", struct.pack(">HHH", 80, 100, 155))
(here / "rgb_key.png").write_bytes(png(5, 3, 8, 2, filtered(rgb), key))

# Adam7: seven passes, each the pixels at (x0 + i dx, y0 + j dy).
passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
rows = b"".join(filtered(rgb[y0::dy, x0::dx]) for x0, y0, dx, dy in passes if rgb[y0::dy, x0::dx].size)
(here / "interlaced8.png").write_bytes(png(5, 3, 8, 2, rows, interlace=1))
