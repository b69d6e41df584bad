"""What does a picture show? Rules on the pixels, no learning: background, shapes, colours.

Background: the commonest named colour of the border. Things: connected areas of another colour. A thing's shape: the
outline, scaled to a square, that overlaps it most (intersection over union); none if less than MIN_OVERLAP.
"""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image
from scipy import ndimage

import scenes

MIN_OVERLAP = 0.72  # drawn scenes overlap by 0.9 and more with their own outline
MIN_AREA = 0.008  # of the picture: smaller specks are no things, and are not counted against it
CONTRAST = 0.5  # of the way from the background's colour to the thing's: the edge
GRID = 48


@dataclass(frozen=True)
class Seen:
    shape: str  # or "none"
    colour: str
    x: float  # of the middle, 0 to 1
    y: float
    overlap: float


def nearest_colour(rgb):
    return min(scenes.COLOURS, key=lambda name: sum((a - b) ** 2 for a, b in zip(scenes.COLOURS[name], rgb)))


def _normalised(mask):
    """The mask cropped to its content, centred in a square, as GRID x GRID."""
    ys, xs = np.nonzero(mask)
    crop = mask[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1].astype(np.uint8) * 255
    side = max(crop.shape)
    square = Image.new("L", (side, side))
    square.paste(Image.fromarray(crop), ((side - crop.shape[1]) // 2, (side - crop.shape[0]) // 2))
    return np.asarray(square.resize((GRID, GRID), Image.Resampling.BOX)) > 127


@lru_cache
def _outlines():
    def outline(shape):
        thing = scenes.Thing(shape, "white", "large", 46, scenes.SIZE / 2, scenes.SIZE / 2)
        drawn = scenes.draw(scenes.Scene((thing,), "black", "centre", ((0, 0, 0),) * 2))
        return _normalised(drawn[..., 0] > 127)

    return {shape: outline(shape) for shape in scenes.SHAPES}


def shape_of(mask):
    """(shape, overlap) of a boolean mask."""
    mine = _normalised(mask)
    overlaps = {name: (mine & o).sum() / (mine | o).sum() for name, o in _outlines().items()}
    best = max(overlaps, key=overlaps.get)
    return (best if overlaps[best] >= MIN_OVERLAP else "none"), float(overlaps[best])


def _thing(picture, mask, ground):
    inner = ndimage.binary_erosion(mask, iterations=2)
    colour = np.median(picture[inner if inner.sum() > 20 else mask], axis=0)
    # The edge of the thing lies half way between the two colours, wherever the first guess put it.
    way = colour - ground
    part = ((picture - ground) @ way) / max(1.0, float(way @ way))
    near = ndimage.binary_dilation(mask, iterations=2)
    mask = near & (part > CONTRAST)
    if not mask.any():
        return None
    shape, overlap = shape_of(mask)
    y, x = ndimage.center_of_mass(mask)
    return Seen(shape, nearest_colour(colour), x / mask.shape[1], y / mask.shape[0], overlap)


def judge(picture):
    """(background, things) of a uint8 picture; things from the largest to the smallest, at most four."""
    picture = np.asarray(picture).astype(np.float64)
    border = np.concatenate([picture[:3].reshape(-1, 3), picture[-3:].reshape(-1, 3),
                             picture[:, :3].reshape(-1, 3), picture[:, -3:].reshape(-1, 3)])
    ground = np.median(border, axis=0)
    far = np.sqrt(((picture - ground) ** 2).sum(-1)) > 45
    labels, count = ndimage.label(far)
    areas = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    order = [i + 1 for i in np.argsort(-areas) if areas[i] >= MIN_AREA * labels.size][:4]
    things = [_thing(picture, labels == i, ground) for i in order]
    return nearest_colour(ground), [t for t in things if t]


def in_order(scene, picture):
    """Whether the things of a scene of two are where they should be: the first on the left, or above."""
    _, things = judge(picture)
    things = sorted(things, key=lambda thing: thing.x if scene.arrangement == "row" else thing.y)
    return [(t.shape, t.colour) for t in things] == [(t.shape, t.colour) for t in scene.things]


def verdict(scene, picture):
    """What of a scene is right in a picture: background, shape, colour (all things), and all three.

    Right means: exactly as many things as the scene has, and each shape with its own colour.
    """
    background, things = judge(picture)
    shapes = sorted(t.shape for t in things) == sorted(t.shape for t in scene.things)
    colours = sorted(t.colour for t in things) == sorted(t.colour for t in scene.things)
    both = sorted((t.shape, t.colour) for t in things) == sorted((t.shape, t.colour) for t in scene.things)
    ground = background == scene.background
    return {"shape": shapes, "colour": colours, "background": ground, "shape and colour": both, "all": both and ground}
