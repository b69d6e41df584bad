// ksampler convert FILE: a workflow of ComfyUI as a pipeline file, or either in the form of its API.
#include "host/cli/pipeline_file.hpp"
#include "host/cli/search.hpp"
#include "host/cli/verb.hpp"
#include "host/cli/working_folder.hpp"
#include "host/graph/comfy/write_api.hpp"
#include "host/graph/comfy/write_yaml.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/plugin_inputs.hpp"

#include <iostream>
#include <memory>

namespace ksampler {
namespace {

struct ConvertArguments {
  std::string file;
  std::string folder;
  std::string form = "yaml";
  std::vector<std::string> models;
  std::vector<std::string> plugins;
};

std::string api_of(const ParsedPipeline& parsed, const ConvertArguments& options, Report& report) {
  const Registry registry = find_plugins(options.plugins, &parsed, report);
  const Pipeline pipeline = check_pipeline(parsed, node_declarations(), plugin_inputs(registry));
  std::vector<Diagnostic> lost;
  std::string text = api_of_pipeline(pipeline, parsed.source().files, lost);
  for (const Diagnostic& each : lost) report.print(each, Severity::warning);
  return text;
}

int convert(const ConvertArguments& options) {
  require_working_folder();
  Report report = stderr_report();
  const PictureRecord given = pipeline_of(options.file, options.folder, options.models);
  const ParsedPipeline parsed(given.source);
  if (options.form == "api") {
    std::cout << api_of(parsed, options, report);
    return kFine;
  }
  std::vector<Diagnostic> notes;
  std::cout << yaml_of_workflow(parsed, node_declarations(), notes);
  for (const Diagnostic& note : notes) report.print(note, Severity::warning);
  return kFine;
}

}  // namespace

void add_convert(CLI::App& app, Action& action) {
  auto options = std::make_shared<ConvertArguments>();
  CLI::App* verb = app.add_subcommand(
      "convert",
      "Print a workflow of ComfyUI as a pipeline file, or a pipeline in the form of its API");
  verb->add_option("file", options->file,
                   "A workflow (*.json), a picture that records one, or a pipeline file")
      ->required()
      ->type_name("FILE");
  verb->add_option("--to", options->form, "yaml, a pipeline file; or api, what ComfyUI's API takes")
      ->type_name("yaml|api")
      ->capture_default_str()
      ->check(one_of({"yaml", "api"}, "form"));
  verb->add_option("--folder", options->folder,
                   "What files in it are relative to, instead of its own folder")
      ->type_name("DIR");
  add_models_option(*verb, options->models);
  add_plugins_option(*verb, options->plugins);
  verb->callback([&action, options] { action = [options] { return convert(*options); }; });
}

}  // namespace ksampler
