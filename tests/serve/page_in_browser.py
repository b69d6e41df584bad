"""Checks the page of `ksampler serve` in a headless Chromium: page_in_browser.py BUILD_FOLDER [SCREENSHOTS]

Ends with 77, for "skipped", where there is no browser. With a folder for screenshots, leaves light.png and
dark.png there.
"""
import base64, json, os, re, signal, subprocess, sys, tempfile

from browser import Browser, find_browser

SKIPPED = 77
HERE = os.path.dirname(os.path.abspath(__file__))
CONFIGS = os.path.join(HERE, "..", "..", "configs")
BROKEN = """nodes:
  latent: { type: LoadLatent, latent: toy/README.md }
  save: { type: SaveLatent, samples: $latent }
"""


def state_is(run, state):
    return f"runs.get({run})?.card.state.innerText === {json.dumps(state)}"


def send(browser, pipeline, settings=""):
    browser.value(f"by('pipeline').value = {json.dumps(pipeline)}; by('settings').value = {json.dumps(settings)};"
                  "by('send').requestSubmit()")


def check(browser, url):
    toy = open(os.path.join(CONFIGS, "toy.yaml")).read()
    browser.open(url)
    browser.wait_for("document.querySelectorAll('.plugin').length >= 6")  # pushed, as all else is
    assert "connected" == browser.value("by('connection').title")

    send(browser, toy)
    browser.wait_for(state_is(1, "done"))
    # A picture that was written is shown, and loads.
    browser.wait_for("[...runs.get(1).card.pictures.querySelectorAll('img')].some(each => each.naturalWidth > 0)")
    assert browser.value("[...runs.get(1).card.links.querySelectorAll('a')].length") == 1  # the latent

    # The answer to a request may come after the events: a run that fails at once does not stay queued.
    browser.value("const sent = ask; ask = async (...all) => { const answer = await sent(...all);"
                  " await new Promise(done => setTimeout(done, 1000)); window.answered = true; return answer; }; 0")
    send(browser, BROKEN)
    browser.wait_for("window.answered")
    browser.wait_for(state_is(2, "failed"), seconds=10)
    browser.value("ask = sent; 0")
    assert "README.md" in browser.value("runs.get(2).card.notes.innerText")

    # Minutes, on any machine: what follows is to see it running.
    send(browser, toy, "base.steps=10000 base.sampler_name=heun canvas.batch_size=256")
    browser.wait_for(state_is(3, "running"))
    browser.wait_for("runs.get(3).run.step > 20 && parseFloat(runs.get(3).card.bar.firstChild.style.width) > 0")
    browser.wait_for("runs.get(3).card.pictures.querySelector('img.preview')?.naturalWidth > 0")
    send(browser, toy, "base.seed=7")
    browser.wait_for(state_is(4, "queued"))

    # What is wrong with a pipeline is said, and leads to its line.
    send(browser, toy.replace("KSampler", "KSampla"))
    browser.wait_for("by('diagnostics').innerText.includes(\"did you mean 'KSampler'?\")")
    browser.value("by('diagnostics').firstChild.click()")
    chosen = browser.value("by('pipeline').value.slice(by('pipeline').selectionStart, by('pipeline').selectionEnd)")
    assert "KSampla" in chosen, chosen


# Drops a file on the page, as a hand would.
DROP = """(bytes, name) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name));
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def drop(browser, content, name):
    browser.value(f"({DROP})({json.dumps(base64.b64encode(content).decode())}, {json.dumps(name)})")


def check_dropping(browser, out):
    """A workflow of ComfyUI, and a picture, run where they are dropped. Other runs were 1 to 4."""
    workflow = {"1": {"class_type": "LoadImage", "inputs": {"image": "pictures/ball.png"}},
                "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "dropped"}}}
    drop(browser, json.dumps(workflow).encode(), "ball.json")
    browser.wait_for(state_is(6, "done"))
    drop(browser, open(os.path.join(out, "run-6", "dropped_00001_.png"), "rb").read(), "again.png")
    browser.wait_for(state_is(7, "done"))
    assert browser.value("runs.get(7).run.name") == "again.png"
    assert browser.value("runs.get(7).run.files[0]") == "dropped_00001_.png"
    drop(browser, open(os.path.join(CONFIGS, "pictures", "ball.png"), "rb").read(), "ball.png")
    browser.wait_for("by('diagnostics').innerText.includes('holds no pipeline')")


def finish(browser, url):
    browser.value("runs.get(4).card.stop.click()")
    browser.wait_for(state_is(4, "cancelled"))
    browser.value("runs.get(3).card.stop.click()")
    browser.wait_for(state_is(3, "cancelled"))
    browser.value("document.querySelector('.plugin button').click()")
    browser.wait_for("by('swapped').innerText.includes('has not changed')")
    browser.value("by('refresh').click()")
    browser.wait_for("by('swapped').innerText === 'Nothing has changed.'")
    # Text is text: a name that is HTML is shown, and does nothing.
    browser.value("fetch('/runs?name=' + encodeURIComponent('<img src=x onerror=window.bad=1>'), "
                  f"{{ method: 'POST', body: {json.dumps(BROKEN)} }})")
    browser.wait_for("document.body.innerText.includes('<img src=x onerror=window.bad=1>')")
    assert browser.value("window.bad === undefined && !document.querySelector('img[src=x]')")
    foreign = [each for each in browser.requests()
               if not each.startswith((url + "/", "data:", "about:", "chrome"))]
    assert not foreign, foreign
    assert not browser.complaints(), browser.complaints()


def take_dark_picture(program, url, file):
    browser = Browser(program, dark=True)
    try:
        browser.open(url)
        browser.wait_for("runs.get(1)?.card.pictures.querySelector('img')?.naturalWidth > 0")
        browser.screenshot(file)
    finally:
        browser.close()


def main():
    program = find_browser()
    if program is None:
        print("no Chromium here")
        sys.exit(SKIPPED)
    build, pictures = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as out:
        server = subprocess.Popen(
            [os.path.join(build, "bin", "ksampler"), "serve", "--port", "0", "--folder", CONFIGS, "--out", out,
             "--device", "cpu"], stdout=subprocess.PIPE, text=True)
        try:
            url = re.search(r"http://\S+", server.stdout.readline()).group()
            browser = Browser(program)
            try:
                check(browser, url)
                if pictures:
                    browser.screenshot(os.path.join(pictures, "light.png"))
                    take_dark_picture(program, url, os.path.join(pictures, "dark.png"))
                finish(browser, url)
                check_dropping(browser, out)
            finally:
                browser.close()
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=60) == 0
    print("the page does what it should")


main()
