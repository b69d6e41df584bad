"""Public workflows as ComfyUI's own page translates them (`graphToPrompt`, with our /object_info), against what our
reader makes of them, link by link and value by value: compare_with_page.py BUILD_FOLDER [--only PART] [--show N]

Needs a browser, the package comfyui-frontend-package in the virtual environment that is active, and the workflows that
get.sh gets. Ends with 77, for "skipped", where one of them is not there, and with 1 where a difference is not explained."""
import argparse, collections, glob, json, os, re, signal, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "serve"))
sys.path.insert(0, os.path.join(HERE, "..", "serve", "comfy"))
from browser import Browser, find_browser
from official_page import CONFIGS, READY, SKIPPED, find_page

WORKFLOWS = os.environ.get("KSAMPLER_WORKFLOWS", os.path.join(HERE, "..", "..", "build", "workflows"))

# One workflow in the page. Two things are switched off: that texts are drawn from ({a|b}, comments), and that names of
# files get date and values in them. Both are random or of the day, and no translation of the graph.
TRANSLATE = """(async text => {
  await window.app.loadGraphData(JSON.parse(text), true, false, null);
  const plain = graph => {
    for (const node of graph._nodes) {
      for (const widget of node.widgets ?? [])
        if (widget.dynamicPrompts || widget.name === 'filename_prefix') widget.serializeValue = () => widget.value;
      if (node.subgraph) plain(node.subgraph);
    }
  };
  const root = window.app.rootGraph ?? window.app.graph;
  plain(root);
  const places = {};
  const walk = (graph, path, place) => graph._nodes.forEach((node, i) => {
    places[path + node.id] = place + i;
    if (node.subgraph) walk(node.subgraph, path + node.id + ':', place + i + '.');
  });
  walk(root, '', '');
  return JSON.stringify({prompt: (await window.app.graphToPrompt()).output, places});
})"""


# What the page itself has, without a declaration of the server's.
OF_EDITOR = {"Reroute", "PrimitiveNode", "Note", "MarkdownNote"}
# An input with a field, of a node that is declared by how files use it.
FIELDS = {"INT": ["INT", {"max": 2 ** 53}], "FLOAT": ["FLOAT", {"max": 1e18}], "BOOLEAN": ["BOOLEAN", {}], "COMBO": [[], {}]}

# Before the page's own scripts: it is told of more nodes than the server has.
TOLD_MORE = """(more => {
  const fetched = window.fetch;
  window.fetch = async (...request) => {
    const answer = await fetched(...request);
    if (!new URL(request[0].url ?? request[0], location).pathname.endsWith('/object_info')) return answer;
    return new Response(JSON.stringify({...more, ...await answer.json()}), {headers: {'Content-Type': 'application/json'}});
  };
})"""


def workflow_files(only):
    files = []
    for path in sorted(glob.glob(os.path.join(WORKFLOWS, "**", "*.json"), recursive=True)):
        with open(path, encoding="utf-8-sig") as file:
            read = json.load(file)
        if isinstance(read, dict) and "nodes" in read and only in path:
            files.append(path)
    return files


def ids_by_place(workflow):
    """Where nodes stand in the file, "2.0" is the first in the third's subgraph, and their ids; and the ids of those that
    are in a subgraph which is muted or bypassed as a whole."""
    subgraphs = {each["id"]: each for each in workflow.get("definitions", {}).get("subgraphs", [])}
    ids, resting = {}, set()

    def walk(graph, path, place, rests):
        for i, node in enumerate(graph["nodes"]):
            ids[f"{place}{i}"] = f"{path}{node['id']}"
            if rests:
                resting.add(f"{path}{node['id']}")
            if node["type"] in subgraphs:
                walk(subgraphs[node["type"]], f"{path}{node['id']}:", f"{place}{i}.",
                     rests or node.get("mode") in (2, 4))

    walk(workflow, "", "", False)
    return ids, resting


def with_ids_of(path, answer):
    """The page's prompt with the file's ids: it gives nodes of subgraphs others, where an id stands twice in a file."""
    with open(path, encoding="utf-8-sig") as file:
        ids, resting = ids_by_place(json.load(file))
    name = {own: ids.get(place, own) for own, place in answer["places"].items()}
    renamed = {}
    for id, node in answer["prompt"].items():
        inputs = {key: [name.get(value[0], value[0]), value[1]] if is_link(value) else value
                  for key, value in node["inputs"].items()}
        renamed[name.get(id, id)] = {**node, "inputs": inputs}
    # Of a subgraph that rests within another one, the page leaves what is in it, which nothing reads any more.
    linked = {value[0] for id, node in renamed.items() if id not in resting
              for value in node["inputs"].values() if is_link(value)}
    left = resting & renamed.keys() - linked
    reasons = {"ids that stand twice are others in the page"} if any(own != id for own, id in name.items()) else set()
    reasons |= {"a subgraph that rests within another is sent, and not read"} if left else set()
    return {id: node for id, node in renamed.items() if id not in left}, reasons


