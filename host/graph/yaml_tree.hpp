// A YAML document as a tree in which each value and key knows its place. Unlike yaml-cpp's own tree it
// keeps the order, tells 20 from "20", and reports what YAML itself forbids but yaml-cpp lets pass:
// keys that stand twice, and aliases inside what they name.
#ifndef KSAMPLER_GRAPH_YAML_TREE_HPP
#define KSAMPLER_GRAPH_YAML_TREE_HPP

#include "host/base/error.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace ksampler {

inline constexpr std::size_t kMaxDepth = 64;

struct YamlNode;
using YamlPtr = std::shared_ptr<const YamlNode>;  // an alias shares what it names

struct YamlEntry {
  std::string key;
  Place place;  // of the key
  YamlPtr value;
};

struct YamlNode {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  Place place;
  std::string text;     // of a scalar
  bool quoted = false;  // of a scalar: a text, whatever it looks like
  std::vector<YamlPtr> items;
  std::vector<YamlEntry> entries;  // without "<<", which is merged already
  // Of a value that comes from a command line: what was typed there, before YAML took it apart.
  std::string typed;
  bool typed_here = false;  // just now, and in the current folder
  // Of a workflow of ComfyUI: a text is a text, whatever it begins with, numbers may be texts, and what
  // is left over is passed over, as ComfyUI does. A link is the name of a node, and which output.
  bool comfy = false;
  int slot = -1;  // of a link; below 0 of all else

  // The value under `key` of a map, or null.
  const YamlEntry* find(std::string_view key) const;
};

// Parses one document. `file` is what places say; without `lines` they say nothing else. What is wrong
// is added to `diagnostics`; after a syntax error the result is null. An empty document is a node of
// kind null.
YamlPtr parse_yaml(const std::string& text, const std::string& file,
                   std::vector<Diagnostic>& diagnostics, bool lines = true);

}  // namespace ksampler

#endif
