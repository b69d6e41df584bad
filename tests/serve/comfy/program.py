"""`ksampler serve --comfy` as a process, with LibTorch and the shipped model, asked as ComfyUI's clients ask:
program.py BUILD_FOLDER"""
import base64, json, os, re, signal, socket, struct, subprocess, sys, tempfile, time, urllib.error, urllib.parse
import urllib.request, zlib

CONFIGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "configs")


def ask(url, data=None, method=None, headers={}):
    try:
        request = urllib.request.Request(url, data=data, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def get(url):
    status, body = ask(url)
    assert status == 200, (url, status, body)
    return json.loads(body)


class WebSocket:
    """Enough of RFC 6455 for a client: handshake, masked text, messages of text and bytes."""

    def __init__(self, port, path, origin=None):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.left = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"] + ([f"Origin: {origin}"] if origin else [])
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode())
        while b"\r\n\r\n" not in self.left:
            got = self.socket.recv(4096)
            assert got, "closed in the handshake"
            self.left += got
        head, self.left = self.left.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])

    def take(self, count):
        while len(self.left) < count:
            got = self.socket.recv(65536)
            assert got, "closed"
            self.left += got
        taken, self.left = self.left[:count], self.left[count:]
        return taken

    def send(self, message):
        data, mask = json.dumps(message).encode(), os.urandom(4)
        assert len(data) < 126 or len(data) < 65536
        length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + struct.pack(">H", len(data))
        self.socket.sendall(b"\x81" + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        """A text as JSON, or bytes."""
        while True:
            first, second = self.take(2)
            length = second & 127
            if length == 126:
                length = struct.unpack(">H", self.take(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", self.take(8))[0]
            payload = self.take(length)
            if first & 15 == 1:
                return json.loads(payload)
            if first & 15 == 2:
                return payload
            assert first & 15 != 8, "closed by the server"


def quickstart(steps, seed):
    node = lambda kind, **inputs: {"class_type": kind, "inputs": inputs}
    return {"1": node("CheckpointLoaderSimple", ckpt_name="shapes.safetensors"),
            "2": node("CLIPTextEncode", clip=["1", 1], text="a yellow star on a purple background"),
            "3": node("CLIPTextEncode", clip=["1", 1], text=""),
            "4": node("EmptyLatentImage", width=128, height=128, batch_size=1),
            "5": node("KSampler", model=["1", 0], seed=seed, steps=steps, cfg=7.0, sampler_name="dpmpp_2m",
                      scheduler="karras", positive=["2", 0], negative=["3", 0], latent_image=["4", 0], denoise=1.0),
            "6": node("VAEDecode", samples=["5", 0], vae=["1", 2]),
            "7": node("SaveImage", images=["6", 0], filename_prefix="star"),
            "8": node("PreviewImage", images=["6", 0])}


def story_of(ws):
    """Messages up to the end, and previews."""
    messages, previews = [], []
    while True:
        message = ws.receive()
        if isinstance(message, bytes):
            previews.append(message)
            continue
        messages.append(message)
        if message["type"] == "executing" and message["data"]["node"] is None:
            return messages, previews


def texts_of(png):
    found, at = {}, 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"tEXt":
            key, text = png[at + 8:at + 8 + length].split(b"\0", 1)
            found[key.decode()] = text.decode("latin-1")
        at += length + 12
    return found


def check_again(url, ws, body, image):
    """What has not changed is not run again."""
    assert ask(url + "/prompt", json.dumps(body).encode())[0] == 200
    messages, _ = story_of(ws)
    assert not [m for m in messages if m["type"] == "executing" and m["data"]["node"]], messages
    assert [m["data"]["output"]["images"][0] for m in messages if m["type"] == "executed"][0] == image
    other = json.loads(json.dumps(body))
    other["prompt"]["7"]["inputs"]["filename_prefix"] = "other"
    assert ask(url + "/prompt", json.dumps(other).encode())[0] == 200
    assert [m["data"]["node"] for m in story_of(ws)[0] if m["type"] == "executing"] == ["7", None]


def check_run(url, port):
    ws = WebSocket(port, "/ws?clientId=me")
    assert ws.status == 101
    assert ws.receive()["data"]["sid"] == "me"
    ws.send({"type": "feature_flags", "data": {"supports_preview_metadata": True}})
    assert ws.receive()["type"] == "feature_flags"
    prompt, workflow = quickstart(6, 9), {"id": "w", "nodes": []}
    body = {"prompt": prompt, "client_id": "me", "extra_data": {"extra_pnginfo": {"workflow": workflow}}}
    status, answer = ask(url + "/prompt", json.dumps(body).encode())
    assert status == 200, answer
    job = json.loads(answer)["prompt_id"]
    messages, previews = story_of(ws)
    kinds = [m["type"] for m in messages if m["type"] not in ("status", "progress", "progress_state")]
    assert kinds[:2] == ["execution_start", "execution_cached"] and kinds[-2:] == ["execution_success", "executing"]
    assert kinds.count("executing") == 9 and kinds.count("executed") == 2, kinds
    assert previews and previews[0][:4] == b"\0\0\0\4" and b"\x89PNG" in previews[0], len(previews)
    entry = get(url + "/history/" + job)[job]
    assert entry["prompt"][2] == prompt
    image, preview = entry["outputs"]["7"]["images"][0], entry["outputs"]["8"]["images"][0]
    assert image == {"filename": "star_00001_.png", "subfolder": "", "type": "output"}, image
    assert preview["type"] == "temp", preview
    picture = ask(url + "/view?" + urllib.parse.urlencode(image))[1]
    texts = texts_of(picture)
    assert json.loads(texts["prompt"]) == prompt and json.loads(texts["workflow"]) == workflow, list(texts)
    assert ask(url + "/view?" + urllib.parse.urlencode(preview))[1][:4] == b"\x89PNG"
    check_again(url, ws, body, image)
    # Sent back to where pictures come from.
    border = b"--xyz"
    form = (border + b'\r\nContent-Disposition: form-data; name="image"; filename="back.png"\r\n\r\n' + picture +
            b"\r\n" + border + b"--\r\n")
    status, answer = ask(url + "/upload/image", form, headers={"Content-Type": "multipart/form-data; boundary=xyz"})
    assert status == 200 and json.loads(answer)["name"] == "back.png", answer
    loading = {"1": {"class_type": "LoadImage", "inputs": {"image": "back.png"}},
               "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "again"}}}
    assert ask(url + "/prompt", json.dumps({"prompt": loading, "client_id": "me"}).encode())[0] == 200
    assert [m for m in story_of(ws)[0] if m["type"] == "execution_success"]


def embedding(rows):
    """A file of a textual inversion, of the shipped model's width."""
    values = struct.pack(f"<{len(rows)}f", *rows)
    header = json.dumps({"emb_params": {"dtype": "F32", "shape": [1, len(rows)], "data_offsets": [0, len(values)]}})
    return struct.pack("<Q", len(header)) + header.encode() + values


def check_embedding(url, models, width):
    """A prompt is run again where a file that it names has changed, or has come, and not else."""
    prompt = quickstart(2, 3)
    prompt["2"]["inputs"]["text"] = "embedding:sky a star"
    del prompt["8"]

    def again():
        job = json.loads(ask(url + "/prompt", json.dumps({"prompt": prompt}).encode())[1])["prompt_id"]
        return pixels(ask(url + "/view?" + urllib.parse.urlencode(ended(url, job)["outputs"]["7"]["images"][0]))[1])
    without = again()
    assert again() == without
    file = os.path.join(models, "embeddings", "sky.safetensors")
    pictures = [without]
    for value in (0.5, -0.5):
        with open(file, "wb") as written:
            written.write(embedding([value * (-1) ** (i // 3) for i in range(width)]))
        pictures.append(again())
        assert again() == pictures[-1]
    os.remove(file)
    assert again() == without and len(set(pictures)) == 3, [len(picture) for picture in pictures]


def png(rows, channels):
    """8 bits a channel, rows of lists of pixels."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, {3: 2, 4: 6}[channels], 0, 0, 0)
    data = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) +
            chunk(b"IEND", b""))


def rows_of(picture):
    """The pixels of a PNG of 8 bits a channel."""
    width, height, depth, kind = struct.unpack(">IIBB", picture[16:26])
    assert depth == 8
    size = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    data, before, rows = pixels(picture), bytes(width * size), []
    for y in range(height):
        line = bytearray(data[y * (width * size + 1):(y + 1) * (width * size + 1)])
        how, line = line[0], line[1:]
        for i in range(len(line)):
            left, up = line[i - size] if i >= size else 0, before[i]
            corner = before[i - size] if i >= size else 0
            nearest = min((abs(up - corner), 0, left), (abs(left - corner), 1, up),
                          (abs(left + up - 2 * corner), 2, corner))[2]
            line[i] = (line[i] + (0, left, up, (left + up) // 2, nearest)[how]) & 255
        before = bytes(line)
        rows.append([tuple(line[x * size:(x + 1) * size]) for x in range(width)])
    return rows


def upload(url, path, name, content, **values):
    form = b"".join(f'--xyz\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
                    for key, value in values.items())
    form += (f'--xyz\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n'
             "Content-Type: image/png\r\n\r\n").encode() + content + b"\r\n--xyz--\r\n"
    status, answer = ask(url + path, form, headers={"Content-Type": "multipart/form-data; boundary=xyz"})
    assert status == 200, answer
    return json.loads(answer)


def check_painted_mask(url):
    """A mask that is painted in the browser: the picture's colours, and what was painted is transparent."""
    size, painted = range(16), lambda x, y: 4 <= x < 12 and 2 <= y < 9
    photo = [[(x * 9, y * 11, 77) for x in size] for y in size]
    # A browser has no colours where all is transparent.
    stroke = [[(0, 0, 0, 0) if painted(x, y) else (*photo[y][x], 255) for x in size] for y in size]
    name = "clipspace-painted-masked-123.png"
    assert upload(url, "/upload/image", "photo.png", png(photo, 3), type="input")["name"] == "photo.png"
    original = json.dumps({"filename": "photo.png", "subfolder": "", "type": "input"})
    kept = upload(url, "/upload/mask", name, png(stroke, 4), type="input", subfolder="clipspace", original_ref=original)
    assert kept == {"name": name, "subfolder": "clipspace", "type": "input"}, kept
    # The page of today sends the finished picture, and keeps it beside the others.
    finished = [[(*photo[y][x], 0 if painted(x, y) else 255) for x in size] for y in size]
    upload(url, "/upload/image", name, png(finished, 4), type="input")
    for image in ("clipspace/" + name + " [input]", name + " [input]"):
        prompt = {"1": {"class_type": "LoadImage", "inputs": {"image": image, "upload": "image"}},
                  "2": {"class_type": "MaskToImage", "inputs": {"mask": ["1", 1]}},
                  "3": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "colours"}},
                  "4": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "mask"}}}
        status, answer = ask(url + "/prompt", json.dumps({"prompt": prompt}).encode())
        assert status == 200, answer
        outputs = ended(url, json.loads(answer)["prompt_id"])["outputs"]
        colours, mask = (rows_of(ask(url + "/view?" + urllib.parse.urlencode(outputs[node]["images"][0]))[1])
                         for node in ("3", "4"))
        assert colours == photo, colours
        assert [[pixel[0] for pixel in row] for row in mask] == \
            [[255 if painted(x, y) else 0 for x in size] for y in size], mask
        # What the mask editor shows of it when it is opened again.
        listed = get(url + "/internal/files/input")
        assert image in listed, listed


def check_interrupt(url, port):
    ws = WebSocket(port, "/ws?clientId=other")
    assert ask(url + "/prompt", json.dumps({"prompt": quickstart(10000, 1), "client_id": "other"}).encode())[0] == 200
    while ws.receive()["type"] != "progress":
        pass
    assert ask(url + "/interrupt", b"", "POST")[0] == 200
    assert "execution_interrupted" in [m["type"] for m in story_of(ws)[0]]


def check_gate(url, port):
    for headers in ({"Origin": "http://example.com"}, {"Origin": "null"}, {"Host": "example.com"}):
        assert ask(url + "/prompt", b"{}", headers=headers)[0] == 403, headers
    assert ask(url + "/history", headers={"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert WebSocket(port, "/ws", "http://example.com").status == 403
    assert WebSocket(port, "/ws", f"http://127.0.0.1:{port}").status == 101


def check_names(url):
    for path in ("/view?filename=..%2Fx.png", "/view?filename=x&subfolder=..%2F..", "/userdata/..%2F..%2Fx"):
        assert ask(url + path)[0] in (400, 403), path
    status, answer = ask(url + "/userdata/workflows%2Fmine.json?full_info=true", b'{"nodes": []}')
    assert status == 200 and json.loads(answer)["path"] == "workflows/mine.json", answer
    assert get(url + "/userdata/workflows%2Fmine.json") == {"nodes": []}


def ended(url, job):
    until = time.monotonic() + 120
    while job not in get(url + "/history/" + job):
        assert time.monotonic() < until, "the prompt never ends"
        time.sleep(0.05)
    return get(url + "/history/" + job)[job]


def pixels(png):
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        data += png[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    assert data
    return zlib.decompress(data)


def check_same_bits(url, program, out):
    """A workflow gives the same picture as a prompt, as a file, and as the pipeline that it is converted to."""
    prompt = quickstart(5, 77)
    prompt["7"]["inputs"]["filename_prefix"] = "bits"
    del prompt["8"]
    job = json.loads(ask(url + "/prompt", json.dumps({"prompt": prompt}).encode())[1])["prompt_id"]
    image = ended(url, job)["outputs"]["7"]["images"][0]
    served = pixels(ask(url + "/view?" + urllib.parse.urlencode(image))[1])
    workflow, pipeline = os.path.join(out, "workflow.json"), os.path.join(out, "pipeline.yaml")
    os.makedirs(os.path.join(out, "models", "checkpoints"))
    os.symlink(os.path.abspath(os.path.join(CONFIGS, "models", "shapes.safetensors")),
               os.path.join(out, "models", "checkpoints", "shapes.safetensors"))
    models = ["--models", os.path.join(out, "models")]
    with open(workflow, "w") as file:
        json.dump(prompt, file)
    with open(pipeline, "w") as file:
        subprocess.run([program, "convert", workflow, *models], stdout=file, check=True)
    for source in (workflow, pipeline):
        to = os.path.join(out, "bits of " + os.path.basename(source))
        subprocess.run([program, "run", source, *models, "--out", to, "--device", "cpu"], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(to, "bits_00001_.png"), "rb") as file:
            assert pixels(file.read()) == served, source


def main():
    program = os.path.join(sys.argv[1], "bin", "ksampler")
    with tempfile.TemporaryDirectory() as out, tempfile.TemporaryDirectory() as page, \
            tempfile.TemporaryDirectory() as models:
        os.mkdir(os.path.join(models, "embeddings"))
        with open(os.path.join(page, "index.html"), "w") as index:
            index.write("<html>a page</html>")
        server = subprocess.Popen(
            [program, "serve", "--comfy", "--page", page, "--port", "0", "--folder",
             CONFIGS, "--models", models, "--out", out, "--device", "cpu"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            url = re.search(r"http://127.0.0.1:\d+", server.stdout.readline()).group()
            assert "/comfy/" in server.stdout.readline()
            port = int(url.rsplit(":", 1)[1])
            assert ask(url + "/comfy/")[1] == b"<html>a page</html>"
            assert b"<html" in ask(url + "/")[1]  # ours
            assert "dpmpp_2m" in get(url + "/object_info/KSampler")["KSampler"]["input"]["required"]["sampler_name"][0]
            check_gate(url, port)
            check_run(url, port)
            check_interrupt(url, port)
            check_names(url)
            assert [run["state"] for run in get(url + "/runs")["runs"]] == ["done"] * 4 + ["cancelled"]
            check_same_bits(url, program, out)
            check_embedding(url, models, 64)
            check_painted_mask(url)
        finally:
            server.send_signal(signal.SIGTERM)
            _, said = server.communicate(timeout=60)
        assert server.returncode == 0, (server.returncode, said)


if __name__ == "__main__":
    main()
