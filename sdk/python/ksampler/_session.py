# SPDX-License-Identifier: Apache-2.0
"""Runs of a sampler: the caller owns the loop (Session), or gives a function (sample)."""

from __future__ import annotations

import ctypes as c
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

from . import _native as native
from ._cuda import cuda_is_missing
from ._errors import InvalidArgument, check, made
from ._levels import Levels, levels_of
from ._plugins import Chosen, Plugins, kept, plugins_of
from ._tensors import CPU, CUDA, Block, Given, Torch, View, element_of, library_of, require_tensor
from ._torch_space import TorchSpace

_PROFILES = ("comfy", "batch-invariant")


class Want:
    """What a session asks. `kind`: "denoise" (answer with D(x, sigma), and more where `prompts` has more),
    "noise" (answer with a draw of unit variance) or "step" (to look at; answer with nothing). `x` is a view of the
    sampler's own tensor, to be read alone; it holds until the answer: copy it to keep it."""

    def __init__(self, session: "Session", kind: str, raw: native.Want):
        self._session = session
        self.kind = kind
        self.sigma: float = raw.sigma
        self.sigma_next: float = raw.sigma_next
        self.step: int = raw.step
        self.steps: int = raw.steps
        self._shape = session._shape_at(raw.height, raw.width)
        self.x: Any = session._tensor(raw.x, self._shape) if raw.x else None
        self._outs = [(raw.out, "denoised")]
        self.prompts: Tuple[str, ...] = ("guided",)
        if kind == "denoise":
            further = [
                (raw.unconditional, "unconditional"),
                (raw.negative, "negative"),
                (raw.empty, "empty"),
                (raw.perturbed, "perturbed"),
                (raw.second, "second"),
            ]
            named = [(address, name) for address, name in further if address]
            if session._guided:
                self.prompts = ("positive",)
            self.prompts += tuple(name for _, name in named)
            self._outs += named
        self.denoised: Any = session._tensor(raw.out, self._shape) if kind == "step" else None
        self._x_address = raw.x
        self._version = session._library.version(session._raw_view(raw.x, self._shape)) if raw.x else 0
        self.is_answered = kind == "step"

    def __repr__(self) -> str:
        return f"<Want {self.kind} at sigma {self.sigma:g}: {', '.join(self.prompts)}>"

    def answer(self, *predictions: Any) -> None:
        """One for each of `prompts`, in that order; of a noise, the draw."""
        if self.kind == "step":
            return
        if self._session._asked is not self:
            raise InvalidArgument(f"the question at sigma {self.sigma:g} is past: it was answered, or the run went on")
        if self.is_answered:
            raise InvalidArgument(f"the question at sigma {self.sigma:g} was answered already")
        if self._x_address and self._session._changed(self._x_address, self._shape, self._version):
            raise InvalidArgument("x was written to: it is the sampler's own; work on a copy (x * 2, and not x *= 2)")
        if len(predictions) != len(self._outs):
            raise InvalidArgument(
                f"{len(predictions)} answers; expected {len(self._outs)}: {', '.join(self.prompts)}"
            )
        what = "a draw of noise" if self.kind == "noise" else "the prediction"
        for (address, _), value in zip(self._outs, predictions):
            require_tensor(value, self._shape, what)
            self._session._write(address, self._shape, value)
        self.is_answered = True

    def replace_x(self, value: Any) -> None:
        """Changes the sampler's own latent, as a region that is kept does; then ask for `x` again."""
        self._session._write(self._x_address, self._shape, value)
        self._version = self._session._library.version(self._session._raw_view(self._x_address, self._shape))


