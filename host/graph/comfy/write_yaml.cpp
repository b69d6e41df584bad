#include "host/graph/comfy/write_yaml.hpp"

#include "host/base/sentence.hpp"
#include "host/graph/comfy/kindly_read.hpp"
#include "host/graph/comfy/node_names.hpp"
#include "host/graph/comfy/take_workflow.hpp"
#include "host/graph/node_checker.hpp"
#include "host/graph/scalar.hpp"
#include "host/graph/wording.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace ksampler {
namespace {

constexpr std::size_t kLongestLine = 110;

// Whether YAML would read a text without quotes as that text, in a list or map in brackets, too.
bool is_plain(const std::string& text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  const std::string_view begins = "-?:,[]{}#&*!|>'\"%@`~$";
  if (begins.find(text.front()) != std::string_view::npos) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || std::string_view(",[]{}").find(text[i]) != std::string_view::npos) return false;
    const bool ends = i + 1 == text.size();
    if (text[i] == ':' && (ends || text[i + 1] == ' ')) return false;
    if (text[i] == '#' && text[i - 1] == ' ') return false;
  }
  double number = 0;
  for (const char* word :
       {"true", "false", "null", "yes", "no", "on", "off", "True", "False", "Null"}) {
    if (text == word) return false;
  }
  return parse_number(text, number) == Parsed::not_a_number;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += std::string("\\") + c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      constexpr char kDigits[] = "0123456789ABCDEF";
      result += std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 15];
    } else {
      result += c;
    }
  }
  return result + "\"";
}

constexpr std::string_view kPrefix = "filename_prefix";

