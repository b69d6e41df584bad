# SPDX-License-Identifier: Apache-2.0
"""The icons, one function a class.

Each takes the canvas, its main colour, and the number of the variant (0 to 11), which decides the rest.
"""

import math

from canvas import INK, arc, box, dark, ellipse, light, mix, smooth, star


def shine(c, x, y, rx, ry, tilt, clip=None):
    c.fill(ellipse(x, y, rx, ry, tilt, 24), "#ffffff", clip=clip)


def eyes(c, x, y, gap, r=1.0):
    for s in (-1, 1):
        c.fill(ellipse(x + s * gap, y, r, r * 1.25, n=20), INK)
        c.fill(ellipse(x + s * gap - 0.3 * r, y - 0.45 * r, 0.38 * r, n=12), "#ffffff")


def apple(c, colour, v):
    body = smooth(
        [
            (16, 11.2), (20.5, 9.2), (25.3, 12.5), (25.2, 19.5), (21, 26), (16, 25.2), (11, 26),
            (6.8, 19.5), (6.7, 12.5), (11.5, 9.2),
        ]
    )
    c.line([(16, 12), (16.3, 8.6), (17.8, 5.4)], "#6b4226", 2.0)
    c.fill(smooth([(17, 8.2), (19.5, 4.6), (24.5, 4.2), (22.5, 8), (19.5, 9)]), "#6cc04a", ink=0.8)
    c.fill(body, (light(colour, 0.15), dark(colour, 0.12)), ink=1.0)
    if v % 3 == 2:  # a shaded side
        c.fill(ellipse(21, 20, 12, 9, 40), dark(colour, 0.16), clip=body)
    shine(c, 11.4, 14.2, 1.5, 2.8, 25)
    if v % 4 == 3:  # a bite
        c.fill(ellipse(25.2, 17, 3.4), "#fff4d6", ink=0.7, clip=body)


def boat(c, colour, v):
    c.line([(15.5, 22), (15.5, 4.5)], "#6b4226", 1.5)
    c.fill([(16.8, 5.5), (25.5, 18.5), (16.8, 18.5)], ("#ffffff", light(colour, 0.75)), ink=0.9)
    c.fill([(14.2, 8), (14.2, 18.5), (7.5, 18.5)], light(colour, 0.35), ink=0.9)
    if v % 2:
        c.fill([(15.5, 4.2), (20, 2.8), (15.5, 1.8)], dark(colour, 0.1))
    hull = smooth([(4.5, 20.4), (16, 20.8), (27.5, 20.4), (24, 26.4), (16, 27), (8, 26.4)], 4)
    c.fill(hull, (colour, dark(colour, 0.2)), ink=1.0)
    c.fill(box(0, 22.0, 32, 23.3), "#ffffff", clip=hull)
    for x in (-1, 7, 15, 23, 31):  # waves
        c.fill(ellipse(x + (v % 3), 29.2, 4.6, 2.2), "#8fd3f4")
    c.fill(box(-9, 29.4, 41, 44), "#4da6dd")


