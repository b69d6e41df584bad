# SPDX-License-Identifier: Apache-2.0
"""The plugins that ComfyUI uses: your own, each in a process of its own, so that a crash is an error of that one run; and
those that come with the package ksampler."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Dict, List, Tuple

import ksampler

log = logging.getLogger("ksampler")


def own_folder() -> Path:
    """models/ksampler_plugins of ComfyUI, where it is known; a folder there has plugin.toml and its library."""
    try:
        import folder_paths  # ComfyUI's

        return Path(folder_paths.models_dir) / "ksampler_plugins"
    except ImportError:
        return Path(__file__).parent / "plugins"


class All:
    """Yours stand before the shipped ones of the same name."""

    def __init__(self) -> None:
        self.shipped = ksampler.Plugins()
        own_folder().mkdir(parents=True, exist_ok=True)
        self.own = ksampler.Plugins(own_folder(), shipped=False, isolate="*")
        self._said: set = set()

    def refresh(self) -> List[ksampler.Change]:
        """Takes what was built anew; says in ComfyUI's log what changed, and what was refused and why."""
        changes = []
        for plugins in (self.own, self.shipped):
            try:
                changes += plugins.refresh()
            except ksampler.Error as error:
                self._say_once(f"plugins are as they were: {error}")
        for change in changes:
            if change.kind == "refused":
                self._say_once(f"plugin {change.plugin or '?'} is refused: {change.reason}")
            elif change.kind != "unchanged":
                log.info("ksampler: plugin %s %s", change.plugin, change.kind)
        return changes

    def _say_once(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            log.warning("ksampler: %s", text)

    def _named(self, list_: str) -> Dict[str, Tuple[ksampler.Plugins, Any]]:
        found: Dict[str, Tuple[ksampler.Plugins, Any]] = {}
        for plugins in (self.own, self.shipped):
            for info in getattr(plugins, list_)():
                found.setdefault(info.id, (plugins, info))
        return found

    def samplers(self) -> Dict[str, Tuple[ksampler.Plugins, ksampler.Sampler]]:
        return self._named("samplers")

    def schedulers(self) -> Dict[str, Tuple[ksampler.Plugins, ksampler.Scheduler]]:
        return self._named("schedulers")

    def guiders(self) -> Dict[str, Tuple[ksampler.Plugins, ksampler.Guider]]:
        return self._named("guiders")


all_plugins = All()

__all__ = ["all_plugins", "own_folder"]
