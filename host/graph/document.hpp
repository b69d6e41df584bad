// A pipeline file as read: its text, its profile, and its nodes as YAML, with settings applied.
#ifndef KSAMPLER_GRAPH_DOCUMENT_HPP
#define KSAMPLER_GRAPH_DOCUMENT_HPP

#include "host/graph/pipeline.hpp"
#include "host/graph/yaml_tree.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ksampler {

struct Document {
  std::filesystem::path file;
  std::string text;
  YamlPtr root;                  // never null
  std::string profile;           // one of profiles()
  Place nodes_place;             // of the key `nodes`, or of the file
  std::vector<YamlEntry> nodes;  // name and body
};

// How noise may be drawn.
const std::vector<std::string>& profiles();

// Reads and parses; throws Error where there is no file or no YAML in it. Other diagnostics are added.
Document read_document(const std::filesystem::path& file, std::vector<Diagnostic>& diagnostics);

// Checks the top level, and fills `profile` and `nodes`.
void check_top_level(Document& document, std::vector<Diagnostic>& diagnostics);

// Replaces or adds the inputs that the settings name.
void apply_settings(Document& document, const std::vector<Setting>& settings,
                    std::vector<Diagnostic>& diagnostics);

// `path` of a file in the document, absolute: relative to the folder that the document lies in.
std::filesystem::path folder_of(const std::filesystem::path& file);

}  // namespace ksampler

#endif
