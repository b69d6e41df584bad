"""ComfyUI's node functions of a checkout, called without its server."""

import asyncio
import importlib
import sys
import types
from importlib.machinery import ModuleSpec
from unittest.mock import MagicMock

# What the modules of the nodes import and none of these cases calls.
NOT_CALLED = {
    "OpenEXR",
    "aio_pika",
    "alembic",
    "anthropic",
    "blake3",
    "can_ada",
    "comfy_aimdo",
    "comfy_kitchen",
    "cpuinfo",
    "flax",
    "jax",
    "jwt",
    "lightning",
    "matrix",
    "mpmath",
    "nio",
    "open_clip",
    "openai",
    "opentelemetry",
    "pebble",
    "requests_cache",
    "skia",
    "skimage",
    "soundfile",
    "spandrel",
    "spandrel_extra_arches",
    "sqlalchemy",
    "torchaudio",
    "torchvision",
    "trimesh",
    "upath",
    "vtracer",
    "watchdog",
}

MODULES = [
    "align_your_steps",
    "apg",
    "cfg",
    "compositing",
    "cond",
    "custom_sampler",
    "differential_diffusion",
    "eps",
    "flux",
    "fresca",
    "images",
    "latent",
    "logic",
    "lt",
    "lumina2",
    "mahiro",
    "mask",
    "math",
    "model_advanced",
    "perpneg",
    "post_processing",
    "primitive",
    "resolution",
    "sd3",
    "string",
    "tcfg",
]


class _NoTracer:
    """Its spans decorate functions, which have to stay what they are."""

    def start_as_current_span(self, *_, **__):
        return self

    def __call__(self, function):
        return function

    def __enter__(self):
        return MagicMock()

    def __exit__(self, *_):
        return False


class _Empty(types.ModuleType):
    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name in ("get_tracer", "trace"):
            return MagicMock(get_tracer=lambda *_, **__: _NoTracer(), return_value=_NoTracer())
        return MagicMock(name=name)


class _Finder:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in NOT_CALLED:
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return _Empty(spec.name)

    def exec_module(self, module):
        pass


def _first_that_is_there(*names):
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name and not name.startswith(error.name):
                raise
    return None


def node_classes(checkout):
    """The classes by their type. `checkout`: ComfyUI's own folder, or that of hiddenswitch's packaging of it."""
    sys.argv = ["comfyui", "--cpu"]
    sys.path.insert(0, checkout)
    sys.meta_path.append(_Finder())
    base = _first_that_is_there("comfy.nodes.base_nodes", "nodes")
    classes = dict(base.NODE_CLASS_MAPPINGS)
    for name in MODULES:
        module = _first_that_is_there(f"comfy_extras.nodes.nodes_{name}", f"comfy_extras.nodes_{name}")
        if module is None:
            print(f"not in this checkout: nodes_{name}")
        elif hasattr(module, "comfy_entrypoint"):
            for node in asyncio.run(asyncio.run(module.comfy_entrypoint()).get_node_list()):
                classes[node.define_schema().node_id] = node
        else:
            classes.update(module.NODE_CLASS_MAPPINGS)
    quiet = importlib.import_module("comfy.utils")
    quiet.PROGRESS_BAR_ENABLED = False
    return classes


def _grouped(inputs):
    """`a.b` of a pipeline is `b` of a map `a` there; beside a value of `a`, that is in the map as `a`."""
    flat = {name: value for name, value in inputs.items() if "." not in name}
    for name, value in inputs.items():
        if "." in name:
            group, part = name.split(".", 1)
            if not isinstance(flat.get(group), dict):
                flat[group] = {group: flat[group]} if group in flat else {}
            flat[group][part] = value
    return flat


def call(node_class, inputs):
    """The outputs, as a tuple."""
    inputs = _grouped(inputs)
    if hasattr(node_class, "define_schema"):
        for given in node_class.define_schema().inputs:  # a choice of groups is a map, be there more in it or not
            if type(given).__qualname__.startswith("DynamicCombo") and isinstance(inputs.get(given.id), str):
                inputs[given.id] = {given.id: inputs[given.id]}
        made = node_class.execute(**inputs)
        return tuple(made.args if hasattr(made, "args") else made)
    made = getattr(node_class(), node_class.FUNCTION)(**inputs)
    return tuple(made["result"] if isinstance(made, dict) else made)
