#include "host/graph/document.hpp"

#include "host/base/conventions.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/graph/foreign_file.hpp"
#include "host/graph/nearest_file.hpp"
#include "host/graph/wording.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace ksampler {
namespace {

constexpr std::size_t kLargestFile = std::size_t{16} << 20;

const std::vector<std::string> kTopLevelKeys = {"device", "isolation", "nodes", "plugins", "profile"};

std::string read_text(const std::filesystem::path& file) {
  const Place place{file.string()};
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    throw Error(Diagnostic::Kind::bad_file, place, "this is a folder, not a pipeline file");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    if (errno == ENOENT) throw Error(Diagnostic::Kind::no_file, place, no_such_file(file));
    throw Error(Diagnostic::Kind::bad_file, place, std::strerror(errno));
  }
  std::string text;
  std::array<char, 1 << 16> chunk;
  while (stream.read(chunk.data(), chunk.size()), stream.gcount() > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kLargestFile) {
      if (const std::string what = foreign_file(text); !what.empty())
        throw Error(Diagnostic::Kind::bad_file, place, what);
      throw Error(Diagnostic::Kind::bad_file, place,
                  "larger than 16 MiB, which no pipeline file needs to be");
    }
  }
  if (stream.bad()) throw Error(Diagnostic::Kind::bad_file, place, "cannot be read");
  return text;
}

bool is_one_of(const YamlNode& value, const std::vector<std::string>& words) {
  return value.kind == YamlNode::Kind::scalar && std::ranges::find(words, value.text) != words.end();
}

void check_choice(const YamlEntry& entry, const std::vector<std::string>& words,
                  std::vector<Diagnostic>& diagnostics) {
  const YamlNode& value = *entry.value;
  if (is_one_of(value, words)) return;
  // "gpu" is nearest to "cpu", which is not what it means: all devices are named.
  const std::string advice = suggestion(entry.key == "device" ? "" : value.text, words);
  diagnostics.push_back({value.place, sentence("{} is {}{}", quote(entry.key), found(value), advice),
                         Diagnostic::Kind::unknown_choice});
}

void check_plugins(const Document& document, const YamlEntry& entry,
                   std::vector<Diagnostic>& diagnostics) {
  if (entry.value->kind != YamlNode::Kind::list) {
    diagnostics.push_back({entry.value->place,
                           sentence("'plugins' is {}; it takes a list of folders", found(*entry.value)),
                           Diagnostic::Kind::wrong_type});
    return;
  }
  for (const YamlPtr& item : entry.value->items) {
    std::error_code error;
    const auto path = document.folder / item->text;
    if (item->kind != YamlNode::Kind::scalar || item->text.empty()) {
      diagnostics.push_back({item->place,
                             sentence("an item of 'plugins' is {}; it takes a folder", found(*item)),
                             Diagnostic::Kind::wrong_type});
    } else if (!std::filesystem::is_directory(path, error)) {
      diagnostics.push_back({item->place,
                             sentence("'plugins' names {}; there is no folder {}", quote(item->text),
                                      std::filesystem::absolute(path).lexically_normal()),
                             Diagnostic::Kind::no_file});
    }
  }
}

void check_nodes(const YamlEntry& entry, std::vector<Diagnostic>& diagnostics) {
  const YamlNode& nodes = *entry.value;
  if (nodes.kind != YamlNode::Kind::map && nodes.kind != YamlNode::Kind::null) {
    diagnostics.push_back({nodes.place,
                           sentence("'nodes' is {}; it takes a map of names to nodes", found(nodes)),
                           Diagnostic::Kind::syntax});
  } else if (nodes.entries.empty()) {
    diagnostics.push_back(
        {entry.place, "'nodes' is empty: there is nothing to run", Diagnostic::Kind::no_output});
  }
}

}  // namespace

PipelineSource read_pipeline(const std::filesystem::path& file) {
  return {file, file.has_parent_path() ? file.parent_path() : std::filesystem::path("."),
          read_text(file)};
}

Document read_document(const PipelineSource& source) {
  Document document;
  document.file = source.file.string();
  document.folder = source.folder;
  document.files = source.files;
  document.profile = profiles().front();
  document.device = devices().front();
  document.nodes_place = {document.file};
  if (may_be_workflow(source.text)) {
    document.workflow = read_workflow(source.text, document.file);
    if (document.workflow.form != WorkflowForm::none) {
      document.root = std::make_shared<YamlNode>();  // no plugins, no profile: nodes alone
      return document;
    }
  }
  if (const std::string what = foreign_file(source.text); !what.empty()) {
    throw Error({{document.nodes_place, what, Diagnostic::Kind::syntax}});
  }
  document.root = parse_yaml(source.text, document.file, document.wrong);
  if (document.root == nullptr) throw Error(document.wrong);
  for (const YamlEntry& entry : document.root->entries) {
    if (entry.key == "nodes") {
      document.nodes_place = entry.place;
      document.nodes = entry.value->entries;
    } else if (entry.key == "profile" && is_one_of(*entry.value, profiles())) {
      document.profile = entry.value->text;
    } else if (entry.key == "device" && is_one_of(*entry.value, devices())) {
      document.device = entry.value->text;
    }
  }
  return document;
}

void check_top_level(const Document& document, std::vector<Diagnostic>& diagnostics) {
  const auto syntax = [&](const Place& place, std::string message) {
    diagnostics.push_back({place, std::move(message), Diagnostic::Kind::syntax});
  };
  const YamlNode& root = *document.root;
  const Place file{document.file};
  if (root.kind == YamlNode::Kind::null) {
    return syntax(file, "the file is empty; a pipeline has 'nodes'");
  }
  if (root.kind != YamlNode::Kind::map) {
    return syntax(root.place,
                  sentence("the file is {}; a pipeline is a map with 'nodes'", found(root)));
  }
  for (const YamlEntry& entry : root.entries) {
    if (entry.key == "nodes") {
      check_nodes(entry, diagnostics);
    } else if (entry.key == "plugins") {
      check_plugins(document, entry, diagnostics);
    } else if (entry.key == "profile") {
      check_choice(entry, profiles(), diagnostics);
    } else if (entry.key == "device") {
      check_choice(entry, devices(), diagnostics);
    } else if (entry.key != "isolation") {  // see isolation.hpp: that one asks which plugins there are
      syntax(entry.place,
             sentence("unknown key {}{}", quote(entry.key), suggestion(entry.key, kTopLevelKeys)));
    }
  }
  if (root.find("nodes") == nullptr) {
    syntax(file, "the file has no 'nodes': there is nothing to run");
  }
}

}  // namespace ksampler
