// ksampler run FILE: checks a pipeline, of a file or as a picture records it, and runs it.
#include "host/cli/pipeline_file.hpp"
#include "host/cli/pipeline_run.hpp"
#include "host/cli/search.hpp"
#include "host/cli/verb.hpp"
#include "host/cli/working_folder.hpp"

#include <memory>

namespace ksampler {
namespace {

struct RunArguments {
  std::string file;
  std::string folder;
  std::vector<std::string> models;
  std::vector<std::string> settings;
  std::vector<std::string> plugins;
  std::vector<std::string> isolated;
  double isolate_seconds = kIsolateSeconds;
  std::string device;  // empty: as a picture says
  std::string out = ".";
  bool quiet = false;
  std::uint32_t preview_every = 0;
  bool decoded_previews = false;
  NumberTypes types = {"", "", ""};  // likewise
  std::uint64_t memory = 0;
};

int run_given(const RunArguments& options) {
  PictureRecord given = pipeline_of(options.file, options.folder, options.models);
  RunRequest request{.source = std::move(given.source),
                     .settings = std::move(given.settings),
                     .plugins = options.plugins,
                     .device = device_for(options.device, given),
                     .out = options.out,
                     .quiet = options.quiet,
                     .isolated = options.isolated,
                     .preview_every = options.preview_every,
                     .decoded_previews = options.decoded_previews,
                     .isolate_seconds = options.isolate_seconds,
                     .types = types_for(options.types, given),
                     .memory = options.memory};
  for (const std::string& text : options.settings) request.settings.push_back(parse_setting(text));
  const auto result = run_pipeline(request);
  if (!result) return kInterrupted;
  print_written(*result, options.quiet);
  return kFine;
}

int run(const RunArguments& options) {
  require_working_folder();
  try {
    return run_given(options);
  } catch (const Error& error) {
    throw with_folder_hint(error, options.file);
  }
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto options = std::make_shared<RunArguments>();
  CLI::App* verb = app.add_subcommand("run", "Run a pipeline file, or a picture's pipeline again");
  verb->add_option(
          "file", options->file,
          "The pipeline file, a workflow of ComfyUI (*.json), or a picture (*.png, *.webp) that "
          "SaveImage wrote")
      ->required()
      ->type_name("FILE");
  add_file_options(*verb, options->settings, options->folder, options->out);
  verb->add_option("--preview", options->preview_every,
                   "Every N steps, show what the model takes the picture to be: as preview/NODE.png "
                   "beside the outputs, each in place of the one before")
      ->type_name("N")
      ->check(CLI::Range(1U, 10000U));
  add_preview_method_option(*verb, options->decoded_previews, "--preview");
  add_models_option(*verb, options->models);
  add_plugins_option(*verb, options->plugins);
  add_isolate_option(*verb, options->isolated);
  add_isolate_limit_option(*verb, options->isolate_seconds);
  add_run_options(*verb, options->device, options->quiet);
  add_type_options(*verb, options->types);
  add_memory_option(*verb, options->memory);
  verb->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace ksampler