def cat(c, colour, v):
    for s in (-1, 1):
        ear = [(16 + s * 3.5, 9.5), (16 + s * 9.6, 4.2), (16 + s * 10.2, 14)]
        c.fill(ear, colour, ink=1.0)
        c.fill([(16 + s * 6.3, 9.2), (16 + s * 8.9, 6.8), (16 + s * 9.0, 11.5)], "#ff9fb0")
    head = smooth(
        [(16, 8), (23.5, 9.8), (27, 17.5), (23.5, 24.6), (16, 26.4), (8.5, 24.6), (5, 17.5), (8.5, 9.8)]
    )
    c.fill(head, (light(colour, 0.12), colour), ink=1.0)
    if v % 3 == 0:  # tabby
        for x, w in ((16, 2.4), (12.3, 1.8), (19.7, 1.8)):
            c.fill([(x - w / 2, 7), (x + w / 2, 7), (x, 12.4)], dark(colour, 0.35), clip=head)
    elif v % 3 == 1:  # a patch
        c.fill(ellipse(22, 13.5, 6.2, 6.4), mix(colour, "#ffffff", 0.75), clip=head)
    c.fill(ellipse(16, 23, 5.8, 4.4), light(colour, 0.7), clip=head)
    if v % 4 == 2:  # asleep
        for s in (-1, 1):
            c.line(arc(16 + s * 5, 16, 2, 20, 160, 8), INK, 1.1)
    else:
        eyes(c, 16, 16.6, 5, 1.45)
    c.fill([(14.6, 19.6), (17.4, 19.6), (16, 21.4)], "#ef6f8c")
    for s in (-1, 1):
        c.line(arc(16 + s * 1.5, 21.4, 1.5, 0 if s < 0 else 180, 100 if s < 0 else 80, 6), INK, 0.8)
        for y in (20.3, 22.6):
            c.line([(16 + s * 7.5, y), (16 + s * 12.4, y + (y - 21.5) * 0.8)], INK, 0.6)


def cup(c, colour, v):
    for k, x in enumerate((12, 16.5) if v % 2 else (10.5, 14.3, 18)):  # steam
        c.line(
            smooth([(x, 9.4), (x + 1.1, 7.2), (x - 0.6, 4.9), (x + 0.7, 2.4)], 5)[:16], "#ffffff", 1.3
        )
    c.fill(ellipse(16, 27, 12.4, 2.4), light(colour, 0.55), ink=0.9)
    c.line(arc(21.5, 16.8, 4.2, -80, 90, 16), INK, 4.4)
    c.line(arc(21.5, 16.8, 4.2, -80, 90, 16), dark(colour, 0.12), 2.4)
    body = [(6, 11.5), (23, 11.5)] + arc(17, 18.5, 6, 10, 90, 8) + arc(12, 18.5, 6, 90, 170, 8)
    c.fill(body, (light(colour, 0.1), dark(colour, 0.12)), ink=1.0)
    c.fill(ellipse(14.5, 11.8, 8.5, 2.0), light(colour, 0.5), ink=0.8)
    c.fill(ellipse(14.5, 12.1, 7.0, 1.3), ("#6f4325", "#c98f4e", "#4f9a5a")[v % 3])
    if v % 3 == 0:
        c.fill(heart_shape(14.5, 18.6, 0.21), light(colour, 0.8))
    elif v % 3 == 1:
        c.fill(box(0, 16.6, 32, 19), light(colour, 0.75), clip=body)
    else:
        for x in (10, 14.5, 19):
            c.fill(ellipse(x, 18.2, 1.2, n=16), light(colour, 0.75))


def fish(c, colour, v):
    c.fill(
        smooth([(23, 16), (28.2, 9.4), (29.6, 12.5), (27.6, 16), (29.6, 20), (28.2, 22.8)], 5),
        dark(colour, 0.12),
        ink=1.0,
    )
    c.fill(smooth([(10, 9.6), (15.5, 5.2), (19.6, 6.4), (20, 11)], 5), dark(colour, 0.12), ink=0.9)
    c.fill(smooth([(14, 21.5), (19, 22), (17.4, 26), (14.5, 26)], 5), dark(colour, 0.12), ink=0.9)
    body = smooth(
        [
            (3.2, 16.6), (7.5, 10.4), (14.5, 8.2), (21.5, 12), (25.2, 16), (21.5, 20.4), (14.5, 23.8),
            (7.5, 22),
        ]
    )
    c.fill(body, (light(colour, 0.2), colour), ink=1.0)
    if v % 3 == 0:  # stripes
        for x in (13.2, 17.8, 22.2):
            c.fill(ellipse(x, 16, 1.1, 8), light(colour, 0.75), clip=body)
    elif v % 3 == 1:  # scales
        for x, y in (
            (13.5, 13.5), (17.5, 13.5), (15.5, 16.6), (19.5, 16.6), (13.5, 19.7), (17.5, 19.7),
        ):
            c.line(arc(x, y, 1.7, -80, 80, 8), dark(colour, 0.3), 0.8)
    else:  # a pale belly
        c.fill(ellipse(13, 23.5, 12, 5), light(colour, 0.65), clip=body)
    c.fill(ellipse(8.6, 14.6, 2.2, n=24), "#ffffff", ink=0.4)
    c.fill(ellipse(8.2, 14.8, 1.2, n=20), INK)
    c.line(arc(5.2, 17.4, 2.2, 20, 90, 6), INK, 0.8)
    for x, y, r in ((3, 8, 1.2), (5.6, 4.6, 0.9)):
        c.fill(ellipse(x, y, r, n=16), "#eaf8ff")


