// SPDX-License-Identifier: Apache-2.0
//
// C++ over ks/pipeline.h: whole pipelines in a program.
//
//   ks::Pipelines host;
//   host.run(text, {.inputs = {"base.seed=7"},
//                   .folder = "configs",
//                   .picture = [](const ks::Picture& made) { ... made.pixels ... }});
//
// Errors are ks::PipelineError. Needs libks_pipeline.
#ifndef KS_PIPELINE_HPP
#define KS_PIPELINE_HPP

#include <ks/pipeline.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ks {

// One thing that is wrong.
struct PipelineProblem {
  int line = 0;  // in the text, from 1; 0: not known
  int column = 0;
  std::string kind;     // KS_KIND_...: "no_file", ...
  std::string message;  // without the place
  std::string node;     // empty: it is about none
  std::string input;    // likewise
};

// What a call failed with: the sentences, a line for each thing, its status, and the things.
class PipelineError : public std::runtime_error {
 public:
  explicit PipelineError(ks_status status_) : std::runtime_error(ks_pipeline_error()), status(status_) {
    ks_pipeline_problem told{};
    told.size = sizeof told;
    for (std::uint32_t i = 0; ks_pipeline_problem_at(i, &told) != 0; ++i) {
      problems.push_back({told.line, told.column, told.kind, told.message, told.node, told.input});
    }
  }
  // The first thing's, or KS_KIND_OTHER.
  std::string kind() const { return problems.empty() ? KS_KIND_OTHER : problems.front().kind; }

  ks_status status;  // KS_STOPPED: the run was stopped
  std::vector<PipelineProblem> problems;
};

// Where plugins and models are, and what is computed on: see ks_pipelines_settings.
struct PipelinesOptions {
  std::vector<std::string> plugin_folders = {};
  std::vector<std::string> isolate = {};
  std::vector<std::string> model_folders = {};
  std::string device = "auto";
  std::uint64_t memory = 0;  // bytes
  // Takes what is logged, on any thread, by level KS_LOG_...; a warning's plugin is "". Throws nothing.
  std::function<void(std::uint32_t level, std::string_view plugin, std::string_view line)> log = {};
};

// A picture, or one of a batch of them.
struct Picture {
  std::uint32_t kind;  // KS_PICTURE_...
  std::uint32_t width;
  std::uint32_t height;
  std::uint32_t channels;                // 3: RGB, 4: RGBA
  std::span<const std::uint8_t> pixels;  // [height,width,channels]; until the call returns
  std::string_view node;                 // likewise
  std::uint32_t index;                   // of the batch, from 0
  std::uint32_t count;                   // of the batch
  std::uint32_t step;                    // KS_PICTURE_STEP: of `steps`
  std::uint32_t steps;
};

// What a run is made of besides its text, and who is told of it: see ks_pipeline_settings. Functions
// are called on the thread that runs. What one throws ends the run, and comes out of it.
struct PipelineOptions {
  std::vector<std::string> inputs = {};  // "node.input=value"
  std::string name = "pipeline";         // what messages call the text
  std::string folder = ".";              // what files in it are relative to
  std::string out = {};                  // where files are written; empty: none is
  std::uint32_t preview_every = 0;       // steps between two pictures of KS_PICTURE_STEP; 0: none
  std::stop_token stop = {};             // ends the run at its next node or step, with KS_STOPPED
  std::function<void(const Picture&)> picture = {};
  std::function<void(std::string_view node, std::string_view type)> node = {};  // begins
  std::function<void(std::string_view node, std::uint32_t step, std::uint32_t steps)> step =
      {};                                                                       // done
  std::function<void(std::string_view node, std::string_view path)> file = {};  // written
};

namespace pipeline_detail {

// Throws PipelineError.
inline void check(ks_status status) {
  if (status != KS_OK) throw PipelineError(status);
}

// They live as long as the texts.
inline std::vector<const char*> pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> all;
  for (const std::string& text : texts) all.push_back(text.c_str());
  return all;
}

// Options as the C interface has them, for as long as it and they live.
class Settings {
 public:
  explicit Settings(const PipelineOptions& options) : inputs_(pointers(options.inputs)) {
    settings_.size = sizeof settings_;
    settings_.inputs = inputs_.data();
    settings_.input_count = static_cast<std::uint32_t>(inputs_.size());
    settings_.name = options.name.c_str();
    settings_.folder = options.folder.c_str();
    settings_.out = options.out.empty() ? nullptr : options.out.c_str();
  }
  const ks_pipeline_settings* get() const { return &settings_; }

 private:
  std::vector<const char*> inputs_;
  ks_pipeline_settings settings_{};
};

