// ksampler check FILE...: says all that is wrong with pipeline files, or with what pictures record, and
// loads nothing for it.
#include "host/base/sentence.hpp"
#include "host/cli/missing.hpp"
#include "host/cli/pipeline_file.hpp"
#include "host/cli/search.hpp"
#include "host/cli/verb.hpp"
#include "host/cli/working_folder.hpp"
#include "host/graph/cut_text.hpp"
#include "host/graph/execute.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/input_checks.hpp"

#include <iostream>
#include <memory>

namespace ksampler {
namespace {

struct CheckArguments {
  std::vector<std::string> files;
  std::string folder;
  std::vector<std::string> models;
  std::vector<std::string> settings;
  std::vector<std::string> plugins;
  bool missing = false;
};

void check_file(const std::string& file, const CheckArguments& options, Report& report) {
  const PictureRecord given = pipeline_of(file, options.folder, options.models);
  const ParsedPipeline parsed(given.source);
  std::vector<Setting> settings = given.settings;
  for (const std::string& text : options.settings) settings.push_back(parse_setting(text));
  const Registry registry = find_plugins(options.plugins, &parsed, report);
  const Pipeline pipeline = check_whole_pipeline(parsed, registry, settings);
  if (options.missing) return;
  for (const Diagnostic& note : pipeline.notes) report.print(note, Severity::warning);
  for (const Diagnostic& cut : cut_texts(parsed, node_declarations())) {
    report.print(cut, Severity::warning);
  }
  const std::vector<bool> needed = needed_nodes(pipeline);
  for (std::size_t i = 0; i < needed.size(); ++i) {
    const Node& node = pipeline.nodes[i];
    if (needed[i]) continue;
    report.print(
        {node.place, sentence("node '{}' is not run: nothing that is written needs it", node.name)},
        Severity::note);
  }
  const std::size_t count = pipeline.nodes.size();
  std::cout << file << ": fine, " << count << (count == 1 ? " node\n" : " nodes\n");
}

int check(const CheckArguments& options) {
  require_working_folder();
  Report report = stderr_report();
  int code = kFine;
  Missing missing;
  for (const std::string& file : options.files) {
    try {
      check_file(file, options, report);
    } catch (const Error& error) {
      // What else is wrong may follow from what is missing, and not the other way round.
      const bool lacks_something = missing.add(error);
      if (!options.missing || !lacks_something) report.print(with_folder_hint(error, file));
      code = kFailed;
    }
  }
  if (options.missing) missing.print(std::cout);
  if (options.missing && code == kFine) std::cout << "Nothing is missing.\n";
  return code;
}

}  // namespace

void add_check(CLI::App& app, Action& action) {
  auto options = std::make_shared<CheckArguments>();
  CLI::App* verb =
      app.add_subcommand("check", "Say all that is wrong with a pipeline file, without running it");
  verb->add_option("file", options->files,
                   "Pipeline files, or pictures (*.png, *.webp) that SaveImage wrote")
      ->required()
      ->type_name("FILE...");
  verb->add_option("--set", options->settings, "Replace or add an input first, as `run` does")
      ->type_name("NODE.INPUT=VALUE")
      ->allow_extra_args(false);
  verb->add_option("--folder", options->folder,
                   "What files in the pipeline are relative to, instead of its own folder")
      ->type_name("DIR");
  verb->add_flag(
      "--missing", options->missing,
      "Print one list of the node types and files that are not there, over all files, in place "
      "of what is wrong with each");
  add_models_option(*verb, options->models);
  add_plugins_option(*verb, options->plugins);
  verb->callback([&action, options] { action = [options] { return check(*options); }; });
}

}  // namespace ksampler
