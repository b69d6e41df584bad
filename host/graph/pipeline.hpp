// A pipeline file, parsed and checked against the nodes' declarations: nothing is loaded before all of
// it is known to be right.
#ifndef KSAMPLER_GRAPH_PIPELINE_HPP
#define KSAMPLER_GRAPH_PIPELINE_HPP

#include "host/base/error.hpp"
#include "host/graph/declaration.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace ksampler {

struct Link {
  std::size_t node;    // index into Pipeline::nodes
  std::size_t output;  // index into that node's outputs
};

using InputValue = std::variant<Literal, Link>;

struct Node {
  std::string name;
  const NodeDecl* decl = nullptr;
  Place place;
  std::vector<InputValue> inputs;  // one for each declared input, defaults filled in
};

// A pipeline as text.
struct PipelineSource {
  std::filesystem::path file;    // what messages call it
  std::filesystem::path folder;  // what files named in it are relative to
  std::string text;
};

// Throws Error: no such file, a folder, larger than 16 MiB.
PipelineSource read_pipeline(const std::filesystem::path& file);

struct Pipeline {
  PipelineSource source;              // for the record
  std::vector<std::string> settings;  // what `--set` replaced in it, as written
  std::string profile;                // how noise is drawn: "comfy"
  std::string device;                 // where it wants to be computed: "auto", "cpu" or "cuda"
  std::vector<Node> nodes;            // in an order in which each stands after what it links to
};

// What the checker asks about samplers and schedulers, so that it needs to know no registry.
struct PluginInputs {
  // The parameters of a sampler or scheduler, declared like a node's inputs. Throws Error whose message
  // says what is wrong with the name (unknown, ambiguous; nearest).
  std::function<std::vector<InputDecl>(const std::string& name)> sampler;
  std::function<std::vector<InputDecl>(const std::string& name)> scheduler;
  std::vector<std::string> plugins = {};  // their names
};

// "--set base.steps=30": replaces or adds one input before the check. The value is YAML.
struct Setting {
  std::string node;
  std::string input;
  std::string value;
  std::string text;  // as written, for messages
  // Of a picture's record: its files are relative to the pipeline's folder, not to where one types.
  bool recorded = false;
};
Setting parse_setting(const std::string& text);

// Settings as one text, a line each, and back.
std::string settings_text(const std::vector<std::string>& settings);
std::vector<std::string> settings_in(const std::string& text);

// The folders listed under `plugins:`, relative to the source's, without checking anything else.
std::vector<std::filesystem::path> pipeline_plugin_folders(const PipelineSource& source);

// The plugins that `isolation:` gives processes of their own, "all" among them, without checking
// anything.
std::vector<std::string> pipeline_isolation(const PipelineSource& source);

// Parses and checks. Throws one Error with every diagnostic found, in the file's order.
Pipeline load_pipeline(PipelineSource source, const std::vector<NodeDecl>& declarations,
                       const PluginInputs& plugins, const std::vector<Setting>& settings = {});

}  // namespace ksampler

#endif
