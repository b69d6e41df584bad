"""`ksampler serve` as a process, with LibTorch: program.py BUILD_FOLDER"""
import json, os, re, signal, subprocess, sys, tempfile, time, urllib.error, urllib.request

CONFIGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "configs")


def ask(url, data=None, method=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data, method=method), timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def wait_for(url, state):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        run = json.loads(ask(url)[1])
        if run["state"] == state:
            return run
        time.sleep(0.05)
    raise AssertionError(f"{run} never is {state}")


def main():
    with tempfile.TemporaryDirectory() as out:
        server = subprocess.Popen(
            [os.path.join(sys.argv[1], "bin", "ksampler"), "serve", "--port", "0", "--folder", CONFIGS, "--out", out,
             "--device", "cpu"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            url = re.search(r"http://\S+", server.stdout.readline()).group()
            toy = open(os.path.join(CONFIGS, "toy.yaml"), "rb").read()
            assert ask(url + "/runs?name=toy", toy)[0] == 201
            files = wait_for(url + "/runs/1", "done")["files"]
            assert files == ["toy_latent_00001_.latent", "toy_00001_.png"], files
            assert ask(url + "/runs/1/files/toy_00001_.png")[1][:4] == b"\x89PNG"
            assert os.path.exists(os.path.join(out, "run-1", "toy_00001_.png"))

            # Minutes, on any machine: it is not to end before it is stopped.
            long = toy.replace(b"steps: 20", b"steps: 10000").replace(b"128 }", b"128, batch_size: 256 }")
            assert ask(url + "/runs", long)[0] == 201
            while json.loads(ask(url + "/runs/2")[1])["step"] < 2:
                time.sleep(0.02)
            assert ask(url + "/runs/2/preview")[1][:4] == b"\x89PNG"
            assert ask(url + "/runs/2", method="DELETE")[0] == 200
            wait_for(url + "/runs/2", "cancelled")
            assert ask(url + "/runs", toy.replace(b"lms", b"lmz"))[0] == 400

            # What runs is stopped, and the program ends well.
            ask(url + "/runs", long)
            wait_for(url + "/runs/3", "running")
        finally:
            server.send_signal(signal.SIGTERM)
            _, said = server.communicate(timeout=60)
        assert server.returncode == 0, (server.returncode, said)
        assert "stopping what runs at its next step" in said, said


main()
