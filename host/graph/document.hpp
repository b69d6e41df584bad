// A pipeline as read: its profile, its device, and its nodes as YAML.
#ifndef KSAMPLER_GRAPH_DOCUMENT_HPP
#define KSAMPLER_GRAPH_DOCUMENT_HPP

#include "host/graph/comfy/workflow.hpp"
#include "host/graph/pipeline.hpp"
#include "host/graph/yaml_tree.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ksampler {

struct Document {
  Workflow workflow;  // of a file of ComfyUI: its nodes are known with the declarations
  std::map<std::string, std::string> packs;   // where its nodes' types come from, by name
  std::map<std::string, std::string> titles;  // of its nodes, by name
  FileFolders files;                          // where files are besides
  std::string file;                           // what places say
  std::filesystem::path folder;               // what files are relative to
  YamlPtr root;                               // never null
  std::string profile;                        // one of profiles()
  std::string device;                         // one of devices()
  Place nodes_place;                          // of the key `nodes`, or of the file
  std::vector<YamlEntry> nodes;               // name and body
  std::vector<Diagnostic> wrong;              // what YAML forbids, but was read nevertheless
};

// Parses, and reads what it can of the top level. Throws Error where it is no YAML.
Document read_document(const PipelineSource& source);

// Adds what is wrong with the top level, as far as no plugins need to be known for it.
void check_top_level(const Document& document, std::vector<Diagnostic>& diagnostics);

// Replaces or adds the inputs that the settings name.
void apply_settings(Document& document, const std::vector<Setting>& settings,
                    std::vector<Diagnostic>& diagnostics);

}  // namespace ksampler

#endif
