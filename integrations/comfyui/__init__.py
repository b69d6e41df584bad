# SPDX-License-Identifier: Apache-2.0
"""KSampler's plugins in ComfyUI: its samplers and schedulers in ComfyUI's own lists, under "ks_", and nodes for them and
for guiders. The page's refresh (R) takes what was built anew. Needs `pip install ksampler`; see README.md."""

from .lists import add_to_lists
from .nodes import NODE_CLASS_MAPPINGS, NODE_DISPLAY_NAME_MAPPINGS

WEB_DIRECTORY = "./web"  # what ComfyUI's page loads

add_to_lists()

__all__ = ["WEB_DIRECTORY", "NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS"]
