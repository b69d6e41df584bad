"""How long it takes from `POST /prompt` to the first step of a sampler, with the model loaded, and what an idle server takes
of the processor: first_step.py KSAMPLER [RUNS]"""
import json, os, re, statistics, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "serve", "comfy"))
from program import CONFIGS, WebSocket, ask, quickstart


def times_of(ws):
    """When KSampler began, and when its first step had ended; after the whole run."""
    began = ended = None
    while True:
        message = ws.receive()
        if isinstance(message, bytes):
            continue
        now, kind, data = time.perf_counter(), message["type"], message["data"]
        if kind == "executing" and data["node"] == "5":
            began = now
        elif kind == "progress" and ended is None:
            ended = now
        elif kind == "executing" and data["node"] is None:
            return began, ended


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
            begins, ends = [], []
            for run in range(runs + 1):
                body = json.dumps({"prompt": quickstart(6, run), "client_id": "me"}).encode()
                sent = time.perf_counter()
                assert ask(f"http://127.0.0.1:{port}/prompt", body)[0] == 200
                began, ended = times_of(ws)
                if run > 0:  # the first loads the model
                    begins.append(began - sent)
                    ends.append(ended - sent)
            for what, times in ("begins", begins), ("has made its first step", ends):
                print(f"POST /prompt until KSampler {what}: median {statistics.median(times) * 1000:.1f} ms, "
                      f"most {max(times) * 1000:.1f} ms, of {runs}")
            before = processor_seconds(server.pid)
            time.sleep(20)
            print(f"idle for 20 s: {processor_seconds(server.pid) - before:.2f} s of the processor")
        finally:
            server.terminate()
            server.wait(60)


main()
