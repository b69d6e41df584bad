"""How long it takes from `POST /prompt` to the first step of a sampler, with the model loaded, and what an idle server takes
of the processor: first_step.py KSAMPLER [RUNS]

A step's begin is not told: it is taken as the end of the first step less the time between the first and the second."""
import json, os, re, statistics, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "serve", "comfy"))
from program import CONFIGS, WebSocket, ask, quickstart


def steps_of(ws, count):
    """When the first steps ended; after the whole run."""
    times = []
    while True:
        message = ws.receive()
        if isinstance(message, bytes):
            continue
        if message["type"] == "progress" and len(times) < count:
            times.append(time.perf_counter())
        if message["type"] == "executing" and message["data"]["node"] is None:
            return times


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory() as out:
        server = subprocess.Popen([sys.argv[1], "serve", "--comfy", "--port", "0", "--folder", CONFIGS, "--out", out,
                                   "--device", "cpu"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            port = int(re.search(r"http://127.0.0.1:(\d+)", server.stdout.readline()).group(1))
            ws = WebSocket(port, "/ws?clientId=me")
            waits, steps = [], []
            for run in range(runs + 1):
                body = json.dumps({"prompt": quickstart(6, run), "client_id": "me"}).encode()
                began = time.perf_counter()
                assert ask(f"http://127.0.0.1:{port}/prompt", body)[0] == 200
                first, second = steps_of(ws, 2)
                if run > 0:  # that which loads the model
                    waits.append(first - (second - first) - began)
                    steps.append(second - first)
            print(f"POST /prompt to the first step: median {statistics.median(waits) * 1000:.1f} ms, most "
                  f"{max(waits) * 1000:.1f} ms, of {runs}; a step takes {statistics.median(steps) * 1000:.1f} ms")
            before = processor_seconds(server.pid)
            time.sleep(20)
            print(f"idle for 20 s: {processor_seconds(server.pid) - before:.2f} s of the processor")
        finally:
            server.terminate()
            server.wait(60)


main()
