# SPDX-License-Identifier: Apache-2.0
"""ks/host.h by ctypes, which lets the GIL go while the library works. One wheel serves every Python."""

from __future__ import annotations

import ctypes as c
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent

OK, ERROR, STOPPED, INVALID_ARGUMENT, OUT_OF_MEMORY, UNSUPPORTED = range(6)
NOTHING, DENOISE, NOISE, STEP = range(4)
SESSION_STEPS = 1
FLOAT32, FLOAT16, BFLOAT16 = range(3)
COMFY, BATCH_INVARIANT, ASKED = range(3)
FLOAT, INTEGER, BOOLEAN, CHOICE, NUMBERS = range(5)


def _struct(name: str, *fields: tuple) -> type:
    """A struct of the interface, which begins with its size."""

    def make(self, **values):
        c.Structure.__init__(self, **values)
        self.size = c.sizeof(type(self))

    return type(name, (c.Structure,), {"_fields_": [("size", c.c_uint32), *fields], "__init__": make})


class Setting(c.Structure):
    _fields_ = [
        ("name", c.c_char_p),
        ("number", c.c_double),
        ("text", c.c_char_p),
        ("numbers", c.POINTER(c.c_double)),
        ("count", c.c_uint64),
    ]


class Chosen(c.Structure):
    pass


Chosen._fields_ = [
    ("size", c.c_uint32),
    ("setting_count", c.c_uint32),
    ("name", c.c_char_p),
    ("settings", c.POINTER(Setting)),
    ("inside", c.POINTER(Chosen)),
]

Problem = _struct(
    "Problem",
    ("line", c.c_int32),
    ("column", c.c_int32),
    ("reserved", c.c_uint32),
    ("kind", c.c_char_p),
    ("message", c.c_char_p),
    ("file", c.c_char_p),
)
Log = c.CFUNCTYPE(None, c.c_void_p, c.c_uint32, c.c_char_p, c.c_char_p)
LibrarySettings = _struct(
    "LibrarySettings",
    ("folder_count", c.c_uint32),
    ("folders", c.POINTER(c.c_char_p)),
    ("isolate", c.POINTER(c.c_char_p)),
    ("isolate_count", c.c_uint32),
    ("isolation_limit", c.c_uint32),
    ("isolating_program", c.c_char_p),
    ("log", Log),
    ("log_context", c.c_void_p),
)
Change = _struct(
    "Change",
    ("kind", c.c_uint32),
    ("plugin", c.c_char_p),
    ("reason", c.c_char_p),
    ("generation", c.c_uint64),
    ("seconds", c.c_double),
)
Changed = c.CFUNCTYPE(None, c.c_void_p, c.POINTER(Change))
Param = _struct(
    "Param",
    ("type", c.c_uint32),
    ("id", c.c_char_p),
    ("summary", c.c_char_p),
    ("minimum", c.c_double),
    ("maximum", c.c_double),
    ("default_value", c.c_double),
    ("choices", c.POINTER(c.c_char_p)),
    ("choice_count", c.c_uint32),
    ("reserved", c.c_uint32),
)
_named = (
    ("flags", c.c_uint32),
    ("id", c.c_char_p),
    ("title", c.c_char_p),
    ("summary", c.c_char_p),
    ("source", c.c_char_p),
)
_params = (("params", c.POINTER(c.POINTER(Param))), ("param_count", c.c_uint32), ("reserved", c.c_uint32))
SamplerInfo = _struct(
    "SamplerInfo",
    *_named,
    ("order", c.c_uint32),
    ("noise", c.c_uint32),
    ("fits", c.c_uint32),
    ("model_calls", c.c_uint32),
    ("model_calls_second_last", c.c_uint32),
    ("model_calls_last", c.c_uint32),
    *_params,
    ("inside", c.c_char_p),
)
SchedulerInfo = _struct("SchedulerInfo", *_named, *_params)
GuiderInfo = _struct("GuiderInfo", *_named, ("stage", c.c_uint32), ("fits", c.c_uint32), *_params)
NoiseInfo = _struct("NoiseInfo", *_named, *_params)

