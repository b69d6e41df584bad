"""ComfyUI's own page, where it is installed, against `ksampler serve --comfy`: official_page.py BUILD_FOLDER

Looks for the Python package comfyui-frontend-package in the virtual environment that is active. Ends with 77, for
"skipped", where it or a browser is not there."""
import glob, json, os, re, signal, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
from browser import Browser, find_browser

SKIPPED = 77
CONFIGS = os.path.join(HERE, "..", "..", "..", "configs")
READY = "window.app?.graph && document.querySelector('#graph-canvas') && !document.querySelector('#splash-loader')"
# What the page tries besides, and its Content-Security-Policy forbids; and what it says of itself.
ALLOWED = ["Content Security Policy", "WebGL", "No available adapters", "/assets/images/fav"]


def find_page():
    pattern = "lib/python3*/site-packages/comfyui_frontend_package/static"
    found = glob.glob(os.path.join(os.environ.get("VIRTUAL_ENV", "/nowhere"), pattern))
    return found[0] if found else None


def is_allowed(complaint):
    return any(re.search(pattern, json.dumps(complaint)) for pattern in ALLOWED)


def run(browser):
    browser.value("document.querySelector('[data-testid=queue-button]').click()")


def check(browser, url):
    browser.open(url + "/comfy/?template=quickstart")
    browser.wait_for(READY)
    browser.wait_for("window.app.graph._nodes.length === 8")
    assert not browser.value("window.app.graph._nodes.some(n => !LiteGraph.registered_node_types[n.type])")
    browser.value("window.ends = []; for (const kind of ['success', 'error', 'interrupted'])"
                  " window.app.api.addEventListener('execution_' + kind, () => window.ends.push(kind));"
                  " window.previews = 0; window.app.api.addEventListener('b_preview', () => ++window.previews); 0")

    run(browser)
    browser.wait_for("window.ends.length === 1")
    assert browser.value("window.ends[0]") == "success"
    browser.wait_for("window.app.graph._nodes.some(n => n.imgs?.length && n.imgs.every(i => i.naturalWidth > 0))")
    assert browser.value("window.previews") > 0

    # What is sent is what is shown: a text is drawn, a seed is changed behind it for the next run.
    browser.value("window.widget = (kind, name) => window.app.graph._nodes.find(n => n.type === kind).widgets"
                  ".find(w => w.name === name); window.widget('KSampler', 'control_after_generate').value = 'randomize';"
                  "window.widget('KSampler', 'steps').value = 2;"
                  "window.widget('CLIPTextEncode', 'text').value = 'a {yellow|red} star'; 0")
    shown = browser.value("window.widget('KSampler', 'seed').value")
    run(browser)
    browser.wait_for("window.ends.length === 2")
    sent = browser.value("fetch('/history?max_items=1').then(answer => answer.json())"
                         ".then(all => JSON.stringify(Object.values(all)[0].prompt[2]))")
    inputs = {node["class_type"]: node["inputs"] for node in json.loads(sent).values() if "star" in str(node["inputs"])
              or node["class_type"] == "KSampler"}
    assert inputs["KSampler"]["seed"] == shown, sent
    assert inputs["CLIPTextEncode"]["text"] in ("a yellow star", "a red star"), sent
    assert browser.value("window.widget('KSampler', 'seed').value") != shown

    # A value that is out of range is marked, and not run.
    browser.value("window.steps = window.app.graph._nodes.find(n => n.type === 'KSampler').widgets"
                  ".find(w => w.name === 'steps'); window.steps.value = -1; 0")
    run(browser)
    browser.wait_for("document.querySelector('[data-testid=error-overlay-see-errors]')")

    # Minutes, on any machine.
    browser.value("window.steps.value = 10000; window.previews = 0; 0")
    run(browser)
    browser.wait_for("window.previews > 2")
    browser.value("fetch('/interrupt', {method: 'POST'}); 0")
    browser.wait_for("window.ends.length === 3")
    assert browser.value("window.ends[2]") == "interrupted"

    off_site = [asked for asked in browser.requests() if not asked.startswith((url, "data:", "blob:"))]
    assert not off_site, off_site
    complaints = [c for c in browser.complaints() if not is_allowed(c)]
    assert not complaints, complaints


def main():
    program, page = find_browser(), find_page()
    if program is None or page is None:
        print("no browser" if program is None else "no comfyui-frontend-package in the active virtual environment")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as out:
        server = subprocess.Popen(
            [os.path.join(sys.argv[1], "bin", "ksampler"), "serve", "--comfy", "--page", page, "--port", "0", "--folder",
             CONFIGS, "--out", out, "--device", "cpu"], stdout=subprocess.PIPE, text=True)
        try:
            url = re.search(r"http://127.0.0.1:\d+", server.stdout.readline()).group()
            browser = Browser(program, width=1500, height=950)
            try:
                check(browser, url)
            finally:
                browser.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


if __name__ == "__main__":
    main()
