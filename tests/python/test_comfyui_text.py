"""The text of a node's parameters as the page's script reads and writes it (integrations/comfyui/web/settings.js), in Node.js."""

import json
import shutil
import subprocess
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "integrations" / "comfyui" / "web" / "settings.js"
NODE = shutil.which("node")
ETA = {"id": "eta", "type": "float", "default": 1.0}
TYPE = {"id": "solver_type", "type": "choice", "default": "midpoint", "choices": ["midpoint", "heun"]}
FLAG = {"id": "flag", "type": "boolean", "default": False}
LEVELS = {"id": "levels", "type": "numbers", "default": ""}


@unittest.skipUnless(NODE, "there is no node")
class InNode(unittest.TestCase):
    def js(self, expression):
        """The value of an expression, with the module's names."""
        program = (
            'import { readFileSync } from "node:fs";\n'
            f"const text = readFileSync({json.dumps(str(SCRIPT))});\n"
            'const { parsed, written, shown, changed, carriedOver } = await import("data:text/javascript;base64," + text.toString("base64"));\n'
            f"console.log(JSON.stringify({expression}));\n"
        )
        done = subprocess.run(
            [NODE, "--input-type=module", "-e", program], check=True, capture_output=True, text=True
        )
        return json.loads(done.stdout)

    def shown(self, param, text):
        return self.js(f"shown({json.dumps(param)}, {json.dumps(text)})")

    def changed(self, text, param, value):
        return self.js(f"changed({json.dumps(text)}, {json.dumps(param)}, {json.dumps(value)})")

    def test_a_text_comes_back_as_it_was(self):
        for text in ("", "eta=0.5", "eta=0.5, levels=[1, 2], solver_type=heun", "eta"):
            self.assertEqual(self.js(f"written(parsed({json.dumps(text)}))"), text)
        self.assertEqual(self.js('[...parsed("a=1,\\n b = (2, 3)")]'), [["a", "1"], ["b", "(2, 3)"]])

    def test_a_widget_shows_the_setting_or_else_the_default(self):
        for param, text, value in (
            (ETA, "0.25", 0.25), (ETA, "much", 1.0), (TYPE, "'heun'", "heun"), (TYPE, "euler", "midpoint"),
            (FLAG, "True", True), (FLAG, "False", False), (LEVELS, "[1, 2]", "[1, 2]"),
        ):  # fmt: skip
            self.assertEqual(self.shown(param, text), value)

    def test_what_a_widget_changes_is_written_as_python_reads_it(self):
        self.assertEqual(self.changed("s_noise=1.1", ETA, 0.5), "s_noise=1.1, eta=0.5")
        self.assertEqual(self.changed("s_noise=1.1, eta=0.5", ETA, 1.0), "s_noise=1.1")
        self.assertEqual(self.changed("", FLAG, True), "flag=True")
        self.assertEqual(self.changed("", LEVELS, "[1, 2]"), "levels=[1, 2]")

    def test_another_sampler_keeps_what_both_have_and_what_nobody_knows(self):
        text, params, earlier = '"eta=0.5, flag=True, other=3"', json.dumps([ETA]), json.dumps([ETA, FLAG])
        self.assertEqual(self.js(f"carriedOver({text}, {params}, {earlier})"), "eta=0.5, other=3")


if __name__ == "__main__":
    unittest.main()
