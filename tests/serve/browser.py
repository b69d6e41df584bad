"""A headless Chromium, steered through a pipe as its DevTools are: nothing but Python's own library."""
import base64, json, os, shutil, subprocess, tempfile, time


def find_browser():
    return next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


class Browser:
    def __init__(self, program, width=1200, height=1400, dark=False):
        self.folder = tempfile.mkdtemp(prefix="ksampler-browser-")
        to_read, self.to_browser = os.pipe()
        self.from_browser, to_write = os.pipe()

        # DevTools read descriptor 3 and write 4. Both pipes first go where neither is overwritten.
        def arrange():
            high = [os.dup2(to_read, 60), os.dup2(to_write, 61)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
             f"--user-data-dir={self.folder}", f"--window-size={width},{height}", "--remote-debugging-pipe"],
            preexec_fn=arrange, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.count, self.left, self.session, self.messages = 0, b"", None, []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(domain + ".enable")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=False)
        self.send("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def read(self):
        while b"\0" not in self.left:
            more = os.read(self.from_browser, 1 << 16)
            if not more:
                raise RuntimeError("the browser ended")
            self.left += more
        message, self.left = self.left.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, **parameters):
        self.count += 1
        request = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(request).encode() + b"\0")
        while True:
            message = self.read()
            if message.get("id") == self.count:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.messages.append(message)

    def open(self, url):
        self.send("Page.navigate", url=url)
        self.wait_for(f"location.href.startsWith({json.dumps(url)}) && document.readyState === 'complete'")

    def value(self, script):
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait_for(self, script, seconds=120):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.value(f"!!({script})"):
                return
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}\nThe page says:\n{self.value('document.body.innerText')}")

    def screenshot(self, file):
        with open(file, "wb") as picture:
            picture.write(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def complaints(self):
        """What the console says: exceptions, and what the page's security policy refused."""
        self.value("1")
        return [m["params"] for m in self.messages if m.get("method") == "Runtime.exceptionThrown"
                or m.get("method") == "Log.entryAdded" and m["params"]["entry"]["level"] == "error"
                and "status of 400" not in m["params"]["entry"]["text"]]

    def requests(self):
        return [m["params"]["request"]["url"] for m in self.messages
                if m.get("method") == "Network.requestWillBeSent"]

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