def flower(c, colour, v):
    petals = (5, 6, 8)[v % 3]
    if v % 2:  # with a stalk
        c.line([(16, 16), (16.4, 30)], INK, 3.2)
        c.line([(16, 16), (16.4, 29.6)], "#4fae52", 1.7)
        c.fill(smooth([(16.6, 26.6), (20, 22.6), (25.4, 22.4), (22.2, 26.6)], 5), "#6cc04a", ink=0.8)
        y, r = 12.6, 0.86
    else:
        y, r = 16.0, 1.12
    size = {5: 4.7, 6: 4.1, 8: 3.2}[petals] * r
    around = [
        (16 + 6.6 * r * math.cos(a), y + 6.6 * r * math.sin(a), math.degrees(a))
        for a in (2 * math.pi * k / petals - math.pi / 2 for k in range(petals))
    ]
    for px, py, a in around:
        c.line(ellipse(px, py, 4.9 * r, size, a), INK, 2.0, closed=True)
    for px, py, a in around:
        c.fill(ellipse(px, py, 4.9 * r, size, a), (light(colour, 0.25), colour))
    for px, py, a in around:
        c.line(
            [(16 + (px - 16) * 0.5, y + (py - y) * 0.5), (16 + (px - 16) * 1.2, y + (py - y) * 1.2)],
            dark(colour, 0.22),
            0.7,
        )
    heart_colour = "#ffd23f" if colour not in ("#ffc53d", "#ff9f1c") else "#8a5a33"
    c.fill(ellipse(16, y, 3.7 * r), (light(heart_colour, 0.2), dark(heart_colour, 0.1)), ink=0.9)


def heart_shape(x, y, scale):
    return [
        (
            x + scale * 16 * math.sin(t) ** 3,
            y
            - scale * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)),
        )
        for t in (2 * math.pi * i / 60 for i in range(60))
    ]


def heart(c, colour, v):
    body = heart_shape(16, 15.2, 0.62 if v % 4 == 2 else 0.70)
    if v % 4 == 2:  # with an arrow
        c.line([(3.4, 23.4), (26.5, 10.4)], INK, 2.8)
        c.line([(3.4, 23.4), (26.5, 10.4)], "#f6d9a8", 1.3)
        c.fill([(29.4, 8.6), (24.6, 8.4), (27.2, 13)], "#eef3f9", ink=0.7)
    c.fill(body, (light(colour, 0.12), dark(colour, 0.12)), ink=1.1)
    if v % 4 == 1:  # a heart in the heart
        c.fill(heart_shape(16, 15.4, 0.46), light(colour, 0.4))
        c.fill(heart_shape(16, 15.6, 0.24), dark(colour, 0.05))
    elif v % 4 == 3:  # with a face
        eyes(c, 16, 14.2, 4.0, 1.3)
        c.line(arc(16, 16.0, 2.6, 20, 160, 10), INK, 1.0)
    if v % 4 != 1:
        shine(c, 9.0, 10.4, 1.4, 2.6, 35)


