"""Captioned scenes: one or two plain shapes on a plain background, drawn from a seed.

A scene is data first (Scene), then a picture (draw) and a caption (caption). The same seed gives the same
scene, picture and words on every machine.
"""
import math
import random
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

SIZE = 128  # pixels a side
SUPERSAMPLING = 4

COLOURS = {
    "red": (220, 30, 35),
    "orange": (250, 140, 20),
    "yellow": (250, 225, 40),
    "green": (35, 160, 60),
    "cyan": (60, 215, 225),
    "blue": (35, 70, 205),
    "purple": (125, 40, 155),
    "pink": (250, 150, 190),
    "white": (248, 248, 248),
    "black": (15, 15, 18),
}
SHAPES = ("circle", "square", "triangle", "star", "diamond", "ring", "cross", "heart")
PLACES = {"centre": (0, 0), "left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}

HELD_OUT_PERCENT = 15  # of the combinations (shape, colour, background): none of these is ever trained on
TWO_SHAPES_PERCENT = 10  # of the scenes


@dataclass(frozen=True)
class Thing:
    shape: str
    colour: str
    size: str  # small, medium or large
    radius: float  # of the circle that the shape fits in, in pixels
    x: float
    y: float


@dataclass(frozen=True)
class Scene:
    things: tuple
    background: str
    arrangement: str  # one thing: a name of PLACES; two: "row" (left, right) or "column" (above, below)
    jitter: tuple  # how far each colour is from its name's, background first: one (r, g, b) each


def is_held_out(shape, colour, background):
    """Whether a combination is kept for the evaluation; crc32 because it is the same everywhere."""
    return zlib.crc32(f"{shape} {colour} {background}".encode()) % 100 < HELD_OUT_PERCENT


def make_scene(seed, held_out=False):
    """The scene of a seed. Things are all of trained combinations, or with held_out all of untrained ones."""
    rng = random.Random(seed * 2 + held_out)
    two = rng.randrange(100) < TWO_SHAPES_PERCENT  # before the choice by combination, which two pass less often
    while True:
        scene = _propose(rng, two)
        kept = [is_held_out(t.shape, t.colour, scene.background) for t in scene.things]
        if all(kept) if held_out else not any(kept):
            return scene


def _propose(rng, two):
    background, *colours = rng.sample(sorted(COLOURS), 3)
    if two:
        arrangement = rng.choice(("row", "column"))
        things = tuple(_one_of_two(rng, colour, arrangement, side) for colour, side in zip(colours, (-1, 1)))
    else:
        arrangement = rng.choices(tuple(PLACES), (60, 10, 10, 10, 10))[0]
        things = (_single(rng, colours[0], arrangement),)
    jitter = tuple(tuple(rng.randint(-7, 7) for _ in range(3)) for _ in range(1 + len(things)))
    return Scene(things, background, arrangement, jitter)


def _single(rng, colour, place):
    size = rng.choice(("small", "medium", "large"))
    low, high = {"small": (19, 24), "medium": (28, 34), "large": (39, 46)}[size]
    radius = rng.uniform(low, high)
    reach = min(33.0, SIZE / 2 - radius - 3)  # how far from the middle it may stand and still be whole
    dx, dy = PLACES[place]
    x, y = (SIZE / 2 + reach * d + rng.uniform(-3, 3) for d in (dx, dy))
    return Thing(rng.choice(SHAPES), colour, size, radius, x, y)


def _one_of_two(rng, colour, arrangement, side):
    along, across = SIZE / 2 + 31 * side + rng.uniform(-2, 2), SIZE / 2 + rng.uniform(-6, 6)
    x, y = (along, across) if arrangement == "row" else (across, along)
    return Thing(rng.choice(SHAPES), colour, "medium", rng.uniform(22, 27), x, y)


def _polygon(shape):
    """Corners on or inside the unit circle, y downwards."""
    if shape == "square":
        return [(s * 0.8, t * 0.8) for s, t in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    if shape == "triangle":
        return [(0, -0.9), (0.95, 0.75), (-0.95, 0.75)]
    if shape == "diamond":
        return [(0, -1), (0.68, 0), (0, 1), (-0.68, 0)]
    if shape == "star":
        turns = [(math.pi * k / 5, 1.0 if k % 2 == 0 else 0.42) for k in range(10)]
        return [(r * math.sin(a), -r * math.cos(a)) for a, r in turns]
    if shape == "cross":
        a, b = 0.95, 0.32
        return [(-b, -a), (b, -a), (b, -b), (a, -b), (a, b), (b, b),
                (b, a), (-b, a), (-b, b), (-a, b), (-a, -b), (-b, -b)]
    if shape == "heart":  # the well-known curve 16 sin^3 t, 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t
        ts = [2 * math.pi * k / 64 for k in range(64)]
        return [(math.sin(t) ** 3 * 0.95,
                 -(13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t) + 2.5) / 17 * 0.95)
                for t in ts]
    raise ValueError(f"no polygon for '{shape}'; shapes are {', '.join(SHAPES)}")


def _draw_thing(canvas, thing, colour, background):
    def box(scale):
        r = thing.radius * scale
        return [SUPERSAMPLING * v for v in (thing.x - r, thing.y - r, thing.x + r, thing.y + r)]

    if thing.shape in ("circle", "ring"):
        canvas.ellipse(box(0.9), fill=colour)
        if thing.shape == "ring":
            canvas.ellipse(box(0.5), fill=background)
        return
    corners = [(SUPERSAMPLING * (thing.x + thing.radius * u), SUPERSAMPLING * (thing.y + thing.radius * v))
               for u, v in _polygon(thing.shape)]
    canvas.polygon(corners, fill=colour)


def outline(thing):
    """The closed lines around a thing, each a list of (x, y) in pixels: a ring has two."""
    if thing.shape in ("circle", "ring"):
        turns = [2 * math.pi * k / 64 for k in range(64)]
        lines = [[(scale * math.cos(a), scale * math.sin(a)) for a in turns]
                 for scale in ((0.9, 0.5) if thing.shape == "ring" else (0.9,))]
    else:
        lines = [_polygon(thing.shape)]
    return [[(thing.x + thing.radius * u, thing.y + thing.radius * v) for u, v in line] for line in lines]


def draw(scene):
    """The picture, uint8 [SIZE, SIZE, 3], edges antialiased by drawing four times as large."""
    names = (scene.background, *(t.colour for t in scene.things))
    colours = [tuple(min(255, max(0, c + j)) for c, j in zip(COLOURS[name], jitter))
               for name, jitter in zip(names, scene.jitter)]
    picture = Image.new("RGB", (SIZE * SUPERSAMPLING,) * 2, colours[0])
    canvas = ImageDraw.Draw(picture)
    for thing, colour in zip(scene.things, colours[1:]):
        _draw_thing(canvas, thing, colour, colours[0])
    return np.asarray(picture.reduce(SUPERSAMPLING))