class Session:
    """One run, whose model the caller is:

        for want in Session("dpmpp_2m", x, sigmas):
            want.answer(model(want.x, want.sigma))

    Arguments are those of `sample`. In the end `result` is the sample; `close()` ends it in the middle.
    """

    _always_by_torch = False  # for tests: the way of other devices, on the CPU

    def __init__(
        self,
        sampler: Chosen,
        x: Any,
        sigmas: Any,
        *,
        model: Union[str, Levels] = "eps",
        seed: int = 0,
        cfg: float = 1.0,
        guiders: Sequence[Chosen] = (),
        noises: Sequence[Chosen] = (),
        profile: str = "comfy",
        ask_noise: bool = False,
        ask_steps: bool = False,
        batch_index: Optional[Sequence[int]] = None,
        family: Optional[str] = None,
        plugins: Optional[Plugins] = None,
        **settings: Any,
    ):
        self._handle: Optional[int] = None
        self._free = native.lib.ks_session_free
        self._keeper: Optional[_Keeper] = _Keeper()
        if isinstance(sampler, str):
            sampler = {"name": sampler, **settings}
        elif settings:
            sampler = {**sampler, **settings}
        if profile not in _PROFILES:
            raise InvalidArgument(f"profile {profile!r}: expected one of {', '.join(_PROFILES)}")
        self._library = library_of(x)
        self._space: Optional[TorchSpace] = None
        self._cuda: Optional[native.Cuda] = None
        self._views: Dict[Tuple[int, Tuple[int, ...]], Tuple[View, Any]] = {}
        self._levels = levels_of(model)
        guiders = [guiders] if isinstance(guiders, (str, dict)) else guiders
        noises = [noises] if isinstance(noises, (str, dict)) else noises
        self._guided = bool(guiders)
        self._latent: Any = None  # the sampler's x, where it is a tensor of the library's
        self._device = (CPU, 0)
        self._result: Any = None
        self._asked: Optional[Want] = None
        self._done = False

        values = _numbers(sigmas)
        self._start(x)
        raw = native.SessionSettings()
        chosen = kept(sampler)
        raw.sampler = c.pointer(chosen.struct)
        raw.sigmas, raw.sigma_count = (c.c_double * max(len(values), 1))(*values), len(values)
        raw.element = self._element
        raw.model = self._levels.pointer
        raw.items, raw.channels, raw.height, raw.width = self._sizes
        raw.x = self._address
        if self._space is not None:
            raw.space = c.pointer(self._space.table)
        if self._cuda is not None:
            raw.cuda = c.pointer(self._cuda)
        raw.seed = int(seed) % 2**64
        raw.profile = native.ASKED if ask_noise else _PROFILES.index(profile)
        raw.flags = native.SESSION_STEPS if ask_steps else 0
        raw.cfg = float(cfg)
        raw.family = family.encode() if family else None
        if batch_index is not None:
            if len(batch_index) != self._sizes[0]:
                raise InvalidArgument(
                    f"batch_index has {len(batch_index)} entries for {self._sizes[0]} items; expected one for each"
                )
            raw.batch_index = (c.c_int64 * len(batch_index))(*[int(i) for i in batch_index])
        keep = [chosen]
        for name, list_, count in (("guiders", guiders, "guider_count"), ("noises", noises, "noise_count")):
            made_of = [kept(one) for one in list_]
            keep += made_of
            pointers = (c.POINTER(native.Chosen) * max(len(made_of), 1))(
                *[c.pointer(one.struct) for one in made_of]
            )
            setattr(raw, name, pointers)
            setattr(raw, count, len(made_of))
        plugins = plugins_of(plugins)
        with plugins._lock:
            self._handle = made(native.lib.ks_session_new, plugins.handle, c.byref(raw))
        self._want = native.Want()

    # ---- where tensors are

    def _start(self, x: Any) -> None:
        if not hasattr(x, "shape"):
            raise InvalidArgument(f"x is a {type(x).__name__}; expected a tensor [batch, channels, height, width]")
        shape = tuple(int(size) for size in x.shape)
        self._shape = shape
        if len(shape) == 4:
            self._sizes = shape
        else:  # no picture: items, and the rest of them as one row
            rest = 1
            for size in shape[1:]:
                rest *= size
            self._sizes = (shape[0] if shape else 1, 1, 1, rest)
        if 0 in self._sizes:
            raise InvalidArgument(f"x has the shape {list(shape)}; expected at least one element")
        if self._start_on_cuda(x):
            return
        if isinstance(self._library, Torch):
            x = x.detach()
            if not x.is_cpu or self._always_by_torch:
                self._element = element_of(x)
                self._space = TorchSpace(x)
                with self._space.torch.inference_mode(False):
                    self._latent = x.clone()
                self._address = self._space.hold(self._latent)
                return
            x = x.contiguous()
        elif type(x).__module__.partition(".")[0] == "numpy":
            x = x if x.flags.c_contiguous else x.copy(order="C")
            x = x if x.flags.writeable else x.copy()  # a read-only one is not given out by DLPack
        given = Given(x)
        if not given.on_cpu:
            raise InvalidArgument("x is on another device than the CPU; of those, torch's and CuPy's alone are taken")
        if not given.contiguous:
            raise InvalidArgument("x is not contiguous")
        self._element = given.element
        self._block = Block(given.bytes)
        c.memmove(self._block.address, given.address, given.bytes)
        self._address = self._block.address

    def _start_on_cuda(self, x: Any) -> bool:
        """Whether the session computes on x's CUDA device: with the library's own kernels, on the current stream."""
        device = self._library.cuda_device(x)
        if device is None or self._always_by_torch:
            return False
        missing = cuda_is_missing(device)
        if missing is not None:
            if isinstance(self._library, Torch):
                return False
            raise InvalidArgument(f"x is on a CUDA device: {missing}")
        self._element = element_of(x)
        self._latent, self._address = self._library.own_copy(x)
        self._cuda = native.Cuda(device=device, stream=self._library.stream(device))
        self._device = (CUDA, device)
        return True

    def _require_stream(self) -> None:
        """Work of the model's on another stream would not wait for the sampler's."""
        if self._cuda is not None and self._library.stream(self._cuda.device) != (self._cuda.stream or 0):
            raise InvalidArgument(
                "another CUDA stream is current than when the session began: all of a run is on one stream"
            )

    def _shape_at(self, height: int, width: int) -> Tuple[int, ...]:
        return (*self._shape[:2], height, width) if len(self._shape) == 4 else self._shape

    def _viewed(self, address: int, shape: Tuple[int, ...]) -> Tuple[View, Any]:
        found = self._views.get((address, shape))
        if found is None:
            view = View(self._keeper, address, self._element, shape, self._device)
            found = self._views[(address, shape)] = (view, self._library.view(view))
        return found

    def _tensor(self, address: int, shape: Tuple[int, ...]) -> Any:
        if self._space is not None:
            return self._space.tensors[address]
        return self._library.to_look_at(self._viewed(address, shape)[1])

    def _raw_view(self, address: int, shape: Tuple[int, ...]) -> Any:
        return self._space.tensors[address] if self._space is not None else self._viewed(address, shape)[1]

    def _changed(self, address: int, shape: Tuple[int, ...], version: int) -> bool:
        return self._library.version(self._raw_view(address, shape)) != version

    def _write(self, address: int, shape: Tuple[int, ...], value: Any) -> None:
        if self._space is not None:
            target = self._space.tensors[address]
            if tuple(value.shape) != tuple(target.shape):
                raise InvalidArgument(
                    f"an answer of shape {list(value.shape)}; expected {list(target.shape)}, as x has"
                )
            target.copy_(value)
            return
        view, viewed = self._viewed(address, shape)
        self._library.copy_in(value, view, viewed)

    # ---- the run

    def next(self) -> Optional[Want]:
        """The next question; None: `result` is there. Raises what the sampler failed with."""
        if self._done:
            return None
        if self._handle is None:
            raise InvalidArgument("the session was closed")
        if self._asked is not None and not self._asked.is_answered:
            raise InvalidArgument(
                f"the question at sigma {self._asked.sigma:g} was not answered: call want.answer(...)"
            )
        self._require_stream()
        status = native.lib.ks_session_next(self._handle, c.byref(self._want))
        if status != native.OK:
            failure = self._space.failure if self._space is not None else None
            if failure is not None:
                raise failure
            check(status)
        if self._want.kind == native.NOTHING:
            self._done = True
            if self._latent is not None:
                self._result = self._latent
            else:  # on memory of its own: the session's is gone with it
                view = View(self._block, self._address, self._element, self._shape)
                self._result = self._library.view(view)
            self.close()
            return None
        self._asked = Want(self, ("", "denoise", "noise", "step")[self._want.kind], self._want)
        return self._asked

    @property
    def result(self) -> Any:
        """The sample, once next() has said that nothing more is wanted."""
        if not self._done:
            raise InvalidArgument("the run is not over: there is no result yet")
        return self._result

    def __iter__(self) -> Iterator[Want]:
        while True:
            want = self.next()
            if want is None:
                return
            yield want

    def close(self) -> None:
        """Ends the run where it is. Views that were handed out stay valid memory as long as they are held."""
        if self._handle is None:
            return
        handle, self._handle = self._handle, None
        self._asked = None
        # Views keep the session's memory: it goes with the last of them.
        keeper, self._keeper = self._keeper, None
        keeper.free, keeper.handle, keeper.space, keeper.latent = self._free, handle, self._space, self._latent
        self._views.clear()

    def __del__(self):
        try:
            self.close()
        except TypeError:  # the interpreter is at its end
            pass

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