Status = c.c_int32
Create = c.CFUNCTYPE(Status, c.c_void_p, c.c_uint32, c.c_uint32, c.POINTER(c.c_void_p))
Release = c.CFUNCTYPE(None, c.c_void_p, c.c_void_p)
Lincomb = c.CFUNCTYPE(
    Status, c.c_void_p, c.c_void_p, c.c_uint32, c.POINTER(c.c_float), c.POINTER(c.c_void_p)
)
Norm = c.CFUNCTYPE(Status, c.c_void_p, c.c_void_p, c.POINTER(c.c_double))
ErrorNorm = c.CFUNCTYPE(
    Status, c.c_void_p, c.c_void_p, c.c_void_p, c.c_void_p, c.c_double, c.c_double, c.POINTER(c.c_double)
)
Put = c.CFUNCTYPE(Status, c.c_void_p, c.c_void_p, c.POINTER(c.c_float), c.c_uint64)
Space = _struct(
    "Space",
    ("reserved", c.c_uint32),
    ("context", c.c_void_p),
    ("create", Create),
    ("release", Release),
    ("lincomb", Lincomb),
    ("norm", Norm),
    ("error_norm", ErrorNorm),
    ("put", Put),
)
Cuda = _struct("Cuda", ("device", c.c_int32), ("stream", c.c_void_p))
SessionSettings = _struct(
    "SessionSettings",
    ("flags", c.c_uint32),
    ("sampler", c.POINTER(Chosen)),
    ("sigmas", c.POINTER(c.c_double)),
    ("sigma_count", c.c_uint32),
    ("element", c.c_uint32),
    ("model", c.c_void_p),
    ("items", c.c_uint32),
    ("channels", c.c_uint32),
    ("height", c.c_uint32),
    ("width", c.c_uint32),
    ("x", c.c_void_p),
    ("space", c.POINTER(Space)),
    ("seed", c.c_uint64),
    ("profile", c.c_uint32),
    ("guider_count", c.c_uint32),
    ("batch_index", c.POINTER(c.c_int64)),
    ("guiders", c.POINTER(c.POINTER(Chosen))),
    ("noises", c.POINTER(c.POINTER(Chosen))),
    ("noise_count", c.c_uint32),
    ("reserved", c.c_uint32),
    ("cfg", c.c_double),
    ("family", c.c_char_p),
    ("cuda", c.POINTER(Cuda)),
)
Want = _struct(
    "Want",
    ("kind", c.c_uint32),
    ("sigma", c.c_double),
    ("sigma_next", c.c_double),
    ("x", c.c_void_p),
    ("out", c.c_void_p),
    ("unconditional", c.c_void_p),
    ("negative", c.c_void_p),
    ("empty", c.c_void_p),
    ("height", c.c_uint32),
    ("width", c.c_uint32),
    ("step", c.c_uint32),
    ("steps", c.c_uint32),
    ("perturbed", c.c_void_p),
    ("second", c.c_void_p),
)
# What a plugin sees of a model: the table of its noise levels.
ModelSampling = _struct(
    "ModelSampling",
    ("noising", c.c_uint32),
    ("prediction", c.c_uint32),
    ("sigma_count", c.c_uint32),
    ("sigmas", c.POINTER(c.c_double)),
    ("sigma_min", c.c_double),
    ("sigma_max", c.c_double),
    ("shift", c.c_double),
    ("context", c.c_void_p),
    ("sigma", c.CFUNCTYPE(c.c_double, c.c_void_p, c.c_double)),
    ("timestep", c.CFUNCTYPE(c.c_double, c.c_void_p, c.c_double)),
    ("percent_to_sigma", c.CFUNCTYPE(c.c_double, c.c_void_p, c.c_double)),
)


def _open() -> c.CDLL:
    file = Path(os.environ.get("KSAMPLER_HOST_LIBRARY") or HERE / "_lib" / "libks_host.so.1")
    if not file.exists():
        raise ImportError(f"{file} is not there: this is the source of ksampler, and not its installation (pip install .)")
    return c.CDLL(str(file))


lib = _open()
P = c.POINTER
for _name, _result, *_arguments in (
    ("ks_host_version", c.c_uint32),
    ("ks_last_error", c.c_char_p),
    ("ks_last_problems", c.c_uint32, P(Problem), c.c_uint32),
    ("ks_library_new", Status, P(LibrarySettings), P(c.c_void_p)),
    ("ks_library_free", None, c.c_void_p),
    ("ks_library_load", Status, c.c_void_p, c.c_char_p),
    ("ks_library_refresh", Status, c.c_void_p, Changed, c.c_void_p),
    ("ks_library_sampler", P(SamplerInfo), c.c_void_p, c.c_uint32),
    ("ks_library_scheduler", P(SchedulerInfo), c.c_void_p, c.c_uint32),
    ("ks_library_guider", P(GuiderInfo), c.c_void_p, c.c_uint32),
    ("ks_library_noise", P(NoiseInfo), c.c_void_p, c.c_uint32),
    ("ks_library_plugin_of", c.c_char_p, c.c_void_p, c.c_void_p, P(c.c_char_p), P(c.c_uint64)),
    ("ks_library_broken", c.c_char_p, c.c_void_p),
    ("ks_levels_named", Status, c.c_char_p, P(c.c_void_p)),
    ("ks_levels_flow", Status, c.c_double, c.c_double, P(c.c_void_p)),
    ("ks_levels_table", Status, P(c.c_double), c.c_uint32, c.c_uint32, P(c.c_void_p)),
    ("ks_levels_model", c.c_void_p, c.c_void_p),
    ("ks_levels_free", None, c.c_void_p),
    (
        "ks_sigmas", Status, c.c_void_p, P(Chosen), c.c_uint32, c.c_double, c.c_char_p, c.c_void_p,
        P(c.c_double), c.c_uint32, P(c.c_uint32),
    ),
    (
        "ks_initial_noise", Status, c.c_uint64, c.c_uint32, c.c_uint32, c.c_uint64, P(c.c_int64),
        c.c_void_p,
    ),
    ("ks_cuda_check", Status, c.c_int32),
    ("ks_session_new", Status, c.c_void_p, P(SessionSettings), P(c.c_void_p)),
    ("ks_session_next", Status, c.c_void_p, P(Want)),
    ("ks_session_fail", None, c.c_void_p, Status, c.c_char_p),
    ("ks_session_free", None, c.c_void_p),
):  # fmt: skip
    _function = getattr(lib, _name)
    _function.restype = _result
    _function.argtypes = _arguments
