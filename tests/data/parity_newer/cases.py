"""All cases, in the order of the files that make them."""

from cases_of_inpainting import inpainting
from cases_of_levels import levels
from cases_of_masks import masks
from cases_of_pictures import pictures
from cases_of_sampling import sampling
from cases_of_sizes import sizes
from cases_of_values import values
from models import SHARED

COPY = 1e-6  # of the largest value: what float32 in another order does to a sum of two


class Cases:
    shared = SHARED  # nodes that every case has besides its own, for those that link to them

    def __init__(self):
        self.all = []
        masks(self)
        sizes(self)
        pictures(self)
        values(self)
        levels(self)
        sampling(self)
        inpainting(self)

    def add(self, name, nodes, outputs, tolerance):
        self.all.append({"name": name, "nodes": nodes, "outputs": outputs, "tolerance_relative": tolerance})

    def one(self, name, kind, what, tolerance=COPY, outputs=None, **inputs):
        """One node, of tensors that are given: `image="picture:Image"` links to a node that gives one."""
        nodes = {}
        node = {"type": kind}
        for key, value in inputs.items():
            key = key.replace("__", ".")
            if isinstance(value, str) and ":" in value and value.split(":")[1] in GIVEN:
                tensor, given = value.split(":")
                nodes[f"given_{tensor}"] = {"type": f"Given{given}", GIVEN[given]: tensor}
                value = f"$given_{tensor}"
            node[key] = value
        nodes["it"] = node
        links = outputs or {"o": what}
        self.add(
            name,
            nodes,
            {out: {"what": w, "link": "$it" if out == "o" else f"$it.{out}"} for out, w in links.items()},
            tolerance,
        )


GIVEN = {"Image": "tensor", "Mask": "tensor", "Sigmas": "tensor", "Latent": "samples"}
