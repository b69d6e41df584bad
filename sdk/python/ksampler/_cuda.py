# SPDX-License-Identifier: Apache-2.0
"""Whether the library's own kernels can compute on a CUDA device."""

from __future__ import annotations

import os
from typing import Dict, Optional

from . import _native as native

_missing: Dict[int, Optional[str]] = {}


def cuda_is_missing(device: int) -> Optional[str]:
    """What is missing for it, in a sentence; None: nothing. Found out once for a device."""
    if os.environ.get("KSAMPLER_CUDA") == "torch":
        return "KSAMPLER_CUDA=torch leaves it to torch's operators"
    if device not in _missing:
        ready = native.lib.ks_cuda_check(device) == native.OK
        _missing[device] = None if ready else native.lib.ks_last_error().decode()
    return _missing[device]