def house(c, colour, v):
    roof = ("#d1495b", "#7a4e8a", "#3d6fa8", "#8a5a33")[(v + 1) % 4]
    if v % 2 == 0:  # a chimney
        c.fill(box(20.5, 5.5, 24, 13), dark(roof, 0.25), ink=0.9)
    c.fill(box(7, 14, 25, 27), (light(colour, 0.35), colour), ink=1.0)
    c.fill([(16, 4), (28.4, 15.2), (3.6, 15.2)], (light(roof, 0.12), dark(roof, 0.1)), ink=1.0)
    door = (
        box(13.4, 19, 18.6, 27)
        if v % 3
        else [(13.2, 27)] + arc(16, 21, 2.8, 180, 360, 12) + [(18.8, 27)]
    )
    c.fill(door, "#6b4226", ink=0.7)
    c.fill(ellipse(17.5, 23.6, 0.6, n=12), "#ffd23f")
    for x in (9.9, 22.1):
        c.fill(box(x - 1.5, 17.8, x + 1.5, 21), "#bfe8ff" if v % 4 else "#ffe27a", ink=0.6)
        c.line([(x, 17.8), (x, 21)], INK, 0.5)
    if v % 3 == 0:
        c.fill(ellipse(16, 11.2, 1.9, n=20), "#bfe8ff", ink=0.6)
    elif v % 3 == 1:
        for y in (8.4, 11.6):
            c.line([(16 - (y - 4) * 0.9, y), (16 + (y - 4) * 0.9, y)], dark(roof, 0.35), 0.7)


def icecream(c, colour, v):
    cone = [(9.2, 15.5), (22.8, 15.5), (16, 30)]
    c.fill(cone, ("#f2bd6b", "#d9934a"), ink=1.0)
    for k in range(-3, 4):
        c.line([(16 + 4 * k, 14), (16 + 4 * k + 7, 30)], "#b9742f", 0.7, clip=cone)
        c.line([(16 + 4 * k, 14), (16 + 4 * k - 7, 30)], "#b9742f", 0.7, clip=cone)
    second = ("#fff1dc", "#8a5a3c", "#ffb3c7")[v % 3]
    if v % 2:  # two scoops
        c.fill(ellipse(16, 7.6, 5.3), (light(second, 0.3), second), ink=1.0)
        c.fill(
            smooth(
                [
                    (8.2, 14), (10, 9.8), (16, 8.6), (22, 9.8), (23.8, 14), (22.2, 17), (19.6, 16),
                    (17.2, 18), (14.2, 16.2), (11.4, 17.6), (9, 16.6),
                ]
            ),
            (light(colour, 0.25), colour),
            ink=1.0,
        )
        shine(c, 11.6, 12.2, 0.9, 1.7, 40)
        top = 2.6
    else:
        c.fill(
            smooth(
                [
                    (7.8, 13.4), (9.6, 7.8), (16, 5), (22.4, 7.8), (24.2, 13.4), (22.4, 17),
                    (19.6, 15.8), (17.2, 18), (14.2, 16.2), (11.4, 17.6), (9, 16.6),
                ]
            ),
            (light(colour, 0.25), colour),
            ink=1.0,
        )
        shine(c, 11.2, 10, 1.1, 2.1, 35)
        top = 4.6
    if v % 4 < 2:
        c.fill(ellipse(16.6, top, 2.0, n=20), "#e63950", ink=0.7)
        c.line([(16.8, top - 1.4), (18.6, top - 3.4)], INK, 0.7)
    else:
        for k, (x, y) in enumerate(
            ((13.4, 8.8), (17, 7), (20, 10.4), (15.8, 12), (19.6, 13.6), (12.4, 13.4))
        ):
            s = ("#ffe66d", "#ffffff", "#58c4dd")[k % 3]
            c.line([(x, y), (x + 0.9, y + (0.7 if k % 2 else -0.7))], s, 0.8)


