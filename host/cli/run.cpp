// ksampler run FILE: checks a pipeline file, and runs it.
#include "host/cli/interrupt.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/runtime_library.hpp"
#include "host/cli/search.hpp"
#include "host/cli/terminal.hpp"
#include "host/cli/verb.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/plugin_inputs.hpp"

#include <iomanip>
#include <iostream>
#include <memory>

namespace ksampler {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> settings;
  std::vector<std::string> plugins;
  std::string device = "auto";
  std::string out = ".";
  bool quiet = false;
};

Progress::Style style_of(const Options& options) {
  if (options.quiet) return Progress::Style::quiet;
  return stderr_is_terminal() ? Progress::Style::bar : Progress::Style::lines;
}

void say_what_was_written(const Progress& progress, double seconds, bool quiet) {
  const auto& files = progress.files();
  if (!quiet) {
    std::cout << "Wrote " << files.size() << (files.size() == 1 ? " file" : " files") << " in "
              << std::fixed << std::setprecision(1) << seconds << " s:\n";
  }
  for (const auto& file : files) std::cout << (quiet ? "" : "  ") << file.string() << "\n";
}

int run(const Options& options) {
  Report report = stderr_report();
  std::vector<Setting> settings;
  for (const std::string& text : options.settings) settings.push_back(parse_setting(text));
  Progress progress(std::cerr, report, style_of(options));  // outlives the plugins, which log to it
  const Registry registry = find_plugins(
      options.plugins, pipeline_plugin_folders(options.file), report,
      [&progress](auto level, auto plugin, auto line) { progress.plugin_says(level, plugin, line); });
  const Pipeline pipeline =
      load_pipeline(options.file, node_declarations(), plugin_inputs(registry), settings);

  stop_on_interrupt();
  const auto began = std::chrono::steady_clock::now();
  try {
    const std::unique_ptr<Runtime> runtime = open_runtime();
    runtime->run(pipeline, registry, {options.device, options.out, &interrupted()}, progress);
  } catch (const Stopped&) {
    progress.end_line();
    std::cerr << "stopped\n";
    return kInterrupted;
  } catch (...) {
    progress.end_line();
    throw;
  }
  progress.end_line();
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - began;
  say_what_was_written(progress, time.count(), options.quiet);
  return kFine;
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("run", "Run a pipeline file");
  verb->add_option("file", options->file, "The pipeline file")->required()->type_name("FILE");
  verb->add_option("--set", options->settings,
                   "Replace or add an input, such as base.steps=30; may be given more than once")
      ->type_name("NODE.INPUT=VALUE")
      ->allow_extra_args(false);
  verb->add_option("--device", options->device,
                   "Where to compute: cpu, cuda, or auto (cuda where there is one)")
      ->type_name("DEVICE")
      ->capture_default_str()
      ->check(one_of({"cpu", "cuda", "auto"}, "device"));
  verb->add_option("--out", options->out, "The folder that outputs are relative to")
      ->type_name("DIR")
      ->capture_default_str();
  add_plugins_option(*verb, options->plugins);
  verb->add_flag("--quiet", options->quiet,
                 "Print nothing but errors, warnings and the names of files written");
  verb->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace ksampler
