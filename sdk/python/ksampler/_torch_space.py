# SPDX-License-Identifier: Apache-2.0
"""A session's tensors on a device of torch's that the library has no kernels for: the sampler's arithmetic by torch's
operators there."""

from __future__ import annotations

import ctypes as c
import sys
from typing import Any, Dict

from . import _native as native


class TorchSpace:
    """Handles are numbers; `tensors` has what is behind them. An exception of torch's is kept in `failure`."""

    def __init__(self, x: Any):
        self.torch = sys.modules["torch"]
        self.like = x
        self.tensors: Dict[int, Any] = {}
        self.failure: BaseException | None = None
        self._next = 0
        self.table = native.Space(
            create=native.Create(self._guarded(self._create)),
            release=native.Release(self._release),
            lincomb=native.Lincomb(self._guarded(self._lincomb)),
            norm=native.Norm(self._guarded(self._norm)),
            error_norm=native.ErrorNorm(self._guarded(self._error_norm)),
            put=native.Put(self._guarded(self._put)),
        )

    def hold(self, tensor: Any) -> int:
        self._next += 1
        self.tensors[self._next] = tensor
        return self._next

    def _guarded(self, body):
        def call(_, *arguments) -> int:
            try:
                with self.torch.inference_mode(False), self.torch.no_grad():
                    body(*arguments)
                return native.OK
            except BaseException as exception:  # noqa: BLE001: none crosses into C
                self.failure = exception
                return native.ERROR

        return call

    def _release(self, _, tensor):
        self.tensors.pop(tensor, None)

    def _create(self, height, width, place):
        shape = list(self.like.shape)
        if len(shape) == 4:
            shape[2:] = [height, width]
        place[0] = self.hold(self.torch.empty(shape, dtype=self.like.dtype, device=self.like.device))

    def _lincomb(self, dst, count, coefficients, terms):
        torch, out = self.torch, self.tensors[dst]
        if count == 0:
            out.zero_()
            return
        first = self.tensors[terms[0]].to(torch.float32)
        total = first * coefficients[0]
        for i in range(1, count):
            total.add_(self.tensors[terms[i]].to(torch.float32), alpha=coefficients[i])
        out.copy_(total)

    def _norm(self, tensor, result):
        result[0] = self.tensors[tensor].double().square().mean().sqrt().item()

    def _error_norm(self, low, high, previous, atol, rtol, result):
        low, high, previous = (self.tensors[t].double() for t in (low, high, previous))
        delta = (low.abs().maximum(previous.abs()) * rtol).clamp_min(atol)
        result[0] = ((low - high) / delta).square().mean().sqrt().item()

    def _put(self, tensor, values, count):
        out = self.tensors[tensor]
        view = self.torch.frombuffer(
            (c.c_float * count).from_address(c.addressof(values.contents)), dtype=self.torch.float32
        )
        out.copy_(view.reshape(out.shape))