def moon(c, colour, v):
    if v % 3 == 2:  # full
        c.fill(ellipse(16, 16, 10.2), (light(colour, 0.35), colour), ink=0.9)
        for x, y, r in ((12.2, 12.4, 2.3), (19.5, 18.6, 3.0), (19.8, 10.6, 1.3), (12.8, 20.6, 1.6)):
            c.fill(ellipse(x, y, r, n=24), dark(colour, 0.16))
        return
    outer = arc(16, 16, 10.6, 45, 315, 40)  # a crescent, open to the right
    (x0, y0), (x1, y1) = outer[-1], outer[0]
    cx = 20.4 if v % 3 else 22.6
    r = math.sqrt((x0 - cx) ** 2 + (y0 - 16) ** 2)
    half = math.degrees(math.atan2(16 - y0, cx - x0))
    c.fill(outer + arc(cx, 16, r, 180 + half, 180 - half, 24), (light(colour, 0.3), colour), ink=0.9)
    if v % 2:
        c.line(arc(10.6, 14.6, 1.5, 20, 160, 8), INK, 0.9)
        c.line(arc(12.2, 18.6, 2.0, 60, 170, 8), INK, 0.9)
        c.fill(ellipse(8.8, 17.8, 1.3, 0.9, n=16), mix(colour, "#ff6f91", 0.5))
    for x, y, s in ((22.5, 12.2, 2.6), (25.5, 20.5, 1.8)):
        c.fill(star(x, y, 4, s, s * 0.36), "#fff6cf")


def mushroom(c, colour, v):
    stalk = smooth(
        [(12.2, 15), (19.8, 15), (20.4, 22), (21.6, 27), (16, 28), (10.4, 27), (11.6, 22)], 5
    )
    c.fill(stalk, ("#fff8e8", "#ead9b8"), ink=1.0)
    if v % 2:
        eyes(c, 16, 22.2, 2.5, 1.05)
        c.line(arc(16, 23.2, 1.3, 20, 160, 8), INK, 0.8)
    if v % 3 == 1:  # a pointed hat
        cap = smooth(
            [
                (3.8, 17.6), (7, 12), (12.5, 6.4), (16, 3.4), (19.5, 6.4), (25, 12), (28.2, 17.6),
                (22, 19.2), (16, 19.6), (10, 19.2),
            ]
        )
    else:
        cap = smooth(
            [
                (3.8, 16.6), (6, 9.6), (11, 5.2), (16, 4.2), (21, 5.2), (26, 9.6), (28.2, 16.6),
                (22, 19), (16, 19.4), (10, 19),
            ]
        )
    c.fill(cap, (light(colour, 0.12), dark(colour, 0.08)), ink=1.0)
    spots = (
        ((10, 12.6, 2.4), (16.6, 8.6, 2.5), (22.6, 13.4, 2.5), (16, 15.4, 1.5)),
        (
            (8.4, 15.6, 1.8), (13.2, 11.4, 1.9), (19.4, 11.6, 2.1), (16.2, 6.6, 1.4), (24.2, 16, 1.7),
            (16.2, 16, 1.6),
        ),
        ((11.8, 9, 2.9), (21.4, 10.6, 3.2), (15.6, 16.2, 2.0), (6.4, 15.8, 1.8), (26, 17, 1.6)),
    )[v % 3]
    for x, y, r in spots:
        c.fill(ellipse(x, y, r, n=24), "#fffaf0", clip=cap)


