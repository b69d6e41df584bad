"""Networks that are shown a picture, or a picture and a mask, beside the latent."""

from models import changed

RUN = 4e-4  # as in cases_of_sampling.py
RAN = {"o": {"what": "latent", "link": "$run"}}
START = {"type": "GivenLatent", "samples": "start_small"}
MASKED = {**START, "noise_mask": "cell_mask"}
TWO = {"type": "GivenLatent", "samples": "two_small"}
TWO_MASKED = {**TWO, "noise_mask": "cell_mask"}
EMPTY = {"type": "GivenLatent", "samples": "empty_small"}


def _run(cases, name, file, shown, **more):
    """`shown`: what both conditionings have besides the text."""
    nodes = {
        "checkpoint": {"type": "CheckpointLoaderSimple", "ckpt_name": file},
        "p": {"type": "GivenConditioning", "tensor": "text", **shown},
        "q": {"type": "GivenConditioning", "tensor": "other_text", **shown},
        **more,
    }
    cases.add(name, nodes, RAN, RUN)


def inpainting(cases):
    both = {"concat_latent": "picture_small", "concat_mask": "pixel_mask"}
    several = {"concat_latent": "pictures_small", "concat_mask": "pixel_masks"}
    wide = {"concat_latent": "picture_wide", "concat_mask": "pixel_mask_wide"}
    kept = {"sampler": {"type": "KSamplerSelect", "sampler_name": "dpmpp_2m"}}
    for name, shown, more in (
        ("of a picture and a mask", both, {}),
        ("of a picture and a mask that holds the rest", both, {"latent": MASKED}),
        ("of another sampler", both, {"latent": MASKED, **kept}),
        ("of a picture and a mask of another size", wide, {}),
        ("of several for two", several, {"latent": TWO}),
        ("of one for two", both, {"latent": TWO}),
        ("of several for one", several, {}),
        ("that are not given", {}, {}),
        ("that are not given, of an empty latent", {}, {"latent": EMPTY}),
        ("of which the latent has a mask", {}, {"latent": MASKED}),
        ("of which two latents have a mask", {}, {"latent": TWO_MASKED}),
        ("of a picture alone", {"concat_latent": "picture_small"}, {}),
        ("on v", both, changed({"type": "ModelSamplingDiscrete", "sampling": "v_prediction", "zsnr": False})),
    ):
        _run(cases, f"An inpainting network {name}", "inpainting.safetensors", shown, **more)
    for name, area in (("in a corner", (0.625, 0.5, 0.0, 0.0)), ("in the middle", (0.5, 0.625, 0.25, 0.125))):
        part = {
            "whole": {"type": "GivenConditioning", "tensor": "text", **both},
            "third": {"type": "GivenConditioning", "tensor": "third_text", **both},
            "there": {
                "type": "ConditioningSetAreaPercentage",
                "conditioning": "$third",
                "width": area[0],
                "height": area[1],
                "x": area[2],
                "y": area[3],
                "strength": 0.8,
            },
            "p": {"type": "ConditioningCombine", "conditioning_1": "$whole", "conditioning_2": "$there"},
        }
        _run(cases, f"An inpainting network with a text {name}", "inpainting.safetensors", both, **part)
    for name, shown, more in (
        ("of a picture", {"concat_latent": "picture_small"}, {}),
        ("of a picture of another size", {"concat_latent": "picture_wide"}, {}),
        ("of several for two", {"concat_latent": "pictures_small"}, {"latent": TWO}),
        ("that is not given", {}, {}),
    ):
        _run(cases, f"An editing network {name}", "editing.safetensors", shown, **more)
