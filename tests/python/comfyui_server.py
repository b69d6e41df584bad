"""A server of ComfyUI's, headless and on the CPU, with the node pack, in a folder of its own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACK = HERE.parents[1] / "integrations" / "comfyui"
PATIENCE = 180  # seconds that a start or a prompt may take: ten times what they take on two busy cores


class Server:
    def __init__(self, root, folder, more=()):
        self.folder = Path(folder)
        nodes = self.folder / "custom_nodes"
        for name, source in (("ksampler-plugins", PACK), ("ksampler-tests", HERE / "comfyui_nodes")):
            shutil.copytree(source, nodes / name, ignore=shutil.ignore_patterns("__pycache__"))
        self.plugins = self.folder / "models" / "ksampler_plugins"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.log = self.folder / "log.txt"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "main.py", "--cpu", "--listen", "127.0.0.1", "--port", str(port),
                    "--base-directory", str(self.folder), "--disable-auto-launch",
                    "--database-url", "sqlite:///:memory:", *more,
                ],
                cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip
        try:
            self._wait(lambda: self.get("/system_stats"), "it did not start")
        except BaseException:
            self.stop()
            raise

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def get(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error}: {error.read().decode()[:2000]}") from None

    def run(self, prompt):
        """Posts a prompt, waits for its end, and gives its part of the history."""
        number = self.get("/prompt", {"prompt": prompt})["prompt_id"]
        return self._wait(lambda: self.get(f"/history/{number}").get(number), f"prompt {number} did not end")

    def _wait(self, asked, what):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                found = asked()
                if found:
                    return found
            except OSError:  # not there yet
                pass
            time.sleep(0.1)
        raise AssertionError(f"{what}:\n{self.log.read_text()[-4000:]}")


def build(folder, name, source, kind="sampler"):
    """Compiles a plugin to a folder of plugins, as its author does."""
    file = Path(folder) / f"{name}.cpp"
    file.write_text(source)
    subprocess.run(
        [sys.executable, "-m", "ksampler", "build", str(file), "--out", str(folder)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return Path(folder) / name


def template(name, kind="sampler"):
    """What `python -m ksampler new` writes: Euler's method."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "ksampler", "new", name, "--kind", kind],
            cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        return (Path(folder) / f"{name}.cpp").read_text()
