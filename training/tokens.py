"""CLIP's tokens of captions, by the tokenizer of the package open_clip_torch (MIT)."""
import gzip
import importlib.util
import re
from functools import lru_cache
from pathlib import Path

import torch

from text import END, LENGTH, START

VOCABULARY_FILE = "bpe_simple_vocab_16e6.txt.gz"
MERGES = 49152 - 256 - 2  # that CLIP uses, of the file's


@lru_cache
def _vocabulary():
    """(number of each symbol, rank of each merge), read beside open_clip without importing it."""
    spec = importlib.util.find_spec("open_clip")
    if spec is None:
        raise SystemExit("The vocabulary comes with open_clip_torch: pip install -r training/requirements.txt")
    path = Path(spec.submodule_search_locations[0]) / VOCABULARY_FILE
    lines = gzip.open(path, "rt", encoding="utf-8").read().split("\n")[1 : MERGES + 1]
    merges = [tuple(line.split()) for line in lines]
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    letters = [chr(byte) for byte in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    symbols = letters + [letter + "</w>" for letter in letters] + ["".join(pair) for pair in merges]
    return {symbol: i for i, symbol in enumerate(symbols)}, {pair: i for i, pair in enumerate(merges)}


@lru_cache(maxsize=100_000)
def _word(word):
    numbers, ranks = _vocabulary()
    parts = [*word[:-1], word[-1] + "</w>"]
    while len(parts) > 1:
        best = min(zip(parts, parts[1:]), key=lambda pair: ranks.get(pair, 1 << 30))
        if best not in ranks:
            break
        merged, i = [], 0
        while i < len(parts):
            both = i + 1 < len(parts) and (parts[i], parts[i + 1]) == best
            merged.append(parts[i] + parts[i + 1] if both else parts[i])
            i += 2 if both else 1
        parts = merged
    return [numbers[part] for part in parts]


def tokenize(caption):
    """77 tokens: start, the caption's, end, and more ends (SD1 fills up with them). ASCII only: captions are."""
    if not caption.isascii():
        raise ValueError(f"captions are ASCII; got {caption!r}")
    words = re.findall(r"'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|[0-9]|[^\sa-z0-9]+", caption.lower())
    tokens = [START, *(token for word in words for token in _word(word))][: LENGTH - 1]
    return tokens + [END] * (LENGTH - len(tokens))


def batch(captions):
    return torch.tensor([tokenize(caption) for caption in captions])
