// SPDX-License-Identifier: Apache-2.0
// A widget for each parameter of the chosen plugin. They are a view of the text "parameters", which alone is saved and sent:
// a workflow that was made before, or without this page, is the same as ever.
import { app } from "../../scripts/app.js";
import { carriedOver, changed, parsed, shown } from "./settings.js";

// Of a node's type: {list: the name of the widget that chooses, params: {plugin's name: its parameters}}.
const known = {};

function learn(type, definition) {
  const options = definition?.input?.required?.parameters?.[1]?.ks_parameters;
  if (options) known[type] = options;
}

// While a node is made, it has no "type" yet.
const typeOf = (node) => node.comfyClass ?? node.type;
const widgetOf = (node, name) => node.widgets?.find((widget) => widget.name === name);

function paramsOf(node) {
  const { list, params } = known[typeOf(node)];
  return params[widgetOf(node, list)?.value] ?? [];
}

function takeAway(node) {
  for (let i = node.widgets.length - 1; i >= 0; i--) {
    if (!node.widgets[i].ks_parameter) continue;
    node.widgets[i].onRemove?.();
    node.widgets.splice(i, 1);
  }
}

function add(node, text, param) {
  const change = (value) => {
    text.value = changed(text.value, param, value);
    node.graph?.setDirtyCanvas?.(true, true);
  };
  // Of a number the page takes a tenth of "step" for the arrows' step.
  const step = param.type === "integer" ? 1 : 0.01;
  const number = { min: param.minimum, max: param.maximum, step: 10 * step, step2: step };
  const [kind, options] = {
    float: ["number", { ...number, precision: 3 }],
    integer: ["number", { ...number, precision: 0 }],
    boolean: ["toggle", {}],
    choice: ["combo", { values: param.choices }],
    numbers: ["text", {}],
  }[param.type];
  // Not in the prompt, and not in the workflow's file.
  const value = shown(param, parsed(text.value).get(param.id));
  const widget = node.addWidget(kind, `parameters.${param.id}`, value, change, { ...options, serialize: false });
  widget.value = value; // newer pages remember what a widget of that name had
  widget.serialize = false;
  widget.ks_parameter = param.id;
  widget.label = param.id;
  widget.tooltip = param.summary;
}

function show(node) {
  const text = widgetOf(node, "parameters");
  if (!known[typeOf(node)] || !text) return;
  const width = node.size[0];
  takeAway(node);
  node.ks_params = paramsOf(node);
  for (const param of node.ks_params) add(node, text, param);
  const size = node.computeSize();
  node.setSize([Math.max(width, size[0]), size[1]]);
}

function after(owner, name, then) {
  const before = owner[name];
  owner[name] = function (...given) {
    const result = before?.apply(this, given);
    then();
    return result;
  };
}

app.registerExtension({
  name: "ksampler.parameters",

  beforeRegisterNodeDef(_, definition) {
    learn(definition.name, definition);
  },

  nodeCreated(node) {
    if (!known[typeOf(node)]) return;
    const text = widgetOf(node, "parameters");
    after(widgetOf(node, known[typeOf(node)].list), "callback", () => {
      text.value = carriedOver(text.value, paramsOf(node), node.ks_params ?? []);
      show(node);
    });
    after(text, "callback", () => show(node));
    after(node, "onConfigure", () => show(node));
    show(node);
  },

  // The page's refresh: a plugin that was built again may have others.
  refreshComboInNodes(definitions) {
    for (const [type, definition] of Object.entries(definitions)) if (known[type]) learn(type, definition);
    const everyNode = (graph) => {
      for (const node of graph?._nodes ?? []) {
        show(node);
        if (node.subgraph) everyNode(node.subgraph);
      }
    };
    everyNode(app.graph);
  },
});
