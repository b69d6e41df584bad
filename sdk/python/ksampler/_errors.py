# SPDX-License-Identifier: Apache-2.0
"""How ksampler fails: exceptions that say what was found, where, and what would be accepted."""

from __future__ import annotations

import ctypes as c
from dataclasses import dataclass
from typing import List

from . import _native as native


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `kind`: for programs, such as "unknown_choice"; "other" where there is none.
    `file`, `line`, `column`: "" and 0 where they are not known."""

    message: str
    kind: str = "other"
    file: str = ""
    line: int = 0
    column: int = 0


class Error(Exception):
    """A sampler, a plugin or an argument failed. `problems` has what is wrong, one by one."""

    def __init__(self, message: str, problems: List[Problem] | None = None):
        super().__init__(message)
        self.problems = problems or [Problem(message)]


class InvalidArgument(Error, ValueError):
    """What was given cannot be used."""


class Stopped(Error):
    """The run was stopped."""


_KINDS = {native.STOPPED: Stopped, native.INVALID_ARGUMENT: InvalidArgument}


def check(status: int) -> None:
    """Raises what the library's last call failed with."""
    if status == native.OK:
        return
    if status == native.OUT_OF_MEMORY:
        raise MemoryError("ksampler: out of memory")
    count = native.lib.ks_last_problems(None, 0)
    found = (native.Problem * count)()
    native.lib.ks_last_problems(found, count)
    problems = [
        Problem(p.message.decode(), p.kind.decode(), p.file.decode(), p.line, p.column) for p in found
    ]
    raise _KINDS.get(status, Error)(native.lib.ks_last_error().decode(), problems)


def made(function, *arguments) -> int:
    """The object that `function` makes."""
    place = c.c_void_p()
    check(function(*arguments, c.byref(place)))
    return place.value