class YamlWriter {
 public:
  // `nodes` are the document's, all declared. What is read as another value is added to `notes`.
  YamlWriter(const Document& document, const std::vector<Node>& nodes, std::vector<Diagnostic>& notes)
      : document_(document), notes_(notes) {
    const std::map<std::string, std::string> names = node_names(document);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const YamlEntry& entry = document.nodes[i];
      known_[entry.key] = {names.at(entry.key), nodes[i].decl, entry.value.get()};
    }
  }

  std::string text() {
    std::string result = "nodes:\n";
    std::set<std::string> written;
    for (const YamlEntry& node : document_.nodes) write(node.key, written, result);
    return result;
  }

 private:
  struct Known {
    std::string name;  // in the file that is written
    const NodeDecl* decl = nullptr;
    const YamlNode* body = nullptr;
  };

  // After what it links to, as the run goes. A circle is left to the check of what is written.
  void write(const std::string& id, std::set<std::string>& written, std::string& result) {
    const auto known = known_.find(id);
    if (known == known_.end() || !written.insert(id).second) return;
    for (const YamlEntry& input : known->second.body->entries) {
      if (input.value->slot >= 0) write(input.value->text, written, result);
    }
    result += node_text(known->second);
  }

  std::string node_text(const Known& node) {
    std::vector<std::string> entries = {"type: " + node.decl->type};
    for (const InputDecl& input : node.decl->inputs) {
      const YamlEntry* given = node.body->find(input.name);
      if (given == nullptr || given->value->kind == YamlNode::Kind::null) continue;
      std::string note;
      const std::string value = value_text(kindly_read(*given->value, input, note), input);
      if (!note.empty())
        notes_.push_back({given->value->place, sentence("node '{}': {}", node.name, note)});
      if (!value.empty()) entries.push_back(input.name + ": " + value);
    }
    std::string line = "  " + node.name + ": { ";
    for (const std::string& entry : entries) line += (&entry == &entries.front() ? "" : ", ") + entry;
    line += " }\n";
    if (line.size() <= kLongestLine) return line;
    std::string block = "  " + node.name + ":\n";
    for (const std::string& entry : entries) block += "    " + entry + "\n";
    return block;
  }

  // Empty where it is the default.
  std::string value_text(const YamlNode& value, const InputDecl& input) const {
    if (value.slot >= 0) return link_text(value);
    if (value.kind == YamlNode::Kind::list) {
      std::string items;
      for (const YamlPtr& item : value.items) items += (items.empty() ? "" : ", ") + item->text;
      return "[" + items + "]";
    }
    if (value.kind != YamlNode::Kind::scalar || is_default(value, input)) return "";
    const std::string named = input.name == kPrefix ? with_names(value.text) : value.text;
    const std::string text = named.starts_with('$') ? "$" + named : named;
    return value.quoted ? yaml_text(text) : text;
  }

  // "%3.seed%" and "%First pass.seed%" with the names that the nodes have in what is written.
  std::string with_names(const std::string& prefix) const {
    std::string text;
    std::size_t at = 0;
    while (at < prefix.size()) {
      const std::size_t end = prefix[at] == '%' ? prefix.find('%', at + 1) : std::string::npos;
      const std::size_t dot = prefix.find('.', at);
      const Known* node =
          end == std::string::npos || dot > end ? nullptr : called(prefix.substr(at + 1, dot - at - 1));
      if (node == nullptr) {
        text += prefix[at++];
      } else {
        text += "%" + node->name + prefix.substr(dot, end + 1 - dot);
        at = end + 1;
      }
    }
    return text;
  }

  // By its id, or by its title, where that is one node's.
  const Known* called(const std::string& name) const {
    if (const auto at = known_.find(name); at != known_.end()) return &at->second;
    const Known* found = nullptr;
    for (const auto& [id, title] : document_.titles) {
      const auto at = known_.find(id);
      if (title != name || at == known_.end()) continue;
      if (found != nullptr) return nullptr;
      found = &at->second;
    }
    return found;
  }

  static bool is_default(const YamlNode& value, const InputDecl& input) {
    if (std::holds_alternative<std::monostate>(input.default_value)) return false;
    if (const auto* text = std::get_if<std::string>(&input.default_value)) return value.text == *text;
    double given = 0;
    double usual = 0;
    const std::string written = literal_text(input.default_value);
    if (parse_number(value.text, given) == Parsed::fine &&
        parse_number(written, usual) == Parsed::fine) {
      return given == usual;
    }
    return value.text == written;
  }

  std::string link_text(const YamlNode& link) const {
    const auto known = known_.find(link.text);
    if (known == known_.end()) return "$" + link.text;  // which the check of what is written reports
    const std::vector<OutputDecl>& outputs = known->second.decl->outputs;
    const auto slot = static_cast<std::size_t>(link.slot);
    const std::string name = "$" + known->second.name;
    return outputs.size() < 2 || slot >= outputs.size() ? name : name + "." + outputs[slot].name;
  }

  const Document& document_;
  std::vector<Diagnostic>& notes_;
  std::map<std::string, Known> known_;  // by id
};

std::string comment(const std::string& note) {
  std::string text = "# ";
  for (const char c : note) {
    if (c == '\r') continue;
    text += c == '\n' ? std::string("\n# ") : std::string(1, c);
  }
  return text + "\n";
}

}  // namespace

std::string yaml_text(const std::string& text) { return is_plain(text) ? text : quoted(text); }

std::string yaml_of_workflow(const ParsedPipeline& workflow, const std::vector<NodeDecl>& declarations,
                             std::vector<Diagnostic>& notes) {
  Document document = workflow.document();
  if (document.workflow.form == WorkflowForm::none) {
    throw Error(Place{document.file},
                "this is no workflow of ComfyUI, in its API's form or in its editor's; a pipeline is "
                "written in "
                "the API's form by --to api");
  }
  const std::vector<std::string> comments = take_workflow(document, declarations, notes);
  std::vector<Diagnostic> wrong;
  const std::vector<Node> nodes = declare_nodes(document, declarations, wrong);
  if (!wrong.empty()) throw Error(std::move(wrong));
  std::string text;
  for (const std::string& each : comments) text += comment(each) + "\n";
  return text + YamlWriter(document, nodes, notes).text();
}

}  // namespace ksampler
