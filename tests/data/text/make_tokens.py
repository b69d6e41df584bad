"""Writes tokens.safetensors beside it: 10,000 texts of all scripts and their tokens by transformers' CLIPTokenizer.

    python make_tokens.py

Needs numpy, safetensors and transformers 5 (5.24.0 and tokenizers 0.23.3 wrote the file that is there). The texts
are drawn from a seed, out of the characters of Python 3.11's Unicode 14. Left out are texts with combining marks
that the tokenizers library, whose normalization is that of Unicode 9, puts in another order than Unicode 14 does:
4 in 10,004.

    text          U8   all texts, UTF-8, one after another
    text_ends     I32  where each ends
    tokens        U16  all tokens, likewise, without those for start and end
    token_ends    I32
"""

import json
import pathlib
import random
import unicodedata

import numpy
from safetensors.numpy import save_file
from tokenizers import normalizers
from transformers import CLIPTokenizer

HERE = pathlib.Path(__file__).parent
MERGES = HERE.parents[2] / "host/model/text/data/merges.txt"
COUNT = 10_000


def byte_letters():
    """GPT-2's letters for bytes: those that print stand for themselves."""
    printing = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return [chr(b) for b in printing] + [chr(0x100 + n) for n in range(256 - len(printing))]


def tokenizer():
    merges = [tuple(line.split()) for line in MERGES.read_text(encoding="utf-8").splitlines()]
    letters = byte_letters()
    names = letters + [letter + "</w>" for letter in letters] + ["".join(m) for m in merges]
    names += ["<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={name: i for i, name in enumerate(names)}, merges=merges)


def scripts():
    """The assigned characters by the first word of their names, which for letters is their script."""
    groups = {}
    for code in range(0x20, 0x110000):
        character = chr(code)
        category = unicodedata.category(character)
        if category in ("Cs", "Co", "Cn"):
            continue
        groups.setdefault(unicodedata.name(character, "CONTROL").split()[0].split("-")[0], []).append(character)
    return groups


SPACES = ["  ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u3000", "\x0b", "\x85", "\u2028", "\u200b", "\ufeff"]
PIECES = ["'s", "'t", "'re", "'VE", "'m", "'LL", "'d", "''s", "\u2019s", ",", ".", "!!", "...", "-", "_", "@", "#1",
          "<|startoftext|>", "<|endoftext|>", "<|EndOfText|>", "<|", "|>", "(word:1.2)", "\\(", "[", "]", "{}", "&amp;",
          "1girl", "4k", "8K", "35mm", "f/1.8", "3.14", "\u00bd", "\u2163", "x\u00b2", "\u0130stanbul", "stra\u00dfe",
          "\u1e9e", "\u03a3\u0391\u03a3", "e\u0301", "A\u030a", "\ufb01", "\uff21\uff22", "\u1112\u1161\u11ab",
          "\U0001f469\u200d\U0001f680", "\U0001f44d\U0001f3fd", "\U0001f1e9\U0001f1ea", "\u2764\ufe0f", "\x00", "\x1f",
          "\x7f", "\ufffd", "\u0344", "\u0958", "\u2126", "\u212b", "\ufb1d", "\U0001d15e", "\u0f73", "\u1fee"]


def text(rng, groups, names):
    kind = rng.random()
    parts = []
    if kind < 0.25:  # a prompt in the vocabulary's words
        for _ in range(rng.randint(1, 7)):
            parts.append(rng.choice([str, str.upper, str.title])(rng.choice(groups["words"])))
            parts.append(rng.choice([" ", ", ", " ", rng.choice(PIECES), rng.choice(SPACES)]))
    elif kind < 0.80:  # letters of one script, with its neighbours' pieces
        letters = groups["scripts"][names[rng.randrange(len(names))]]
        for _ in range(rng.randint(1, 4)):
            parts.append("".join(rng.choice(letters) for _ in range(rng.randint(1, 5))))
            parts.append(rng.choice([" ", "", rng.choice(PIECES), rng.choice(SPACES)]))
    elif kind < 0.90:  # pieces with rules of their own, close together
        parts = [rng.choice(PIECES + SPACES + [" "]) for _ in range(rng.randint(1, 8))]
    else:  # a soup of all
        parts = [rng.choice(groups["all"]) for _ in range(rng.randint(1, 10))]
    return "".join(parts)


def main():
    rng = random.Random(20261125)
    by_script = scripts()
    merges = MERGES.read_text(encoding="utf-8").splitlines()
    groups = {
        "scripts": by_script,
        "all": [character for characters in by_script.values() for character in characters],
        "words": [m.replace(" ", "").replace("</w>", "") for m in merges if m.endswith("</w>") and m.isascii()],
    }
    names = sorted(by_script)
    texts = ["", " ", "a photo of a cat", "a" * 300, "'" * 40, "\u0301" * 50]
    clip = tokenizer()
    composed = normalizers.NFC().normalize_str
    left_out = 0
    while len(texts) < COUNT:
        drawn = text(rng, groups, names)
        if composed(drawn) == unicodedata.normalize("NFC", drawn):
            texts.append(drawn)
        else:
            left_out += 1
    ids = [tokens[1:-1] for tokens in clip(texts)["input_ids"]]

    encoded = [t.encode() for t in texts]
    everything = {
        "text": numpy.frombuffer(b"".join(encoded), numpy.uint8),
        "text_ends": numpy.cumsum([len(t) for t in encoded]).astype(numpy.int32),
        "tokens": numpy.concatenate([numpy.array(t, numpy.uint16) for t in ids]),
        "token_ends": numpy.cumsum([len(t) for t in ids]).astype(numpy.int32),
    }
    save_file(everything, HERE / "tokens.safetensors")
    print(json.dumps({"texts": len(texts), "left out": left_out, "tokens": int(everything["token_ends"][-1])}))


if __name__ == "__main__":
    main()
