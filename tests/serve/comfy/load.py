"""200 clients at WebSockets, of which 50 never read; prompts wait, are taken back and interrupted; `/queue` is asked
meanwhile. Nothing may be lost, and memory stays flat.

load.py SERVER SECONDS [--waiting N] [--queue-ms MS] [--memory-percent P]

SERVER is ksampler_comfy_load_server. Standard library alone."""
import argparse, asyncio, base64, collections, http.client, json, multiprocessing, os, random, socket, statistics, struct
import subprocess, time

CLIENTS, DEAF = 200, 50
STEPS, MANY_STEPS = 10, 200  # of 5 ms
ENDS = ("execution_success", "execution_interrupted", "execution_error")
FAILING_SEED = 13


class Load:
    def __init__(self, port, pid, seconds, waiting):
        self.port, self.pid, self.waiting = port, pid, waiting
        self.began, self.until = time.monotonic(), time.monotonic() + seconds
        self.random = random.Random(1)
        self.sent = {}  # prompt: client
        self.taken_back = set()  # that waited, and were answered to be gone
        self.story = collections.defaultdict(list)  # prompt: types of messages to those who read
        self.remaining = 0
        self.memory, self.previews, self.deaf_closed = [], 0, 0

    async def ask(self, method, path, body=None):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        data = b"" if body is None else json.dumps(body).encode()
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nConnection: close\r\n"
                     f"Content-Length: {len(data)}\r\n\r\n".encode() + data)
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
        head, text = answer.split(b"\r\n\r\n", 1)
        return int(head.split()[1]), json.loads(text) if text else None

    async def connect(self, client, room=None):
        connection = socket.socket()
        if room:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        connection.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", self.port))
        reader, writer = await asyncio.open_connection(sock=connection)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(f"GET /ws?clientId={client} HTTP/1.1\r\nHost: localhost:{self.port}\r\nUpgrade: websocket\r\n"
                     f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        text = json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}}).encode()
        writer.write(struct.pack(">BBI", 0x81, 0x80 | len(text), 0) + text)  # a mask of zeros
        return reader, writer

    async def listen(self, client):
        reader, writer = await self.connect(client)
        while True:
            try:
                first, second = await reader.readexactly(2)
                length = second & 127
                if length >= 126:
                    size = 2 if length == 126 else 8
                    length = int.from_bytes(await reader.readexactly(size), "big")
                data = await reader.readexactly(length)
            except asyncio.CancelledError:
                writer.close()
                return
            assert first & 15 != 8, "a client that reads was closed"
            if first & 15 == 9:  # a ping, which is answered, or the server takes the client for gone
                writer.write(struct.pack(">BBI", 0x8A, 0x80 | len(data), 0) + data)
            if first & 15 == 2:
                self.previews += 1
            if first & 15 != 1:
                continue
            message = json.loads(data)
            prompt = message["data"].get("prompt_id")
            if prompt is not None and self.sent.get(prompt, client) == client:
                node = message["data"].get("node", "")
                self.story[prompt].append("end" if message["type"] == "executing" and node is None else message["type"])

    async def ignore(self, client):
        """Does not read, and comes back where it is closed."""
        while True:
            reader, writer = await self.connect(client, room=4096)
            writer.transport.pause_reading()
            try:
                while not writer.is_closing():
                    await asyncio.sleep(5)
                    if self.has_ended(writer):
                        break
                self.deaf_closed += 1
                writer.close()
            except asyncio.CancelledError:
                writer.transport.abort()
                return

    @staticmethod
    def has_ended(writer):
        """Whether the other side reset or closed the connection: a socket that nobody reads is not told."""
        info = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
        return info[0] != 1  # its state; 1 is "established"

    def prompt(self):
        seed = FAILING_SEED if self.random.random() < 0.02 else self.random.randrange(100, 1 << 40)
        steps = MANY_STEPS if self.random.random() < 0.05 else STEPS
        node = lambda kind, **inputs: {"class_type": kind, "inputs": inputs}
        return {"1": node("ToyDenoiser", file="toy/model.safetensors"), "2": node("ToyConditioning", label=1),
                "3": node("EmptyLatentImage", width=128, height=128, batch_size=1),
                "4": node("KSampler", model=["1", 0], seed=seed, steps=steps, cfg=4.0, sampler_name="once",
                          scheduler="line", positive=["2", 0], negative=["2", 0], latent_image=["3", 0], denoise=1.0),
                "5": node("LatentPreview", samples=["4", 0], scale=1),
                "9": node("PreviewImage", images=["5", 0])}

    async def submit(self):
        while time.monotonic() < self.until:
            if self.remaining >= self.waiting:
                await asyncio.sleep(0.02)
                continue
            client = f"client-{self.random.randrange(CLIENTS)}"
            body = {"prompt": self.prompt(), "client_id": client, "prompt_id": self.new_id(client)}
            status, answer = await self.ask("POST", "/prompt", body)
            assert status == 200 and answer["prompt_id"] == body["prompt_id"], (status, answer)
            self.remaining += 1

    def new_id(self, client):
        made = f"{self.random.getrandbits(128):032x}"
        made = "-".join((made[:8], made[8:12], made[12:16], made[16:20], made[20:]))
        self.sent[made] = client
        return made

    async def watch_queue(self):
        while True:
            status, queue = await self.ask("GET", "/queue")
            assert status == 200
            self.running = [entry[1] for entry in queue["queue_running"]]
            self.pending = [entry[1] for entry in queue["queue_pending"]]
            self.remaining = len(self.running) + len(self.pending)
            await asyncio.sleep(0.1)

    async def cancel(self):
        while time.monotonic() < self.until:
            await asyncio.sleep(self.random.random() * 0.3)
            kind = self.random.randrange(4)
            if kind == 0 and self.pending:
                chosen = self.random.choice(self.pending)
                status, answer = await self.ask("POST", f"/api/jobs/{chosen}/cancel")
                assert status == 200, (status, answer)
                self.taken_back.add(chosen)
            elif kind == 1 and self.pending:
                chosen = self.random.choice(self.pending)
                assert (await self.ask("POST", "/queue", {"delete": [chosen]}))[0] == 200
                self.taken_back.add(chosen)
            elif kind == 2 and self.running:
                assert (await self.ask("POST", "/interrupt", {"prompt_id": self.running[0]}))[0] == 200
            else:
                assert (await self.ask("GET", f"/history?max_items={self.random.randrange(5)}"))[0] == 200

    async def watch_memory(self):
        while True:
            with open(f"/proc/{self.pid}/statm") as statm:
                self.memory.append((time.monotonic() - self.began, int(statm.read().split()[1]) * 4096 / 1e6))
            await asyncio.sleep(1)

    async def run(self):
        self.running, self.pending = [], []
        listeners = [asyncio.create_task(self.listen(f"client-{i}")) for i in range(DEAF, CLIENTS)]
        listeners += [asyncio.create_task(self.ignore(f"client-{i}")) for i in range(DEAF)]
        watchers = [asyncio.create_task(self.watch_queue()), asyncio.create_task(self.watch_memory())]
        await asyncio.gather(*(self.submit() for _ in range(8)), self.cancel())
        cleared = {entry[1] for entry in (await self.ask("GET", "/queue"))[1]["queue_pending"]}
        assert (await self.ask("POST", "/queue", {"clear": True}))[0] == 200
        while True:
            await asyncio.sleep(0.5)
            _, queue = await self.ask("GET", "/queue")
            if not queue["queue_running"] and not queue["queue_pending"]:
                break
        # What is under way yet may come.
        for _ in range(600):
            await asyncio.sleep(0.1)
            if all(story[-1] == "end" for story in self.story.values()):
                break
        for task in watchers + listeners:
            if task.done():
                task.result()
            task.cancel()
        await asyncio.gather(*watchers, *listeners, return_exceptions=True)
        _, history = await self.ask("GET", "/history")
        return cleared, history

    def check(self, cleared, history):
        """Each prompt has ended in one way, its client heard so in order, and history has the last ones."""
        counts, wrong = collections.Counter(), []
        for prompt, client in self.sent.items():
            hears = int(client.split("-")[1]) >= DEAF
            story = self.story.get(prompt, [])
            ends = [each for each in story if each in ENDS]
            if not story and (prompt in self.taken_back or prompt in cleared or not hears):
                counts["taken back" if hears else "of those who do not read"] += 1
            elif hears and len(ends) == 1 and story[0] == "execution_start" and story[-1] == "end":
                counts[ends[0]] += 1
            else:
                wrong.append((prompt, client, story))
        assert not wrong, wrong[:3]
        # Of those that ended the last 1000 are known.
        assert set(history) <= set(self.sent)
        missing = [prompt for prompt in self.sent if prompt not in history and prompt not in cleared
                   and prompt not in self.taken_back]
        assert not missing if len(self.sent) <= 1000 else len(history) == 1000, (len(history), missing[:3])
        return counts


