# SPDX-License-Identifier: Apache-2.0
"""Plugins: found, listed, swapped."""

from __future__ import annotations

import ctypes as c
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from . import _native as native
from ._errors import InvalidArgument, check, made
from ._levels import Levels, levels_of

_NOISES = ("none", "gaussian", "brownian", "continued")
_STAGES = ("before", "combines", "after")


@dataclass(frozen=True)
class Param:
    """A parameter. `type`: "float", "integer", "boolean", "choice" or "numbers" (a list)."""

    id: str
    type: str
    summary: str
    minimum: float
    maximum: float
    default: Any
    choices: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Info:
    """What a plugin declares of a sampler, scheduler, guider or noise source."""

    id: str
    title: str
    summary: str
    source: str
    plugin: str
    version: str
    generation: int
    params: Tuple[Param, ...]


@dataclass(frozen=True)
class Sampler(Info):
    """`order`: of convergence; 0: none declared. `noise`: what it draws: "none", "gaussian", "brownian" or
    "continued". `unconditional`: it needs that prediction, too (CFG++)."""

    order: int = 0
    noise: str = "none"
    stochastic: bool = False
    unconditional: bool = False
    drops_penultimate: bool = False
    adaptive: bool = False
    fits_additive: bool = True
    fits_flow: bool = True
    model_calls: int = 0
    inside: Optional[str] = None


@dataclass(frozen=True)
class Scheduler(Info):
    pass


@dataclass(frozen=True)
class Guider(Info):
    """`stage`: "before", "combines" or "after". `needs_empty`: the prediction for an empty prompt, too.
    `needs_perturbed`: that of the weakened network, with the identity for self-attention in its middle.
    `needs_second`: the prediction for a second prompt."""

    stage: str = "combines"
    needs_empty: bool = False
    needs_perturbed: bool = False
    needs_second: bool = False


@dataclass(frozen=True)
class Noise(Info):
    pass


@dataclass(frozen=True)
class Change:
    """What became of a plugin: "unchanged", "swapped", "added", "removed" or "refused" (`reason` says why;
    what was in use still is)."""

    plugin: str
    kind: str
    reason: str = ""
    generation: int = 0
    seconds: float = 0.0


_CHANGES = ("unchanged", "swapped", "added", "removed", "refused")
_TYPES = ("float", "integer", "boolean", "choice", "numbers")

Chosen = Union[str, Dict[str, Any]]


def _param(given) -> Param:
    type_ = _TYPES[given.type]
    choices = tuple(given.choices[i].decode() for i in range(given.choice_count))
    default: Any = given.default_value
    if type_ == "integer":
        default = int(default)
    elif type_ == "boolean":
        default = bool(default)
    elif type_ == "choice":
        default = choices[int(default)]
    elif type_ == "numbers":
        default = ()
    return Param(
        given.id.decode(), type_, given.summary.decode(), given.minimum, given.maximum, default, choices
    )


class _Kept:
    """A ks_chosen, and what it points to."""

    def __init__(self, name: str, settings: Dict[str, Any], inside: Optional[Chosen] = None):
        self._list = [_setting(key, value, self) for key, value in settings.items()]
        self._array = (native.Setting * max(len(self._list), 1))(*self._list)
        self._inside = kept(inside) if inside is not None else None
        self.struct = native.Chosen(
            c.sizeof(native.Chosen),
            len(self._list),
            name.encode(),
            self._array,
            c.pointer(self._inside.struct) if self._inside else None,
        )



def _setting(key: str, value: Any, keeper: _Kept) -> native.Setting:
    setting = native.Setting(name=key.encode())
    if isinstance(value, str):
        setting.text = value.encode()
    elif isinstance(value, (list, tuple)):
        numbers = (c.c_double * max(len(value), 1))(*[float(v) for v in value])
        keeper.__dict__.setdefault("_numbers", []).append(numbers)
        setting.numbers = c.cast(numbers, c.POINTER(c.c_double))
        setting.count = len(value)
    else:
        setting.number = float(value)
    return setting


