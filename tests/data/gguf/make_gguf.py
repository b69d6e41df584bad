"""Writes blocks.gguf and blocks.safetensors beside it: a tensor in each of ggml's block formats, of random bytes, and
what the package gguf (ggml's own, MIT) makes of it.

    python make_gguf.py

Needs gguf, numpy and safetensors; the tests need none of these.
"""

import pathlib

import gguf
import numpy
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
KINDS = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS"]
# Where in a block half-precision numbers stand, which must be finite.
HALVES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108],
          "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0]}
ROWS, COLUMNS = 3, 512

if __name__ == "__main__":
    random = numpy.random.default_rng(1)
    writer = gguf.GGUFWriter(HERE / "blocks.gguf", "flux")
    writer.add_string("general.name", "blocks")
    writer.add_array("some.words", ["a", "list", "of", "texts"])
    writer.add_array("comfy.gguf.orig_shape.half", [2, 3, 2])
    expected = {}
    for kind in KINDS:
        type_ = gguf.GGMLQuantizationType[kind]
        values, size = gguf.GGML_QUANT_SIZES[type_]
        blocks = random.integers(0, 256, (ROWS * COLUMNS // values, size), numpy.uint8)
        for at in HALVES[kind]:  # one of them below the normal ones
            numbers = random.normal(0, 0.02, len(blocks)).astype(numpy.float16)
            numbers[0] = 3e-7
            blocks[:, at:at + 2] = numbers.view(numpy.uint8).reshape(-1, 2)
        raw = blocks.reshape(ROWS, -1)
        writer.add_tensor(kind, raw, raw_dtype=type_)
        expected[kind] = gguf.quants.dequantize(raw, type_).astype(numpy.float32)
    half = numpy.arange(12, dtype=numpy.float16).reshape(2, 6)
    writer.add_tensor("half", half)
    expected["half"] = half.astype(numpy.float32).reshape(2, 3, 2)
    brain = random.normal(0, 1, (2, 4)).astype(numpy.float32)
    raw = gguf.quants.quantize(brain, gguf.GGMLQuantizationType.BF16)
    writer.add_tensor("brain", raw, raw_dtype=gguf.GGMLQuantizationType.BF16)
    expected["brain"] = gguf.quants.dequantize(raw, gguf.GGMLQuantizationType.BF16).astype(numpy.float32)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_file(expected, HERE / "blocks.safetensors")
