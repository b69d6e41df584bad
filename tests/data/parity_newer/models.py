"""The shipped model of the older cases, on latents of 8 x 8, and what changes it."""

# Nodes that cases have besides their own: numbers, and a run, of which a case says what is different. `m` is the
# model.
SHARED = {
    "checkpoint": {"type": "CheckpointLoaderSimple", "ckpt_name": "shapes.safetensors"},
    "m": {"type": "ModelSamplingDiscrete", "model": "$checkpoint", "sampling": "eps", "zsnr": False},
    "seven": {"type": "PrimitiveInt", "value": 7},
    "half_of_five": {"type": "PrimitiveFloat", "value": 2.5},
    "yes": {"type": "PrimitiveBoolean", "value": True},
    "p": {"type": "GivenConditioning", "tensor": "text"},
    "q": {"type": "GivenConditioning", "tensor": "other_text"},
    "sampler": {"type": "KSamplerSelect", "sampler_name": "euler"},
    "sigmas": {"type": "BasicScheduler", "model": "$m", "scheduler": "simple", "steps": 3, "denoise": 1.0},
    "latent": {"type": "GivenLatent", "samples": "start_small"},
    "run": {
        "type": "SamplerCustom",
        "model": "$m",
        "add_noise": True,
        "noise_seed": 11,
        "cfg": 5.0,
        "positive": "$p",
        "negative": "$q",
        "sampler": "$sampler",
        "sigmas": "$sigmas",
        "latent_image": "$latent",
    },
}

MODELS = {
    "eps": {"type": "ModelSamplingDiscrete", "sampling": "eps", "zsnr": False},
    "eps with zero SNR": {"type": "ModelSamplingDiscrete", "sampling": "eps", "zsnr": True},
    "v": {"type": "ModelSamplingDiscrete", "sampling": "v_prediction", "zsnr": False},
    "v with zero SNR": {"type": "ModelSamplingDiscrete", "sampling": "v_prediction", "zsnr": True},
    "lcm": {"type": "ModelSamplingDiscrete", "sampling": "lcm", "zsnr": False},
    "lcm with zero SNR": {"type": "ModelSamplingDiscrete", "sampling": "lcm", "zsnr": True},
    "x0": {"type": "ModelSamplingDiscrete", "sampling": "x0", "zsnr": False},
    "img_to_img": {"type": "ModelSamplingDiscrete", "sampling": "img_to_img", "zsnr": False},
    "SD3 of 3": {"type": "ModelSamplingSD3", "shift": 3.0},
    "SD3 of 1": {"type": "ModelSamplingSD3", "shift": 1.0},
    "SD3 of 0.4": {"type": "ModelSamplingSD3", "shift": 0.4},
    "AuraFlow of 1.73": {"type": "ModelSamplingAuraFlow", "shift": 1.73},
    "AuraFlow of 6": {"type": "ModelSamplingAuraFlow", "shift": 6.0},
    "Flux of 1024": {
        "type": "ModelSamplingFlux",
        "max_shift": 1.15,
        "base_shift": 0.5,
        "width": 1024,
        "height": 1024,
    },
    "Flux of 64 by 256": {
        "type": "ModelSamplingFlux",
        "max_shift": 2.0,
        "base_shift": 0.1,
        "width": 64,
        "height": 256,
    },
    "EDM as v": {
        "type": "ModelSamplingContinuousEDM",
        "sampling": "v_prediction",
        "sigma_max": 120.0,
        "sigma_min": 0.002,
    },
    "EDM": {"type": "ModelSamplingContinuousEDM", "sampling": "edm", "sigma_max": 80.0, "sigma_min": 0.02},
    "EDM as eps": {"type": "ModelSamplingContinuousEDM", "sampling": "eps", "sigma_max": 14.0, "sigma_min": 0.1},
    "Cosmos' flow": {
        "type": "ModelSamplingContinuousEDM",
        "sampling": "cosmos_rflow",
        "sigma_max": 200.0,
        "sigma_min": 0.01,
    },
    "continuous v": {
        "type": "ModelSamplingContinuousV",
        "sampling": "v_prediction",
        "sigma_max": 500.0,
        "sigma_min": 0.03,
    },
}


def changed(*chain):
    """Nodes that change the model one after the other; the last is `m`. A node that samples finds it there."""
    nodes = {}
    link = "$checkpoint"
    for index, node in enumerate(chain):
        name = "m" if index == len(chain) - 1 else f"m{index}"
        nodes[name] = {**node, "model": link}
        link = f"${name}"
    return nodes
