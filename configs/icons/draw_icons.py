#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the icons that icons.yaml samples from, and writes icons.safetensors beside itself.

    python3 draw_icons.py [FILE]

Needs Python 3.8 or later and nothing else. Same script, same bytes.
"""

import json
import pathlib
import struct
import sys

import drawings
from canvas import SIZE, Canvas

REDS = ("#e63950", "#ff6b6b", "#f25f8e", "#c8324f")
WARM = ("#ff9f1c", "#ffc53d", "#ff7f50", "#f4a259")
GREENS = ("#4caf50", "#2e9e6b", "#7bbf3a", "#3c8d5a")
BLUES = ("#3d8bd4", "#4cc3d9", "#5f6fe0", "#2a9d8f")
PURPLES = ("#9b5de5", "#c86bd1", "#7a5bc7", "#e07be0")
YELLOWS = ("#ffd23f", "#ffc53d", "#ffe066", "#ffb627")
GREYS = ("#8d99ae", "#f2e6d8", "#5c5470", "#c9a27e")
MOONS = ("#f4efe0", "#ffe8b0", "#d8e2f5", "#ffd9a0")
SWEETS = ("#ffb84d", "#b7e36b", "#ff9fb0", "#8fdcf0")
AUTUMN = ("#e08b3a", "#d9b13b", "#c8504a", "#5aa0a0")

# Backgrounds
NIGHTS = ("#4a3f8f", "#28518f", "#5b3a78", "#1f5f7a")
PASTELS = ("#bfe3f7", "#ffd9e0", "#d7f0cf", "#fff0c2", "#e3d7f7", "#ffe0c7", "#c8efe8",
           "#d6def0", "#f7d3ec", "#e8ecc8", "#cfd8ff", "#f3e3d0")
WATERS = ("#7cc8ea", "#8fd9d2", "#9fc4f2", "#76b7e8")
MEADOWS = ("#cdeccf", "#d9f0e8", "#e7f2c4", "#cfe8f7")
EVENINGS = ("#5a63c9", "#3f7cc4", "#7d58b8", "#2f8f94", "#c2568f", "#4a4f8f")
SKIES = ("#a5dcf5", "#ffd7c2", "#c9e6ff", "#ffe9b8", "#d9d2f5", "#bff0e4")


def interleaved(*families):
    """Twelve colours, neighbours from different families."""
    return [family[k] for k in range(4) for family in families][:12]


def from_the(nth):
    """The pastels from the nth on, round once."""
    return PASTELS[nth - 1 :] + PASTELS[: nth - 1]


CLASSES = {  # name: how it is drawn, its colours, its backgrounds and their styles
    "apple": (drawings.apple, interleaved(REDS, GREENS, WARM), PASTELS, ("plain", "disc")),
    "boat": (drawings.boat, interleaved(REDS, BLUES, WARM), SKIES, ("sea", "sea")),
    "cat": (drawings.cat, interleaved(WARM, GREYS, PURPLES), PASTELS, ("plain", "disc")),
    "cup": (drawings.cup, interleaved(BLUES, REDS, PURPLES), from_the(4), ("plain", "disc")),
    "fish": (drawings.fish, interleaved(WARM, REDS, PURPLES), WATERS, ("plain", "disc")),
    "flower": (drawings.flower, interleaved(REDS, PURPLES, WARM), MEADOWS, ("plain", "disc")),
    "heart": (drawings.heart, interleaved(REDS, PURPLES, BLUES), from_the(2), ("plain", "disc")),
    "house": (drawings.house, interleaved(YELLOWS, BLUES, REDS), SKIES, ("hills", "hills")),
    "ice cream": (drawings.icecream, interleaved(REDS, GREENS, PURPLES), from_the(6), ("disc", "plain")),
    "moon": (drawings.moon, interleaved(YELLOWS, MOONS, YELLOWS), NIGHTS, ("night", "night")),
    "mushroom": (drawings.mushroom, interleaved(REDS, WARM, PURPLES), MEADOWS, ("plain", "hills")),
    "rocket": (drawings.rocket, interleaved(REDS, BLUES, WARM), NIGHTS, ("night", "night")),
    "smiley": (drawings.smiley, interleaved(YELLOWS, YELLOWS, SWEETS), from_the(3), ("plain", "disc")),
    "star": (drawings.star_icon, interleaved(YELLOWS, WARM, REDS), EVENINGS, ("plain", "disc")),
    "sun": (drawings.sun, interleaved(YELLOWS, WARM, YELLOWS), SKIES[2:] + WATERS, ("plain", "hills")),
    "tree": (drawings.tree, interleaved(GREENS, AUTUMN, GREENS), SKIES, ("hills", "plain")),
}
VARIANTS = 12


def draw(name, v):
    function, colours, grounds, styles = CLASSES[name]
    canvas = Canvas(
        scale=(0.98, 0.9, 1.04, 0.94)[v % 4],
        dx=(0, 1.1, -1.0, 0.5, -0.6)[v % 5],
        dy=(0, 0.6, -0.5)[v % 3],
        tilt=(0, -6, 5, 0, 8, -9)[v % 6] * (1.6 if name == "rocket" else 1),
        flip=v % 4 in (1, 2),
    )
    if name in ("house", "boat", "tree", "cup"):
        canvas.tilt = 0.0  # these stand
    if name == "rocket":
        canvas.tilt += 24.0
    if name == "boat":
        canvas.tilt = (-4.0, 3.0, 0.0)[v % 3]
    canvas.ground(styles[v % 2], grounds[v % len(grounds)])
    function(canvas, colours[v], v)
    return canvas.pixels()


def safetensors(tensors, metadata):
    """The bytes of a safetensors file: length of the header, header (JSON), data."""
    header, data = {"__metadata__": metadata}, b""
    for name, (dtype, shape, payload) in tensors.items():
        ends = [len(data), len(data) + len(payload)]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": ends}
        data += payload
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def main():
    target = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("icons.safetensors")
    names = list(CLASSES)
    labels = [label for label in range(len(names)) for _ in range(VARIANTS)]
    pictures = b"".join(draw(name, v) for name in names for v in range(VARIANTS))
    metadata = {
        "classes": json.dumps(names),
        "licence": "Apache-2.0",
        "source": "configs/icons/draw_icons.py",
    }
    tensors = {
        "labels": ("I64", [len(labels)], struct.pack("<%dq" % len(labels), *labels)),
        "pictures": ("U8", [len(labels), 3, SIZE, SIZE], pictures),
    }
    pathlib.Path(target).write_bytes(safetensors(tensors, metadata))
    print("%d pictures of %d classes: %s" % (len(labels), len(names), target))


if __name__ == "__main__":
    main()