def rocket(c, colour, v):
    c.fill(
        smooth([(12.2, 24), (19.8, 24), (18.4, 28), (16, 31.4), (13.6, 28)], 5), ("#ffd23f", "#ff6b35")
    )
    c.fill(smooth([(14, 24), (18, 24), (16, 28.2)], 5), "#fff3c4")
    for s in (-1, 1):
        c.fill(
            [(16 + s * 5, 15.5), (16 + s * 10, 22.4), (16 + s * 9.4, 26), (16 + s * 4.4, 23)],
            (colour, dark(colour, 0.2)),
            ink=1.0,
        )
    body = smooth(
        [(16, 2.2), (20.6, 7), (22, 14), (20.2, 23.4), (16, 24.4), (11.8, 23.4), (10, 14), (11.4, 7)]
    )
    c.fill(body, ("#ffffff", "#d5dcea"), ink=1.0)
    c.fill(box(0, 0, 32, 8.2), colour, clip=body)
    if v % 2:
        c.fill(box(0, 19.4, 32, 21.4), light(colour, 0.1), clip=body)
    c.fill(ellipse(16, 13, 2.9, n=28), ("#bfeaff", "#5fb4e5"), ink=0.9)
    c.fill(ellipse(15, 11.9, 0.8, n=14), "#ffffff")
    if v % 3 == 0:
        c.fill(ellipse(16, 17.9, 1.1, n=16), dark(colour, 0.1))
    c.line([(16, 20.6), (16, 26)], INK, 2.4)
    c.line([(16, 20.6), (16, 25.8)], dark(colour, 0.1), 1.1)


def smiley(c, colour, v):
    face = ellipse(16, 16, 11.2, n=56)
    c.fill(face, (light(colour, 0.3), colour), ink=1.1)
    mood = v % 6
    if mood == 1:  # laughing
        for s in (-1, 1):
            c.line([(16 + s * 6.6, 11.2), (16 + s * 3.0, 13.2), (16 + s * 6.6, 14.6)], INK, 1.2)
    elif mood == 2:  # winking
        c.fill(ellipse(11.8, 13, 1.35, 1.8, n=20), INK)
        c.line(arc(20.4, 14.2, 2.1, 200, 340, 8), INK, 1.2)
    elif mood == 3:  # in love
        for s in (-1, 1):
            c.fill(heart_shape(16 + s * 4.6, 12.8, 0.19), "#e63950")
    elif mood == 4:  # with sunglasses
        c.line([(6.5, 11.4), (25.5, 11.4)], INK, 1.2)
        for s in (-1, 1):
            c.fill(box(16 + s * 4.7 - 3.5, 11, 16 + s * 4.7 + 3.5, 15.6, 1.9), INK)
            c.line([(16 + s * 4.7 - 1.6, 14), (16 + s * 4.7 + 0.4, 12)], "#8d83a8", 0.8)
    else:
        for s in (-1, 1):
            c.fill(ellipse(16 + s * 4.4, 13, 1.35, 1.9, n=20), INK)
    if mood in (1, 3):  # an open mouth
        mouth = arc(16, 17.6, 6.0, 0, 180, 20)
        c.fill(mouth, "#7a2240", ink=0.6)
        c.fill(ellipse(16, 23.6, 3.4, 2.4), "#ff7a90", clip=mouth)
        c.fill(box(11, 17.6, 21, 19), "#ffffff", clip=mouth)
    elif mood == 5:  # surprised
        c.fill(ellipse(16, 20.4, 2.3, 2.9, n=24), "#7a2240", ink=0.6)
    else:
        c.line(arc(16, 15.6, 6.2, 25, 155, 16), INK, 1.3)
    if mood in (0, 2, 5):
        for s in (-1, 1):
            c.fill(ellipse(16 + s * 8, 17.4, 1.7, 1.2, n=18), mix(colour, "#ff5c7a", 0.45))


def star_icon(c, colour, v):
    points = (5, 5, 5, 6)[v % 4]
    body = star(16, 16.6, points, 12.6, (5.6, 6.9, 5.6, 7.0)[v % 4])
    if v % 2:  # with soft corners
        c.line(body, INK, 4.6, closed=True)
        c.line(body, colour, 2.6, closed=True)
        c.fill(body, colour)
        c.fill(star(16, 16.6, points, 9.8, 5.2), light(colour, 0.3))
    else:
        c.fill(body, (light(colour, 0.3), dark(colour, 0.06)), ink=1.1)
        for k in range(points):  # facets
            a, b = body[2 * k], body[(2 * k + 1) % len(body)]
            c.fill([a, b, (16, 16.6)], dark(colour, 0.14))
    if v % 3 == 1:  # with a face
        eyes(c, 16, 16.0, 2.9, 1.15)
        c.line(arc(16, 17.6, 2.0, 20, 160, 8), INK, 0.9)