def our_translations(build, files):
    program = os.path.join(build, "bin", "ksampler_translate_workflows")
    said = subprocess.run([program], input="\n".join(files), capture_output=True, text=True, check=True).stdout
    return {line["file"]: line for line in map(json.loads, said.splitlines())}


def graphs_of(workflow):
    return [workflow, *workflow.get("definitions", {}).get("subgraphs", [])]


def declarations_of_unknown(files, info):
    """Declarations of the nodes that are not here, made of how the files use them: their inputs, which of these have
    a field, and their outputs. Without one, the page has no fields for a node, and gives values that a subgraph keeps for
    them to the fields of others."""
    made = {}
    for path in files:
        with open(path, encoding="utf-8-sig") as file:
            workflow = json.load(file)
        subgraphs = {each["id"] for each in workflow.get("definitions", {}).get("subgraphs", [])}
        for node in (node for graph in graphs_of(workflow) for node in graph["nodes"]):
            kind = node["type"]
            if kind in info or kind in subgraphs or kind in OF_EDITOR:
                continue
            entry = made.setdefault(kind, {"inputs": {}, "outputs": []})
            for each in node.get("inputs") or []:
                has_field = "widget" in each
                spec = [each["type"], {}] if not has_field else FIELDS.get(each["type"], ["STRING", {}])
                if has_field or each["name"] not in entry["inputs"]:
                    entry["inputs"][each["name"]] = spec
            outputs = [each["type"] if isinstance(each["type"], str) else "*" for each in node.get("outputs") or []]
            entry["outputs"] = max(entry["outputs"], outputs, key=len)
    return {kind: {"input": {"required": {}, "optional": entry["inputs"]}, "output": entry["outputs"],
                   "input_order": {"required": [], "optional": list(entry["inputs"])},
                   "output_is_list": [False] * len(entry["outputs"]), "output_name": entry["outputs"], "name": kind,
                   "display_name": kind, "description": "", "python_module": "nodes", "category": "unknown",
                   "output_node": False} for kind, entry in made.items()}


def is_link(value):
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and type(value[1]) is int


def same(page, ours):
    """JavaScript's numbers are floats: 20 and 20.0 are one, and above 2^53 the last digits are lost."""
    numbers = (int, float)
    if type(page) in numbers and type(ours) in numbers:
        return float(page) == float(ours)
    return type(page) == type(ours) and page == ours


class Comparison:
    def __init__(self, info):
        self.info = info
        self.counts = collections.Counter()  # what was compared
        self.explained = collections.Counter()  # files by reason
        self.differences = []

    def declared(self, type_name):
        inputs = self.info[type_name]["input"]
        return {**inputs.get("required", {}), **inputs.get("optional", {})}

    def default_of(self, spec):
        options = spec[1] if len(spec) > 1 else {}
        if "default" in options:
            return options["default"]
        return spec[0][0] if isinstance(spec[0], list) and spec[0] else None

    def compare(self, file, page, ours):
        self.found = []
        self.reasons = set()
        for node in sorted({*page, *ours}):
            if node not in ours:
                self.found.append((node, "only in the page", page[node].get("class_type")))
            elif node not in page:
                self.found.append((node, "only in ours", ours[node]["class_type"]))
            else:
                self.compare_node(node, page[node], ours[node])
        self.differences += [(os.path.basename(file), *each) for each in self.found]
        self.counts["files"] += 1
        self.counts["files that are equal"] += not self.found
        self.explained.update(self.reasons)

    def compare_node(self, node, page, ours):
        kind = ours["class_type"]
        if kind not in self.info:
            # The page sends unknown nodes without a type, and with values that have no names: links are compared.
            self.compare_links(node, kind, page["inputs"], ours["inputs"])
            return
        if page.get("class_type") != kind:
            self.found.append((node, "type", page.get("class_type"), kind))
            return
        self.counts["nodes"] += 1
        for name, spec in self.declared(kind).items():
            theirs, own = page["inputs"].get(name), ours["inputs"].get(name)
            if is_link(theirs) or is_link(own):
                self.compare_link(node, kind, name, theirs, own)
                continue
            if own is None and theirs is not None:
                own = self.default_of(spec)
            self.counts["values"] += 1
            if same(theirs, own):
                continue
            reason = self.reason(kind, name, spec, theirs, own)
            if reason:
                self.reasons.add(reason)
            else:
                self.found.append((node, "value", kind, name, theirs, own))

    def reason(self, kind, name, spec, theirs, own):
        """Why a value may be another one; nothing where it should not be."""
        if theirs is None:
            # The page sends what the file has, and ComfyUI refuses it. Here the value inside holds, or the default.
            return "null in the file, where a subgraph keeps no value"
        if own is None and spec[0] == "*":
            # A subgraph's input leads to this socket and to a field. Which of the values of the field's node is that
            # field's, its declaration says, or the file, where it lists all of its fields.
            return "the value of a field of a node that is not here, and whose fields the file does not list"
        return None

    def compare_links(self, node, kind, page, ours):
        for name in sorted({*page, *ours}):
            theirs, own = page.get(name), ours.get(name)
            if is_link(theirs) or is_link(own):
                self.compare_link(node, kind, name, theirs, own)

    def compare_link(self, node, kind, name, theirs, own):
        self.counts["links"] += 1
        if theirs != own:
            self.found.append((node, "link", kind, name, theirs, own))


