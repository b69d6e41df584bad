// ksampler watch FILE: runs a pipeline, and again whenever the file, what it names, or a plugin
// changes.
#include "host/cli/contact_sheet.hpp"
#include "host/cli/folder_watch.hpp"
#include "host/cli/interrupt.hpp"
#include "host/cli/pipeline_file.hpp"
#include "host/cli/verb.hpp"
#include "host/cli/watched_pipeline.hpp"
#include "host/cli/working_folder.hpp"
#include "host/files/output.hpp"
#include "host/plugin/in_plugin.hpp"

#include <iostream>
#include <memory>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

// How long nothing must happen before files are looked at: an editor writes more than one.
constexpr std::chrono::milliseconds kQuiet{30};
// On one sheet: more are hardly looked at.
constexpr std::size_t kMostPairs = 16;

struct WatchArguments {
  RunRequest request;
  std::string file;
  std::string folder;
  std::vector<std::string> models;
  std::vector<std::string> settings;
  std::string out = ".";
};

std::vector<fs::path> pictures_of(const RunResult& result) {
  std::vector<fs::path> pictures;
  for (const fs::path& file : result.files) {
    if (is_picture(file)) pictures.push_back(file);
  }
  return pictures;
}

// The sheet of what the last run made and what this one did, in the order in which both were written.
fs::path write_sheet(const std::vector<fs::path>& before, const std::vector<fs::path>& after,
                     const fs::path& out) {
  std::vector<PicturePair> pairs;
  const std::size_t count = std::min({before.size(), after.size(), kMostPairs});
  for (std::size_t i = 0; i < count; ++i) pairs.push_back({read_png(before[i]), read_png(after[i])});
  const Sheet sheet = contact_sheet(pairs);
  const auto bytes = png_bytes(sheet.width, sheet.height, sheet.pixels);
  return write_numbered(out, "old_new", ".png", bytes);
}

// One run after another, and what is said of them.
class Session {
 public:
  Session(WatchedPipeline& pipeline, const WatchArguments& options, Report& report)
      : pipeline_(pipeline), options_(options), report_(report) {}

  // An error is printed, and the next change may mend it. False where a change came too soon for it to
  // end: it is to be run again.
  bool run() {
    try {
      const auto result = pipeline_.run();
      if (result) say(*result);
      return result.has_value();
    } catch (const Error& error) {
      report_.print(error);
    }
    return true;
  }

 private:
  void say(const RunResult& result) {
    print_written(result, options_.request.quiet);
    const std::vector<fs::path> pictures = pictures_of(result);
    if (!pictures.empty() && !last_.empty()) {
      print_file(write_sheet(last_, pictures, options_.out), options_.request.quiet);
    }
    if (!pictures.empty()) last_ = pictures;
    std::cout << std::flush;
  }

  WatchedPipeline& pipeline_;
  const WatchArguments& options_;
  Report& report_;
  std::vector<fs::path> last_;  // pictures
};

// Until something changed that is a reason to run, or as soon as what changed has settled where it is
// one anyway; false where Ctrl-C came first.
bool wait_for_change(FolderWatch& watch, WatchedPipeline& pipeline, Progress& progress, bool anyway) {
  while (!interrupted()) {
    watch.set(pipeline.folders());
    // What happened before the folders were watched, or during a run, counts.
    const std::vector<std::string> reasons = pipeline.changes();
    for (const std::string& reason : reasons) progress.say(reason);
    if (!reasons.empty() || anyway) return true;
    watch.wait(kQuiet);
  }
  return false;
}

int watch(WatchArguments options) {
  require_working_folder();
  if (is_picture(options.file)) {
    throw Error(Place{options.file},
                "is a picture, which does not change; `ksampler run` runs it again");
  }
  for (const std::string& text : options.settings)
    options.request.settings.push_back(parse_setting(text));
  options.request.out = options.out;
  look_in(options.request.source, options.models, options.file);
  Report report = stderr_report();
  Progress progress(std::cerr, report, style_of(options.request.quiet), options.out);
  WatchedPipeline pipeline(options.request, options.file, options.folder, report, progress);
  FolderWatch folders;
  Session session(pipeline, options, report);
  name_plugins_that_end_the_program();
  stop_on_interrupt("\nstopping; Ctrl-C again ends at once\n");
  try {
    bool ended = false;
    do {
      ended = session.run();
      progress.say(ended ? "Watching; Ctrl-C ends" : "stopped, as what it was made from changed");
    } while (wait_for_change(folders, pipeline, progress, !ended));
  } catch (const Stopped&) {
  }
  return kFine;
}

}  // namespace

void add_watch(CLI::App& app, Action& action) {
  auto options = std::make_shared<WatchArguments>();
  CLI::App* verb = app.add_subcommand(
      "watch", "Run a pipeline file again whenever it, a file it names, or a plugin changes");
  verb->add_option("file", options->file, "The pipeline file")->required()->type_name("FILE");
  add_file_options(*verb, options->settings, options->folder, options->out);
  add_models_option(*verb, options->models);
  add_plugins_option(*verb, options->request.plugins);
  add_isolate_option(*verb, options->request.isolated);
  add_isolate_limit_option(*verb, options->request.isolate_seconds);
  options->request.device = "auto";
  add_run_options(*verb, options->request.device, options->request.quiet);
  add_type_options(*verb, options->request.types);
  add_memory_option(*verb, options->request.memory);
  verb->callback([&action, options] { action = [options] { return watch(*options); }; });
}

}  // namespace ksampler
