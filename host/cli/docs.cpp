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

void print_node(const NodeDecl& node, std::ostream& out) {
  out << "\n### " << node.type << "\n\n" << node.summary << "\n";
  if (!node.inputs.empty()) {
    out << "\n| input | takes | default | |\n| --- | --- | --- | --- |\n";
    for (const InputDecl& input : node.inputs) {
      out << "| `" << input.name << "` | " << cell(accepts(input)) << " | " << default_cell(input)
          << " | " << cell(input.summary) << " |\n";
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
