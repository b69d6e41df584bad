# SPDX-License-Identifier: Apache-2.0
"""python -m ksampler: what a plugin's author needs where this package alone is.

    python -m ksampler new my_sampler           writes my_sampler.cpp, to begin with
    python -m ksampler build my_sampler.cpp     compiles it to plugins/my_sampler/, with its manifest
    python -m ksampler list                     the samplers, schedulers, guiders and noises that there are
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import Error, Plugins
from ._native import HERE

_SDK = HERE / "_sdk"
_KINDS = ("sampler", "scheduler", "guider", "noise")


def _fail(message: str) -> int:
    print(f"python -m ksampler: {message}", file=sys.stderr)
    return 1


def _checked(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise SystemExit(_fail(f"{name!r} is no name; expected lower case letters, digits and '_'"))
    return name


def _new(options: argparse.Namespace) -> int:
    name = _checked(options.name)
    file = Path(name + ".cpp")
    if file.exists():
        return _fail(f"{file} is there already")
    template = (_SDK / "template" / f"{options.kind}.cpp.in").read_text()
    class_ = "".join(part.capitalize() for part in name.split("_"))
    file.write_text(template.replace("@Class@", class_).replace("@name@", name))
    print(f"{file}: write the formula there. Then: python -m ksampler build {file}")
    return 0


def _build(options: argparse.Namespace) -> int:
    sources = [Path(source) for source in options.sources]
    missing = [str(source) for source in sources if not source.is_file()]
    if missing:
        return _fail(f"{', '.join(missing)}: no such file")
    name = _checked(options.name or sources[0].stem)
    compiler = shutil.which(os.environ.get("CXX", "c++"))
    if compiler is None:
        return _fail("there is no C++ compiler (Debian: apt install g++); $CXX names another one")
    folder = Path(options.out) / name
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        entry = Path(temporary) / "entry.cpp"
        text = (_SDK / "plugin_entry.cpp.in").read_text()
        for key, value in (("NAME", name), ("VERSION", options.version), ("LICENCE", options.licence)):
            text = text.replace(f"@KS_PLUGIN_{key}@", value)
        entry.write_text(text)
        library = Path(temporary) / f"{name}.so"
        command = [
            compiler, "-std=c++20", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-fvisibility-inlines-hidden",
            "-Wall", "-Wextra", f"-I{_SDK / 'include'}", *map(str, sources), str(entry), "-o", str(library),
            f"-Wl,--version-script={_SDK / 'exports.map'}", "-Wl,-z,defs",
        ]  # fmt: skip
        if "clang" not in Path(compiler).name:
            command.insert(4, "-fno-gnu-unique")
        if subprocess.run(command).returncode != 0:
            return _fail("the compiler refused it; nothing was changed")
        manifest = Path(temporary) / "plugin.toml"
        describe = [str(HERE / "_lib" / "ksampler-describe"), "describe", str(library), "--out", str(manifest)]
        if subprocess.run(describe).returncode != 0:
            return _fail("the library is no plugin that can be used; nothing was changed")
        # Together, so that a program that looks meanwhile finds both.
        os.replace(library, folder / library.name)
        os.replace(manifest, folder / "plugin.toml")
    print(f"{folder}: ksampler.Plugins({options.out!r}), or KSAMPLER_PLUGIN_PATH={options.out}")
    return 0


def _list(options: argparse.Namespace) -> int:
    plugins = Plugins(options.folders)
    for kind in ("samplers", "schedulers", "guiders", "noises"):
        print(f"{kind}:")
        for info in getattr(plugins, kind)():
            print(f"  {info.id:28} {info.title}  ({info.plugin})")
    if plugins.broken:
        print(plugins.broken, file=sys.stderr)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ksampler", description="Plugins of KSampler.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    new = verbs.add_parser("new", help="write a plugin's source to begin with")
    new.add_argument("name")
    new.add_argument("--kind", choices=_KINDS, default="sampler")
    build = verbs.add_parser("build", help="compile a plugin, and write its manifest")
    build.add_argument("sources", nargs="+", metavar="FILE.cpp")
    build.add_argument("--name", help="of the plugin; that of the first file")
    build.add_argument("--out", default="plugins", metavar="FOLDER", help="where its folder goes; plugins")
    build.add_argument("--version", default="1.0.0")
    build.add_argument("--licence", default="Apache-2.0")
    list_ = verbs.add_parser("list", help="what plugins there are")
    list_.add_argument("folders", nargs="*")
    options = parser.parse_args()
    try:
        status = {"new": _new, "build": _build, "list": _list}[options.verb](options)
        sys.stdout.flush()
        return status
    except Error as error:
        return _fail(str(error))
    except BrokenPipeError:  # of `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
