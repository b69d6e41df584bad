"""Words for a scene: the same content in many natural wordings, some saying more of it than others."""
import random
import re

import scenes

SIZE_WORDS = {"small": ("small", "little", "tiny"), "large": ("large", "big", "huge")}
PLACE_WORDS = {
    "centre": ("in the centre", "in the middle", "in the center"),
    "left": ("on the left", "at the left", "on the left side"),
    "right": ("on the right", "at the right", "on the right side"),
    "top": ("at the top", "near the top", "in the upper part"),
    "bottom": ("at the bottom", "near the bottom", "in the lower part"),
}
# Chance that a caption names the size or the place, where there is something to name. What is small is always said to
# be: of a small star the autoencoder keeps no more than a speck, and a prompt that says nothing should not get one.
SAY_SIZE = {"small": 1.0, "large": 0.5}
SAY_PLACE = 0.6

WORDINGS = (  # {thing}: "a red circle"; {bare}: "red circle"; {on}: "a blue background"; {bg}: "blue"
    "{thing} on {on}",
    "{thing} on {on}",
    "{thing} on {on}",
    "{thing} against {on}",
    "{thing} in front of {on}",
    "{thing}, {bg} background",
    "{bare}, {bg} background",
    "{bare} on {bg}",
    "{bare} on {on}",
    "a picture of {thing} on {on}",
    "a drawing of {thing} on {on}",
    "a simple image of {thing}, the background is {bg}",
    "on {on} there is {thing}",
    "there is {thing} on {on}",
    "{on} with {thing}",
)
GROUNDLESS = ("{thing}", "{bare}", "a picture of {thing}", "a drawing of {thing}", "there is {thing}")

GROUND_WORDS = ("background", "background", "backdrop", "ground")
ROW = ("{0} to the left of {1}", "{1} to the right of {0}", "{0} on the left and {1} on the right")
COLUMN = ("{0} above {1}", "{1} below {0}", "{0} at the top and {1} at the bottom")
ANY_WAY = ("{0} and {1}", "{0} next to {1}")


def words():
    """Every word that a caption may have."""
    phrases = [*WORDINGS, *GROUNDLESS, *ROW, *COLUMN, *ANY_WAY, *GROUND_WORDS, *scenes.COLOURS, *scenes.SHAPES, "a an , ."]
    phrases += [phrase for group in (SIZE_WORDS, PLACE_WORDS) for choices in group.values() for phrase in choices]
    return sorted(set(re.sub(r"{\w+}", " ", " ".join(phrases)).replace(",", " , ").split()))


def says_order(words):
    """Whether a caption of two things says which one is where."""
    return any(word in words for word in ("left", "right", "above", "below", "top"))


def with_article(words):
    return ("an " if words[0] in "aeio" else "a ") + words


def _named(rng, thing, say_colour):
    words = [thing.colour, thing.shape] if say_colour else [thing.shape]
    if rng.random() < SAY_SIZE.get(thing.size, 0.0):
        words.insert(0, rng.choice(SIZE_WORDS[thing.size]))
    return " ".join(words)


def _pair(rng, scene, first, second):
    joins = ROW if scene.arrangement == "row" else COLUMN
    return rng.choice(joins + ANY_WAY).format(first, second)


def caption(scene, seed, leave_out=()):
    """A caption of the scene; another seed gives another wording. `leave_out`: "colour", "background" or both."""
    rng = random.Random(seed)
    bares = [_named(rng, thing, "colour" not in leave_out) for thing in scene.things]
    if len(bares) == 2:
        bare = _pair(rng, scene, *bares)
        named = _pair(rng, scene, *map(with_article, bares))
    else:
        bare, named = bares[0], with_article(bares[0])
        if rng.random() < SAY_PLACE * (0.4 if scene.arrangement == "centre" else 1.0):
            place = rng.choice(PLACE_WORDS[scene.arrangement])
            bare, named = f"{bare} {place}", f"{named} {place}"
    on = with_article(f"{scene.background} {rng.choice(GROUND_WORDS)}")
    wordings = GROUNDLESS if "background" in leave_out else WORDINGS
    return rng.choice(wordings).format(thing=named, bare=bare, on=on, bg=scene.background)