def time_queue(port, results):
    """As a process of its own: this one is busy with its clients."""
    times = []
    while not results.poll(0.1):
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/queue")
        connection.getresponse().read()
        times.append(time.monotonic() - began)
        connection.close()
    results.send(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("server")
    parser.add_argument("seconds", type=float)
    parser.add_argument("--waiting", type=int, default=1000)
    parser.add_argument("--queue-ms", type=float)
    parser.add_argument("--memory-percent", type=float)
    asked = parser.parse_args()
    server = subprocess.Popen([asked.server], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline())
    load = Load(port, server.pid, asked.seconds, asked.waiting)
    results, theirs = multiprocessing.Pipe()
    timing = multiprocessing.Process(target=time_queue, args=(port, theirs), daemon=True)
    timing.start()
    counts = load.check(*asyncio.run(load.run()))
    results.send("stop")
    times = results.recv()
    server.stdin.close()
    assert server.wait(60) == 0, server.returncode
    median = statistics.median(times) * 1000
    print(f"{len(load.sent)} prompts: " + ", ".join(f"{n} {what}" for what, n in counts.most_common()))
    print(f"{load.previews} previews; those who do not read were closed {load.deaf_closed} times")
    print(f"/queue: {len(times)} answers, median {median:.1f} ms, "
          f"95 % within {statistics.quantiles(times, n=20)[-1] * 1000:.1f} ms")
    third = len(load.memory) // 3
    middle, last = (statistics.median(mb for _, mb in part) for part in (load.memory[third:2 * third], load.memory[2 * third:]))
    print(f"memory: {middle:.0f} MB in the middle third, {last:.0f} MB in the last")
    assert counts["execution_success"] > 10 and counts["execution_interrupted"] and load.previews
    assert asked.queue_ms is None or median < asked.queue_ms
    assert asked.memory_percent is None or last < middle * (1 + asked.memory_percent / 100)


if __name__ == "__main__":
    main()
