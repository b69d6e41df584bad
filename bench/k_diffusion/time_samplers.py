"""Microseconds a step of k-diffusion's samplers, with a model that costs nothing: JSON on standard output.

What bench/sampler_bench.cpp measures of ours: from the model's first call to the end, by 20 steps.
One thread. For bench/compare.sh.
"""
import importlib.util
import json
import statistics
import sys
import time
import types

import torch

STEPS = 20
SHAPES = [(1, 4, 64, 64), (1, 4, 128, 128), (4, 4, 128, 128)]
SAMPLERS = ["euler", "euler_ancestral", "heun", "dpm_2", "dpm_2_ancestral", "lms", "dpm_fast", "dpm_adaptive",
            "dpmpp_2s_ancestral", "dpmpp_sde", "dpmpp_2m", "dpmpp_2m_sde", "dpmpp_3m_sde"]
SIGMA_MIN, SIGMA_MAX = 0.0291675, 14.614642  # SD1's


def stub(name, **attributes):
    module = types.ModuleType(name)
    vars(module).update(attributes)
    sys.modules[name] = module


def samplers():
    """k_diffusion/sampling.py alone: around it, the package imports image libraries and models."""
    folder = importlib.util.find_spec("k_diffusion").submodule_search_locations[0]
    utils = types.SimpleNamespace(append_dims=lambda x, dims: x[(...,) + (None,) * (dims - x.ndim)])
    stub("k_diffusion", __path__=[folder], utils=utils)
    stub("k_diffusion.utils", append_dims=utils.append_dims)
    stub("torchdiffeq", odeint=None)  # for likelihoods
    return importlib.import_module("k_diffusion.sampling")


class FreeModel:
    def __init__(self, shape):
        self.denoised = torch.full(shape, 0.5)
        self.begin = None

    def __call__(self, x, sigma, **_):
        if self.begin is None:
            self.begin = time.perf_counter()
        return self.denoised


def run(sampling, name, shape):
    model = FreeModel(shape)
    x = torch.randn(shape) * SIGMA_MAX
    function = getattr(sampling, "sample_" + name)
    if name in ("dpm_fast", "dpm_adaptive"):
        arguments = (model, x, SIGMA_MIN, SIGMA_MAX) + ((STEPS,) if name == "dpm_fast" else ())
    else:
        arguments = (model, x, sampling.get_sigmas_karras(STEPS, SIGMA_MIN, SIGMA_MAX))
    function(*arguments, disable=True)
    return time.perf_counter() - model.begin


def main():
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    sampling = samplers()
    result = {}
    for name in SAMPLERS:
        for shape in SHAPES:
            run(sampling, name, shape)
            times, begin = [], time.perf_counter()
            while len(times) < 5 or (time.perf_counter() - begin < 0.5 and len(times) < 100):
                times.append(run(sampling, name, shape))
            result[name + "/" + "x".join(map(str, shape))] = statistics.median(times) / STEPS * 1e6
    json.dump(result, sys.stdout)


main()
