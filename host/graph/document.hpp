// A pipeline as read: its profile, its device, and its nodes as YAML, with settings applied.
#ifndef KSAMPLER_GRAPH_DOCUMENT_HPP
#define KSAMPLER_GRAPH_DOCUMENT_HPP

#include "host/graph/pipeline.hpp"
#include "host/graph/yaml_tree.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ksampler {

struct Document {
  std::filesystem::path folder;  // what files are relative to
  YamlPtr root;                  // never null
  std::string profile;           // one of profiles()
  std::string device;            // one of devices()
  Place nodes_place;             // of the key `nodes`, or of the file
  std::vector<YamlEntry> nodes;  // name and body
};

// How noise may be drawn.
const std::vector<std::string>& profiles();

// Where a pipeline may be computed; "auto": on a GPU where there is one.
const std::vector<std::string>& devices();

// Parses; throws Error where it is no YAML. Other diagnostics are added.
Document read_document(const PipelineSource& source, std::vector<Diagnostic>& diagnostics);

// Checks the top level, and fills `profile`, `device` and `nodes`.
void check_top_level(Document& document, std::vector<Diagnostic>& diagnostics);

// Replaces or adds the inputs that the settings name.
void apply_settings(Document& document, const std::vector<Setting>& settings,
                    std::vector<Diagnostic>& diagnostics);

}  // namespace ksampler

#endif
