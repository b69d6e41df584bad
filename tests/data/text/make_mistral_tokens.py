"""Writes beside it a vocabulary as Mistral's files have one, of 1,000 byte pairs learned of the 10,000 texts of
tokens.safetensors: tekken.json, and what transformers makes of it, tokenizer.json; and mistral_tokens.safetensors,
for each text a hash (that of make_sentence_tokens.py) of the tokens that transformers gives.

    python make_mistral_tokens.py

Needs numpy, safetensors, tokenizers and transformers.

    numbers   U32   of tekken.json, words cut as ComfyUI and the tokenizer.json of Mistral's models cut them
    tekken    U32   the same, words cut by the pattern that tekken.json has, as in tokenizer.json here
"""

import base64
import json
import pathlib

import numpy
from safetensors.numpy import load_file, save_file
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
from transformers.integrations.mistral.tokenizer import MistralConverter

from make_sentence_tokens import WORDS, byte_letters, fnv1a

HERE = pathlib.Path(__file__).parent
NUMBERS = WORDS.replace(r"\p{N}|", r"\p{N}{1,3}|")
TEKKEN = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
          r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
          r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
NAMED = ["<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]"]
ALL_NAMED = 20  # the others are not written down
LEFT_OUT = 6    # tokens at the end that models have no row for, as Mistral's 150,000 are more than 131,072


def words_by(pattern):
    return pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)])


def bytes_of(token):
    in_order = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    in_order += [byte for byte in range(256) if byte not in in_order]
    letters = dict(zip(byte_letters(), in_order))
    return bytes(letters[letter] for letter in token)


def write_tekken(texts):
    learned = Tokenizer(models.BPE())
    learned.pre_tokenizer = words_by(TEKKEN)
    learned.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=1256, initial_alphabet=byte_letters()))
    ids = learned.get_vocab()
    tokens = [bytes([byte]) for byte in range(256)] + [bytes_of(t) for t in sorted(ids, key=ids.get) if len(t) > 1]
    entries = [{"rank": rank, "token_bytes": base64.b64encode(token).decode()} for rank, token in enumerate(tokens)]
    named = [{"rank": rank, "token_str": name, "is_control": True} for rank, name in enumerate(NAMED)]
    config = {"pattern": TEKKEN, "num_vocab_tokens": len(tokens), "version": "v7",
              "default_vocab_size": ALL_NAMED + len(tokens) - LEFT_OUT, "default_num_special_tokens": ALL_NAMED}
    (HERE / "tekken.json").write_text(
        json.dumps({"config": config, "vocab": entries, "special_tokens": named}, separators=(",", ":")))


def mistral(pattern=NUMBERS, file=HERE / "tekken.json"):
    """As transformers reads tekken.json; words by another pattern."""
    tokenizer = MistralConverter(str(file)).converted()
    tokenizer.pre_tokenizer = words_by(pattern)
    return tokenizer


def hashes(tokenizer, texts):
    return numpy.array([fnv1a(tokenizer.encode(each, add_special_tokens=False).ids) for each in texts], numpy.uint32)


if __name__ == "__main__":
    given = load_file(HERE / "tokens.safetensors")
    text, ends = given["text"].tobytes(), given["text_ends"]
    all_texts = [text[a:b].decode() for a, b in zip([0, *ends[:-1]], ends)]
    write_tekken(all_texts)
    MistralConverter(str(HERE / "tekken.json")).converted().save(str(HERE / "tokenizer.json"), pretty=False)
    save_file({"numbers": hashes(mistral(NUMBERS), all_texts), "tekken": hashes(mistral(TEKKEN), all_texts)},
              HERE / "mistral_tokens.safetensors")