// The functions of a run, behind those of the C interface. No exception crosses it.
class Told {
 public:
  explicit Told(const PipelineOptions& options) : options_(options) {
    callbacks_.size = sizeof callbacks_;
    callbacks_.preview_every = options.preview_every;
    callbacks_.context = this;
    if (options.picture) callbacks_.picture = &on_picture;
    // Always, as these are where a run is stopped.
    callbacks_.node = [](void* self, const char* node, const char* type) {
      return of(self).told(of(self).options_.node, node, type);
    };
    callbacks_.step = [](void* self, const char* node, std::uint32_t step, std::uint32_t steps) {
      return of(self).told(of(self).options_.step, node, step, steps);
    };
    callbacks_.file = [](void* self, const char* node, const char* path) {
      return of(self).told(of(self).options_.file, node, path);
    };
  }
  Told(const Told&) = delete;
  Told& operator=(const Told&) = delete;

  const ks_pipeline_callbacks* get() const { return &callbacks_; }
  // What one of the functions threw; null: nothing.
  const std::exception_ptr& thrown() const { return thrown_; }

 private:
  static Told& of(void* self) { return *static_cast<Told*>(self); }

  static ks_status on_picture(void* self, const ks_picture* made) {
    const std::size_t bytes = std::size_t{made->width} * made->height * made->channels;
    return of(self).told(of(self).options_.picture, Picture{.kind = made->kind,
                                                            .width = made->width,
                                                            .height = made->height,
                                                            .channels = made->channels,
                                                            .pixels = {made->pixels, bytes},
                                                            .node = made->node,
                                                            .index = made->index,
                                                            .count = made->count,
                                                            .step = made->step,
                                                            .steps = made->steps});
  }

  template <typename Function, typename... Arguments>
  ks_status told(const Function& function, const Arguments&... arguments) noexcept {
    if (thrown_) return KS_ERROR;
    try {
      if (function) function(arguments...);
    } catch (...) {
      thrown_ = std::current_exception();
      return KS_ERROR;
    }
    return options_.stop.stop_requested() ? KS_STOPPED : KS_OK;
  }

  const PipelineOptions& options_;
  ks_pipeline_callbacks callbacks_{};
  std::exception_ptr thrown_;
};

}  // namespace pipeline_detail

// Plugins, and networks that stay loaded from run to run. Any thread may use it, several at once.
class Pipelines {
 public:
  explicit Pipelines(PipelinesOptions options = {}) : log_(new Log(std::move(options.log))) {
    const std::vector<const char*> plugins = pipeline_detail::pointers(options.plugin_folders);
    const std::vector<const char*> isolate = pipeline_detail::pointers(options.isolate);
    const std::vector<const char*> models = pipeline_detail::pointers(options.model_folders);
    ks_pipelines_settings settings{};
    settings.size = sizeof settings;
    settings.plugin_folders = plugins.data();
    settings.plugin_folder_count = static_cast<std::uint32_t>(plugins.size());
    settings.isolate = isolate.data();
    settings.isolate_count = static_cast<std::uint32_t>(isolate.size());
    settings.model_folders = models.data();
    settings.model_folder_count = static_cast<std::uint32_t>(models.size());
    settings.device = options.device.c_str();
    settings.memory = options.memory;
    if (*log_) settings.log = &on_log;
    settings.log_context = log_.get();
    ks_pipelines* opened = nullptr;
    pipeline_detail::check(ks_pipelines_open(&settings, &opened));
    host_.reset(opened);
  }

  // Whether a run would begin. Throws what is wrong.
  void check(const std::string& text, const PipelineOptions& options = {}) const {
    const pipeline_detail::Settings settings(options);
    pipeline_detail::check(ks_pipeline_check(get(), text.c_str(), settings.get()));
  }

  // Checks and runs.
  void run(const std::string& text, const PipelineOptions& options = {}) {
    const pipeline_detail::Settings settings(options);
    const pipeline_detail::Told told(options);
    const ks_status status = ks_pipeline_run(get(), text.c_str(), settings.get(), told.get());
    if (told.thrown()) std::rethrow_exception(told.thrown());
    pipeline_detail::check(status);
  }

  // Takes plugins that were built anew.
  void refresh() { pipeline_detail::check(ks_pipelines_refresh(get())); }
  // Lets go of networks that no run uses.
  void let_go() { pipeline_detail::check(ks_pipelines_let_go(get())); }

  ks_pipelines* get() const { return host_.get(); }

 private:
  using Log = decltype(PipelinesOptions::log);
  struct Close {
    void operator()(ks_pipelines* host) const { ks_pipelines_close(host); }
  };

  static void on_log(void* log, std::uint32_t level, const char* plugin, const char* line) {
    (*static_cast<const Log*>(log))(level, plugin, line);
  }

  std::unique_ptr<Log> log_;  // which outlives the host, and stays where it is if this is moved
  std::unique_ptr<ks_pipelines, Close> host_;
};

}  // namespace ks

#endif
