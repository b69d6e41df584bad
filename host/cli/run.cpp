// ksampler run FILE: checks a pipeline, of a file or as a picture records it, and runs it.
#include "host/cli/pipeline_file.hpp"
#include "host/cli/pipeline_run.hpp"
#include "host/cli/search.hpp"
#include "host/cli/verb.hpp"

#include <iomanip>
#include <iostream>
#include <memory>

namespace ksampler {
namespace {

struct Options {
  std::string file;
  std::string folder;
  std::vector<std::string> settings;
  std::vector<std::string> plugins;
  std::vector<std::string> isolated;
  double isolate_seconds = kIsolateSeconds;
  std::string device = "auto";
  std::string out = ".";
  bool quiet = false;
  std::uint32_t preview_every = 0;
};

void say_what_was_written(const RunResult& result, bool quiet) {
  const auto& files = result.files;
  if (!quiet) {
    std::cout << "Wrote " << files.size() << (files.size() == 1 ? " file" : " files") << " in "
              << std::fixed << std::setprecision(1) << result.seconds << " s:\n";
  }
  for (const auto& file : files) std::cout << (quiet ? "" : "  ") << file.string() << "\n";
}

int run_given(const Options& options) {
  RunRequest request{{},
                     {},
                     options.plugins,
                     options.device,
                     options.out,
                     options.quiet,
                     options.isolated,
                     options.preview_every,
                     options.isolate_seconds};
  PictureRecord given = pipeline_of(options.file, options.folder);
  request.source = std::move(given.source);
  request.settings = std::move(given.settings);
  for (const std::string& text : options.settings) request.settings.push_back(parse_setting(text));
  const auto result = run_pipeline(request);
  if (!result) return kInterrupted;
  say_what_was_written(*result, options.quiet);
  return kFine;
}

int run(const Options& options) {
  try {
    return run_given(options);
  } catch (const Error& error) {
    throw with_folder_hint(error, options.file);
  }
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("run", "Run a pipeline file, or a picture's pipeline again");
  verb->add_option("file", options->file,
                   "The pipeline file, or a picture (*.png) that SaveImage wrote")
      ->required()
      ->type_name("FILE");
  verb->add_option("--set", options->settings,
                   "Replace or add an input, such as base.steps=30; may be given more than once")
      ->type_name("NODE.INPUT=VALUE")
      ->allow_extra_args(false);
  verb->add_option("--folder", options->folder,
                   "What files in the pipeline are relative to, instead of its own folder")
      ->type_name("DIR");
  verb->add_option("--out", options->out, "The folder that outputs are relative to")
      ->type_name("DIR")
      ->capture_default_str();
  verb->add_option("--preview", options->preview_every,
                   "Every N steps, show what the model takes the picture to be: as preview/NODE.png "
                   "beside the outputs, each in place of the one before")
      ->type_name("N")
      ->check(CLI::Range(1U, 10000U));
  add_plugins_option(*verb, options->plugins);
  add_isolate_option(*verb, options->isolated);
  add_isolate_limit_option(*verb, options->isolate_seconds);
  add_run_options(*verb, options->device, options->quiet);
  verb->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace ksampler