def page_translations(browser, url, files):
    browser.open(url + "/comfy/?template=quickstart")
    browser.wait_for(READY)
    browser.wait_for("window.app.graph._nodes.length === 8")
    for path in files:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
        try:
            yield path, *with_ids_of(path, json.loads(browser.value(f"{TRANSLATE}({json.dumps(text)})")))
        except RuntimeError as error:
            yield path, str(error)[-600:], set()
        browser.messages.clear()


def compare_at(url, options, program, files):
    ours = our_translations(options.build, files)
    browser = Browser(program, width=1500, height=950)
    try:
        browser.open(url + "/object_info")
        comparison = Comparison(json.loads(browser.value("document.body.innerText")))
        more = json.dumps(declarations_of_unknown(files, comparison.info))
        browser.send("Page.addScriptToEvaluateOnNewDocument", source=f"{TOLD_MORE}({more})")
        for path, prompt, reasons in page_translations(browser, url, files):
            own = ours[path]
            if isinstance(prompt, str) or "error" in own:
                comparison.differences.append((os.path.basename(path), "", "unread", own.get("error", prompt)))
                continue
            comparison.explained.update(reasons)
            comparison.compare(path, prompt, own["nodes"])
            if options.dump:
                with open(os.path.join(options.dump, os.path.basename(path)), "w") as dump:
                    json.dump({"page": prompt, "ours": own["nodes"]}, dump, indent=1)
        return comparison
    finally:
        browser.close()


def compare_all(options, program, page, files):
    if options.url:
        return compare_at(options.url, options, program, files)
    with tempfile.TemporaryDirectory() as out:
        server = subprocess.Popen(
            [os.path.join(options.build, "bin", "ksampler"), "serve", "--comfy", "--page", page, "--port", "0",
             "--folder", CONFIGS, "--out", out, "--device", "cpu"], stdout=subprocess.PIPE, text=True)
        try:
            url = re.search(r"http://127.0.0.1:\d+", server.stdout.readline()).group()
            return compare_at(url, options, program, files)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--only", default="", help="files with this in their path")
    parser.add_argument("--show", type=int, default=40, help="differences that are printed")
    parser.add_argument("--url", help="a server that runs, in place of one of its own")
    parser.add_argument("--dump", help="a folder for both translations of each file")
    options = parser.parse_args()
    program, page, files = find_browser(), find_page(), workflow_files(options.only)
    for what, there in (("browser", program), ("comfyui-frontend-package in the active virtual environment", page),
                        ("public workflows: tests/workflows/get.sh gets them", files)):
        if not there:
            print("no", what)
            sys.exit(SKIPPED)
    comparison = compare_all(options, program, page, files)
    for each in comparison.differences[:options.show]:
        print(*each, sep=" | ")
    for what, count in comparison.counts.items():
        print(f"{count:7} {what}")
    for what, count in comparison.explained.most_common():
        print(f"{count:7} of them: {what}")
    print(f"{len(comparison.differences):7} differences")
    sys.exit(1 if comparison.differences else 0)


if __name__ == "__main__":
    main()
