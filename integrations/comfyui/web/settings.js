// SPDX-License-Identifier: Apache-2.0
// The text of a node's parameters, "eta=0.5, levels=[1, 2]", as names and values, and back. Of a value the text is kept as
// it is written: Python reads it (running.py).

// At commas and line ends, but not inside of brackets.
function split(text) {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    depth += "[(".includes(character) - "])".includes(character);
    if ((character === "," || character === "\n") && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter((part) => part);
}

export function parsed(text) {
  const settings = new Map();
  for (const part of split(String(text ?? ""))) {
    const at = part.indexOf("=");
    // What is no setting stays, so that the run says so.
    if (at < 0) settings.set(part, undefined);
    else settings.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return settings;
}

export function written(settings) {
  return [...settings].map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join(", ");
}

// What a widget shows of a parameter: its setting, or its default where there is none or none that can be read.
export function shown(param, setting) {
  if (setting === undefined) return param.default;
  if (param.type === "boolean") return ["True", "true", "1"].includes(setting);
  if (param.type === "choice") return param.choices.includes(unquoted(setting)) ? unquoted(setting) : param.default;
  if (param.type === "numbers") return setting;
  const number = Number(setting);
  return Number.isFinite(number) ? number : param.default;
}

// The text with a parameter of another value. A default is not written, so that it is the plugin's own in the next build, too.
export function changed(text, param, value) {
  const settings = parsed(text);
  if (value === param.default) settings.delete(param.id);
  else settings.set(param.id, param.type === "boolean" ? (value ? "True" : "False") : String(value));
  return written(settings);
}

// The text without the parameters that another sampler had and this one has not.
export function carriedOver(text, params, earlier) {
  const gone = new Set(earlier.map((param) => param.id));
  for (const param of params) gone.delete(param.id);
  return written([...parsed(text)].filter(([name]) => !gone.has(name)));
}

function unquoted(text) {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}
