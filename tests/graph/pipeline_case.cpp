#include "tests/graph/pipeline_case.hpp"

#include <unistd.h>

#include <fstream>

namespace ksampler::test {
namespace {

InputDecl input(const std::string& name, InputKind kind, Literal fallback = {}) {
  InputDecl decl;
  decl.name = name;
  decl.kind = kind;
  decl.default_value = std::move(fallback);
  return decl;
}

InputDecl within(double minimum, double maximum, InputDecl decl) {
  decl.minimum = minimum;
  decl.maximum = maximum;
  return decl;
}

InputDecl at_least(double minimum, InputDecl decl) {
  decl.minimum = minimum;
  return decl;
}

InputDecl link(const std::string& name, const std::string& type, bool optional = false) {
  InputDecl decl = input(name, InputKind::link);
  decl.type = type;
  decl.optional = optional;
  return decl;
}

InputDecl choice(const std::string& name, std::vector<std::string> choices) {
  InputDecl decl = input(name, InputKind::choice, choices.front());
  decl.choices = std::move(choices);
  return decl;
}

InputDecl of_eights(InputDecl decl) {
  decl.multiple_of = 8;
  return decl;
}

InputDecl of_length(int length, InputDecl decl) {
  decl.length = length;
  return decl;
}

InputDecl as_text(InputDecl decl) {
  decl.as_text = true;
  return decl;
}

InputDecl only_with(const std::string& condition, bool value, InputDecl decl) {
  decl.only_with = condition;
  decl.only_with_value = value;
  return decl;
}

InputDecl optional(InputDecl decl) {
  decl.optional = true;
  return decl;
}

// As nodes that ComfyUI does not have.
NodeDecl own(NodeDecl decl) {
  for (InputDecl& each : decl.inputs) {
    each.omissible = !std::holds_alternative<std::monostate>(each.default_value);
  }
  return decl;
}

NodeDecl node(const std::string& type, std::vector<InputDecl> inputs, std::vector<OutputDecl> outputs) {
  NodeDecl decl;
  decl.type = type;
  decl.inputs = std::move(inputs);
  decl.outputs = std::move(outputs);
  decl.is_output = decl.outputs.empty();
  return decl;
}

std::vector<InputDecl> sampler_params(const std::string& name) {
  if (name == "plain") return {};
  if (name == "rich") {
    return {within(0, 10, input("eta", InputKind::number, 1.0)),
            within(1, 4, input("order", InputKind::integer, std::int64_t{2})),
            input("fast", InputKind::boolean, false), choice("kind", {"midpoint", "heun"}),
            at_least(0, input("levels", InputKind::numbers, std::vector<double>{}))};
  }
  throw Error("unknown sampler '" + name + "'" + suggestion(name, {"plain", "rich"}));
}

std::vector<InputDecl> scheduler_params(const std::string& name) {
  if (name == "even") return {};
  throw Error("unknown scheduler '" + name + "'" + suggestion(name, {"even"}));
}

}  // namespace

const std::vector<NodeDecl>& declarations() {
  static const std::vector<NodeDecl> nodes = {
      own(node("Source",
               {within(1, 10, input("amount", InputKind::integer, std::int64_t{2})),
                of_eights(within(8, 64, input("step", InputKind::integer, std::int64_t{8}))),
                input("seed", InputKind::seed, std::uint64_t{0}),
                within(0, 1, input("level", InputKind::number, 0.5)),
                input("flag", InputKind::boolean, false),
                input("title", InputKind::text, std::string()), choice("mode", {"fast", "slow"})},
               {{"cloud", "CLOUD", ""}})),
      node("Reader", {input("file", InputKind::file)}, {{"cloud", "CLOUD", ""}, {"wind", "WIND", ""}}),
      node("Lists",
           {of_length(4, at_least(0, input("area", InputKind::integers))),
            optional(at_least(0, input("levels", InputKind::numbers))),
            optional(as_text(at_least(0, input("steps", InputKind::numbers))))},
           {{"wind", "WIND", ""}}),
      node("Pass", {link("value", kAnyType)}, {{"value", kAnyType, ""}}),
      node("Set", {link("value", kAnyType), input("name", InputKind::value_name)},
           {{"value", kAnyType, ""}}),
      node("Get", {input("name", InputKind::named_value)}, {{"value", kAnyType, ""}}),
      node("Mix", {link("a", "CLOUD"), link("b", "CLOUD", true), link("wind", "WIND", true)},
           {{"cloud", "CLOUD", ""}, {"rest", "CLOUD", ""}}),
      node("Brew",
           {link("cloud", "CLOUD"), input("sampler", InputKind::sampler),
            optional(input("scheduler", InputKind::scheduler))},
           {{"cloud", "CLOUD", ""}}),
      node("Switch",
           {input("on", InputKind::boolean, false), only_with("on", false, link("no", kAnyType)),
            only_with("on", true, link("yes", kAnyType))},
           {{"value", kAnyType, ""}}),
      node("Values", {within(0, 100, input("number", InputKind::integer, std::int64_t{3}))},
           {{"int", "INT", ""},
            {"float", "FLOAT", ""},
            {"flag", "BOOLEAN", ""},
            {"text", "STRING", ""}}),
      own(node("Save", {link("cloud", "CLOUD"), input("prefix", InputKind::text, std::string("out"))},
               {})),
  };
  return nodes;
}

PluginInputs plugin_inputs() { return {&sampler_params, &scheduler_params, {"rare", "common"}}; }

PipelineCase::PipelineCase() {
  std::string name = (std::filesystem::temp_directory_path() / "ksampler-graph-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  folder_ = name;
}

PipelineCase::~PipelineCase() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path PipelineCase::write(const std::string& name, const std::string& text) const {
  const std::filesystem::path file = folder_ / name;
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

Pipeline PipelineCase::load(const std::string& text, const std::vector<Setting>& settings) const {
  return check_pipeline(read_pipeline(write("pipeline.yaml", text)), declarations(), plugin_inputs(),
                        settings);
}

ParsedPipeline PipelineCase::parsed(const std::string& text) const {
  return read_pipeline(write("pipeline.yaml", text));
}

std::vector<Diagnostic> PipelineCase::diagnostics(const std::string& text) const {
  try {
    load(text);
  } catch (const Error& error) {
    return error.diagnostics();
  }
  return {};
}

std::string PipelineCase::errors(const std::string& text, const std::vector<Setting>& settings) const {
  try {
    load(text, settings);
  } catch (const Error& error) {
    return relative(error.what());
  }
  return "";
}

std::string PipelineCase::relative(std::string text) const {
  const std::string prefix = folder_.string() + "/";
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
    text.erase(at, prefix.size());
  }
  return text;
}

std::string source_with(const std::string& input) {
  return "nodes:\n"
         "  a:\n"
         "    type: Source\n"
         "    " +
         input +
         "\n"
         "  save: { type: Save, cloud: $a }\n";
}

}  // namespace ksampler::test