class _Keeper:
    """Frees a session once it is closed and the last view of its memory is gone."""

    handle: Optional[int] = None
    free: Any = None
    space: Any = None
    latent: Any = None

    def __del__(self):
        if self.handle is not None:
            self.free(self.handle)


def _numbers(sigmas: Any) -> List[float]:
    try:
        return [float(sigma) for sigma in (sigmas.tolist() if hasattr(sigmas, "tolist") else sigmas)]
    except TypeError:
        raise InvalidArgument(
            f"sigmas is a {type(sigmas).__name__}; expected noise levels, one after the other (sample(sampler, x, sigmas, ...))"
        ) from None


def sample(
    sampler: Chosen,
    x: Any,
    sigmas: Any,
    denoise: Optional[Callable[[Any, float], Any]] = None,
    *,
    predict: Optional[Callable[[Any, float, Tuple[str, ...]], Sequence[Any]]] = None,
    model: Union[str, Levels] = "eps",
    seed: int = 0,
    cfg: float = 1.0,
    guiders: Sequence[Chosen] = (),
    noises: Sequence[Chosen] = (),
    noise: Optional[Callable[[float, float], Any]] = None,
    profile: str = "comfy",
    batch_index: Optional[Sequence[int]] = None,
    family: Optional[str] = None,
    callback: Optional[Callable[[int, int, float, Any, Any], None]] = None,
    plugins: Optional[Plugins] = None,
    **settings: Any,
) -> Any:
    """What `sampler` makes of `x`, noisy at `sigmas[0]`, at the last of `sigmas`.

    x: [batch, channels, height, width], float32, float16 or bfloat16, of torch (any device), CuPy, NumPy, JAX on
        the CPU, ...; it is not changed. Other shapes do, where the sampler looks at no pixels.
    sigmas: noise levels, usually falling to 0; `schedule` makes them.
    denoise(x, sigma): the estimate of the clean latent, guided. sigma is a float. An exception ends the run.
        x is the sampler's own: it is not to be written to.
    predict(x, sigma, prompts): instead, for samplers and guiders that need more, and for cfg: a list of predictions,
        one for each of `prompts` in that order, which are of "guided", "positive", "unconditional", "negative",
        "empty", "perturbed" (of the weakened network, for perturbed_attention), "second" (of a second prompt, for
        dual_cfg); or a dict of them.
    model: its noise levels, by name or as Levels.
    seed: of the noise that the sampler draws: as ComfyUI's KSampler, with the seed that made x.
    cfg, guiders, noises: the guidance scale; guiders such as "apg" or {"name": "apg", "eta": 0.5}; noise sources
        likewise. Where cfg is not 1 and no guider is named, "cfg" is: negative + cfg * (positive - negative).
    noise(sigma, sigma_next): draws of your own, in place of the seed's.
    profile, batch_index: "batch-invariant": an item's noise does not depend on its batch; which items those are.
    callback(step, steps, sigma, x, denoised): after each step's first prediction.
    settings: the sampler's parameters, such as eta=0.5; inside="heun" for one that runs another.
    """
    if denoise is None and predict is None:
        raise InvalidArgument("sample needs denoise(x, sigma) or predict(x, sigma, prompts)")
    if cfg != 1.0 and not guiders:
        if predict is None:
            raise InvalidArgument("cfg combines predictions: give predict(x, sigma, prompts) in place of denoise")
        guiders = ["cfg"]
    session = Session(
        sampler, x, sigmas, model=model, seed=seed, cfg=cfg, guiders=guiders, noises=noises, profile=profile,
        ask_noise=noise is not None, ask_steps=callback is not None, batch_index=batch_index, family=family,
        plugins=plugins, **settings,
    )  # fmt: skip
    with session:
        for want in session:
            if want.kind == "denoise":
                if predict is not None:
                    want.answer(*_in_order(predict(want.x, want.sigma, want.prompts), want.prompts))
                elif len(want.prompts) == 1 and want.prompts[0] == "guided":
                    want.answer(denoise(want.x, want.sigma))
                else:
                    raise InvalidArgument(
                        f"the predictions {', '.join(want.prompts)} are needed: give predict(x, sigma, prompts), which "
                        "returns a list, one for each of prompts"
                    )
            elif want.kind == "noise":
                want.answer(noise(want.sigma, want.sigma_next))
            else:
                callback(want.step, want.steps, want.sigma, want.x, want.denoised)
    return session.result


