#include "host/graph/document.hpp"

#include "host/base/text.hpp"
#include "host/graph/foreign_file.hpp"
#include "host/graph/literal_reader.hpp"
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
    throw Error(place, "this is a folder, not a pipeline file");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    throw Error(place, errno == ENOENT ? no_such_file(file) : std::string(std::strerror(errno)));
  }
  std::string text;
  std::array<char, 1 << 16> chunk;
  while (stream.read(chunk.data(), chunk.size()), stream.gcount() > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kLargestFile) {
      if (const std::string what = foreign_file(text); !what.empty()) throw Error(place, what);
      throw Error(place, "larger than 16 MiB, which no pipeline file needs to be");
    }
  }
  if (stream.bad()) throw Error(place, "cannot be read");
  return text;
}

// The value of a key that takes one of a few words goes into `chosen`.
void check_choice(const YamlEntry& entry, const std::vector<std::string>& words, std::string& chosen,
                  std::vector<Diagnostic>& diagnostics) {
  const YamlNode& value = *entry.value;
  const bool known = std::find(words.begin(), words.end(), value.text) != words.end();
  if (value.kind == YamlNode::Kind::scalar && known) {
    chosen = value.text;
  } else {
    // "gpu" is nearest to "cpu", which is not what it means: all devices are named.
    const std::string advice = suggestion(entry.key == "device" ? "" : value.text, words);
    diagnostics.push_back({value.place, quote(entry.key) + " is " + found(value) + advice});
  }
}

void check_plugins(const Document& document, const YamlEntry& entry,
                   std::vector<Diagnostic>& diagnostics) {
  if (entry.value->kind != YamlNode::Kind::list) {
    diagnostics.push_back(
        {entry.value->place, "'plugins' is " + found(*entry.value) + "; it takes a list of folders"});
    return;
  }
  for (const YamlPtr& item : entry.value->items) {
    std::error_code error;
    const auto path = document.folder / item->text;
    if (item->kind != YamlNode::Kind::scalar || item->text.empty()) {
      diagnostics.push_back(
          {item->place, "an item of 'plugins' is " + found(*item) + "; it takes a folder"});
    } else if (!std::filesystem::is_directory(path, error)) {
      diagnostics.push_back(
          {item->place, "'plugins' names " + quote(item->text) + "; there is no folder " +
                            std::filesystem::absolute(path).lexically_normal().string()});
    }
  }
}

void check_nodes(Document& document, const YamlEntry& entry, std::vector<Diagnostic>& diagnostics) {
  document.nodes_place = entry.place;
  if (entry.value->kind == YamlNode::Kind::map) {
    document.nodes = entry.value->entries;
  }
  if (entry.value->kind != YamlNode::Kind::map && entry.value->kind != YamlNode::Kind::null) {
    diagnostics.push_back({entry.value->place,
                           "'nodes' is " + found(*entry.value) + "; it takes a map of names to nodes"});
  } else if (document.nodes.empty()) {
    diagnostics.push_back({entry.place, "'nodes' is empty: there is nothing to run"});
  }
}

}  // namespace

const std::vector<std::string>& profiles() {
  static const std::vector<std::string> names = {"comfy", "batch-invariant"};
  return names;
}

const std::vector<std::string>& devices() {
  static const std::vector<std::string> names = {"auto", "cpu", "cuda"};
  return names;
}

PipelineSource read_pipeline(const std::filesystem::path& file) {
  return {file, file.has_parent_path() ? file.parent_path() : std::filesystem::path("."),
          read_text(file)};
}

Document read_document(const PipelineSource& source, std::vector<Diagnostic>& diagnostics) {
  Document document;
  document.folder = source.folder;
  document.profile = profiles().front();
  document.device = devices().front();
  document.nodes_place = {source.file.string()};
  if (const std::string what = foreign_file(source.text); !what.empty()) {
    throw Error(document.nodes_place, what);
  }
  document.root = parse_yaml(source.text, source.file.string(), diagnostics);
  if (document.root == nullptr) throw Error(diagnostics);
  return document;
}

void check_top_level(Document& document, std::vector<Diagnostic>& diagnostics) {
  const YamlNode& root = *document.root;
  if (root.kind == YamlNode::Kind::null) {
    diagnostics.push_back({document.nodes_place, "the file is empty; a pipeline has 'nodes'"});
    return;
  }
  if (root.kind != YamlNode::Kind::map) {
    diagnostics.push_back(
        {root.place, "the file is " + found(root) + "; a pipeline is a map with 'nodes'"});
    return;
  }
  for (const YamlEntry& entry : root.entries) {
    if (entry.key == "nodes") {
      check_nodes(document, entry, diagnostics);
    } else if (entry.key == "plugins") {
      check_plugins(document, entry, diagnostics);
    } else if (entry.key == "profile") {
      check_choice(entry, profiles(), document.profile, diagnostics);
    } else if (entry.key == "device") {
      check_choice(entry, devices(), document.device, diagnostics);
    } else if (entry.key != "isolation") {  // see isolation.hpp: that one asks which plugins there are
      diagnostics.push_back(
          {entry.place, "unknown key " + quote(entry.key) + suggestion(entry.key, kTopLevelKeys)});
    }
  }
  if (root.find("nodes") == nullptr) {
    diagnostics.push_back({document.nodes_place, "the file has no 'nodes': there is nothing to run"});
  }
}

std::vector<std::filesystem::path> pipeline_plugin_folders(const PipelineSource& source) {
  std::vector<Diagnostic> left_to_the_check;
  const Document document = read_document(source, left_to_the_check);
  std::vector<std::filesystem::path> folders;
  const YamlEntry* entry = document.root->find("plugins");
  if (entry == nullptr) return folders;
  for (const YamlPtr& item : entry->value->items) {
    if (item->text.empty()) continue;
    folders.push_back(std::filesystem::absolute(source.folder / item->text).lexically_normal());
  }
  return folders;
}

}  // namespace ksampler