def kept(chosen: Chosen) -> _Kept:
    """"apg", or {"name": "apg", "eta": 0.5, "inside": ...}."""
    if isinstance(chosen, str):
        return _Kept(chosen, {})
    if not isinstance(chosen, Mapping):
        raise InvalidArgument(f"{chosen!r}: expected a name, or a dict with 'name' and parameters")
    settings = dict(chosen)
    name = settings.pop("name", None)
    if not isinstance(name, str):
        raise InvalidArgument(f"{dict(chosen)!r} has no 'name'")
    return _Kept(name, settings, settings.pop("inside", None))


def _strings(values: Iterable[Any]):
    encoded = [os.fspath(value).encode() for value in values]
    return (c.c_char_p * max(len(encoded), 1))(*encoded), len(encoded)


def shipped_folder() -> Path:
    """Where the plugins that come with this package are."""
    return native.HERE / "plugins"


class Plugins:
    """The plugins of some folders, and those that come with this package.

    folders: which are there; searched for `plugin.toml`, themselves and their folders one level down, before
    $KSAMPLER_PLUGIN_PATH and the shipped ones. isolate: names of plugins that run in a process of their own, so
    that a crash is an error; "*" for all. log: called with (level, plugin, line), from any thread.
    """

    def __init__(
        self,
        folders: Union[str, os.PathLike, Sequence[Union[str, os.PathLike]]] = (),
        *,
        isolate: Union[str, Sequence[str]] = (),
        shipped: bool = True,
        log: Optional[Callable[[int, str, str], None]] = None,
    ):
        if isinstance(folders, (str, os.PathLike)):
            folders = [folders]
        everywhere = [os.fspath(folder) for folder in folders]
        for folder in everywhere:
            if not os.path.isdir(folder):
                raise InvalidArgument(f"there is no folder {folder!r} to look for plugins in")
        everywhere += [part for part in os.environ.get("KSAMPLER_PLUGIN_PATH", "").split(":") if part]
        if shipped:
            everywhere.append(str(shipped_folder()))
        self.folders = everywhere
        settings = native.LibrarySettings()
        settings.folders, settings.folder_count = _strings(everywhere)
        settings.isolate, settings.isolate_count = _strings(
            [isolate] if isinstance(isolate, str) else isolate
        )
        if log is not None:
            self._log = native.Log(lambda _, level, plugin, line: log(level, plugin.decode(), line.decode()))
            settings.log = self._log
        self._free = native.lib.ks_library_free
        self._lock = threading.RLock()
        self.handle: Optional[int] = None
        self.handle = made(native.lib.ks_library_new, c.byref(settings))

    def __del__(self):
        if getattr(self, "handle", None):
            self._free(self.handle)

    def load(self, file: Union[str, os.PathLike]) -> None:
        """Adds a plugin by its file, without a manifest. It is not looked at again."""
        with self._lock:
            check(native.lib.ks_library_load(self.handle, os.fspath(file).encode()))

    def refresh(self) -> List[Change]:
        """Takes what was built anew, once it has passed a test in a process of its own: a line for each plugin, most
        of them "unchanged". What was refused stays in `broken` until it is built again. Runs that go on keep what
        they began with."""
        changes: List[Change] = []

        def changed(_, change):
            one = change.contents
            changes.append(
                Change(
                    one.plugin.decode(), _CHANGES[one.kind], one.reason.decode(), one.generation, one.seconds
                )
            )

        with self._lock:
            check(native.lib.ks_library_refresh(self.handle, native.Changed(changed), None))
        return changes

    @property
    def broken(self) -> str:
        """What is wrong with plugins of the folders that cannot be used, or with new builds that were refused; a line
        each. "" where nothing is."""
        with self._lock:
            return native.lib.ks_library_broken(self.handle).decode()

    def _all(self, at, make) -> List[Any]:
        with self._lock:
            listed, index = [], 0
            while True:
                info = at(self.handle, index)
                if not info:
                    return listed
                version, generation = c.c_char_p(), c.c_uint64()
                plugin = native.lib.ks_library_plugin_of(
                    self.handle, c.cast(info, c.c_void_p), c.byref(version), c.byref(generation)
                )
                one = info.contents
                common = dict(
                    id=one.id.decode(),
                    title=(one.title or b"").decode(),
                    summary=(one.summary or b"").decode(),
                    source=(one.source or b"").decode(),
                    plugin=plugin.decode(),
                    version=version.value.decode(),
                    generation=generation.value,
                    params=tuple(_param(one.params[i].contents) for i in range(one.param_count)),
                )
                listed.append(make(common, one))
                index += 1

    def samplers(self) -> List[Sampler]:
        def make(common: Dict[str, Any], info) -> Sampler:
            return Sampler(
                **common,
                order=info.order,
                noise=_NOISES[info.noise],
                stochastic=bool(info.flags & 1),
                unconditional=bool(info.flags & 2),
                drops_penultimate=bool(info.flags & 4),
                adaptive=bool(info.flags & 8),
                fits_additive=bool(info.fits & 1),
                fits_flow=bool(info.fits & 2),
                model_calls=info.model_calls,
                inside=info.inside.decode() if info.inside else None,
            )

        return self._all(native.lib.ks_library_sampler, make)

    def schedulers(self) -> List[Scheduler]:
        return self._all(native.lib.ks_library_scheduler, lambda common, _: Scheduler(**common))

    def guiders(self) -> List[Guider]:
        def make(common: Dict[str, Any], info) -> Guider:
            return Guider(
                **common,
                stage=_STAGES[info.stage],
                needs_empty=bool(info.flags & 2),
                needs_perturbed=bool(info.flags & 4),
                needs_second=bool(info.flags & 8),
            )

        return self._all(native.lib.ks_library_guider, make)

    def noises(self) -> List[Noise]:
        return self._all(native.lib.ks_library_noise, lambda common, _: Noise(**common))

    def sampler(self, name: str) -> Sampler:
        """One by its name, in short or in full ("k-diffusion/euler")."""
        plugin, _, id_ = name.rpartition("/")
        found = [s for s in self.samplers() if s.id == id_ and plugin in ("", s.plugin)]
        if len(found) == 1:
            return found[0]
        # The library says it best: what is near, or which there are.
        check(
            native.lib.ks_sigmas(
                self.handle, c.byref(kept("simple").struct), 1, 1.0, name.encode(),
                levels_of("eps").pointer, (c.c_double * 8)(), 8, c.byref(c.c_uint32()),
            )
        )  # fmt: skip
        raise InvalidArgument(f"unknown sampler {name!r}")

    def schedule(
        self,
        scheduler: Chosen,
        steps: int,
        model: Union[str, Levels] = "eps",
        *,
        denoise: float = 1.0,
        sampler: Optional[str] = None,
        **settings: Any,
    ) -> List[float]:
        """The noise levels of `steps` steps, from the noisiest to the last, usually 0: float32 values.

        As ComfyUI's KSampler: below `denoise` 1, the last `steps` of a longer schedule. `sampler`: one that wants
        its last level but one left out gets that. `settings`: the scheduler's parameters.
        """
        if isinstance(scheduler, str) and settings:
            scheduler = {"name": scheduler, **settings}
        chosen = kept(scheduler)
        levels = levels_of(model)
        room = int(steps) + 2
        while True:
            sigmas, count = (c.c_double * room)(), c.c_uint32()
            with self._lock:
                check(
                    native.lib.ks_sigmas(
                        self.handle, c.byref(chosen.struct), int(steps), float(denoise),
                        sampler.encode() if sampler else None, levels.pointer, sigmas, room, c.byref(count),
                    )
                )  # fmt: skip
            if count.value <= room:
                return sigmas[: count.value]
            room = count.value


_default: Optional[Plugins] = None
_default_lock = threading.Lock()


def plugins_of(plugins: Union[Plugins, str, os.PathLike, None]) -> Plugins:
    if plugins is None:
        return default_plugins()
    if isinstance(plugins, Plugins):
        return plugins
    if isinstance(plugins, (str, os.PathLike)):
        raise InvalidArgument(f"plugins={str(plugins)!r}: expected ksampler.Plugins({str(plugins)!r}), made once")
    raise InvalidArgument(f"plugins is a {type(plugins).__name__}; expected ksampler.Plugins")


def default_plugins() -> Plugins:
    """Those of $KSAMPLER_PLUGIN_PATH and the shipped ones, loaded when they are first asked for."""
    global _default
    with _default_lock:
        if _default is None:
            _default = Plugins()
        return _default