def sun(c, colour, v):
    rays = (8, 12, 10)[v % 3]
    ray_colour = mix(colour, "#ff7a1a", 0.45)
    if v % 2:  # straight rays
        for k in range(rays):
            a = 2 * math.pi * k / rays
            ends = [(16 + r * math.cos(a), 16 + r * math.sin(a)) for r in (9.4, 13.2)]
            c.line(ends, INK, 3.4)
            c.line(ends, ray_colour, 1.7)
    else:  # a crown
        c.fill(star(16, 16, rays, 14.4, 9.2), ray_colour, ink=0.9)
    c.fill(ellipse(16, 16, 7.6, n=48), (light(colour, 0.35), colour), ink=1.0)
    if v % 3 == 0:
        eyes(c, 16, 15.2, 2.9, 1.15)
        c.line(arc(16, 16.4, 3.2, 25, 155, 10), INK, 1.0)
        for s in (-1, 1):
            c.fill(ellipse(16 + s * 5, 17.8, 1.2, 0.9, n=14), mix(colour, "#ff5c5c", 0.5))
    elif v % 3 == 1:
        c.line(arc(16, 16, 4.6, 190, 260, 10), "#ffffff", 1.4)
    else:
        c.fill(ellipse(16, 16, 4.6), light(colour, 0.55))


def tree(c, colour, v):
    c.fill([(14, 20), (18, 20), (18.8, 29.4), (13.2, 29.4)], ("#8a5a33", "#6b4226"), ink=0.9)
    kind = v % 3
    if kind == 0:  # a fir
        for top, bottom, half in ((14, 25, 10.4), (9, 19.4, 8.4), (3, 13, 6.2)):
            c.fill(
                [(16, top), (16 + half, bottom), (16 - half, bottom)],
                (light(colour, 0.12), dark(colour, 0.1)),
                ink=0.9,
            )
        if v % 2:
            c.fill(star(16, 3.4, 5, 2.9, 1.2), "#ffd23f", ink=0.5)
            for k, (x, y) in enumerate(
                ((13.6, 11), (18, 16.6), (12.6, 17.4), (15.2, 22.8), (20.6, 23), (10.6, 23))
            ):
                c.fill(ellipse(x, y, 0.95, n=14), ("#ff5c7a", "#ffd23f", "#7fd4ff")[k % 3])
    elif kind == 1:  # a broad crown
        balls = ((9.4, 15.6, 5.6), (22.6, 15.6, 5.6), (12.2, 9.6, 5.6), (19.8, 9.6, 5.6), (16, 15.6, 7))
        for x, y, r in balls:
            c.line(ellipse(x, y, r, n=32), INK, 2.0, closed=True)
        for x, y, r in balls:
            c.fill(ellipse(x, y, r, n=32), (light(colour, 0.12), colour))
        for x, y in ((10, 9), (17.6, 6.8), (8.6, 15.2)):
            c.line(arc(x, y, 2.2, 190, 270, 6), light(colour, 0.45), 0.9)
        if v % 2 == 0:
            for x, y in ((12.6, 13), (20.2, 11.2), (17, 17.6), (9.6, 18), (23, 17)):
                c.fill(ellipse(x, y, 1.15, n=16), "#e63950")
    else:  # a tall oval
        crown = ellipse(16, 13, 7.4, 10.2)
        c.fill(crown, (light(colour, 0.2), dark(colour, 0.06)), ink=1.0)
        c.line([(16, 24), (16, 12)], dark(colour, 0.35), 0.8)
        for s, y in ((-1, 17.6), (1, 14.6)):
            c.line([(16, y + 2.6), (16 + s * 3.4, y)], dark(colour, 0.35), 0.8)
