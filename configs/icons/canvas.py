# SPDX-License-Identifier: Apache-2.0
"""A small canvas for drawing icons: outlined shapes, sampled 64 times a pixel. No dependencies.

Same drawing, same bytes on every machine: coordinates are rounded before they are used, and colours are
averaged as whole numbers.
"""

import math

SIZE = 32  # pixels a side
SUB = 8  # samples a pixel and side, averaged: the edges are smooth
INK = "#33264a"  # the outline of everything


# ---------------------------------------------------------------- colours


def rgb(colour):
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def mix(a, b, t):
    """The colour a fraction t of the way from a to b."""
    return "#" + "".join("%02x" % round(p + (q - p) * t) for p, q in zip(rgb(a), rgb(b)))


def light(colour, t=0.45):
    return mix(colour, "#ffffff", t)


def dark(colour, t=0.3):
    return mix(colour, "#2a1a4a", t)


def packed(colour):
    """One integer whose three 20 bit fields can be summed over a pixel's samples."""
    r, g, b = rgb(colour)
    return r << 40 | g << 20 | b


# ---------------------------------------------------------------- shapes: lists of corners


def ellipse(x, y, rx, ry=None, tilt=0.0, n=40):
    ry = rx if ry is None else ry
    return turned(
        [
            (x + rx * math.cos(2 * math.pi * i / n), y + ry * math.sin(2 * math.pi * i / n))
            for i in range(n)
        ],
        tilt,
        x,
        y,
    )


def box(x0, y0, x1, y1, r=0.0):
    """A rectangle with rounded corners."""
    if r == 0:
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    corners = [(x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180), (x1 - r, y0 + r, 270)]
    return [point for x, y, a in corners for point in arc(x, y, r, a, a + 90, 6)]


def arc(x, y, r, start, end, n=24):
    """Points of a circle, from angle start to angle end; degrees, 90 is down."""
    angles = [math.radians(start + (end - start) * i / n) for i in range(n + 1)]
    return [(x + r * math.cos(a), y + r * math.sin(a)) for a in angles]


def star(x, y, points, outer, inner, turn=-90.0):
    return [
        (x + r * math.cos(a), y + r * math.sin(a))
        for i in range(2 * points)
        for r, a in [((outer, inner)[i % 2], math.radians(turn + 180 * i / points))]
    ]


def smooth(points, n=6):
    """A closed curve through the points (Catmull-Rom)."""
    curve = []
    for i in range(len(points)):
        a, b, c, d = (points[(i + k) % len(points)] for k in (-1, 0, 1, 2))
        for t in (j / n for j in range(n)):
            curve.append(
                tuple(
                    b[k]
                    + 0.5
                    * t
                    * (
                        c[k]
                        - a[k]
                        + t
                        * (
                            2 * a[k]
                            - 5 * b[k]
                            + 4 * c[k]
                            - d[k]
                            + t * (3 * (b[k] - c[k]) + d[k] - a[k])
                        )
                    )
                    for k in (0, 1)
                )
            )
    return curve


def turned(points, degrees, x=16.0, y=16.0):
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(x + (px - x) * c - (py - y) * s, y + (px - x) * s + (py - y) * c) for px, py in points]


# ---------------------------------------------------------------- the canvas


def crossings(points, y):
    """Where a horizontal line enters and leaves a polygon: [(x0, x1), ...]."""
    xs = []
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1]):
        if (y0 <= y) != (y1 <= y):
            xs.append(x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    xs.sort()
    return list(zip(xs[::2], xs[1::2]))


def stroke_crossings(points, y, r, closed):
    """The same for everything within r of the polygon's edges: one interval an edge."""
    spans = []
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1] if closed else points[1:]):
        if min(y0, y1) - r > y or max(y0, y1) + r < y:
            continue
        xs = []
        for cx, cy in ((x0, y0), (x1, y1)):  # the round ends
            if abs(y - cy) <= r:
                half = math.sqrt(r * r - (y - cy) * (y - cy))
                xs += [cx - half, cx + half]
        length = math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
        if length > 0:  # the straight part
            nx, ny = (y0 - y1) * r / length, (x1 - x0) * r / length
            for span in crossings(
                [(x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny)], y
            ):
                xs += span
        if xs:
            spans.append((min(xs), max(xs)))
    return spans


