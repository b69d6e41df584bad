"""The wheel ksampler-host: what can be known of it without building it, which takes as long as the program. docs/python.md says
how it is tried by hand."""

import importlib.util
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

SOURCE = Path(__file__).resolve().parents[2]
FOLDER = SOURCE / "packaging" / "host"


def launcher():
    spec = importlib.util.spec_from_file_location("ksampler_host", FOLDER / "ksampler_host" / "__init__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Wheel(unittest.TestCase):
    def test_is_built_with_and_needs_the_torch_that_the_set_up_has(self):
        (version,) = re.findall(r"^torch_version=(.+)$", (SOURCE / "setup.sh").read_text(), re.MULTILINE)
        project = (FOLDER / "pyproject.toml").read_text()
        self.assertEqual(re.findall(r'"torch(.*?)"', project), [f"=={version}"] * 2)

    def test_has_the_version_of_the_project(self):
        (version,) = re.findall(r"project\(KSampler VERSION (\S+)", (SOURCE / "CMakeLists.txt").read_text())
        self.assertIn(f'\nversion = "{version}"\n', (FOLDER / "pyproject.toml").read_text())

    def test_the_program_is_told_of_this_pythons_torch_which_is_not_imported(self):
        with mock.patch.dict(os.environ):
            os.environ.pop("LIBTORCH_ROOT", None)
            told = launcher().environment()
        found = importlib.util.find_spec("torch")
        self.assertEqual(told.get("LIBTORCH_ROOT"), found and os.path.dirname(found.origin))
        code = f"import runpy, sys; runpy.run_path({str(FOLDER / 'ksampler_host' / '__init__.py')!r})['environment'](); print('torch' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "False\n")

    def test_a_libtorch_that_is_named_is_the_one(self):
        with mock.patch.dict(os.environ, LIBTORCH_ROOT="/elsewhere"):
            self.assertEqual(launcher().environment()["LIBTORCH_ROOT"], "/elsewhere")


if __name__ == "__main__":
    unittest.main()
