#!/usr/bin/env python3
"""Runs the cases through ComfyUI's own node functions, and writes what they make.

    make.py CHECKOUT [--only PART_OF_A_NAME]

needs PyTorch, and what ComfyUI's modules import. It writes the files that README.md names, beside this one.
"""

import argparse
import json
import pathlib
import re
import traceback

import comfyui
import torch
from cases import Cases
from decided import DECIDED
from inputs import inputs
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).resolve().parent
SHAPES = HERE.parent / "parity_nodes" / "shapes.safetensors"

# Where a link names an output: as the pipelines of this project call them.
OUTPUTS = {
    "CheckpointLoaderSimple": ["model", "clip", "vae"],
    "ComfyMathExpression": ["FLOAT", "INT", "BOOL"],
    "CustomCombo": ["STRING", "INDEX"],
    "GetImageSize": ["width", "height", "batch_size"],
    "ImagePadForOutpaint": ["image", "mask"],
    "ResolutionSelector": ["width", "height"],
    "SamplerCustom": ["output", "denoised_output"],
    "SamplerCustomAdvanced": ["output", "denoised_output"],
    "SplitImageWithAlpha": ["image", "mask"],
    "SplitSigmas": ["high_sigmas", "low_sigmas"],
}


UNET = "model.diffusion_model."
FIRST = UNET + "input_blocks.0.0.weight"


def as_named(name, weights):
    """With further channels of the first convolution, made of those that there are, as the tests make them."""
    first = weights[FIRST]
    if name == "inpainting.safetensors":
        weights[FIRST] = torch.cat([first, first[:, :1] * 0.5, first * -0.25], 1)
    if name == "editing.safetensors":
        weights[FIRST] = torch.cat([first, first * -0.25], 1)
    return weights


def unet(name, weights):
    import comfy.model_detection
    import comfy.model_patcher
    import comfy.supported_models

    weights = {key: tensor.float() for key, tensor in weights.items() if key.startswith(UNET)}
    kinds = {"editing.safetensors": comfy.supported_models.SD15_instructpix2pix}
    kind = kinds.get(name, comfy.supported_models.SD15)
    measures = comfy.model_detection.detect_unet_config(weights, UNET)
    config = kind({**measures, **kind.unet_extra_config, "dtype": torch.float32})
    model = config.get_model(weights, UNET, device="cpu")
    if name == "inpainting.safetensors":
        model.set_inpaint()
    model.load_model_weights(dict(weights), UNET)
    cpu = torch.device("cpu")
    return comfy.model_patcher.ModelPatcher(model.eval(), load_device=cpu, offload_device=cpu)


class Runner:
    def __init__(self, classes, given):
        self.classes = classes
        self.given = given
        self.models = {}

    def checkpoint(self, name):
        """The UNet of the shipped model. It is narrower than SD 1.5's, so that ComfyUI does not know it by its
        measures and is told what it is."""
        if name not in self.models:
            self.models[name] = (unet(name, as_named(name, load_file(SHAPES))),)
        return self.models[name]

    def node(self, node, inputs):
        kind = node["type"]
        if kind == "CheckpointLoaderSimple":
            return self.checkpoint(inputs["ckpt_name"])
        if kind == "GivenLatent":
            latent = {"samples": self.given[inputs["samples"]].clone()}
            if "noise_mask" in inputs:
                latent["noise_mask"] = self.given[inputs["noise_mask"]].clone()
            if "batch_index" in inputs:
                latent["batch_index"] = self.given[inputs["batch_index"]].tolist()
            return (latent,)
        if kind == "GivenConditioning":
            more = {"pooled_output": self.given["pooled"].clone()}
            for key, theirs in (("concat_latent", "concat_latent_image"), ("concat_mask", "concat_mask")):
                if key in inputs:
                    more[theirs] = self.given[inputs[key]].clone()
            return ([[self.given[inputs["tensor"]].clone(), more]],)
        if kind.startswith("Given"):
            return (self.given[inputs["tensor"]].clone(),)
        if kind == "LoadImageMask":
            inputs = {**inputs, "image": str((HERE / inputs["image"]).resolve())}
        return comfyui.call(self.classes[kind], inputs)

    def run(self, nodes, outputs):
        made = {}

        def value(link):
            name, _, output = link[1:].partition(".")
            if name not in made:
                node = nodes[name]
                linked = {
                    key: value(given) if isinstance(given, str) and given.startswith("$") else given
                    for key, given in node.items()
                    if key != "type"
                }
                made[name] = self.node(node, linked)
            index = OUTPUTS[nodes[name]["type"]].index(output) if output else 0
            return made[name][index]

        return {name: value(output["link"]) for name, output in outputs.items()}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parts(name, what, value):
    """Tensors by what they are compared under."""
    if what in ("pixels", "mask", "sigmas"):
        return {name: value.float()}
    if what == "latent":
        return {name: value["samples"].float()}
    if what == "latent with mask and batch_index":
        made = {name + ".samples": value["samples"].float()}
        if "noise_mask" in value:
            made[name + ".mask"] = value["noise_mask"].float()
        if "batch_index" in value:
            made[name + ".index"] = torch.tensor(value["batch_index"], dtype=torch.int64)
        return made
    if what == "conditioning":
        return {name + ".context": value[0][0].float()}
    raise ValueError(what)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    torch.set_num_threads(1)
    given = inputs()
    cases = [case for case in Cases().all if options.only in case["name"]]
    names = [case["name"] for case in cases]
    assert len(set(names)) == len(names), "two cases of one name"
    runner = Runner(comfyui.node_classes(options.checkout), given)

    tensors, lines, failed = {}, [compact({"shared": Cases.shared})], 0
    for case in cases:
        nodes = {**Cases.shared, **case["nodes"]}
        line = {**case, "values": {}}
        recorded = {}
        try:
            with torch.inference_mode():
                made = runner.run(nodes, case["outputs"])
                for name, output in case["outputs"].items():
                    if output["what"] in ("number", "text"):
                        line["values"][name] = made[name]
                        continue
                    for part, tensor in parts(name, output["what"], made[name]).items():
                        recorded[f"{case['name']}/{part}"] = tensor.contiguous().clone()
        except Exception as error:  # noqa: BLE001 - what ComfyUI itself cannot do is no reference
            failed += 1
            print(f"{case['name']}: {type(error).__name__}: {error}")
            if options.only:
                traceback.print_exc()
            continue
        tensors.update(recorded)
        if not line["values"]:
            del line["values"]
        for pattern, reason in DECIDED:
            if re.match(pattern, case["name"]):
                line["decided"] = reason
        lines.append(compact(line))
    print(f"{len(cases)} cases, {failed} of which fail in ComfyUI")
    if options.only:
        return
    (HERE / "cases.jsonl").write_text("\n".join(lines) + "\n")
    used = {
        value
        for nodes in [Cases.shared, *(case["nodes"] for case in cases)]
        for node in nodes.values()
        if node["type"].startswith("Given")
        for value in node.values()
    }
    save_file(
        {name: tensor.contiguous() for name, tensor in given.items() if name in used}, HERE / "inputs.safetensors"
    )
    save_file(tensors, HERE / "comfyui.safetensors")


main()