class Canvas:
    """Coordinates run from 0 to 32, y downwards; a transform moves the whole drawing."""

    def __init__(self, scale=1.0, dx=0.0, dy=0.0, tilt=0.0, flip=False):
        self.rows = [[0] * (SIZE * SUB) for _ in range(SIZE * SUB)]
        self.scale, self.dx, self.dy, self.tilt, self.flip = scale, dx, dy, tilt, flip

    def place(self, points):
        out = []
        for x, y in turned(points, self.tilt):
            x, y = (x - 16) * self.scale, (y - 16) * self.scale
            out.append((round(16 + (-x if self.flip else x) + self.dx, 4), round(16 + y + self.dy, 4)))
        return out

    def paint(self, spans_at, top, bottom, colour, clip):
        """Fills the spans of each line of samples; a colour may be a pair, from top to bottom."""
        first = max(0, math.floor(top * SUB))
        last = min(SIZE * SUB, math.ceil(bottom * SUB))
        for row in range(first, last):
            y = (row + 0.5) / SUB
            spans = spans_at(y)
            if clip is not None:
                spans = [(max(a, c), min(b, d)) for a, b in spans for c, d in crossings(clip, y)]
            if isinstance(colour, tuple):
                value = packed(mix(*colour, round((y - top) / (bottom - top), 3)))
            else:
                value = packed(colour)
            for a, b in spans:
                i = max(0, math.ceil(a * SUB - 0.5))
                j = min(SIZE * SUB, math.ceil(b * SUB - 0.5))
                if i < j:
                    self.rows[row][i:j] = [value] * (j - i)

    def fill(self, shape, colour, ink=0.0, clip=None):
        """Fills a shape; ink: the width of its outline, which lies around it."""
        if ink:
            self.line(shape, INK, 2 * ink, closed=True, clip=clip)
        points = self.place(shape)
        ys = [y for _, y in points]
        self.paint(
            lambda y: crossings(points, y), min(ys), max(ys), colour, self.place(clip) if clip else None
        )

    def line(self, shape, colour, width, closed=False, clip=None):
        points, r = self.place(shape), width * self.scale / 2
        ys = [y for _, y in points]
        self.paint(
            lambda y: stroke_crossings(points, y, r, closed),
            min(ys) - r,
            max(ys) + r,
            colour,
            self.place(clip) if clip else None,
        )

    def ground(self, style, colour):
        """What is behind the drawing, not moved by the transform: plain, disc, or hills."""
        kept = self.scale, self.dx, self.dy, self.tilt, self.flip
        self.scale, self.dx, self.dy, self.tilt, self.flip = 1.0, 0.0, 0.0, 0.0, False
        self.fill(box(0, 0, 32, 32), (light(colour, 0.25), colour))
        if style == "disc":
            self.fill(ellipse(16, 16, 14.5), light(colour, 0.5))
        elif style == "hills":
            self.fill(ellipse(7, 37, 19, 12), mix(colour, "#58b368", 0.75))
            self.fill(ellipse(28, 38, 18, 12), mix(colour, "#3f9a5c", 0.75))
        elif style == "night":
            self.fill(box(0, 0, 32, 32), ("#1c1f4d", colour))
            for x, y, r in (
                (4, 6, 0.7),
                (26, 4, 0.55),
                (28.5, 21, 0.75),
                (5, 25, 0.55),
                (14, 2.5, 0.45),
                (21, 28.5, 0.5),
                (2.5, 15, 0.45),
            ):
                self.fill(ellipse(x, y, r, n=12), "#fff3c4")
        elif style == "sea":
            self.fill(box(0, 22, 32, 32), ("#3f9fd8", "#2567a8"))
        self.scale, self.dx, self.dy, self.tilt, self.flip = kept

    def pixels(self):
        """The averages of each pixel's samples, as three planes of bytes."""
        planes = [bytearray(), bytearray(), bytearray()]
        for top in range(0, SIZE * SUB, SUB):
            columns = [sum(c) for c in zip(*self.rows[top : top + SUB])]
            for left in range(0, SIZE * SUB, SUB):
                total = sum(columns[left : left + SUB])
                for plane, shift in zip(planes, (40, 20, 0)):
                    value = total >> shift & 0xFFFFF
                    plane.append((2 * value + SUB * SUB) // (2 * SUB * SUB))  # to the nearest
        return b"".join(bytes(p) for p in planes)
