# SPDX-License-Identifier: Apache-2.0
"""The noise levels that a model was trained for."""

from __future__ import annotations

import ctypes as c
from typing import Iterable, List, Union

from . import _native as native
from ._errors import InvalidArgument, made

PREDICTIONS = ("eps", "v", "edm", "x0", "flow")


class Levels:
    """The noise levels of a model: `Levels("eps")`, `Levels.flow(3.0)` or `Levels.table(sigmas)`.

    Names: "eps", "v", "x0" (Stable Diffusion 1 and 2, SDXL: 1000 levels), "v_zsnr" (the same with zero terminal
    SNR), "edm" (0.002 to 120), "flow" (shift 3), "flux" (shift 1.15), "cosmos_flow".
    """

    def __init__(self, name: str = "eps"):
        self._take(native.lib.ks_levels_named, str(name).encode())

    @classmethod
    def flow(cls, shift: float = 3.0, multiplier: float = 1000.0) -> "Levels":
        """A rectified flow: sigma = shift t / (1 + (shift - 1) t), timestep = multiplier t."""
        levels = cls.__new__(cls)
        levels._take(native.lib.ks_levels_flow, float(shift), float(multiplier))
        return levels

    @classmethod
    def table(cls, sigmas: Iterable[float], prediction: str = "eps") -> "Levels":
        """The sigma of each timestep, rising, with additive noise, such as ComfyUI's `model_sampling.sigmas`.
        `prediction`: what the network predicts, "eps", "v", "edm" or "x0"."""
        if prediction not in PREDICTIONS:
            raise InvalidArgument(f"prediction {prediction!r}: expected one of {', '.join(PREDICTIONS)}")
        values = [float(sigma) for sigma in sigmas]
        levels = cls.__new__(cls)
        levels._take(
            native.lib.ks_levels_table,
            (c.c_double * len(values))(*values),
            len(values),
            PREDICTIONS.index(prediction),
        )
        return levels

    def _take(self, function, *arguments) -> None:
        self._free = native.lib.ks_levels_free
        self._handle = None
        self._handle = made(function, *arguments)
        self.pointer = native.lib.ks_levels_model(self._handle)

    def __del__(self):
        if getattr(self, "_handle", None):
            self._free(self._handle)

    @property
    def _model(self) -> native.ModelSampling:
        return c.cast(self.pointer, c.POINTER(native.ModelSampling)).contents

    @property
    def sigmas(self) -> List[float]:
        """The table, rising."""
        model = self._model
        return model.sigmas[: model.sigma_count]

    @property
    def sigma_min(self) -> float:
        return self._model.sigma_min

    @property
    def sigma_max(self) -> float:
        return self._model.sigma_max

    def sigma(self, timestep: float) -> float:
        """The noise level at a timestep of the model, between the table's entries, too."""
        return self._model.sigma(self._model.context, float(timestep))

    def timestep(self, sigma: float) -> float:
        """The timestep of a noise level."""
        return self._model.timestep(self._model.context, float(sigma))

    @property
    def is_flow(self) -> bool:
        """x = (1 - sigma) x0 + sigma noise, and not x = x0 + sigma noise."""
        return self._model.noising == 1


def levels_of(model: Union[str, Levels]) -> Levels:
    if isinstance(model, Levels):
        return model
    if isinstance(model, str):
        return Levels(model)
    raise InvalidArgument(f"model is a {type(model).__name__}; expected a name such as 'eps', or Levels")
