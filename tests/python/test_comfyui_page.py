"""The page of ComfyUI's server in a browser: widgets of a plugin's parameters. COMFYUI_ROOT names a checkout, whose
requirements are installed; chromium is in PATH."""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from comfyui_server import PATIENCE, Server, build, template

ROOT = os.environ.get("COMFYUI_ROOT")
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
FRONT_END = os.environ.get("COMFYUI_FRONT_END")  # a folder with another page than the checkout's

# Of the page: a node, and its widgets as people see them.
TOOLS = """
const wait = async (there) => { while (!there()) await new Promise((again) => setTimeout(again, 100)); };
await wait(() => window.app?.graph && window.LiteGraph?.registered_node_types?.KSPluginSampler);
const seen = (node) => node.widgets.map((one) => [one.label ?? one.name, one.value]);
const widget = (node, name) => node.widgets.find((one) => (one.label ?? one.name) === name);
const set = (node, name, value) => { widget(node, name).value = value; widget(node, name).callback(value); };
const made = (type) => { const node = LiteGraph.createNode(type); app.graph.add(node); return node; };
"""


class Page:
    """A page in headless Chromium, by its debugging protocol."""

    def __init__(self, address, folder):
        self.browser = subprocess.Popen(
            [
                BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank",
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        for line in self.browser.stderr:
            found = re.search(r"DevTools listening on ws://([^/]+)/", line)
            if found:
                break
        self.debugger = f"http://{found[1]}"
        self.address = address

    def stop(self):
        self.browser.terminate()
        try:
            self.browser.wait(20)
        except subprocess.TimeoutExpired:
            self.browser.kill()
            self.browser.wait()
        self.browser.stderr.close()

    def run(self, script, anew=True):
        """The value of an async function's body, run in the page: once it is loaded anew, or as it is."""
        return asyncio.run(self._run(script, anew))

    async def _run(self, script, anew):
        import aiohttp  # ComfyUI's server is made with it

        async with aiohttp.ClientSession() as session:
            async with session.get(f"{self.debugger}/json/list") as answer:
                (target,) = [one for one in await answer.json() if one["type"] == "page"]
            async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:

                async def ask(number, method, **given):
                    await socket.send_json({"id": number, "method": method, "params": given})
                    while True:
                        said = await socket.receive_json(timeout=PATIENCE)
                        if said.get("id") == number:
                            return said["result"]

                if anew:
                    await ask(1, "Page.navigate", url=self.address)
                    await asyncio.sleep(1)  # until the page before it is gone
                done = await ask(
                    2, "Runtime.evaluate", expression=f"(async () => {{ {TOOLS} {script} }})()",
                    awaitPromise=True, returnByValue=True,
                )  # fmt: skip
        if "exceptionDetails" in done:
            raise AssertionError(done["exceptionDetails"]["exception"].get("description", done))
        return done["result"].get("value")


@unittest.skipUnless(ROOT, "COMFYUI_ROOT names no checkout of ComfyUI")
@unittest.skipUnless(BROWSER, "there is no chromium")
class InTheBrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(folder.cleanup)
        more = ["--front-end-root", FRONT_END] if FRONT_END else []
        cls.server = Server(ROOT, Path(folder.name) / "comfyui", more)
        cls.addClassCleanup(cls.server.stop)
        cls.page = Page(cls.server.address, Path(folder.name) / "browser")
        cls.addClassCleanup(cls.page.stop)

    def test_each_parameter_is_a_widget_that_writes_the_text(self):
        seen = self.page.run("""
            const node = made("KSPluginSampler");
            set(node, "sampler", "euler_ancestral");
            const first = seen(node);
            set(node, "eta", 0.5);
            const text = widget(node, "parameters").value;
            set(node, "eta", 1.0);  // its default
            return { first, text, cleared: widget(node, "parameters").value };
        """)
        self.assertEqual(
            seen,
            {
                "first": [["sampler", "euler_ancestral"], ["parameters", ""], ["eta", 1.0], ["s_noise", 1.0]],
                "text": "eta=0.5",
                "cleared": "",
            },
        )

    def test_another_sampler_has_widgets_of_its_own_and_keeps_what_both_have(self):
        seen = self.page.run("""
            const node = made("KSPluginSampler");
            set(node, "sampler", "euler_ancestral");
            set(node, "eta", 0.5);
            set(node, "s_noise", 1.25);
            set(node, "sampler", "dpmpp_2m_sde");
            const sde = seen(node);
            set(node, "sampler", "dpmpp_2m");
            return { sde, none: seen(node) };
        """)
        sde = dict(map(tuple, seen["sde"]))
        self.assertEqual((sde["eta"], sde["s_noise"], sde["parameters"]), (0.5, 1.25, "eta=0.5, s_noise=1.25"))
        self.assertIn(sde["solver_type"], ("midpoint", "heun"))
        self.assertEqual(seen["none"], [["sampler", "dpmpp_2m"], ["parameters", ""]])

    def test_a_text_is_shown_by_the_widgets_and_alone_is_saved_and_sent(self):
        seen = self.page.run("""
            const saved = { last_node_id: 1, last_link_id: 0, links: [], groups: [], config: {}, extra: {}, version: 0.4, nodes: [
                { id: 1, type: "KSPluginSampler", pos: [0, 0], size: [300, 90], flags: {}, order: 0, mode: 0, inputs: [],
                  outputs: [], properties: {}, widgets_values: ["euler_ancestral", "eta=0.25, s_noise=1.5"] } ] };
            await app.loadGraphData(saved);
            const node = app.graph._nodes.find((one) => one.type === "KSPluginSampler");
            const loaded = seen(node);
            set(node, "parameters", "eta=0.75");
            const written = seen(node);
            const { output } = await app.graphToPrompt();
            return { loaded, written, values: node.serialize().widgets_values, sent: Object.values(output)[0].inputs };
        """)
        self.assertEqual(seen["loaded"][2:], [["eta", 0.25], ["s_noise", 1.5]])
        self.assertEqual(seen["written"][2:], [["eta", 0.75], ["s_noise", 1.0]])
        self.assertEqual(seen["values"], ["euler_ancestral", "eta=0.75"])
        self.assertEqual(seen["sent"], {"sampler": "euler_ancestral", "parameters": "eta=0.75"})

    def test_schedulers_and_guiders_have_them_too(self):
        seen = self.page.run("""
            const scheduler = made("KSPluginScheduler"), guider = made("KSPluginGuider");
            set(scheduler, "scheduler", "karras");
            set(scheduler, "rho", 5);
            set(guider, "guider", "apg");
            return { scheduler: seen(scheduler), guider: seen(guider) };
        """)
        scheduler, guider = (dict(map(tuple, seen[kind])) for kind in ("scheduler", "guider"))
        self.assertEqual((scheduler["rho"], scheduler["parameters"], scheduler["steps"]), (5, "rho=5", 20))
        self.assertIn("eta", guider)

    def test_the_newer_page_draws_them_too(self):
        """Nodes 2.0 are elements of the page, and not drawn on its canvas."""
        seen = self.page.run("""
            await app.extensionManager.setting.set("Comfy.VueNodes.Enabled", true);
            const node = made("KSPluginSampler");
            set(node, "sampler", "euler_ancestral");
            const drawn = () => document.querySelector(`[data-node-id="${node.id}"]`);
            const until = Date.now() + 20000;
            await wait(() => drawn()?.innerText.includes("s_noise") || Date.now() > until);
            if (!drawn()) return null;
            set(node, "parameters", "eta=0.25");
            const values = () => [...drawn().querySelectorAll("input")].map((one) => one.value);
            await wait(() => values().includes("0.250") || Date.now() > until);
            return values();
        """)
        if seen is None:
            self.skipTest("this page has no Nodes 2.0")
        self.assertEqual(seen, ["eta=0.25", "0.250", "1.000"])

    @unittest.skipUnless(shutil.which(os.environ.get("CXX", "c++")), "there is no C++ compiler to build a plugin with")
    def test_a_plugin_that_was_built_again_shows_its_new_parameters_after_the_refresh(self):
        source = template("pager")
        build(self.server.plugins, "pager", source)
        before = self.page.run("""
            window.node = made("KSPluginSampler");
            set(node, "sampler", "pager");
            return seen(node);
        """)
        build(self.server.plugins, "pager", source.replace('{"scale"', '{"length"'))
        after = self.page.run("""
            // The page's own first workflow may have come meanwhile, and have taken the node away.
            if (!app.graph._nodes.includes(node)) app.graph.add(node);
            await app.refreshComboInNodes();
            return seen(node);
        """, anew=False)
        self.assertEqual(before[2:], [["scale", 1.0]])
        self.assertEqual(after[2:], [["length", 1.0]])


if __name__ == "__main__":
    unittest.main()
