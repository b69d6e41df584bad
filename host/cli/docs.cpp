// ksampler docs: the reference of pipeline files in Markdown. docs/pipeline.md is its output.
#include "host/base/sentence.hpp"
#include "host/cli/docs_introduction.hpp"
#include "host/cli/inventory.hpp"
#include "host/cli/verb.hpp"
#include "host/graph/wording.hpp"
#include "host/nodes/declarations.hpp"

#include <iostream>
#include <map>

namespace ksampler {
namespace {

// Text in a cell of a table: no '|', and nothing that reads as HTML.
std::string cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c == '<' ? "&lt;" : std::string(1, c);
  }
  return escaped;
}

std::string default_cell(const InputDecl& input) {
  if (std::holds_alternative<std::monostate>(input.default_value))
    return input.optional ? "optional" : "";
  return sentence("`{}`", literal_text(input.default_value));
}

// The last of a run of inputs that say the same: there are nodes that take fifty pictures.
std::size_t last_alike(const std::vector<InputDecl>& inputs, std::size_t first) {
  constexpr std::size_t kFew = 3;  // that are shown one by one
  const auto alike = [](const InputDecl& a, const InputDecl& b) {
    return a.kind == b.kind && a.type == b.type && a.optional && b.optional && a.summary == b.summary;
  };
  std::size_t last = first;
  while (last + 1 < inputs.size() && alike(inputs[first], inputs[last + 1])) ++last;
  return last - first < kFew ? first : last;
}

void print_node(const NodeDecl& node, std::ostream& out) {
  out << "\n### " << node.type << "\n\n" << node.summary << "\n";
  if (!node.inputs.empty()) {
    out << "\n| input | takes | default | |\n| --- | --- | --- | --- |\n";
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const InputDecl& input = node.inputs[i];
      out << "| `" << input.name << '`';
      const std::size_t last = last_alike(node.inputs, i);
      if (last > i) out << " to `" << node.inputs[last].name << '`';
      out << " | " << cell(accepts(input)) << " | " << default_cell(input) << " | "
          << cell(input.summary) << " |\n";
      i = last;
    }
  }
  if (!node.outputs.empty()) {
    out << "\n| output | type | |\n| --- | --- | --- |\n";
    for (const OutputDecl& output : node.outputs) {
      out << "| `" << output.name << "` | " << output.type << " | " << cell(output.summary) << " |\n";
    }
  }
}

int docs() {
  std::map<std::string, std::vector<const NodeDecl*>> categories;
  for (const NodeDecl& node : node_declarations()) categories[node.category].push_back(&node);
  std::cout << kDocsIntroduction;
  for (const auto& [category, nodes] : categories) {
    std::cout << "\n## Nodes: " << category << "\n";
    for (const NodeDecl* node : nodes) print_node(*node, std::cout);
  }
  return kFine;
}

}  // namespace

void add_docs(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("docs", "Print the reference of pipeline files, in Markdown");
  verb->callback([&action] { action = &docs; });
}

}  // namespace ksampler
