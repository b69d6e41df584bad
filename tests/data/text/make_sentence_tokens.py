"""Writes sentence_tokens.safetensors beside it: for the 10,000 texts of tokens.safetensors, a hash of the tokens
that transformers' tokenizers of T5 and of Qwen 2 give, without T5's end.

    python make_sentence_tokens.py T5_TOKENIZER.json

Needs numpy, safetensors and tokenizers. T5_TOKENIZER.json is that of google/t5-v1_1-xxl; Qwen's is put together
from host/model/text/data. The hash is FNV-1a over the tokens' four bytes each, so that ten thousand lists of tokens
take 40 KB. `t5_same` is 0 where the SentencePiece library itself gives other tokens than transformers (14 texts).

    t5, qwen    U32   a hash for each text
    t5_same     U8
"""

import pathlib
import sys

import numpy
import sentencepiece
from safetensors.numpy import load_file, save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

HERE = pathlib.Path(__file__).parent
DATA = HERE.parents[2] / "host/model/text/data"
# As Qwen's tokenizer.json has it.
WORDS = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
         r"|\s+(?!\S)|\s+")
NAMED = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>",
         "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
         "<|image_pad|>", "<|video_pad|>", "<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>",
         "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>", "<tool_response>", "</tool_response>",
         "<think>", "</think>"]
# Words that can be cut in two ways of the same probability: SentencePiece 0.1.97 (Debian 12) takes the other.
TIES = {1816, 3382, 4529}
WHITE = ("\t\n\x0b\x0c\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000")


def byte_letters():
    printing = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return [chr(b) for b in printing] + [chr(0x100 + n) for n in range(256 - len(printing))]


def qwen():
    merges = [tuple(line.split(" ")) for line in (DATA / "qwen_merges.txt").read_text("utf-8").split("\n") if line]
    names = byte_letters() + ["".join(m) for m in merges]
    tokenizer = Tokenizer(models.BPE(vocab={name: i for i, name in enumerate(names)}, merges=merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(WORDS), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_tokens([AddedToken(name, special=True, normalized=False) for name in NAMED])
    return tokenizer


def fnv1a(tokens):
    value = 2166136261
    for byte in numpy.asarray(tokens, "<i4").tobytes():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


if __name__ == "__main__":
    given = load_file(HERE / "tokens.safetensors")
    text, ends = given["text"].tobytes(), given["text_ends"]
    texts = [text[a:b].decode() for a, b in zip([0, *ends[:-1]], ends)]
    t5, byte_pairs = Tokenizer.from_file(sys.argv[1]), qwen()
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(DATA / "t5.model"))
    of_t5 = [t5.encode(each).ids[:-1] for each in texts]
    same = [pieces.encode(each.rstrip(WHITE)) == ids and i not in TIES
            for i, (each, ids) in enumerate(zip(texts, of_t5))]
    print(len(texts) - sum(same), "texts are other tokens for SentencePiece's own library")
    save_file({"t5": numpy.array([fnv1a(ids) for ids in of_t5], numpy.uint32),
               "qwen": numpy.array([fnv1a(byte_pairs.encode(each).ids) for each in texts], numpy.uint32),
               "t5_same": numpy.array(same, numpy.uint8)}, HERE / "sentence_tokens.safetensors")