def _in_order(predictions: Any, prompts: Tuple[str, ...]) -> Sequence[Any]:
    if isinstance(predictions, Mapping):
        missing = [prompt for prompt in prompts if prompt not in predictions]
        if missing:
            raise InvalidArgument(f"predict returned no {', '.join(missing)}")
        return [predictions[prompt] for prompt in prompts]
    if not isinstance(predictions, (list, tuple)):
        raise InvalidArgument(
            f"predict returned a {type(predictions).__name__}; expected a list, one for each of {', '.join(prompts)}"
        )
    return predictions


def initial_noise(
    shape: Sequence[int],
    seed: int,
    *,
    profile: str = "comfy",
    batch_index: Optional[Sequence[int]] = None,
    like: Any = None,
) -> Any:
    """The noise that a run begins with: torch.randn(shape) after torch.manual_seed(seed), to the bit, in float32 on
    the CPU. With `batch_index`, item i is the one of that number in its batch, as in ComfyUI. `like`: a tensor whose
    library makes the result; else NumPy, or torch where it is imported."""
    import sys

    if profile not in _PROFILES:
        raise InvalidArgument(f"profile {profile!r}: expected one of {', '.join(_PROFILES)}")
    if isinstance(shape, int):
        raise InvalidArgument(f"shape is {shape}; expected a list of sizes, such as [1, 4, 64, 64]")
    sizes = tuple(int(size) for size in shape)
    items, elements = sizes[0], 1
    for size in sizes[1:]:
        elements *= size
    block = Block(4 * items * elements)
    index = None
    if batch_index is not None:
        index = (c.c_int64 * items)(*[int(i) for i in batch_index])
    check(
        native.lib.ks_initial_noise(
            int(seed) % 2**64, _PROFILES.index(profile), items, elements, index, block.address
        )
    )
    view = View(block, block.address, native.FLOAT32, sizes)
    if like is not None:
        return library_of(like).view(view)
    if "torch" in sys.modules:
        return sys.modules["torch"].from_dlpack(view)
    import numpy

    return library_of(numpy.empty(0)).view(view)


__all__ = ["Session", "Want", "initial_noise", "sample"]
